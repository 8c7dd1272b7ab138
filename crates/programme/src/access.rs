//! Who may see a case, and which roles somebody has in it.

use std::collections::BTreeSet;

use store::Read;
use words::{Acting, Denied, Failure, Fault, Id, Never};

use crate::case::{Case, Member};
use crate::{ops, rights, sql};

/// Roles of a case whose holders are those of another role: `home_unit.hr` is the `unit.hr` of the unit where the case runs.
pub(crate) const SAME_AS: [(&str, &str); 3] = [("home_unit.hr", "unit.hr"), ("investment_committee", "ic"), ("fund", "fund.manager")];

/// The role of those who act for the unit that takes a result on.
const UNIT: &str = "application_unit";

/// The roles of a person in a case: granted over its node, or following from the case itself.
pub fn roles_in(read: &Read, who: &Acting, case: &Case) -> Result<BTreeSet<String>, Fault> {
    let mut roles: BTreeSet<String> = who.grants.iter().filter(|grant| grant.reaches(&case.node)).map(|grant| grant.role.clone()).collect();
    if case.lead == who.person {
        roles.insert("team.lead".into());
    }
    if case.about.as_ref() == Some(&who.person) {
        roles.insert("member".into());
    }
    if in_team(&sql::members(read, &case.id)?, &who.person) {
        roles.insert("team.member".into());
    }
    for (role, same) in SAME_AS {
        if roles.contains(same) {
            roles.insert(role.into());
        }
    }
    Ok(roles)
}

fn in_team(members: &[Member], person: &Id) -> bool {
    members.iter().any(|member| member.person == *person && member.state == "consented")
}

/// Those of these cases that somebody may see.
pub(crate) fn seen(read: &Read, who: &Acting, cases: Vec<Case>) -> Result<Vec<Case>, Fault> {
    let mut seen = Vec::with_capacity(cases.len());
    for case in cases {
        if sees(read, who, &case)? || is_other_side(read, who, &case)? {
            seen.push(case);
        }
    }
    Ok(seen)
}

/// Not allowed to see is the same as absent.
pub fn may_see<R>(read: &Read, who: &Acting, case: &Case) -> Result<(), Failure<R>> {
    if sees(read, who, case)? { Ok(()) } else { Err(Failure::Absent) }
}

/// As [`may_see`], and also for those who only sign an agreement of it: true for them. They see who it is about and the agreement, not its pay and grade.
pub(crate) fn may_see_aside<R>(read: &Read, who: &Acting, case: &Case) -> Result<bool, Failure<R>> {
    if sees(read, who, case)? {
        return Ok(false);
    }
    if is_other_side(read, who, case)? { Ok(true) } else { Err(Failure::Absent) }
}

fn sees(read: &Read, who: &Acting, case: &Case) -> Result<bool, Fault> {
    let by_office = who.is_system() || rights::SEEING.iter().any(|right| who.can(right, &case.node));
    let by_case = case.lead == who.person
        || case.about.as_ref() == Some(&who.person)
        || who.grants.iter().any(|grant| grant.node == case.node && grant.reaches(&case.node));
    if by_office || by_case {
        return Ok(true);
    }
    // Whoever has a part in the definition, over this case, sees it: finance an award, HR a position.
    let definition = crate::definitions::definition(read, &case.definition, case.version)?;
    if roles_in(read, who, case)?.iter().any(|role| definition.schema.uses.roles.contains(role)) {
        return Ok(true);
    }
    let takes_part = |id: &Id| Ok::<bool, Fault>(sql::members(read, id)?.iter().any(|member| member.person == who.person && member.state != "declined"));
    // What is about one person (a position with its pay and grade) is not for the rest of the team.
    let of_team = case.parent.as_ref().filter(|_| case.about.is_none());
    Ok(takes_part(&case.id)? || of_team.map_or(Ok(false), takes_part)?)
}

/// Whoever signs an agreement for a unit sees the position it is about once the member has signed it, and until it is carried out.
fn is_other_side(read: &Read, who: &Acting, case: &Case) -> Result<bool, Fault> {
    let (Some(about), Some(parent)) = (&case.about, &case.parent) else { return Ok(false) };
    let definition = &crate::definitions::definition(read, &case.definition, case.version)?;
    let project = sql::case::<Never>(read, parent).map_err(Failure::into_fault)?;
    if !who.grants.iter().any(|grant| grant.role == UNIT && grant.reaches(&project.node)) {
        return Ok(false);
    }
    let signed = desk::signatures(read, case.id.as_str())?;
    let by_both = |document: &str| ops::signers(definition, &case.state, document).contains(&Some(UNIT.to_owned()));
    Ok(signed.iter().any(|one| one.person == *about && one.counts() && by_both(&one.kind)))
}

/// Who may fill in a form of a case: the team its own, whoever owes it theirs, the office any.
pub(crate) fn may_fill<R>(read: &Read, who: &Acting, case: &Case, form: &str) -> Result<(), Failure<R>> {
    let denied = || Denied { right: rights::DECLARE, node: case.node.clone(), visible: true };
    if fills(read, who, case, form)? { Ok(()) } else { Err(denied().into()) }
}

/// The same as an answer.
pub(crate) fn fills(read: &Read, who: &Acting, case: &Case, form: &str) -> Result<bool, Fault> {
    if who.is_system() || who.can(rights::RUN, &case.node) {
        return Ok(true);
    }
    let roles = roles_in(read, who, case)?;
    let owed = sql::obligations(read, &case.id)?;
    let owes = owed
        .iter()
        .any(|one| one.state == "open" && one.form.as_deref() == Some(form) && (roles.contains(&one.owner_role) || one.owner.as_ref() == Some(&who.person)));
    let fits = match form {
        "mentor_session" | "mentor_opinion" => roles.contains("case.mentor"),
        "transfer_acceptance" => roles.contains("application_unit"),
        _ => roles.contains("team.lead") || roles.contains("team.member") || roles.contains("member"),
    };
    Ok(owes || fits)
}

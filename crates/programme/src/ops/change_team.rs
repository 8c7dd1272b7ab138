//! The team: the lead invites, each member consents for themselves, and whoever leaves early is recorded without blame.

use store::Tx;
use words::{Acting, Id, Node, Outcome};

use crate::case::{Case, Member};
use crate::ops::invitation;
use crate::refusal::CaseRefusal;
use crate::told::MemberChanged;
use crate::{access, bell, ops, rights, sql};

/// States in which the team may still be put together.
const OPEN: [&str; 2] = ["draft", "returned"];

/// The lead invites somebody of the staff.
pub fn invite_member(tx: &mut Tx, who: &Acting, id: &Id, person: &Id) -> Outcome<(), CaseRefusal> {
    let case = led_by(tx, who, id)?;
    if !OPEN.contains(&case.state.as_str()) {
        return Err(CaseRefusal::TeamClosed.into());
    }
    put_invitation(tx, who, &case, person)
}

/// The same for callers that have their own right to do so.
pub(crate) fn put_invitation(tx: &mut Tx, who: &Acting, case: &Case, person: &Id) -> Outcome<(), CaseRefusal> {
    let today = tx.now().day();
    let home = identity::home_unit(tx, person, today)?.ok_or(CaseRefusal::NoPerson)?;
    if sql::members(tx, &case.id)?.iter().any(|member| member.person == *person && member.counts()) {
        return Err(CaseRefusal::AlreadyMember.into());
    }
    put_member(tx, who, case, person, "invited", home, "")?;
    let answer_by = invitation::wait(tx, case, person)?;
    bell::invited(tx, case, person, answer_by)?;
    Ok(())
}

/// The person invited says yes or no.
pub fn answer_invitation(tx: &mut Tx, who: &Acting, id: &Id, yes: bool) -> Outcome<(), CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    let invited = sql::members(tx, id)?.into_iter().find(|member| member.person == who.person && member.state == "invited");
    let member = invited.ok_or(words::Failure::Absent)?;
    put_member(tx, who, &case, &who.person, if yes { "consented" } else { "declined" }, member.home, "")?;
    invitation::stop(tx, id, &who.person)?;
    if yes {
        identity::concern(tx, who, &case.node, &who.person, "team")?;
    }
    bell::invitation_answered(tx, &case, &who.person, yes)?;
    Ok(ops::settle_around(tx, &case)?)
}

/// Somebody goes: the lead withdraws an invitation or takes them off the draft, or the office records that they left. The person hears of it, with the reason.
pub fn remove_member(tx: &mut Tx, who: &Acting, id: &Id, person: &Id, reason: &str) -> Outcome<(), CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    let by_lead = who.person == case.lead && OPEN.contains(&case.state.as_str());
    if !by_lead {
        who.may(rights::RUN, &case.node)?;
    }
    let member = sql::members(tx, id)?.into_iter().find(|member| member.person == *person && member.counts());
    let member = member.filter(|member| member.person != case.lead).ok_or(CaseRefusal::NotMember)?;
    let (invited, reason) = (member.state == "invited", reason.trim());
    // Whoever has said yes is not sent away without a word.
    if !invited && reason.is_empty() {
        return Err(CaseRefusal::ReasonNeeded.into());
    }
    put_member(tx, who, &case, person, if invited { "withdrawn" } else { "left" }, member.home, reason)?;
    invitation::stop(tx, id, person)?;
    bell::todo_done(tx, &format!("{id}/invitation/{person}"))?;
    bell::removed(tx, who, &case, person, invited, reason)?;
    Ok(ops::settle_around(tx, &case)?)
}

/// Somebody's position left the team: the project goes on without waiting for them. For the reaction to that; the lead stays until another leads.
pub fn member_left(tx: &mut Tx, who: &Acting, id: &Id, person: &Id, reason: &str) -> Outcome<(), CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    let member = sql::members(tx, id)?.into_iter().find(|member| member.person == *person && member.counts() && member.person != case.lead);
    let Some(member) = member else { return Ok(()) };
    put_member(tx, who, &case, person, "left", member.home, reason)?;
    Ok(ops::settle_around(tx, &case)?)
}

/// The case, for its lead and whoever runs it.
pub(super) fn led_by(tx: &Tx, who: &Acting, id: &Id) -> Outcome<Case, CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    if case.lead != who.person {
        who.may(rights::RUN, &case.node)?;
    }
    Ok(case)
}

pub(crate) fn put_member(tx: &mut Tx, who: &Acting, case: &Case, person: &Id, state: &str, home: Node, reason: &str) -> Outcome<(), CaseRefusal> {
    let now = tx.now();
    let left_at = (state == "left").then_some(now);
    let member = Member { person: person.clone(), role: "team.member".into(), state: state.into(), home, joined_at: now, left_at };
    sql::member_put(tx, &case.id, &member)?;
    tx.tell(who, &MemberChanged { case: case.id.clone(), node: case.node.clone(), person: person.clone(), state: state.into(), reason: reason.into() })?;
    Ok(())
}

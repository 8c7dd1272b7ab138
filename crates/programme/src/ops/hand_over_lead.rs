//! Another of the team leads from now on (R-04: a project goes on when somebody goes, also when that is its lead).
//!
//! Tells: `MemberChanged` of who leads now (`leads`), and of the one before if their position has left the project already.
//! Invariant: whoever leads has consented; what the lead has to do goes to the new one, also in what the project opened beside itself.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::case::{Case, Member};
use crate::dossier::Dossier;
use crate::ops::change_team::{led_by, member_left};
use crate::ops::settle_around;
use crate::refusal::CaseRefusal;
use crate::told::MemberChanged;
use crate::{bell, sql};

const LEAD: &str = "team.lead";

/// The lead hands over to somebody of the team, or the office says who leads and why.
pub fn hand_over_lead(tx: &mut Tx, who: &Acting, id: &Id, to: &Id, reason: &str) -> Outcome<(), CaseRefusal> {
    let (case, reason) = (led_by(tx, who, id)?, reason.trim());
    if case.closed_at.is_some() {
        return Err(CaseRefusal::Ended.into());
    }
    if who.person != case.lead && reason.is_empty() {
        return Err(CaseRefusal::ReasonNeeded.into());
    }
    let members = sql::members(tx, id)?;
    let next = members.iter().find(|member| member.person == *to && member.state == "consented" && member.person != case.lead);
    if next.is_none() {
        return Err(CaseRefusal::NotMember.into());
    }
    let before = case.lead.clone();
    swap(tx, who, case.clone(), &members, to, reason)?;
    for child in sql::children(tx, id, None)?.into_iter().filter(|child| child.lead == before && child.about.is_none() && child.closed_at.is_none()) {
        let team = sql::members(tx, &child.id)?;
        swap(tx, who, child, &team, to, reason)?;
    }
    let positions = sql::children(tx, id, Some("person.post"))?;
    if positions.iter().any(|position| position.about.as_ref() == Some(&before) && position.closed_at.is_some()) {
        member_left(tx, who, id, &before, reason)?;
    }
    bell::leads_now(tx, who, &Case { lead: to.clone(), ..case.clone() }, &before, reason)?;
    Ok(settle_around(tx, &case)?)
}

/// One case gets its new lead, and the new lead what the old one had to do in it.
fn swap(tx: &mut Tx, who: &Acting, mut case: Case, team: &[Member], to: &Id, reason: &str) -> Outcome<(), CaseRefusal> {
    let before = std::mem::replace(&mut case.lead, to.clone());
    for member in team.iter().filter(|member| member.person == before || member.person == *to) {
        let role = if member.person == *to { LEAD } else { "team.member" };
        sql::member_put(tx, &case.id, &Member { role: role.into(), ..member.clone() })?;
    }
    sql::case_put_lead(tx, &case.id, to)?;
    tx.tell(who, &MemberChanged { case: case.id.clone(), node: case.node.clone(), person: to.clone(), state: "leads".into(), reason: reason.into() })?;
    let dossier = Dossier::read(tx, case)?;
    for owed in dossier.obligations.iter().filter(|owed| owed.state == "open" && owed.owner.is_none()) {
        bell::todo_for(tx, &dossier.case, owed)?;
    }
    if let Some(state) = dossier.definition.state(&dossier.case.state) {
        bell::todo_state(tx, &dossier.case, &dossier.definition, state, dossier.case.due_at)?;
    }
    Ok(())
}

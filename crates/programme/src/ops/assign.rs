//! What the office gives a case beside its mentor: a space, the end of the members' retention, an application unit, a grant, the roadshow record.
//!
//! Asks identity for roles; tells facts and obligations. Invariant: each needs the right to run the case and leaves a fact with its evidence.

use serde_json::{Value, json};
use store::Tx;
use words::{Acting, Amount, Day, Id, Node, Outcome};

use crate::case::Case;
use crate::ops::{discharge_key, set_fact_system};
use crate::refusal::CaseRefusal;
use crate::{access, rights, sql};

/// The case, for whoever runs it.
fn run_by(tx: &Tx, who: &Acting, id: &Id) -> Outcome<Case, CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    who.may(rights::RUN, &case.node)?;
    if case.closed_at.is_some() {
        return Err(CaseRefusal::Ended.into());
    }
    Ok(case)
}

/// Gives the case a space.
pub fn assign_space(tx: &mut Tx, who: &Acting, id: &Id, space: &str, until: Option<Day>) -> Outcome<(), CaseRefusal> {
    let case = run_by(tx, who, id)?;
    let evidence = until.map_or_else(String::new, |until| until.to_string());
    discharge_key(tx, who, &case, "assign_space", space)?;
    set_fact_system(tx, who, &case, "space", None, json!(space), &evidence)
}

/// Sets until when the personnel relation of a member, or of every member, is kept: on the project and on their position.
pub fn set_retention(tx: &mut Tx, who: &Acting, id: &Id, person: Option<&Id>, until: Day) -> Outcome<usize, CaseRefusal> {
    let case = run_by(tx, who, id)?;
    let team = sql::members(tx, id)?.into_iter().filter(|member| member.counts()).map(|member| member.person);
    let meant: Vec<Id> = team.filter(|member| person.is_none_or(|person| person == member)).collect();
    if meant.is_empty() {
        return Err(CaseRefusal::NotMember.into());
    }
    let positions = sql::children(tx, id, Some("person.post"))?;
    for member in &meant {
        set_fact_system(tx, who, &case, "retention_end", Some(member), json!(until), "office")?;
        for position in positions.iter().filter(|position| position.about.as_ref() == Some(member)) {
            set_fact_system(tx, who, position, "retention_end", None, json!(until), "office")?;
        }
    }
    Ok(meant.len())
}

/// Names the unit that takes the result on: those who hold `unit` there act for it on this case.
pub fn set_application_unit(tx: &mut Tx, who: &Acting, id: &Id, unit: &Node) -> Outcome<usize, CaseRefusal> {
    let case = run_by(tx, who, id)?;
    let known = identity::node(tx, unit)?.filter(|node| node.closed_on.is_none()).ok_or(CaseRefusal::NoPlace)?;
    let holders = identity::holders_of(tx, "unit", &known.path)?;
    if holders.is_empty() {
        return Err(CaseRefusal::NobodyThere.into());
    }
    let now = tx.now();
    for holder in &holders {
        let granted = identity::grant_system(tx, holder, "application_unit", &case.node, now, None, "应用单位 · application unit");
        granted.map_err(|failure| failure.map(|_| CaseRefusal::NoPerson))?;
    }
    set_fact_system(tx, who, &case, "application_unit", None, json!(unit), "office")?;
    Ok(holders.len())
}

/// Records that the members took part in the roadshow training.
pub fn record_roadshow(tx: &mut Tx, who: &Acting, id: &Id, persons: &[Id], evidence: &str) -> Outcome<usize, CaseRefusal> {
    let case = run_by(tx, who, id)?;
    let team = sql::members(tx, id)?.into_iter().filter(|member| member.counts()).map(|member| member.person);
    let meant: Vec<Id> = team.filter(|member| persons.is_empty() || persons.contains(member)).collect();
    if meant.is_empty() {
        return Err(CaseRefusal::NotMember.into());
    }
    for member in &meant {
        set_fact_system(tx, who, &case, "roadshow_trained", Some(member), Value::Bool(true), evidence)?;
    }
    discharge_key(tx, who, &case, "roadshow_training", evidence)?;
    Ok(meant.len())
}

/// Sets the grant of the project, before it is committed at the start.
pub fn set_grant(tx: &mut Tx, who: &Acting, id: &Id, amount: &Amount, evidence: &str) -> Outcome<(), CaseRefusal> {
    let case = run_by(tx, who, id)?;
    if evidence.trim().is_empty() {
        return Err(CaseRefusal::EvidenceNeeded.into());
    }
    set_fact_system(tx, who, &case, "grant", None, json!(amount), evidence)
}

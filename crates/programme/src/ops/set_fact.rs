//! Sets a fact or value of a case: what is so, whom it is about, what shows it, who says so and when.

use serde_json::Value;
use store::Tx;
use words::{Acting, Id, Outcome};

use crate::case::{Case, CaseFact};
use crate::refusal::CaseRefusal;
use crate::told::FactSet;
use crate::{access, definitions, ops, rights, sql};

/// Sets it by hand: whoever runs the case may, with evidence. Only names that the definition uses can be set.
pub fn set_fact(tx: &mut Tx, who: &Acting, id: &Id, name: &str, about: Option<&Id>, value: Value, evidence: &str) -> Outcome<(), CaseRefusal> {
    let case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    // A position is run by HR of its unit, anything else by whoever runs the base.
    if case.about.is_none() || !access::roles_in(tx, who, &case)?.contains("home_unit.hr") {
        who.may(rights::RUN, &case.node)?;
    }
    let uses = &definitions::definition(tx, &case.definition, case.version)?.schema.uses;
    let known = uses.facts.contains_key(name) || uses.values.contains_key(name) || uses.things.contains_key(name) || uses.names.contains_key(name);
    if !known {
        return Err(CaseRefusal::UnknownName(name.to_owned()).into());
    }
    if evidence.trim().is_empty() {
        return Err(CaseRefusal::EvidenceNeeded.into());
    }
    set_fact_system(tx, who, &case, name, about, value, evidence)
}

/// Sets it for a domain above, which has its own right to do so.
pub fn set_fact_system(tx: &mut Tx, who: &Acting, case: &Case, name: &str, about: Option<&Id>, value: Value, evidence: &str) -> Outcome<(), CaseRefusal> {
    let about = about.map_or("", Id::as_str).to_owned();
    if sql::fact(tx, &case.id, name, &about)?.is_some_and(|fact| fact.value == value && fact.evidence == evidence) {
        return Ok(());
    }
    let fact =
        CaseFact { name: name.into(), about: about.clone(), value: value.clone(), evidence: evidence.into(), set_by: who.person.clone(), set_at: tx.now() };
    sql::fact_put(tx, &case.id, &fact)?;
    tx.tell(who, &FactSet { case: case.id.clone(), node: case.node.clone(), name: name.into(), about, value, evidence: evidence.into() })?;
    Ok(ops::settle_around(tx, case)?)
}

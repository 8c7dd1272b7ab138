//! Brings running cases to the newest version of their definition: planned, rehearsed, then applied with a reason. Cases that cannot be mapped stay.

use std::collections::BTreeMap;

use lifecycle::Definition;
use schemars::JsonSchema;
use serde::Serialize;
use store::{Read, Tx};
use words::{Acting, Id, Node, Outcome};

use crate::case::Case;
use crate::refusal::CaseRefusal;
use crate::sql_find::CaseFilter;
use crate::told::CaseMigrated;
use crate::{definitions, enter, rights, sql, sql_find};

/// What a migration would do, or did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rehearsal {
    /// Definition.
    pub definition: String,
    /// Version they would come to.
    pub to: i64,
    /// Cases that can be mapped: id → state they would be in.
    pub mapped: BTreeMap<String, String>,
    /// Cases that cannot, and stay: id → state they are in.
    pub stay: BTreeMap<String, String>,
    /// Numbers of all these cases: id → number.
    pub numbers: BTreeMap<String, String>,
}

/// What applying would do; changes nothing.
pub fn rehearse_migration(read: &Read, who: &Acting, id: &str) -> Outcome<Rehearsal, CaseRefusal> {
    who.may(rights::PACKS, &Node::group())?;
    let (to, new) = definitions::newest(read, id)?;
    rehearse(read, &new, to)
}

/// The same for a definition that need not be installed yet.
pub(super) fn rehearse(read: &Read, new: &Definition, to: i64) -> Outcome<Rehearsal, CaseRefusal> {
    let id = new.id.as_str();
    let mut rehearsal = Rehearsal { definition: id.into(), to, ..Rehearsal::default() };
    let mut after = String::new();
    loop {
        let filter = CaseFilter { definition: id, state: "", base: None, person: None, words: "", after: &after, limit: 500 };
        let page = sql_find::cases(read, &filter)?;
        for case in page.iter().filter(|case| case.version != to && case.closed_at.is_none()) {
            rehearsal.numbers.insert(case.id.to_string(), case.number.clone());
            match target(new, case) {
                Some(state) => rehearsal.mapped.insert(case.id.to_string(), state),
                None => rehearsal.stay.insert(case.id.to_string(), case.state.clone()),
            };
        }
        match page.last() {
            Some(last) if page.len() == 500 => after = last.id.to_string(),
            _ => return Ok(rehearsal),
        }
    }
}

/// The state of the new version that continues the case's state: of the same id, or one that says it `was` that.
fn target(new: &Definition, case: &Case) -> Option<String> {
    let same = new.state(&case.state).map(|state| state.id.clone());
    same.or_else(|| new.states.iter().find(|state| state.was.contains(&case.state)).map(|state| state.id.clone()))
}

/// Applies it to the cases given (at most 200 in one transaction), each with the reason in its history.
pub fn apply_migration(tx: &mut Tx, who: &Acting, id: &str, cases: &[Id], reason: &str) -> Outcome<usize, CaseRefusal> {
    who.may(rights::PACKS, &Node::group())?;
    if reason.trim().is_empty() {
        return Err(CaseRefusal::EvidenceNeeded.into());
    }
    let (to, new) = definitions::newest(tx, id)?;
    let mut moved = 0;
    for case_id in cases.iter().take(200) {
        let case: Case = sql::case_lock(tx, case_id)?;
        let Some(state) = target(&new, &case).filter(|_| case.version != to && case.definition == id) else { continue };
        sql::case_put_version(tx, case_id, to, &state)?;
        let told = CaseMigrated { case: case_id.clone(), node: case.node.clone(), from: case.version, to, state: state.clone(), reason: reason.into() };
        tx.tell(who, &told)?;
        let now: Case = sql::case(tx, case_id)?;
        if state != case.state {
            enter::enter(tx, &now, &new)?;
        }
        moved += 1;
    }
    Ok(moved)
}

//! Keeps facts with their sources, and shows them side by side.
//!
//! Asks for `register.keep`. Tells `register.fact_saved`, `register.fact_removed`.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Node, Outcome};

use crate::fact::{Fact, FactDraft, FactGroup, FactRefusal, grouped};
use crate::told::{FactRemoved, FactSaved};
use crate::{rights, sql};

/// So many facts are shown at once.
const MOST: i64 = 5_000;

/// Keeps a fact; the one of the same key, scope, as-of, source and place is corrected, all others stay as they are. Saving the same again changes nothing.
pub fn save_fact(tx: &mut Tx, who: &Acting, draft: &FactDraft) -> Outcome<Fact, FactRefusal> {
    who.may(rights::KEEP, &Node::group())?;
    if let Some(pointer) = draft.mistake() {
        return Err(FactRefusal::Field { pointer }.into());
    }
    let before = sql::fact_named(tx, draft)?;
    if let Some(fact) = before.as_ref().filter(|fact| says_the_same(fact, draft)) {
        return Ok(fact.clone());
    }
    let id = before.map_or_else(|| tx.id("fct"), |fact| fact.id);
    let fact = sql::fact_put(tx, &who.person, &id, draft)?;
    tx.tell(who, &FactSaved { fact: id, key: fact.key.clone(), value: fact.value.clone() })?;
    Ok(fact)
}

fn says_the_same(fact: &Fact, draft: &FactDraft) -> bool {
    let same = fact.value == draft.value && fact.unit == draft.unit && fact.quote == draft.quote;
    same && fact.title == draft.title && fact.contradicts == draft.contradicts
}

/// Removes a fact, with a reason.
pub fn remove_fact(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<(), FactRefusal> {
    who.may(rights::KEEP, &Node::group())?;
    let fact = sql::fact(tx, id)?.ok_or(Failure::Absent)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 2_000 {
        return Err(FactRefusal::ReasonNeeded.into());
    }
    sql::fact_delete(tx, id)?;
    tx.tell(who, &FactRemoved { fact: id.clone(), key: fact.key, reason: reason.to_owned() })?;
    Ok(())
}

/// The facts about a key and those that contradict it, side by side; nothing if there are none.
pub fn facts(read: &Read, key: &str) -> Result<Option<FactGroup>, Fault> {
    let found = sql::facts(read, key)?;
    Ok(grouped(found).into_iter().find(|group| group.key == key))
}

/// All facts in their groups, by key; at most 5,000 facts.
pub fn fact_groups(read: &Read, conflicting_only: bool) -> Result<Vec<FactGroup>, Fault> {
    let groups = grouped(sql::all_facts(read, MOST)?);
    Ok(groups.into_iter().filter(|group| group.conflicting || !conflicting_only).collect())
}

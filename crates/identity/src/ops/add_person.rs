//! A person becomes known here. Their data go under their own key; the row holds a handle.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome, Refusal};

use crate::membership::{MembershipDraft, MembershipRefusal};
use crate::mistakes::Mistakes;
use crate::ops::join;
use crate::person::{PersonDraft, PersonRefusal, found_terms, handle_of};
use crate::told::PersonAdded;
use crate::{rights, sql};

/// Adds a person, and makes them a member of a unit if one is given.
pub fn add_person(tx: &mut Tx, who: &Acting, draft: &PersonDraft, unit: Option<&MembershipDraft>) -> Outcome<Id, PersonRefusal> {
    who.may(rights::PEOPLE, &unit.map_or_else(Node::group, |unit| unit.node.clone()))?;
    let person = enter(tx, who, draft)?;
    if let Some(unit) = unit {
        join::begin(tx, who, &person, unit).map_err(|failure| failure.map(membership_words))?;
    }
    Ok(person)
}

/// The same for the set-up, imports and the simulation.
pub fn add_person_system(tx: &mut Tx, draft: &PersonDraft, unit: Option<&MembershipDraft>) -> Outcome<Id, PersonRefusal> {
    add_person(tx, &super::system(), draft, unit)
}

fn enter(tx: &mut Tx, who: &Acting, draft: &PersonDraft) -> Outcome<Id, PersonRefusal> {
    free_staff_no(tx, draft, None)?;
    let person = tx.id("psn");
    let handle = fresh_handle(tx);
    sql::person_insert(tx, &person, &handle, draft.lang)?;
    keep_fields(tx, &person, draft, crate::person::FIELDS)?;
    tx.tell(who, &PersonAdded { person: person.clone() })?;
    Ok(person)
}

/// Refuses a staff number that another person has.
pub(super) fn free_staff_no(tx: &Tx, draft: &PersonDraft, but: Option<&Id>) -> Outcome<(), PersonRefusal> {
    let Some(number) = &draft.staff_no else { return Ok(()) };
    let term = found_terms("staff_no", number).concat();
    match sql::found_by(tx, &tx.keyed_hash(&term))? {
        Some(other) if Some(&other) != but => Err(Failure::Refused(PersonRefusal::StaffNumberTaken)),
        _ => Ok(()),
    }
}

/// Keeps the fields, sealed, and the keyed hashes of those that somebody vouches for, under which they are found.
/// How an outsider is to be reached was verified by nobody, so it finds nobody.
pub(super) fn keep_fields(tx: &mut Tx, person: &Id, draft: &PersonDraft, vouched: &[&str]) -> Result<(), words::Fault> {
    sql::found_clear(tx, person)?;
    for field in crate::person::FIELDS {
        let text = draft.fields().find(|(name, _)| name == field).map_or("", |(_, text)| text);
        tx.personal_put(person, field, text)?;
    }
    let outside = crate::sql_outsiders::outsider(tx, person)?.is_some();
    keep_terms(tx, person, draft, if outside { &["name"] } else { vouched })
}

/// Keeps the keyed hashes under which these fields are found.
pub(super) fn keep_terms(tx: &mut Tx, person: &Id, draft: &PersonDraft, fields: &[&str]) -> Result<(), words::Fault> {
    for (field, text) in draft.fields().filter(|(field, text)| fields.contains(field) && !text.is_empty()) {
        for term in found_terms(field, text) {
            let hash = tx.keyed_hash(&term);
            sql::found_put(tx, person, &hash)?;
        }
    }
    Ok(())
}

fn fresh_handle(tx: &Tx) -> String {
    let random = tx.random();
    handle_of(&[random[0], random[1], random[2], random[3], random[4]])
}

fn membership_words(refusal: MembershipRefusal) -> PersonRefusal {
    match refusal {
        MembershipRefusal::Fields(mistakes) => PersonRefusal::Fields(mistakes),
        other => PersonRefusal::Fields(Mistakes::one("node", other.code())),
    }
}

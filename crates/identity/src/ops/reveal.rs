//! Personal data in the clear: with the right, a reason, and an entry in the log that names who saw what.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Tx;
use words::{Acting, Id, Outcome};

use crate::mistakes::needed;
use crate::ops::{home_node, known_person};
use crate::person::{FIELDS, PersonRefusal};
use crate::rights;
use crate::told::DataRevealed;

/// Personal data in the clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Revealed {
    /// Whose.
    pub person: Id,
    /// Their handle.
    pub handle: String,
    /// Field and text.
    pub fields: BTreeMap<String, String>,
}

/// Reveals all fields that are kept.
pub fn reveal(tx: &mut Tx, who: &Acting, person: &Id, reason: &str) -> Outcome<Revealed, PersonRefusal> {
    let known = known_person(tx, person)?;
    let node = home_node(tx, person)?;
    who.may(rights::REVEAL, &node)?;
    let reason = needed(reason, 300).ok().filter(|reason| reason.chars().count() >= 4).ok_or(PersonRefusal::ReasonNeeded)?;
    let mut fields = BTreeMap::new();
    for field in FIELDS {
        if let Some(text) = tx.personal(person, field)? {
            fields.insert((*field).to_owned(), text);
        }
    }
    let told = DataRevealed { person: person.clone(), fields: fields.keys().cloned().collect(), reason, node };
    tx.tell(who, &told)?;
    Ok(Revealed { person: person.clone(), handle: known.handle, fields })
}

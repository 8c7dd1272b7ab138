//! A case is about somebody: they and those near to them hold no office in it.
//!
//! Asked by whoever opens cases. Tells `identity.person_concerned`. Invariant: said twice it is said once, and it stays: a case does not forget whose it was.

use store::Tx;
use words::{Acting, Fault, Id, Node};

use crate::sql_roles;
use crate::told::PersonConcerned;

/// Writes down that the case on this node is about this person.
pub fn concern(tx: &mut Tx, who: &Acting, node: &Node, person: &Id, source: &str) -> Result<(), Fault> {
    if !sql_roles::concern_insert(tx, node, person, source)? {
        return Ok(());
    }
    tx.tell(who, &PersonConcerned { node: node.clone(), person: person.clone(), source: source.into() }).map(drop)
}

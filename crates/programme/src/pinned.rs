//! What a case keeps for its whole life: the forms that were in force when it began, or when it came to the version of its definition.
//!
//! Asks packs. Invariant: a change of a form never reaches a case that was opened before it; a form that did not exist then is today's.

use std::sync::Arc;

use packs::{Form, Pinned, Programme};
use store::Read;
use words::{Day, Fault, Node};

use crate::case::Case;
use crate::sql;

/// The forms of a case.
pub struct CaseForms {
    pinned: Pinned,
    programme: Arc<Programme>,
    node: Node,
    today: Day,
}

/// The forms that a case keeps.
pub fn case_forms(read: &Read, case: &Case) -> Result<CaseForms, Fault> {
    let migrated = sql::definition_installed_at(read, &case.definition, case.version)?;
    let began = migrated.map_or(case.opened_at, |at| at.max(case.opened_at));
    Ok(CaseForms { pinned: packs::as_of(read, began)?, programme: packs::current(read)?, node: case.node.clone(), today: read.now().day() })
}

impl CaseForms {
    /// The form with this key.
    pub fn form(&self, key: &str) -> Option<&Form> {
        self.pinned.form(&self.node, key).or_else(|| self.programme.form(&self.node, key, self.today))
    }
}

//! Takes the content of a document away; its hashes stay.
//!
//! Tells `desk.document_removed`. Its maker may, or who holds `desk.moderate` there; with a reason.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::bounds::{REASON, filled};
use crate::document::FileRefusal;
use crate::rights;
use crate::sql_document as sql;
use crate::told::DocumentRemoved;

/// Removes the content of all versions.
pub fn remove_document(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<(), FileRefusal> {
    let document = sql::document(tx, id)?.ok_or(Failure::Absent)?;
    if document.made_by != who.person {
        who.may(rights::MODERATE, &document.node)?;
    }
    let reason = filled(reason, REASON).ok_or(FileRefusal::ReasonNeeded)?;
    if document.removed_at.is_some() {
        return Err(FileRefusal::Removed.into());
    }
    sql::document_remove(tx, &who.person, id, &reason)?;
    tx.tell(who, &DocumentRemoved { subject: document.subject, node: document.node, document: id.clone(), reason })?;
    Ok(())
}

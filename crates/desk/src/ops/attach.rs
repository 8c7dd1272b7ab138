//! Attaches a document to a subject, or a new version to a document.
//!
//! Tells `desk.document_attached`. Who may attach is the caller's matter. Invariant: only a `CheckedFile` comes in.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::bounds::{TITLE, filled};
use crate::document::{AttachDraft, Document, FileRefusal};
use crate::file::CheckedFile;
use crate::sql_document as sql;
use crate::told::DocumentAttached;

/// Keeps a checked file as the first version of a new document.
pub fn attach(tx: &mut Tx, who: &Acting, draft: &AttachDraft, file: &CheckedFile) -> Outcome<Document, FileRefusal> {
    let title = filled(&draft.title, TITLE).unwrap_or_else(|| file.name.clone());
    let id = sql::document_insert(tx, &who.person, draft, &title)?;
    sql::version_insert(tx, &who.person, &id, 1, file, "")?;
    attached(tx, who, &id)
}

/// Keeps a checked file as the next version of a document.
pub fn attach_version(tx: &mut Tx, who: &Acting, document: &Id, file: &CheckedFile, note: &str) -> Outcome<Document, FileRefusal> {
    let before = sql::document(tx, document)?.ok_or(Failure::Absent)?;
    if before.removed_at.is_some() {
        return Err(FileRefusal::Removed.into());
    }
    let version = before.newest.version + 1;
    sql::version_insert(tx, &who.person, document, version, file, &filled(note, TITLE).unwrap_or_default())?;
    sql::document_version(tx, document, version)?;
    attached(tx, who, document)
}

fn attached(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Document, FileRefusal> {
    let document = sql::document(tx, id)?.ok_or_else(|| Fault::new("the document is gone"))?;
    let newest = &document.newest;
    let told = DocumentAttached {
        subject: document.subject.clone(),
        node: document.node.clone(),
        document: id.clone(),
        version: newest.version,
        kind: document.kind.clone(),
        sha256: newest.sha256.clone(),
    };
    tx.tell(who, &told)?;
    Ok(document)
}

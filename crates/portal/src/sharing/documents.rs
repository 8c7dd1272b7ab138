//! Documents of a component: brought by whoever offers it, read by units and teams that share, and by whoever was granted its use. Asks `desk`.
//!
//! Invariant: a document is read through its component only; what was removed is not there.

use desk::{AttachDraft, CheckedFile, Document, check_file};
use programme::Case;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Read, Tx};
use webkit::{Answer, Call, Nothing, Problem, Reply, Upload};
use words::{Acting, Failure, Fault, Id, Never, Outcome};

use super::refusal::SharingRefusal;
use super::{REQUEST, component};
use crate::rights::SHARE;
use crate::shell::holds_any;

/// Kind of these documents.
const KIND: &str = "technology_document";
/// Most of a component.
const MOST: usize = 20;
/// Brought by one person, a minute.
const PER_MINUTE: u32 = 20;

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DocumentView {
    /// Id.
    id: Id,
    /// What people call it.
    title: String,
    /// Name of the file.
    name: String,
    /// Bytes.
    size: i64,
}

/// What a document is called.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct DocumentForm {
    /// What people call it; the name of the file, if it is left out.
    #[serde(default)]
    #[schemars(length(max = 120))]
    title: String,
}

pub(super) fn of(read: &Read, component: &Id) -> Result<Vec<DocumentView>, Fault> {
    let kept = desk::documents(read, component.as_str())?.into_iter().filter(|one| one.kind == KIND && one.removed_at.is_none());
    Ok(kept.map(view).collect())
}

/// Whoever offers it, whoever may share, and whoever was granted its use.
pub(super) fn may_read(read: &Read, who: &Acting, component: &Case) -> Result<bool, Fault> {
    let granted = |case: &Case| case.about.as_ref() == Some(&who.person) && ["granted", "in_use"].contains(&case.state.as_str());
    Ok(component.lead == who.person || holds_any(who, &[SHARE]) || programme::children(read, &component.id, Some(REQUEST))?.iter().any(granted))
}

pub(super) fn add(call: &Call, upload: Upload<DocumentForm>) -> Answer<DocumentView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.rate(&format!("technology-document:{}", who.person), PER_MINUTE)?;
    let file = upload.file("file").ok_or_else(|| Problem::field("/file", "portal-technology-file"))?;
    // Looking into a file takes its time, so it comes before the transaction.
    let checked = check_file(&file.name, file.bytes.to_vec()).map_err(|_| Problem::field("/file", "portal-technology-file"))?;
    let title = upload.fields.title.trim().to_owned();
    call.write("portal.add_document", move |tx| {
        let view = view(add_document(tx, &who, &id, &title, &checked)?);
        Ok(Reply::created(format!("/technology/{id}"), view).say("portal-technology-said-document"))
    })
}

/// Keeps a document of a component of one's own.
pub fn add_document(tx: &mut Tx, who: &Acting, component: &Id, title: &str, file: &CheckedFile) -> Outcome<Document, SharingRefusal> {
    let case = component::shown(tx, who, component)?;
    if case.lead != who.person {
        return Err(Failure::Absent);
    }
    if of(tx, component)?.len() >= MOST {
        return Err(SharingRefusal::Files { most: MOST }.into());
    }
    let draft =
        AttachDraft { subject: component.to_string(), node: case.node, kind: KIND.into(), title: title.to_owned(), readers: "programme.read_all".into() };
    desk::attach(tx, who, &draft, file).map_err(|failure| failure.map(|_| SharingRefusal::File))
}

fn view(one: Document) -> DocumentView {
    DocumentView { id: one.id, title: one.title, name: one.newest.name, size: one.newest.size }
}

pub(super) fn read(call: &Call, _: Nothing) -> Answer<()> {
    let (who, id, document) = (call.acting()?, call.id("id")?, call.id("document")?);
    let content = call.read(|read| -> Outcome<_, Never> {
        let case = component::shown(read, &who, &id)?;
        let known = of(read, &id)?.into_iter().any(|one| one.id == document);
        if !known || !may_read(read, &who, &case)? {
            return Err(Failure::Absent);
        }
        desk::document_content(read, &document, None)
    })?;
    Ok(Reply::file(content.name, content.media, content.bytes))
}

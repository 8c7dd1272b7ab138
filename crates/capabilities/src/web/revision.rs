//! Handlers of documents: what breaks between two of them, and another in the place of a version's.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Failure, Id, Never, Outcome};

use super::catalogue::major;
use super::form::DocumentForm;
use crate::ops::{own_capability, revise_version::compared};
use crate::view::{self, CapabilityCard};
use crate::{Breaking, VersionState, sql};

/// The document of a version, to be revised.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReviseView {
    /// The capability.
    capability: CapabilityCard,
    /// `1` of `v1`.
    major: i64,
    /// Does the program itself bring it? Then its document moves with its releases.
    builtin: bool,
    /// OpenAPI 3.1, JSON.
    document: String,
}

/// A change that breaks callers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BreakingView {
    /// What: `operation-gone`.
    code: String,
    /// `POST /orders`.
    operation: String,
    /// Where in it: `query lang`, `body item.name`, `200 id`; empty for the operation itself.
    at: String,
}

impl From<Breaking> for BreakingView {
    fn from(one: Breaking) -> Self {
        Self { code: one.code.to_owned(), operation: one.operation, at: one.at }
    }
}

/// What of a version breaks those who called the one before.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChangesView {
    /// The capability.
    capability: CapabilityCard,
    /// `2` of `v2`.
    major: i64,
    /// The version before: `1` of `v1`; nothing if there is none.
    since: Option<i64>,
    /// What breaks.
    breaking: Vec<BreakingView>,
}

/// A document that was put in force.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisedView {
    /// Id of the version.
    id: Id,
    /// `1` of `v1`.
    major: i64,
    /// SHA-256 of its document.
    document_hash: String,
    /// What breaks; it was acknowledged.
    breaking: Vec<BreakingView>,
}

pub(super) fn draft(call: &Call, _: Nothing) -> Answer<ReviseView> {
    let (who, major) = (call.acting()?, major(call)?);
    let view = call.read(|read| revise_view(read, &who, call.path_text("slug"), major))?;
    Ok(Reply::page("capabilities/revise.html", view))
}

fn revise_view(read: &Read, who: &Acting, slug: &str, major: i64) -> Outcome<ReviseView, Never> {
    let capability = own_capability::<Never>(read, who, slug)?;
    let version = sql::versions_of(read, &capability.id)?.into_iter().find(|version| version.major == major).ok_or(Failure::Absent)?;
    Ok(ReviseView { capability: view::card(read, Some(who), &capability)?, major, builtin: !version.by_case, document: version.document })
}

pub(super) fn revise(call: &Call, form: DocumentForm) -> Answer<RevisedView> {
    let (who, slug, major) = (call.acting()?, call.path_text("slug").to_owned(), major(call)?);
    call.write("capabilities.revise_version", move |tx| {
        let (version, breaking) = crate::revise_version(tx, &who, &slug, major, &form.document, form.acknowledged)?;
        let breaking = breaking.into_iter().map(BreakingView::from).collect();
        let view = RevisedView { id: version.id, major, document_hash: version.document_hash, breaking };
        Ok(Reply::done(format!("/capabilities/{slug}/versions/{major}"), view).say("capabilities-said-revised"))
    })
}

pub(super) fn changes(call: &Call, _: Nothing) -> Answer<ChangesView> {
    let major = major(call)?;
    let view = call.read(|read| changes_view(read, call.who(), call.path_text("slug"), major))?;
    Ok(Reply::page("capabilities/changes.html", view))
}

/// The version before is the newest below that ever was callable.
fn changes_view(read: &Read, who: Option<&Acting>, slug: &str, major: i64) -> Outcome<ChangesView, Never> {
    let (card, version) = view::version_seen(read, who, slug, major)?;
    let all = sql::versions_of(read, &version.capability)?;
    let before = all.into_iter().filter(|other| other.major < major && other.state != VersionState::Draft).max_by_key(|other| other.major);
    let breaking = before.as_ref().map_or(Ok(Vec::new()), |before| compared(&before.document, &version.document))?;
    Ok(ChangesView { capability: card, major, since: before.map(|before| before.major), breaking: breaking.into_iter().map(BreakingView::from).collect() })
}

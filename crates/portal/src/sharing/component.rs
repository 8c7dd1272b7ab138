//! The page of a component: what it is, its documents, its history, how often it was reused, and the way to ask for it.

use programme::Case;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Failure, Fault, Id, Instant, Never, Outcome};

use super::components::{ComponentRow, RequestRow, requests, rows};
use super::documents::{self, DocumentView};
use super::offer::FORM;
use super::{COMPONENT, OFFERED, reuse, text};

/// What happened to it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PastView {
    /// When.
    at: Instant,
    /// What: the move of the lifecycle.
    label: Bilingual,
    /// Why, where a reason was given.
    reason: String,
    /// Was it taken back?
    taken_back: bool,
}

/// A component.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ComponentView {
    /// In short.
    component: ComponentRow,
    /// How to reach whoever offers it.
    contact: String,
    /// Who offers it.
    owner: String,
    /// Where it is documented.
    documentation: String,
    /// Can that be opened in a browser?
    documentation_href: Option<String>,
    /// Documents that lie here.
    documents: Vec<DocumentView>,
    /// May whoever looks read them?
    may_read: bool,
    /// Is it one's own?
    mine: bool,
    /// May whoever looks ask for it now?
    may_ask: bool,
    /// One's own requests, newest first; for whoever offers it those of all.
    requests: Vec<RequestRow>,
    /// Newest first.
    history: Vec<PastView>,
}

/// A component that somebody may see: one that was offered, or one's own draft.
pub(super) fn shown<R>(read: &Read, who: &Acting, id: &Id) -> Outcome<Case, R> {
    let found = programme::case(read, id).map_err(|failure| failure.map(|never: Never| match never {}))?;
    let seen = found.definition == COMPONENT && (found.state != "draft" || found.lead == who.person);
    if seen { Ok(found) } else { Err(Failure::Absent) }
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<ComponentView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    Ok(Reply::page("portal/technology_component.html", call.read::<_, Never>(|read| view(read, &who, &id))?))
}

fn view(read: &Read, who: &Acting, id: &Id) -> Outcome<ComponentView, Never> {
    let case = shown(read, who, id)?;
    let row = rows(read, &reuse::all(read)?)?.into_iter().find(|row| row.id == *id).ok_or(Failure::Absent)?;
    let sheets = programme::answers(read, id)?;
    let answers = sheets.iter().find(|sheet| sheet.form == FORM).map(|sheet| &sheet.answers);
    let documentation = text(answers, "documentation").to_owned();
    let mine = case.lead == who.person;
    let own = requests(read, |request| request.parent.as_ref() == Some(id) && (mine || request.about.as_ref() == Some(&who.person)))?;
    let waits = own.iter().any(|request| ["asked", "granted"].contains(&request.state.as_str()));
    Ok(ComponentView {
        contact: text(answers, "contact").to_owned(),
        owner: identity::person_names(read, std::slice::from_ref(&case.lead))?.remove(&case.lead).unwrap_or_default(),
        documentation_href: Some(documentation.clone()).filter(|text| text.starts_with("https://") || text.starts_with("http://")),
        documentation,
        documents: documents::of(read, id)?,
        may_read: documents::may_read(read, who, &case)?,
        mine,
        may_ask: !mine && !waits && case.state == OFFERED,
        requests: own,
        history: history(read, &case)?,
        component: row,
    })
}

fn history(read: &Read, case: &Case) -> Result<Vec<PastView>, Fault> {
    let definition = programme::definition(read, &case.definition, case.version)?;
    let label = |name: &str| definition.find_move(name).map_or_else(|| Bilingual::new(name, name), |step| step.label.clone());
    let past = |made: programme::MoveMade| PastView { at: made.at, label: label(&made.name), reason: made.reason, taken_back: made.rectified_by.is_some() };
    Ok(programme::moves(read, &case.id)?.into_iter().rev().filter(|made| made.rectifies.is_none()).map(past).collect())
}

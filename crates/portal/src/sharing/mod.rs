//! Technology sharing (S-014, S-023): components that units and teams offer to each other, requests to use them, and how often each was reused.
//!
//! A component and a request are cases of the pack (`technology.component`, `technology.request`): their moves, to-dos, messages and history are those of every case. Here they
//! are composed into lists and pages. Asks `programme`, `identity`, `desk`. Invariant: a reuse is a request that came into use, counted once, and every number opens to its requests.

mod component;
mod components;
mod documents;
mod lapse;
mod offer;
mod refusal;
mod request;
mod reuse;

use std::collections::BTreeMap;

use packs::Form;
use serde_json::{Map, Value};
use store::Read;
use webkit::{Access, Routes};
use words::{Bilingual, Fault};

use crate::rights::SHARE;

pub(crate) use components::{ComponentRow, found};
pub use documents::add_document;
pub use lapse::lapse_requests;
pub use offer::{ComponentForm, offer_component};
pub use refusal::SharingRefusal;
pub use request::{RequestForm, request_component};

/// Definition of the pack by which components are offered and withdrawn.
pub const COMPONENT: &str = "technology.component";
const REQUEST: &str = "technology.request";
/// The state of a request that makes it a reuse.
const IN_USE: &str = "in_use";
const OFFERED: &str = "offered";

pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/technology", "portal.technology.list", Access::Person, components::list)
        .template("portal/technology.html")
        .get("/technology/new", "portal.technology.new", Access::Right(SHARE), offer::new)
        .template("portal/technology_new.html")
        .post("/technology", "portal.technology.offer", Access::Right(SHARE), offer::offer)
        .refusals(&["programme-fields", "programme-no-definition", "portal-technology-unit", "too-often"])
        .get("/technology/mine", "portal.technology.mine", Access::Person, components::mine)
        .template("portal/technology_mine.html")
        .get("/technology/reuse", "portal.technology.reuse", Access::Person, reuse::show)
        .template("portal/technology_reuse.html")
        .get("/technology/{id}", "portal.technology.show", Access::Person, component::show)
        .template("portal/technology_component.html")
        .post("/technology/{id}/requests", "portal.technology.request", Access::Person, request::ask)
        .refusals(&["programme-fields", "portal-technology-closed", "portal-technology-own", "portal-technology-asked", "too-often"])
        .post("/technology/{id}/documents", "portal.technology.document.add", Access::Person, documents::add)
        .refusals(&["portal-technology-file", "portal-technology-files", "too-often"])
        .get("/technology/{id}/documents/{document}", "portal.technology.document.read", Access::Person, documents::read)
}

/// A text of an answer sheet.
fn text<'a>(answers: Option<&'a Map<String, Value>>, key: &str) -> &'a str {
    answers.and_then(|answers| answers.get(key)).and_then(Value::as_str).unwrap_or_default()
}

/// Names of units and bases: by the last part of their path, as forms keep them.
fn places(read: &Read) -> Result<BTreeMap<String, Bilingual>, Fault> {
    Ok(identity::places(read)?.into_iter().map(|node| (node.path.name().to_owned(), node.title)).collect())
}

/// What the options of a choice are called in the form of the pack in force.
fn options(form: Option<&Form>, field: &str) -> Vec<(String, Bilingual)> {
    let field = form.and_then(|form| form.field(field));
    field.into_iter().flat_map(|field| &field.options).map(|one| (one.key.clone(), Bilingual::new(&one.zh, &one.en))).collect()
}

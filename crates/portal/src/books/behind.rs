//! What is behind a posting: the cases, people, units, documents and events that its cause and its paths name.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Fault, Id, IfAny, Never};

use crate::rights;

/// Something that a path or a cause names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct ThingView {
    /// `case`, `person`, `document`, `round`, `event`.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where it can be read, by who may.
    pub href: Option<String>,
}

/// What these words stand for; words that name nothing are left out, each thing is there once.
pub(super) fn things<'a>(read: &Read, who: &Acting, words: impl Iterator<Item = &'a str>) -> Result<Vec<ThingView>, Fault> {
    let mut found: Vec<ThingView> = Vec::new();
    for word in words {
        let Ok(id) = Id::parse(word) else { continue };
        for thing in of(read, who, &id)? {
            if !found.contains(&thing) {
                found.push(thing);
            }
        }
    }
    Ok(found)
}

fn of(read: &Read, who: &Acting, id: &Id) -> Result<Vec<ThingView>, Fault> {
    let mut found = Vec::new();
    let mut put = |kind, name: String, href: Option<String>| found.push(ThingView { kind, id: id.to_string(), name, href });
    if let Some(case) = programme::case(read, id).if_any()? {
        let name = format!("{} {}", case.number, case.title);
        put(if case.definition == "hemi.round" { "round" } else { "case" }, name, place_of(read, who, &case)?);
    }
    if let Some(name) = identity::person_names(read, std::slice::from_ref(id))?.remove(id) {
        let open = who.can(identity::rights::PEOPLE, &words::Node::group());
        put("person", name, open.then(|| format!("/admin/people/{id}")));
    }
    if let Some(document) = desk::document(read, id).if_any()? {
        put("document", document.title, Some(format!("/files/{id}")));
    }
    if who.can(rights::AUDIT, &words::Node::group()) && !read.events_of(id.as_str(), 0, 1)?.is_empty() {
        put("event", id.to_string(), Some(format!("/audit/{id}")));
    }
    Ok(found)
}

/// Where whoever looks can read about a case: its own page, the page of a backing round, or what was published about it.
fn place_of(read: &Read, who: &Acting, case: &programme::Case) -> Result<Option<String>, Fault> {
    if case.definition == "hemi.round" {
        return Ok(Some(format!("/hemi/rounds/{}", case.id)));
    }
    if programme::may_see::<Never>(read, who, case).if_any()?.is_some() {
        return Ok(Some(format!("/cases/{}", case.id)));
    }
    let published = desk::notices_of(read, case.id.as_str())?.iter().any(|notice| notice.state.stands());
    Ok(published.then(|| format!("/showcase/{}", case.id)))
}

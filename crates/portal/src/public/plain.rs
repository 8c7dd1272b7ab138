//! Help, privacy, and the accessibility statement: texts of the portal itself.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply};
use words::Day;

/// Day on which the accessibility of the pages was last looked at by ourselves.
const REVIEWED_ON: &str = "2026-11-22";

/// A page of texts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlainView {
    /// Which page.
    page: &'static str,
    /// Its sections: `portal-<page>-<section>` is the title, `portal-<page>-<section>-text` the text.
    sections: Vec<&'static str>,
    /// Day of the last review of the page, if it has one.
    reviewed_on: Option<Day>,
}

pub(super) fn help(_: &Call, _: Nothing) -> Answer<PlainView> {
    let sections = vec!["start", "declare", "review", "incubate", "hemi", "challenges", "sources", "api", "contact"];
    Ok(Reply::page("portal/plain.html", PlainView { page: "help", sections, reviewed_on: None }))
}

pub(super) fn privacy(_: &Call, _: Nothing) -> Answer<PlainView> {
    let sections = vec!["what", "why", "where", "rights", "log", "cookies"];
    Ok(Reply::page("portal/plain.html", PlainView { page: "privacy", sections, reviewed_on: None }))
}

pub(super) fn accessibility(_: &Call, _: Nothing) -> Answer<PlainView> {
    let sections = vec!["goal", "how", "limits", "tell"];
    Ok(Reply::page("portal/plain.html", PlainView { page: "accessibility", sections, reviewed_on: Day::parse(REVIEWED_ON).ok() }))
}

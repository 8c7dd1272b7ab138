//! The first five steps of a new user, each read from what is really there.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Never, Outcome};

/// A step.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CheckView {
    /// Text key of the step; `<key>-text` says why.
    pub key: &'static str,
    /// Where it is done.
    pub href: &'static str,
    /// Is it done?
    pub done: bool,
}

/// Unit known, reachable by mail, messages read, a project joined, a project backed.
pub(super) fn checklist(read: &Read, who: &Acting, takes_part: bool) -> Outcome<Vec<CheckView>, Never> {
    let unit = identity::home_unit(read, &who.person, read.now().day())?.is_some();
    let reachable = read.personal(&who.person, "email")?.is_some();
    let read_one = desk::inbox(read, &who.person, false, None, 50)?.iter().any(|item| item.read_at.is_some());
    let backs = hemi::record_of(read, &who.person)?.backed > 0;
    let step = |key, href, done| CheckView { key, href, done };
    Ok(vec![
        step("portal-check-unit", "/me/profile", unit),
        step("portal-check-mail", "/me/profile", reachable),
        step("portal-check-inbox", "/inbox", read_one),
        step("portal-check-project", "/projects", takes_part),
        step("portal-check-back", "/hemi/rounds", backs),
    ])
}

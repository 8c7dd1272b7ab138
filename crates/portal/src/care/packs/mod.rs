//! Administration of packs: what is in force, entry by entry; changes as an overlay with preview and a second person; packs sent and taken away.
//!
//! Asks `packs` for entries and changes, `programme` for proofs and migrations. Invariant: auditors read all of it and change nothing.

mod change;
mod contents;
mod edit;
mod entry;
mod export;
mod import;
mod inputs;
mod list;
mod preview;
mod said;

use packs::{ChangeKind, Programme};
use webkit::{Access, Call, Problem, Routes};
use words::{Acting, Node};

use crate::rights;
use crate::shell::holds_any;

const CHANGE: Access = Access::Right(rights::PARAMS);
const MANAGE: Access = Access::Right(rights::PACKS);
const READERS: &[&str] = &[rights::PACKS, rights::PARAMS, rights::AUDIT];
const WRONG: &[&str] =
    &["packs-bad-shape", "packs-locked", "packs-field-changed", "packs-same-version", "packs-weights", "packs-unknown-node", "packs-in-the-past"];
const SENT: &[&str] = &[
    "packs-not-zip",
    "packs-too-large",
    "packs-too-many-files",
    "packs-bad-path",
    "packs-bad-entry",
    "packs-large-file",
    "packs-no-pack",
    "packs-too-many-imports",
];

/// The pages.
pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/packs", "portal.pack.list", Access::Person, list::list)
        .template("portal/packs.html")
        .post("/admin/packs/imports", "portal.import.rehearse", MANAGE, import::rehearse)
        .refusals(SENT)
        .get("/admin/packs/imports/{id}", "portal.import.show", Access::Person, import::show)
        .template("portal/import.html")
        .post("/admin/packs/imports/{id}/proposal", "portal.import.propose", MANAGE, import::propose)
        .refusals(&["packs-import-mistakes", "packs-no-reason", "packs-import-not-open"])
        .post("/admin/packs/imports/{id}/confirmation", "portal.import.apply", MANAGE, import::apply)
        .refusals(&["packs-same-person", "packs-import-not-open", "packs-import-mistakes", "packs-version-taken", "packs-depends"])
        .post("/admin/packs/imports/{id}/withdrawal", "portal.import.withdraw", MANAGE, import::withdraw)
        .refusals(&["packs-not-yours", "packs-import-not-open"])
        .get("/admin/packs/{pack}", "portal.pack.show", Access::Person, contents::show)
        .template("portal/pack.html")
        .get("/admin/packs/{pack}/export", "portal.pack.export", MANAGE, export::take)
        .get("/admin/packs/{pack}/entries/{kind}/{key}", "portal.entry.show", Access::Person, entry::show)
        .template("portal/entry.html")
        .get("/admin/packs/{pack}/entries/{kind}/{key}/edit", "portal.entry.edit", CHANGE, edit::show)
        .template("portal/entry_edit.html")
        .post("/admin/packs/{pack}/entries/{kind}/{key}/edit", "portal.entry.edit_again", CHANGE, edit::again)
        .template("portal/entry_edit.html")
        .post("/admin/packs/{pack}/entries/{kind}/{key}/preview", "portal.entry.preview", CHANGE, preview::preview)
        .template("portal/entry_preview.html")
        .refusals(WRONG)
        .post("/admin/packs/{pack}/entries/{kind}/{key}/changes", "portal.entry.propose", CHANGE, change::propose)
        .refusals(WRONG)
        .get("/admin/changes/{id}", "portal.change.show", Access::Person, change::show)
        .template("portal/change_page.html")
}

/// Whoever may read packs: those who manage or change them, and auditors.
fn reader(call: &Call) -> Result<Acting, Problem> {
    let who = call.acting()?;
    if holds_any(&who, READERS) { Ok(who) } else { Err(Problem::new(403, "denied").arg("right", rights::PACKS).arg("node", Node::group())) }
}

/// The pack in the address is the one in force.
fn in_force(call: &Call, programme: &Programme) -> Result<(), Problem> {
    if call.path_text("pack") == programme.pack.about.id { Ok(()) } else { Err(Problem::absent()) }
}

/// Kinds of entries that may be changed.
fn changeable(kind: &str) -> Option<ChangeKind> {
    ChangeKind::read(kind)
}

/// A place in a form; the group if it is not said.
fn place(node: &str) -> Node {
    if node.is_empty() { Node::group() } else { Node::at(node) }
}

/// Address of an entry.
fn entry_url(pack: &str, kind: &str, key: &str) -> String {
    format!("/admin/packs/{pack}/entries/{kind}/{key}")
}

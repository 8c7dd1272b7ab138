//! Installed packs, and what the pack that is built into the program would change.

use packs::{Installed, PackDiff};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Bilingual, Fault, Instant, Never};

/// A version.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct VersionView {
    /// Id of the pack.
    pack: String,
    /// Version.
    version: String,
    /// Content hash.
    hash: String,
    /// Why it was installed.
    note: String,
    /// By whom.
    installed_by: String,
    /// When.
    installed_at: Instant,
    /// Is it in force?
    in_force: bool,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PacksView {
    /// Title of the pack in force.
    title: Bilingual,
    /// A sentence about it.
    about: Bilingual,
    /// Licence.
    licence: String,
    /// Files it has.
    files: i64,
    /// Installed versions, newest first.
    versions: Vec<VersionView>,
    /// Version that is built in.
    built_in: Option<String>,
    /// What the built-in one would change, by kind; empty if nothing.
    diff: PackDiff,
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<PacksView> {
    let who = call.acting()?;
    who.may(crate::rights::PACKS, &words::Node::group())?;
    Ok(Reply::page("portal/packs.html", call.read::<_, Never>(|read| Ok(view(read)?))?))
}

fn view(read: &Read) -> Result<PacksView, Fault> {
    let programme = packs::current(read)?;
    let (pack, built_in) = (&programme.pack, packs::embedded().ok());
    let installed = packs::versions(read)?;
    let persons: Vec<words::Id> = installed.iter().map(|version| version.installed_by.clone()).collect();
    let names = identity::person_names(read, &persons)?;
    let version = |version: Installed| VersionView {
        in_force: version.hash == pack.hash,
        installed_by: names.get(&version.installed_by).cloned().unwrap_or_else(|| version.installed_by.to_string()),
        pack: version.pack,
        version: version.version,
        hash: version.hash,
        note: version.note,
        installed_at: version.installed_at,
    };
    Ok(PacksView {
        title: Bilingual::new(&pack.about.zh, &pack.about.en),
        about: pack.about.about.clone(),
        licence: pack.about.licence.clone(),
        files: pack.files.len() as i64,
        versions: installed.into_iter().map(version).collect(),
        diff: built_in.as_ref().map(|built_in| packs::diff(pack, built_in)).unwrap_or_default(),
        built_in: built_in.map(|built_in| format!("{} {}", built_in.about.id, built_in.about.version)),
    })
}

//! Installed packs, changes and uploads that wait, and what the pack that is built into the program would change.

use packs::{ChangeState, ImportState, Installed, PackDiff};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Fault, Id, Instant, Never, Node};

use super::reader;
use crate::care::params::{ChangeView, change_views};
use crate::rights;

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

/// A pack that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportLine {
    /// Id.
    id: Id,
    /// Pack.
    pack: String,
    /// Version.
    version: String,
    /// Name of the file.
    name: String,
    /// Mistakes that were found when it was sent.
    mistakes: i64,
    /// Where it stands.
    state: ImportState,
    /// Who sent it.
    rehearsed_by: String,
    /// When.
    rehearsed_at: Instant,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PacksView {
    /// Id of the pack in force.
    pack: String,
    /// Its version.
    version: String,
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
    /// Changes of entries that wait for a second person.
    proposed: Vec<ChangeView>,
    /// Packs that were sent, newest first.
    imports: Vec<ImportLine>,
    /// May whoever looks send and take packs?
    may_manage: bool,
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<PacksView> {
    let who = reader(call)?;
    Ok(Reply::page("portal/packs.html", call.read::<_, Never>(|read| Ok(view(read, &who)?))?))
}

fn imports(read: &Read) -> Result<Vec<ImportLine>, Fault> {
    let found = packs::imports(read, None)?;
    let persons: Vec<Id> = found.iter().map(|one| one.rehearsed_by.clone()).collect();
    let names = identity::person_names(read, &persons)?;
    let line = |one: packs::PackImport| ImportLine {
        rehearsed_by: names.get(&one.rehearsed_by).cloned().unwrap_or_else(|| one.rehearsed_by.to_string()),
        id: one.id,
        pack: one.pack,
        version: one.version,
        name: one.name,
        mistakes: one.mistakes,
        state: one.state,
        rehearsed_at: one.rehearsed_at,
    };
    Ok(found.into_iter().map(line).collect())
}

fn view(read: &Read, who: &Acting) -> Result<PacksView, Fault> {
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
    let mut proposed = packs::changes(read, Some(ChangeState::Proposed), None)?;
    proposed.retain(|change| change.kind != packs::ChangeKind::Param);
    Ok(PacksView {
        pack: pack.about.id.clone(),
        version: pack.about.version.clone(),
        proposed: change_views(read, who, proposed)?,
        imports: imports(read)?,
        may_manage: who.can(rights::PACKS, &Node::group()),
        title: Bilingual::new(&pack.about.zh, &pack.about.en),
        about: pack.about.about.clone(),
        licence: pack.about.licence.clone(),
        files: pack.files.len() as i64,
        versions: installed.into_iter().map(version).collect(),
        diff: built_in.as_ref().map(|built_in| packs::diff(pack, built_in)).unwrap_or_default(),
        built_in: built_in.map(|built_in| format!("{} {}", built_in.about.id, built_in.about.version)),
    })
}

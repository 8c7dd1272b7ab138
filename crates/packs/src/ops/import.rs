//! Rehearsing an import: what it would change against what was installed, and against what the overlay here says.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::Fault;

use std::sync::Arc;

use crate::diff::{diff_entries, three_way_entries};
use crate::files::line_of_key;
use crate::ops::current::{overlay_of, pack_of};
use crate::{Files, Pack, PackDiff, PackMistake, PackMistakes, Programme, ThreeWay, current, sql};

/// What an import would do. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportPlan {
    /// Id of the pack.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// Its content hash.
    pub hash: String,
    /// The version that is in force now.
    pub installed: String,
    /// The version here that it was made from, if it says one that is known.
    pub based_on: Option<String>,
    /// Mistakes; with any, it cannot be installed.
    pub mistakes: PackMistakes,
    /// What differs from the installed pack (all is added if there is none).
    pub diff: PackDiff,
    /// Who changed what: the pack that comes in, or the overlay here.
    pub three_way: Vec<ThreeWay>,
    /// Confirmed changes that would not fit any more: `node target`.
    pub orphans: Vec<String>,
}

/// Reads the files and compares; changes nothing.
pub fn plan_import(read: &Read, files: Files) -> Result<ImportPlan, Fault> {
    let (theirs, mistakes) = Pack::inspect(files);
    plan_for(read, &Arc::new(theirs), mistakes)
}

/// The same for a pack that was read already, with the mistakes that were found in it.
pub fn plan_for(read: &Read, theirs: &Arc<Pack>, mistakes: PackMistakes) -> Result<ImportPlan, Fault> {
    let (head, today) = (sql::head(read)?, read.now().day());
    let base = head.as_ref().map(|head| pack_of(read, &head.version)).transpose()?.unwrap_or_default();
    let installed = Programme::of(base).entries(today);
    let ours = if head.is_some() { current(read)?.entries(today) } else { installed.clone() };
    let incoming = Programme::of(theirs.clone()).entries(today);
    let based_on = match &theirs.about.based_on {
        Some(hash) => sql::version_hashed(read, hash)?,
        None => None,
    };
    let orphans = sql::confirmed(read)?.into_iter().filter(|change| overlay_of(change).is_none_or(|overlay| !theirs.misfits(&overlay).is_empty()));
    let mut wrong = mistakes.0;
    wrong.extend(in_the_way(read, theirs)?);
    Ok(ImportPlan {
        pack: theirs.about.id.clone(),
        version: theirs.about.version.clone(),
        hash: theirs.hash.clone(),
        installed: match head {
            Some(head) => sql::version(read, &head.version)?.map(|it| it.version).unwrap_or_default(),
            None => String::new(),
        },
        based_on: based_on.map(|it| it.version),
        diff: diff_entries(&installed, &incoming),
        three_way: three_way_entries(&installed, &incoming, &ours),
        orphans: orphans.map(|change| format!("{} {}", change.node, change.target)).collect(),
        mistakes: PackMistakes(wrong),
    })
}

/// What would make the installation refuse it: a number that is taken, packs that are missing.
fn in_the_way(read: &Read, theirs: &Pack) -> Result<Vec<PackMistake>, Fault> {
    let about = &theirs.about;
    let line = |key: &str| theirs.files.get("pack.toml").and_then(|bytes| line_of_key(std::str::from_utf8(bytes).ok()?, key));
    let mut found = Vec::new();
    if sql::version_named(read, &about.id, &about.version)?.is_some_and(|taken| taken.hash != theirs.hash) {
        found.push(PackMistake::new("pack.toml", line("version"), "version-taken", &[("pack", &about.id), ("version", &about.version)]));
    }
    let installed = sql::versions(read)?;
    for needed in about.depends.iter().filter(|needed| !installed.iter().any(|it| it.pack == **needed)) {
        found.push(PackMistake::new("pack.toml", line("depends"), "depends", &[("packs", needed)]));
    }
    Ok(found)
}

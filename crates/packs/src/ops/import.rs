//! Rehearsing an import: what it would change, against what is in force and against the version that it was made from.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::Fault;

use crate::files::Files;
use crate::ops::current::overlay_of;
use crate::{Pack, PackDiff, PackMistakes, ThreeWay, current, diff, sql, three_way};

/// What an import would do. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportPlan {
    /// Id of the pack.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// Its content hash.
    pub hash: String,
    /// Mistakes; with any, it cannot be installed.
    pub mistakes: PackMistakes,
    /// What differs from the pack in force (all is added if there is none).
    pub diff: PackDiff,
    /// Who changed what since the version that it was made from, if that one is installed here.
    pub three_way: Option<Vec<ThreeWay>>,
    /// Confirmed changes that would not fit any more: `node target`.
    pub orphans: Vec<String>,
}

/// Reads the files and compares; changes nothing.
pub fn plan_import(read: &Read, files: Files) -> Result<ImportPlan, Fault> {
    let (theirs, mistakes) = Pack::inspect(files);
    let empty = std::sync::Arc::new(Pack::default());
    let ours = if sql::head(read)?.is_some() { current(read)?.pack.clone() } else { empty };
    let base = match &theirs.about.based_on {
        Some(hash) => sql::version_hashed(read, hash)?,
        None => None,
    };
    let base = base.map(|version| sql::files(read, &version.id)).transpose()?;
    let orphans = sql::confirmed(read)?.into_iter().filter(|change| overlay_of(change).is_none_or(|overlay| !theirs.misfits(&overlay).is_empty()));
    Ok(ImportPlan {
        pack: theirs.about.id.clone(),
        version: theirs.about.version.clone(),
        hash: theirs.hash.clone(),
        diff: diff(&ours, &theirs),
        three_way: base.map(|files| three_way(&Pack::inspect(files).0, &theirs, &ours)),
        orphans: orphans.map(|change| format!("{} {}", change.node, change.target)).collect(),
        mistakes,
    })
}

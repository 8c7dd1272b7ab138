//! Taking the pack away as a zip file: as it was installed, or with the overlay; with or without the people and ideas of the demo.

use packs::ExportTerms;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Problem, Reply};
use words::Never;

use super::in_force;

/// What to take along.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ExportQuery {
    /// As it was installed, without the confirmed changes.
    #[serde(default)]
    installed: bool,
    /// Without the people and ideas of the demo.
    #[serde(default)]
    bare: bool,
}

/// A zip file; there is no JSON of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PackFile {}

pub(super) fn take(call: &Call, query: ExportQuery) -> Answer<PackFile> {
    let (who, terms) = (call.acting()?, ExportTerms { bare: query.bare, installed: query.installed });
    let (programme, files) = call.read::<_, Never>(|read| Ok((packs::current(read)?, packs::export(read, &who, terms)?)))?;
    in_force(call, &programme)?;
    let bytes = packs::write_zip(&files).map_err(Problem::broken)?;
    let about = &programme.pack.about;
    let which = if terms.installed { "" } else { "-overlay" };
    Ok(Reply::file(format!("{}-{}{which}.zip", about.id, about.version), "application/zip", bytes))
}

//! What the program itself can do is registered through the same tables as anybody's, when it starts; a new release brings the new document.
//!
//! Invariant: run again with the same document, nothing changes.

use store::Tx;
use words::{Acting, Outcome};

use crate::capability::CapabilityDraft;
use crate::ops::add_version::{VersionDraft, check, put};
use crate::ops::declare_meters::declare_meters;
use crate::refusal::VersionRefusal;
use crate::version::{Served, VersionState};
use crate::{Asks, Document, carry_version, feed, register_capability, sql};

/// A capability of the program, at version 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Builtin {
    /// What it is.
    pub capability: CapabilityDraft,
    /// How it is called.
    pub version: VersionDraft,
}

/// Registers it, or brings its document up to date.
pub fn ensure_builtin<A: Asks>(tx: &mut Tx, builtin: &Builtin) -> Outcome<(), VersionRefusal> {
    let system = Acting::system("setup");
    check(&builtin.version, Served::Any)?;
    let capability = match sql::capability_by_slug(tx, &builtin.capability.slug)? {
        Some(capability) => capability,
        None => register_capability(tx, &system, builtin.capability.clone()).map_err(|failure| words::Failure::Broken(failure.into_fault()))?,
    };
    let Some(mut version) = sql::versions_of(tx, &capability.id)?.pop() else {
        let version = put(tx, &system, &capability, None, 1, builtin.version.clone())?;
        return carry_version::<A>(tx, &system, &version.id, VersionState::Live).map(drop);
    };
    let hash = crate::document::fingerprint(&builtin.version.document);
    if version.document_hash != hash {
        (version.document, version.document_hash) = (builtin.version.document.clone(), hash);
        sql::version_put(tx, &version)?;
        let document = Document::parse(&version.document).map_err(VersionRefusal::Document)?;
        declare_meters(tx, &capability, &document)?;
        feed::note(tx, feed::CAPABILITY, &capability.id)?;
    }
    Ok(())
}

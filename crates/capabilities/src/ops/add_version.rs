//! The owner adds a version: a document that says what can be called, and where the calls go.
//!
//! Asks for a case of the lifecycle `capability.version`. Tells `VersionAdded`. Invariant: versions of a capability count up from 1 without a gap.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::capability::Capability;
use crate::refusal::VersionRefusal;
use crate::told::VersionAdded;
use crate::version::{Served, Version, VersionState, admit};
use crate::{Asks, Document, VersionCase, feed, ops, sampled, sql};

/// A version to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDraft {
    /// Where sandbox calls go.
    pub sandbox_upstream: String,
    /// Where live calls go; empty while there is none.
    pub live_upstream: String,
    /// OpenAPI 3.1, JSON.
    pub document: String,
    /// Longest wait for the upstream's answer to begin.
    pub timeout_ms: i64,
    /// Largest body of a request, bytes.
    pub body_limit: i64,
}

/// Adds the next version as a draft; a case moves it from there.
pub fn add_version<A: Asks>(tx: &mut Tx, who: &Acting, slug: &str, draft: VersionDraft) -> Outcome<Version, VersionRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    let major = next_major(tx, &capability)?;
    let draft = VersionDraft { sandbox_upstream: sampled::kept(&draft.sandbox_upstream, slug, major), ..draft };
    check(&draft, Served::Sample(&sampled::upstream(slug, major)))?;
    let case = A::open_case(tx, who, version_case(&capability, major))?;
    put(tx, who, &capability, Some(case), major, draft)
}

/// The same for what the program itself serves on behalf of the owner (`builtin:…`), which nobody can name by hand.
pub fn add_served_version<A: Asks>(tx: &mut Tx, who: &Acting, slug: &str, draft: VersionDraft) -> Outcome<Version, VersionRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    check(&draft, Served::Any)?;
    let major = next_major(tx, &capability)?;
    let case = A::open_case(tx, who, version_case(&capability, major))?;
    put(tx, who, &capability, Some(case), major, draft)
}

fn version_case(capability: &Capability, major: i64) -> VersionCase {
    VersionCase { title: format!("{} v{major}", capability.zh), node: capability.node.clone(), owner: capability.owner.clone() }
}

/// Can its document and addresses be used?
pub(crate) fn check(draft: &VersionDraft, served: Served<'_>) -> Result<(), VersionRefusal> {
    Document::parse(&draft.document).map_err(VersionRefusal::Document)?;
    admit(&draft.sandbox_upstream, &draft.live_upstream, draft.timeout_ms, draft.body_limit, served)
}

pub(crate) fn next_major(tx: &Tx, capability: &Capability) -> Result<i64, words::Fault> {
    Ok(sql::versions_of(tx, &capability.id)?.first().map_or(1, |newest| newest.major + 1))
}

pub(crate) fn put(tx: &mut Tx, who: &Acting, capability: &Capability, case: Option<Id>, major: i64, draft: VersionDraft) -> Outcome<Version, VersionRefusal> {
    let now = tx.now();
    let version = Version {
        by_case: case.is_some(),
        id: case.unwrap_or_else(|| tx.id("ver")),
        capability: capability.id.clone(),
        major,
        state: VersionState::Draft,
        sandbox_upstream: draft.sandbox_upstream,
        live_upstream: draft.live_upstream,
        document_hash: crate::document::fingerprint(&draft.document),
        document: draft.document,
        timeout_ms: draft.timeout_ms,
        body_limit: draft.body_limit,
        sunset_on: None,
        entered_at: now,
        made_at: now,
    };
    sql::version_insert(tx, &version)?;
    let document = Document::parse(&version.document).map_err(VersionRefusal::Document)?;
    ops::declare_meters::declare_meters(tx, capability, &document)?;
    feed::note(tx, feed::CAPABILITY, &capability.id)?;
    let told = VersionAdded {
        version: version.id.clone(),
        capability: capability.id.clone(),
        node: capability.node.clone(),
        major,
        document_hash: version.document_hash.clone(),
    };
    tx.tell(who, &told)?;
    Ok(version)
}

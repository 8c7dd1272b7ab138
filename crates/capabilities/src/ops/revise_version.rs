//! The owner puts another document in the place of a version's. What would break its callers is listed first, and has to be acknowledged; or it becomes the
//! next major version, and nobody's calls break.
//!
//! Tells `VersionRevised`; subscribers hear of it if something breaks. Invariant: what is called by somebody is not broken without a word.

use serde::{Deserialize, Serialize};
use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::openapi::Spec;
use crate::openapi::compare::{Breaking, breaking};
use crate::refusal::VersionRefusal;
use crate::told::{VersionNews, VersionRevised};
use crate::version::{Version, VersionState};
use crate::{Document, feed, ops, sql, sql_subscription};

/// Job: subscribers are told of a version, some at a time.
pub(crate) const TELL: &str = "capabilities.tell_subscribers";
/// Subscriptions told of in one go.
const PAGE: i64 = 200;

/// Puts the document in force. A draft may be anything; what is called already breaks only if that is acknowledged.
pub fn revise_version(
    tx: &mut Tx,
    who: &Acting,
    slug: &str,
    major: i64,
    document: &str,
    acknowledged: bool,
) -> Outcome<(Version, Vec<Breaking>), VersionRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    let found = sql::versions_of(tx, &capability.id)?.into_iter().find(|version| version.major == major && version.by_case);
    let mut version = found.ok_or(Failure::Absent)?;
    if version.state == VersionState::Retired {
        return Err(VersionRefusal::Retired.into());
    }
    let parsed = Document::parse(document).map_err(VersionRefusal::Document)?;
    let breaks = if version.state == VersionState::Draft { Vec::new() } else { compared(&version.document, document)? };
    if !breaks.is_empty() && !acknowledged {
        return Err(VersionRefusal::Breaking(breaks).into());
    }
    let hash = crate::document::fingerprint(document);
    if version.document_hash == hash {
        return Ok((version, breaks));
    }
    (version.document, version.document_hash) = (document.to_owned(), hash.clone());
    sql::version_put(tx, &version)?;
    ops::declare_meters::declare_meters(tx, &capability, &parsed)?;
    feed::note(tx, feed::CAPABILITY, &capability.id)?;
    let count = i64::try_from(breaks.len()).unwrap_or(i64::MAX);
    let told = VersionRevised { version: version.id.clone(), capability: capability.id, node: capability.node, major, document_hash: hash, breaking: count };
    tx.tell(who, &told)?;
    if count > 0 {
        tell_subscribers(tx, &version.id, "revised", count)?;
    }
    Ok((version, breaks))
}

/// What breaks between two documents.
pub(crate) fn compared(old: &str, new: &str) -> Result<Vec<Breaking>, Fault> {
    let spec = |text: &str| Spec::parse(text).ok_or_else(|| Fault::new("a document that was taken cannot be read"));
    Ok(breaking(&spec(old)?, &spec(new)?))
}

#[derive(Serialize, Deserialize)]
struct Telling {
    version: Id,
    what: String,
    breaking: i64,
    after: String,
}

/// Leaves it to a job to tell everybody whose subscription to its capability is in force.
pub(crate) fn tell_subscribers(tx: &mut Tx, version: &Id, what: &str, breaking: i64) -> Result<(), Fault> {
    // A key for each piece of news: one must not take the place of another that not everybody has heard yet.
    let key = tx.id("nws");
    tx.later(Job::new(TELL, key.as_str()).body(&Telling { version: version.clone(), what: what.to_owned(), breaking, after: String::new() }))
}

/// Job: the next subscriptions.
pub(crate) fn tell_some(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let telling: Telling = run.body()?;
    let Some(version) = sql::version(tx, &telling.version)? else { return Ok(()) };
    let Some(capability) = sql::capability(tx, &version.capability)? else { return Ok(()) };
    let some = sql_subscription::in_force(tx, &capability.id, &telling.after, PAGE)?;
    for one in &some {
        let told = VersionNews {
            subscription: one.id.clone(),
            app: one.app.clone(),
            slug: capability.slug.clone(),
            major: version.major,
            what: telling.what.clone(),
            sunset_on: version.sunset_on,
            breaking: telling.breaking,
        };
        tx.tell(&Acting::system("capabilities"), &told)?;
    }
    match some.last() {
        Some(last) if i64::try_from(some.len()).unwrap_or(0) == PAGE => {
            tx.later(Job::new(TELL, &run.key).body(&Telling { after: last.id.to_string(), ..telling }))
        }
        _ => Ok(()),
    }
}

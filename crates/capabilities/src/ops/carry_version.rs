//! A version comes into another state, as its case moved; or its owner sends its calls elsewhere.
//!
//! Tells `VersionMoved`, `UpstreamsMoved`; subscribers hear of a version that ends. Invariant: asked again with the state it has, nothing changes.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::ops::revise_version::tell_subscribers;
use crate::refusal::VersionRefusal;
use crate::told::{UpstreamsMoved, VersionMoved};
use crate::version::{Served, Version, VersionState, admit};
use crate::{Asks, feed, ops, rights, sampled, sql};

/// Puts a version into a state. Only the system does so, on behalf of the case; a deprecated one learns its last day.
pub fn carry_version<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id, state: VersionState) -> Outcome<Version, VersionRefusal> {
    let mut version = sql::version(tx, id)?.ok_or(Failure::Absent)?;
    let capability = sql::capability(tx, &version.capability)?.ok_or(Failure::Absent)?;
    if !who.is_system() {
        who.may(rights::RUN, &capability.node)?;
    }
    if version.state == state {
        return Ok(version);
    }
    let now = tx.now();
    version.sunset_on = match state {
        VersionState::Deprecated => Some(now.day().plus(A::sunset(tx)?).map_err(|_| Fault::new("the sunset is out of range"))?),
        _ => None,
    };
    (version.state, version.entered_at) = (state, now);
    sql::version_put(tx, &version)?;
    feed::note(tx, feed::CAPABILITY, &capability.id)?;
    let told = VersionMoved { version: version.id.clone(), capability: capability.id, node: capability.node, state: state.as_str().into() };
    tx.tell(who, &told)?;
    if matches!(state, VersionState::Deprecated | VersionState::Retired) {
        tell_subscribers(tx, &version.id, state.as_str(), 0)?;
    }
    Ok(version)
}

/// Sends the calls of a version elsewhere, from the next moment on.
pub fn move_upstreams(tx: &mut Tx, who: &Acting, slug: &str, major: i64, sandbox: &str, live: &str) -> Outcome<Version, VersionRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    let found = sql::versions_of(tx, &capability.id)?.into_iter().find(|version| version.major == major);
    let mut version = found.ok_or(Failure::Absent)?;
    if version.state == VersionState::Retired {
        return Err(VersionRefusal::Retired.into());
    }
    let sandbox = sampled::kept(sandbox, slug, major);
    admit(&sandbox, live, version.timeout_ms, version.body_limit, Served::Sample(&sampled::upstream(slug, major)))?;
    (version.sandbox_upstream, version.live_upstream) = (sandbox, live.to_owned());
    sql::version_put(tx, &version)?;
    feed::note(tx, feed::CAPABILITY, &capability.id)?;
    tx.tell(who, &UpstreamsMoved { version: version.id.clone(), node: capability.node })?;
    Ok(version)
}

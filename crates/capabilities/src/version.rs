//! A version of a capability: where it is called, in which state. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

use crate::Upstream;
use crate::refusal::VersionRefusal;

/// Where a version stands; the moves are those of the lifecycle `capability.version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// Not callable yet.
    Draft,
    /// Callable with sandbox keys.
    Sandbox,
    /// Callable by everybody who may.
    Live,
    /// Still callable; says when it ends.
    Deprecated,
    /// Not callable any more.
    Retired,
}

impl VersionState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sandbox => "sandbox",
            Self::Live => "live",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
        }
    }

    /// From a state of the lifecycle.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Sandbox, Self::Live, Self::Deprecated, Self::Retired].into_iter().find(|state| state.as_str() == text)
    }

    /// May anybody but the owner see it?
    pub fn is_public(self) -> bool {
        self != Self::Draft
    }

    /// Is it answered with live keys?
    pub fn is_live(self) -> bool {
        matches!(self, Self::Live | Self::Deprecated)
    }
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Id; that of its case if it has one.
    pub id: Id,
    /// Capability.
    pub capability: Id,
    /// `1` of `v1`.
    pub major: i64,
    /// State.
    pub state: VersionState,
    /// Does a case move it?
    pub by_case: bool,
    /// Where sandbox calls go.
    pub sandbox_upstream: String,
    /// Where live calls go; empty while there is none.
    pub live_upstream: String,
    /// Its OpenAPI document, JSON.
    pub document: String,
    /// SHA-256 of it.
    pub document_hash: String,
    /// Longest wait for the upstream's answer to begin.
    pub timeout_ms: i64,
    /// Largest body of a request, bytes.
    pub body_limit: i64,
    /// Last day of a deprecated version.
    pub sunset_on: Option<Day>,
    /// In this state since.
    pub entered_at: Instant,
    /// Added at.
    pub made_at: Instant,
}

/// What of the program itself a version may name as an address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Served<'a> {
    /// Anything: the program registers it.
    Any,
    /// Only this sample of its own document, and only for the sandbox.
    Sample(&'a str),
}

/// Bounds of a version, and addresses that can be called.
pub(crate) fn admit(sandbox: &str, live: &str, timeout_ms: i64, body_limit: i64, served: Served<'_>) -> Result<(), VersionRefusal> {
    let fine = |text: &str, sample: Option<&str>| match Upstream::parse(text) {
        Some(Upstream::Builtin(_)) => sample.is_none_or(|sample| sample == text),
        other => other.is_some(),
    };
    let (for_sandbox, for_live) = match served {
        Served::Any => (None, None),
        Served::Sample(own) => (Some(own), Some("")),
    };
    if !fine(sandbox, for_sandbox) {
        return Err(VersionRefusal::Upstream { field: "sandbox_upstream" });
    }
    if !live.is_empty() && !fine(live, for_live) {
        return Err(VersionRefusal::Upstream { field: "live_upstream" });
    }
    if (100..=120_000).contains(&timeout_ms) && (0..=100 << 20).contains(&body_limit) { Ok(()) } else { Err(VersionRefusal::Bounds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_registers_what_is_built_in() {
        let (own, other) = (Served::Sample("builtin:samples/hydrant-v2"), "builtin:samples/hydrant-v1");
        for foreign in ["builtin:echo", other] {
            assert_eq!(admit(foreign, "", 1000, 10, own), Err(VersionRefusal::Upstream { field: "sandbox_upstream" }));
        }
        for served in ["builtin:echo", "builtin:samples/hydrant-v2"] {
            assert_eq!(admit("http://a.example", served, 1000, 10, own), Err(VersionRefusal::Upstream { field: "live_upstream" }));
        }
        assert_eq!(admit("builtin:samples/hydrant-v2", "", 1000, 10, own), Ok(()));
        assert_eq!(admit("builtin:echo", "builtin:echo", 1000, 10, Served::Any), Ok(()));
        assert_eq!(admit("http://a.example", "", 99, 10, own), Err(VersionRefusal::Bounds));
    }
}

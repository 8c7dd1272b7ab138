//! A version of a capability: where it is called, in which state. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

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

/// An address that calls are passed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// The gateway itself answers: `builtin:echo`.
    Builtin(String),
    /// `http://host:port/base`, or `https://…`.
    Http {
        /// Over TLS, its certificate verified?
        tls: bool,
        /// Host name or address, as in the text.
        host: String,
        /// Port.
        port: u16,
        /// Path before that of the call; empty or `/base`, no slash at the end.
        base: String,
    },
}

impl Upstream {
    /// Reads an address; `None` is what no call may be passed on to.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("builtin:") {
            return (!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase())).then(|| Self::Builtin(name.to_owned()));
        }
        let (tls, rest) = text.strip_prefix("https://").map(|rest| (true, rest)).or_else(|| Some((false, text.strip_prefix("http://")?)))?;
        let (authority, base) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let fine = |c: char| c.is_ascii_alphanumeric() || "-._~/%:[]".contains(c);
        if text.len() > 500 || !rest.chars().all(fine) || base.split('/').any(|part| matches!(part, "." | "..")) {
            return None;
        }
        let (host, port) = split_port(authority, if tls { "443" } else { "80" })?;
        Some(Self::Http { tls, host, port, base: base.trim_end_matches('/').to_owned() })
    }
}

/// `host`, `host:port`, `[v6]:port`.
fn split_port(authority: &str, usual: &str) -> Option<(String, u16)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, if after.is_empty() { usual } else { after.strip_prefix(':')? })
        }
        None => authority.split_once(':').unwrap_or((authority, usual)),
    };
    let named = host.contains(':') || host.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    (named && !host.is_empty()).then(|| (host.to_owned(), port))
}

/// Bounds of a version, and addresses that can be called.
pub(crate) fn admit(sandbox: &str, live: &str, timeout_ms: i64, body_limit: i64, builtin: bool) -> Result<(), VersionRefusal> {
    let fine = |text: &str| match Upstream::parse(text) {
        Some(Upstream::Builtin(_)) => builtin,
        other => other.is_some(),
    };
    if !fine(sandbox) {
        return Err(VersionRefusal::Upstream { field: "sandbox_upstream" });
    }
    if !live.is_empty() && !fine(live) {
        return Err(VersionRefusal::Upstream { field: "live_upstream" });
    }
    if (100..=120_000).contains(&timeout_ms) && (0..=100 << 20).contains(&body_limit) { Ok(()) } else { Err(VersionRefusal::Bounds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_plain_address() {
        let at = |tls, host: &str, port, base: &str| Some(Upstream::Http { tls, host: host.into(), port, base: base.into() });
        let http = |host: &str, port, base: &str| at(false, host, port, base);
        for (text, wanted) in [
            ("http://127.0.0.1:9000", http("127.0.0.1", 9000, "")),
            ("http://api.example.cn/v1/", http("api.example.cn", 80, "/v1")),
            ("http://[::1]:8080/x", http("::1", 8080, "/x")),
            ("builtin:echo", Some(Upstream::Builtin("echo".into()))),
            ("https://api.example.cn", at(true, "api.example.cn", 443, "")),
            ("https://[::1]:8443/x", at(true, "::1", 8443, "/x")),
            ("https://user:secret@api.example.cn", None),
            ("ftp://api.example.cn", None),
            ("http://user:secret@api.example.cn", None),
            ("http://api.example.cn/?a=b", None),
            ("http://api.example.cn/a/../b", None),
            ("http://api.example.cn:0", None),
            ("http://", None),
            ("http://a b/", None),
            ("file:///etc/passwd", None),
            ("builtin:", None),
        ] {
            assert_eq!(Upstream::parse(text), wanted, "{text}");
        }
    }

    #[test]
    fn only_the_program_registers_what_is_built_in() {
        assert_eq!(admit("builtin:echo", "", 1000, 10, false), Err(VersionRefusal::Upstream { field: "sandbox_upstream" }));
        assert_eq!(admit("http://a.example", "builtin:echo", 1000, 10, false), Err(VersionRefusal::Upstream { field: "live_upstream" }));
        assert_eq!(admit("builtin:echo", "builtin:echo", 1000, 10, true), Ok(()));
        assert_eq!(admit("http://a.example", "", 99, 10, false), Err(VersionRefusal::Bounds));
    }
}

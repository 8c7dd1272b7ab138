//! An endpoint: an address of a developer that events are sent to. Pure.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant, Reach};

use crate::Kind;
use crate::refusal::EndpointRefusal;

/// Most endpoints of one person.
pub(crate) const ENDPOINTS: i64 = 20;
/// Longest address, characters.
const LONGEST: usize = 500;

/// Is an endpoint sent to?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    /// Yes.
    On,
    /// Its owner switched it off.
    Off,
    /// It did not answer for days, or said that it is gone.
    Paused,
    /// Its owner took it away.
    Removed,
}

impl EndpointState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Paused => "paused",
            Self::Removed => "removed",
        }
    }

    /// From storage.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::On, Self::Off, Self::Paused, Self::Removed].into_iter().find(|state| state.as_str() == text)
    }
}

/// An endpoint. Its secrets lie sealed and are read only to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Id.
    pub id: Id,
    /// Whose it is.
    pub owner: Id,
    /// `https://…`.
    pub url: String,
    /// What it is for.
    pub about: String,
    /// Kinds it wants; all if none.
    pub kinds: Vec<String>,
    /// Is it sent to?
    pub state: EndpointState,
    /// Why it is paused.
    pub reason: String,
    /// The secret before the newest signs too until then.
    pub old_until: Option<Instant>,
    /// Made at.
    pub made_at: Instant,
}

impl Endpoint {
    /// Does it want events of this kind now?
    pub fn wants(&self, kind: &str) -> bool {
        self.state == EndpointState::On && (self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind))
    }
}

/// An endpoint to be made, or what it is changed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointDraft {
    /// `https://…`.
    pub url: String,
    /// What it is for.
    pub about: String,
    /// Kinds it wants; all if none.
    pub kinds: Vec<String>,
}

impl EndpointDraft {
    /// Is it one that can be sent to?
    pub(crate) fn admit(&self, reach: Reach, kinds: &[Kind]) -> Result<(), EndpointRefusal> {
        admit_address(&self.url, reach)?;
        match self.kinds.iter().find(|wanted| !kinds.iter().any(|kind| kind.kind == wanted.as_str())) {
            Some(kind) => Err(EndpointRefusal::KindUnknown { kind: kind.clone() }),
            None => Ok(()),
        }
    }
}

/// `https://host[:port]/…` without a login; `http://` and private addresses only where the operator allows private addresses. What a name leads to is asked again when it is connected to.
fn admit_address(url: &str, reach: Reach) -> Result<(), EndpointRefusal> {
    let rest = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => rest,
        (None, Some(rest)) if reach.private => rest,
        (None, Some(_)) => return Err(EndpointRefusal::NotSecure),
        (None, None) => return Err(EndpointRefusal::Address),
    };
    let plain = url.len() <= LONGEST && url.bytes().all(|b| b.is_ascii_graphic()) && !url.contains(['#', '\\', '"', '<', '>']);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = host_of(authority).filter(|_| plain).ok_or(EndpointRefusal::Address)?;
    let literal: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let named_here = host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    if literal.is_some_and(|address| !reach.allows(address)) || (named_here && !reach.private) {
        return Err(EndpointRefusal::Private);
    }
    Ok(())
}

/// Host of `host`, `host:port`, `[v6]:port`; nothing if there is a login or the port is none.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rfind(':') {
        Some(at) if !authority[at..].contains(']') => (&authority[..at], Some(&authority[at + 1..])),
        _ => (authority, None),
    };
    let fine = |c: char| c.is_ascii_alphanumeric() || "-.[]:".contains(c);
    let shaped = !host.is_empty() && host.chars().all(fine) && host.starts_with('[') == host.ends_with(']') && (host.starts_with('[') || !host.contains(':'));
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    (shaped && port_fits).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_looked_at_before_anything_is_sent() {
        use EndpointRefusal::{Address, NotSecure, Private};
        let table = [
            ("https://example.com/hook?x=1", Ok(()), Ok(())),
            ("https://example.com:8443", Ok(()), Ok(())),
            ("https://[2400:3200::1]:8443/a", Ok(()), Ok(())),
            ("http://example.com/", Err(NotSecure), Ok(())),
            ("https://127.0.0.1/", Err(Private), Ok(())),
            ("https://[::1]/", Err(Private), Ok(())),
            ("https://169.254.169.254/latest", Err(Private), Ok(())),
            ("https://localhost:1", Err(Private), Ok(())),
            ("https://user:pass@example.com/", Err(Address), Err(Address)),
            ("https://example.com:0/", Err(Address), Err(Address)),
            ("https://example.com:99999/", Err(Address), Err(Address)),
            ("https:///path", Err(Address), Err(Address)),
            ("https://exa mple.com/", Err(Address), Err(Address)),
            ("https://example.com/#a", Err(Address), Err(Address)),
            ("ftp://example.com/", Err(Address), Err(Address)),
            ("example.com", Err(Address), Err(Address)),
        ];
        for (url, public, private) in table {
            assert_eq!(admit_address(url, Reach { private: false }), public, "{url}");
            assert_eq!(admit_address(url, Reach { private: true }), private, "{url}");
        }
    }
}

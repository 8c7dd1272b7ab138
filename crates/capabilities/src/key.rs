//! A key of an app. Its text is shown once; what is kept is a prefix to know it by and a keyed hash to find it by. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::app::Environment;
use crate::certificate::Certificate;
use crate::net::Net;

/// Purpose of the hasher that keys are looked up by.
pub const HASHER: &str = "capabilities key";
/// Purpose of the sealer of secrets that requests are signed with.
pub const SEALER: &str = "capabilities signing";
/// How keys begin: sandbox, live.
pub const KEY_PREFIXES: [&str; 2] = ["hcs_", "hcl_"];
/// How signing secrets begin: sandbox, live.
pub const SIGNING_PREFIXES: [&str; 2] = ["hms_", "hml_"];
/// How client secrets begin: sandbox, live.
pub const CLIENT_PREFIXES: [&str; 2] = ["hos_", "hol_"];
/// Longest set of public keys, bytes.
pub const JWKS_BYTES: usize = 16 * 1024;
/// Most keys of an app that work at the same time.
pub const KEYS: usize = 10;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SHOWN: usize = 8;

/// How a credential is shown with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A key: its text comes with each call.
    #[default]
    Key,
    /// A signing secret: each call is signed with it and it stays at home (RFC 9421, `hmac-sha256`).
    Signing,
    /// A client secret: it buys access tokens at the token endpoint (RFC 6749 §4.4).
    Client,
    /// Public keys: what they signed buys access tokens (`private_key_jwt`, RFC 7523). There is no secret.
    Jwks,
    /// A client certificate, shown when the connection is made (mutual TLS, RFC 8705). There is no secret.
    Certificate,
}

impl KeyKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Signing => "signing",
            Self::Client => "client",
            Self::Jwks => "jwks",
            Self::Certificate => "certificate",
        }
    }

    /// From storage.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Key, Self::Signing, Self::Client, Self::Jwks, Self::Certificate].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What there is of a credential beside its row, if it is no ordinary key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extra {
    /// How it is shown.
    pub kind: KeyKind,
    /// The secret of requests that are signed, sealed for [`SEALER`].
    pub sealed: Option<Vec<u8>>,
    /// Keyed SHA-256 of a client secret, hex.
    pub secret_hash: Option<String>,
    /// A JWK set (RFC 7517) of public keys.
    pub jwks: Option<String>,
    /// A client certificate.
    pub certificate: Option<Certificate>,
}

/// A key, or another credential of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Id.
    pub id: Id,
    /// Its app.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// How its text begins: `hcs_0h2kqp9x`.
    pub prefix: String,
    /// What gateways look it up by, hex: keyed SHA-256 of the text of a key, of the name of a certificate, of the id of any other credential.
    pub hash: String,
    /// How it is shown, and what belongs to that.
    pub extra: Extra,
    /// The only capabilities it may call; all if none.
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from; all if none.
    pub nets: Vec<Net>,
    /// Does not work from then on.
    pub ends_at: Option<Instant>,
    /// Revoked at.
    pub revoked_at: Option<Instant>,
    /// The key that it took the place of.
    pub replaces: Option<Id>,
    /// Made at.
    pub made_at: Instant,
}

impl Key {
    /// Does it work at this moment, as far as the key itself is concerned?
    pub fn works(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.ends_at.is_none_or(|end| now < end)
    }
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyDraft {
    /// How it is shown.
    pub kind: KeyKind,
    /// What its owner calls it.
    pub name: String,
    /// The only capabilities it may call; all if none.
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from, as text; all if none.
    pub nets: Vec<String>,
    /// Works for so many days; without end if none.
    pub days: Option<i64>,
    /// A JWK set, if it is shown by those keys.
    pub jwks: String,
    /// A certificate, PEM, if it is that.
    pub certificate: String,
}

/// The text of a new key or secret out of random bytes, and the part of it that stays visible.
pub(crate) fn text_of(kind: KeyKind, environment: Environment, mut random: impl FnMut() -> [u8; 32]) -> (String, String) {
    let at = usize::from(environment == Environment::Live);
    let (start, text) = match kind {
        KeyKind::Key => (KEY_PREFIXES[at], secret(&random())),
        // A secret for HMAC-SHA-256 should not be shorter than its hash: 320 bits.
        KeyKind::Signing => (SIGNING_PREFIXES[at], secret(&random()) + &secret(&random())),
        KeyKind::Client => (CLIENT_PREFIXES[at], secret(&random()) + &secret(&random())),
        KeyKind::Jwks | KeyKind::Certificate => return (String::new(), String::new()),
    };
    let text = format!("{start}{text}");
    let shown = text[..start.len() + SHOWN].to_owned();
    (text, shown)
}

/// A set of public keys as it is kept; nothing if there is none that could verify anything, or one shows its private part.
pub(crate) fn jwks_of(text: &str) -> Option<String> {
    let given: serde_json::Value = serde_json::from_str(text).ok().filter(|_| text.len() <= JWKS_BYTES)?;
    let count = given.get("keys")?.as_array()?.len();
    let usable = jose::read_keys(text.as_bytes())?.len();
    ((1..=10).contains(&count) && usable == count).then(|| given.to_string())
}

/// 160 random bits as text. 5 bits of each byte: 40 characters from 32 bytes would need packing, and 32 characters are plenty.
pub(crate) fn secret(random: &[u8; 32]) -> String {
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_where_it_works_and_shows_eight_characters() {
        let (text, shown) = text_of(KeyKind::Key, Environment::Sandbox, || [7; 32]);
        assert_eq!((text.len(), shown.as_str()), (36, "hcs_77777777"));
        assert!(text_of(KeyKind::Key, Environment::Live, || [0; 32]).0.starts_with("hcl_0000"));
        let (text, shown) = text_of(KeyKind::Signing, Environment::Live, || [7; 32]);
        assert_eq!((text.len(), shown.as_str()), (68, "hml_77777777"));
        assert_eq!(text_of(KeyKind::Jwks, Environment::Live, || [7; 32]), (String::new(), String::new()));
    }
}

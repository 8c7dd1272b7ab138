//! Is an ID token to be believed? Every check of OpenID Connect Core §3.1.3.7, in its order. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use words::Instant;

use super::SKEW_SECONDS;
use jose::{Key, PublicKey, Written};

const LONGEST: usize = 32 * 1024;
/// A token is taken right after it was made.
const OLDEST_SECONDS: i64 = 600;

/// Why an ID token is not believed, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenMistake {
    Malformed,
    Algorithm,
    Key,
    Signature,
    Issuer,
    Audience,
    Expired,
    Early,
    Nonce,
    Subject,
    Stale,
}

impl TokenMistake {
    /// One word for whoever runs the installation.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "alg",
            Self::Key => "kid",
            Self::Signature => "signature",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::Expired => "exp",
            Self::Early => "iat",
            Self::Nonce => "nonce",
            Self::Subject => "sub",
            Self::Stale => "auth_time",
        }
    }
}

/// What the token must fit.
pub(crate) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Instant,
}

/// What a believed token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    pub subject: String,
    pub auth_time: Option<i64>,
    all: Map<String, Value>,
}

impl Claims {
    /// A claim as text; numbers too.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.all.get(name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Has the provider verified the address? Some say it as a text.
    pub(crate) fn email_verified(&self) -> bool {
        matches!(self.all.get("email_verified"), Some(Value::Bool(true))) || self.all.get("email_verified").and_then(Value::as_str) == Some("true")
    }
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// Checks all of it.
pub(crate) fn verify(token: &str, keys: &[Key], expected: &Expected<'_>) -> Result<Claims, TokenMistake> {
    let parts: Vec<&str> = token.split('.').collect();
    let &[head, body, signature] = parts.as_slice() else { return Err(TokenMistake::Malformed) };
    if token.len() > LONGEST {
        return Err(TokenMistake::Malformed);
    }
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenMistake::Malformed);
    let known: Head = serde_json::from_slice(&decoded(head)?).map_err(|_| TokenMistake::Malformed)?;
    let key = chosen(&known, keys)?;
    if !key.signed(format!("{head}.{body}").as_bytes(), &decoded(signature)?, Written::Fixed) {
        return Err(TokenMistake::Signature);
    }
    let all: Map<String, Value> = serde_json::from_slice(&decoded(body)?).map_err(|_| TokenMistake::Malformed)?;
    check(all, expected)
}

/// The key that the head names; the algorithm has to be that of the key.
fn chosen<'a>(head: &Head, keys: &'a [Key]) -> Result<&'a PublicKey, TokenMistake> {
    if head.crit.is_some() || !matches!(head.alg.as_str(), "RS256" | "ES256") {
        return Err(TokenMistake::Algorithm);
    }
    let fits = |key: &&Key| match key.key {
        PublicKey::Rs256 { .. } => head.alg == "RS256",
        PublicKey::Es256(_) => head.alg == "ES256",
        PublicKey::EdDsa(_) => false,
    };
    let named = |key: &&Key| head.kid.is_none() || key.id == head.kid;
    let mut found = keys.iter().filter(fits).filter(named);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(&only.key),
        _ => Err(TokenMistake::Key),
    }
}

fn check(all: Map<String, Value>, expected: &Expected<'_>) -> Result<Claims, TokenMistake> {
    let text = |name: &str| all.get(name).and_then(Value::as_str);
    let number = |name: &str| all.get(name).and_then(Value::as_f64).map(|seconds| seconds as i64);
    let now = expected.now.micros().div_euclid(1_000_000);
    if text("iss") != Some(expected.issuer) {
        return Err(TokenMistake::Issuer);
    }
    if !for_us(&all, expected.client_id) {
        return Err(TokenMistake::Audience);
    }
    if number("exp").is_none_or(|end| end <= now - SKEW_SECONDS) || number("iat").is_none_or(|made| made <= now - OLDEST_SECONDS - SKEW_SECONDS) {
        return Err(TokenMistake::Expired);
    }
    if ["iat", "nbf"].into_iter().filter_map(number).any(|at| at > now + SKEW_SECONDS) {
        return Err(TokenMistake::Early);
    }
    if !text("nonce").is_some_and(|nonce| crate::secret::same(nonce.as_bytes(), expected.nonce.as_bytes())) {
        return Err(TokenMistake::Nonce);
    }
    let subject = text("sub").filter(|subject| (1..=255).contains(&subject.len())).ok_or(TokenMistake::Subject)?.to_owned();
    Ok(Claims { subject, auth_time: number("auth_time"), all })
}

/// Made for us, and for nobody else unless it says that we asked for it.
fn for_us(all: &Map<String, Value>, client_id: &str) -> bool {
    let (aud, azp) = (all.get("aud"), all.get("azp"));
    let asked_by_us = azp.and_then(Value::as_str) == Some(client_id);
    let fits = match aud {
        Some(Value::String(only)) => only == client_id,
        Some(Value::Array(several)) => several.iter().any(|one| one == client_id) && (several.len() == 1 || asked_by_us),
        _ => false,
    };
    fits && (azp.is_none() || asked_by_us)
}

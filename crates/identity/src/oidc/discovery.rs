//! What a provider says of itself: its discovery document and its keys, kept for an hour; keys are fetched again when an unknown one signs.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use webkit::encoded;
use words::Instant;

use super::{Provider, may_ask};
use jose::{Keys, read_keys};

const HOLDS_SECONDS: i64 = 3600;
/// Unknown keys make us ask again, but not more often than this: a stranger may invent as many as they like.
const AGAIN_SECONDS: i64 = 10;

/// The discovery document, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Trusted {
    issuer: String,
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Says who it is when it sends the browser back (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

type Since<T> = Mutex<Option<(Instant, Arc<T>)>>;

/// What is kept of a provider.
#[derive(Default)]
pub(super) struct Kept {
    document: Since<Trusted>,
    keys: Since<Keys>,
}

#[derive(Deserialize)]
struct TokenReply {
    id_token: Option<String>,
}

impl Provider {
    /// The discovery document: checked, and kept for an hour.
    pub(crate) fn trusted(&self, now: Instant) -> Result<Arc<Trusted>, String> {
        if let Some((_, known)) = kept(&self.trusted.document, now, HOLDS_SECONDS) {
            return Ok(known);
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer().trim_end_matches('/'));
        let document: Trusted = serde_json::from_slice(&self.net.get(&address)?).map_err(|mistake| format!("{address}: {mistake}"))?;
        self.check(&document).map_err(|mistake| format!("{address}: {mistake}"))?;
        Ok(keep(&self.trusted.document, now, document))
    }

    fn check(&self, document: &Trusted) -> Result<(), String> {
        if document.issuer != self.issuer() {
            return Err(format!("the issuer there is {}", document.issuer));
        }
        let endpoints = [&document.authorization_endpoint, &document.token_endpoint, &document.jwks_uri];
        if let Some(wrong) = endpoints.into_iter().find(|address| !may_ask(address, self.net.here)) {
            return Err(format!("{wrong} is no https address"));
        }
        let pkce = document.code_challenge_methods_supported.as_ref().is_none_or(|known| known.iter().any(|method| method == "S256"));
        if pkce { Ok(()) } else { Err("it does not know PKCE with S256".into()) }
    }

    /// The keys; `missed`: those among which one was not found, so that they are fetched again.
    pub(super) fn keys(&self, trusted: &Trusted, now: Instant, missed: Option<&Arc<Keys>>) -> Result<Arc<Keys>, String> {
        if let Some((_, known)) = kept(&self.trusted.keys, now, HOLDS_SECONDS)
            && (missed.is_none_or(|missed| !Arc::ptr_eq(missed, &known)) || kept(&self.trusted.keys, now, AGAIN_SECONDS).is_some())
        {
            return Ok(known);
        }
        let keys = read_keys(&self.net.get(&trusted.jwks_uri)?).ok_or_else(|| format!("{}: no set of keys", trusted.jwks_uri))?;
        if keys.is_empty() {
            return Err(format!("{}: no key for RS256 or ES256", trusted.jwks_uri));
        }
        Ok(keep(&self.trusted.keys, now, keys))
    }

    /// Exchanges a code for an ID token.
    pub(super) fn token(&self, trusted: &Trusted, code: &str, verifier: &str, back: &str) -> Result<String, String> {
        let draft = self.draft();
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back), ("code_verifier", verifier)];
        let methods = trusted.token_endpoint_auth_methods_supported.as_deref();
        let by_post = methods.is_some_and(|known| !known.iter().any(|method| method == "client_secret_basic"));
        let basic =
            draft.client_secret.as_ref().filter(|_| !by_post).map(|secret| STANDARD.encode(format!("{}:{}", encoded(&draft.client_id), encoded(secret))));
        if basic.is_none() {
            fields.push(("client_id", &draft.client_id));
            fields.extend(draft.client_secret.as_deref().map(|secret| ("client_secret", secret)));
        }
        let reply = self.net.post(&trusted.token_endpoint, &fields, basic.as_deref())?;
        let reply: TokenReply = serde_json::from_slice(&reply).map_err(|mistake| format!("{}: {mistake}", trusted.token_endpoint))?;
        reply.id_token.ok_or_else(|| format!("{}: no id_token", trusted.token_endpoint))
    }
}

fn kept<T>(since: &Since<T>, now: Instant, seconds: i64) -> Option<(Instant, Arc<T>)> {
    since.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|(at, _)| now < at.plus_seconds(seconds) && *at <= now)
}

fn keep<T>(since: &Since<T>, now: Instant, value: T) -> Arc<T> {
    let value = Arc::new(value);
    *since.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, value.clone()));
    value
}

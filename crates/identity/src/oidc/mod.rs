//! Signing in at an identity provider (OpenID Connect, authorization code with PKCE): who the providers are and what is believed of what they say.
//!
//! Asks the network, never inside of a transaction. Invariant: an issuer is reached over TLS, or it is this machine; a code is exchanged only
//! with the provider that the browser was sent to; what an ID token says counts only after every check.

mod discovery;
mod id_token;
mod net;
mod refusal;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::encoded;
use words::{Bilingual, Id, Instant};

pub(crate) use discovery::Trusted;
pub(crate) use id_token::{Claims, Expected, TokenMistake, verify};
pub use refusal::ProviderRefusal;

use crate::passkey::is_here;

/// How long somebody may take at the provider.
pub(crate) const AWAY_SECONDS: i64 = 600;
/// How much the clocks may differ.
pub(crate) const SKEW_SECONDS: i64 = 60;

/// How a person who signs in at a provider for the first time is found here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Find {
    /// Not at all: only who has linked the account themselves comes in.
    Linked,
    /// By the address that the provider has verified.
    Email,
    /// By the staff number in this claim.
    StaffNo(String),
}

/// A provider as the configuration names it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderDraft {
    /// Short name, part of addresses.
    pub key: String,
    /// Issuer, exactly as in its ID tokens.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<String>,
    /// What is asked for; `openid` always is.
    pub scopes: Vec<String>,
    /// What people call it.
    pub name: Bilingual,
    /// How people are found.
    pub find: Find,
    /// Add whoever is not found?
    pub create: bool,
}

/// A provider that may be asked.
pub struct Provider {
    draft: ProviderDraft,
    net: net::Net,
    trusted: discovery::Kept,
}

/// All providers of this installation; put into the app.
#[derive(Clone, Default)]
pub struct Providers(Vec<Arc<Provider>>);

/// An account at a provider that a person has linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkView {
    /// Id.
    pub id: Id,
    /// Short name of the provider.
    pub provider: String,
    /// When it was linked.
    pub made_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
}

/// What was begun, kept sealed until the browser comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journey {
    pub provider: String,
    pub deed: Deed,
    pub nonce: String,
    pub verifier: String,
    pub next: String,
    pub begun_at: Instant,
}

/// What somebody goes to a provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// To sign in.
    SignIn,
    /// To link the account to who is signed in.
    Link,
    /// To prove again who one is.
    Prove,
}

impl Providers {
    /// Checks what the configuration says; all that is wrong is told together.
    pub fn of(drafts: Vec<ProviderDraft>) -> Result<Self, Vec<String>> {
        let wrong: Vec<String> = drafts.iter().flat_map(mistakes).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self(drafts.into_iter().map(|draft| Arc::new(Provider::new(draft))).collect()))
    }

    /// The provider of this short name.
    pub(crate) fn get(&self, key: &str) -> Option<Arc<Provider>> {
        self.0.iter().find(|provider| provider.draft.key == key).cloned()
    }

    /// All of them, in the order of the configuration.
    pub fn all(&self) -> &[Arc<Provider>] {
        &self.0
    }
}

impl Provider {
    fn new(draft: ProviderDraft) -> Self {
        let here = draft.issuer.starts_with("http://");
        Self { draft, net: net::Net::new(here), trusted: discovery::Kept::default() }
    }

    /// Short name.
    pub fn key(&self) -> &str {
        &self.draft.key
    }

    /// What people call it.
    pub fn name(&self) -> &Bilingual {
        &self.draft.name
    }

    /// Issuer.
    pub fn issuer(&self) -> &str {
        &self.draft.issuer
    }

    pub(crate) fn draft(&self) -> &ProviderDraft {
        &self.draft
    }

    /// Asks for the discovery document and the keys, for `doctor`; says how many keys there are.
    pub fn inspect(&self, now: Instant) -> Result<usize, String> {
        self.trusted(now).and_then(|trusted| self.keys(&trusted, now, None)).map(|keys| keys.len())
    }

    /// Where to send the browser.
    pub(crate) fn address(&self, trusted: &Trusted, journey: &Journey, state: &str, back: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, journey.verifier.as_bytes()));
        let scopes = self.draft.scopes.join(" ");
        let mut pairs = vec![("response_type", "code"), ("client_id", &self.draft.client_id), ("redirect_uri", back), ("scope", &scopes)];
        pairs.extend([("state", state), ("nonce", &journey.nonce), ("code_challenge", &challenge), ("code_challenge_method", "S256")]);
        if journey.deed == Deed::Prove {
            pairs.extend([("prompt", "login"), ("max_age", "0")]);
        }
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let joint = if trusted.authorization_endpoint.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", trusted.authorization_endpoint, query.join("&"))
    }

    /// Exchanges the code, and believes the ID token if every check passes. Keys that are not known yet are fetched once more.
    pub(crate) fn redeem(&self, trusted: &Trusted, journey: &Journey, code: &str, back: &str, now: Instant) -> Result<Claims, Redeemed> {
        let token = self.token(trusted, code, &journey.verifier, back).map_err(Redeemed::Network)?;
        let expected = Expected { issuer: &self.draft.issuer, client_id: &self.draft.client_id, nonce: &journey.nonce, now };
        let keys = self.keys(trusted, now, None).map_err(Redeemed::Network)?;
        match verify(&token, &keys, &expected) {
            Err(TokenMistake::Key) => {
                let keys = self.keys(trusted, now, Some(&keys)).map_err(Redeemed::Network)?;
                verify(&token, &keys, &expected).map_err(Redeemed::Token)
            }
            other => other.map_err(Redeemed::Token),
        }
    }
}

/// Why a code brought nothing.
#[derive(Debug)]
pub(crate) enum Redeemed {
    /// The provider cannot be reached or says no; for the log.
    Network(String),
    /// The ID token is not believed.
    Token(TokenMistake),
}

/// May this address be asked? Over TLS any, in the clear only this machine, and only for an issuer of this machine.
pub(crate) fn may_ask(address: &str, here: bool) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !host.is_empty() && !host.contains('@') && address.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\".contains(&byte));
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name);
    plain && (scheme == "https" || (scheme == "http" && here && is_here(name.trim_start_matches('[').trim_end_matches(']'))))
}

/// All that is wrong with a provider of the configuration.
fn mistakes(draft: &ProviderDraft) -> Vec<String> {
    let short = !draft.key.is_empty() && draft.key.len() <= 40 && draft.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let issuer = may_ask(&draft.issuer, true) && !draft.issuer.contains(['?', '#']);
    let scoped = draft.scopes.iter().any(|scope| scope == "openid");
    let named = !draft.name.zh.is_empty() && !draft.name.en.is_empty();
    let table = [
        (short, "the short name has small letters, digits and hyphens only"),
        (issuer, "issuer must be an https address (http for this machine only), without a query"),
        (!draft.client_id.is_empty(), "client_id is missing"),
        (scoped, "scopes must contain openid"),
        (named, "zh and en, what people call it, are missing"),
        (!(draft.create && draft.find == Find::Linked), "create needs find = \"email\" or \"staff_no\""),
    ];
    table.into_iter().filter(|(fine, _)| !fine).map(|(_, what)| format!("oidc.{}: {what}", draft.key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_only_this_machine_is_asked() {
        for (address, here, expected) in [
            ("https://id.example.cn", false, true),
            ("https://id.example.cn:8443/a?b=c", false, true),
            ("http://127.0.0.1:9/a", true, true),
            ("http://localhost/a", true, true),
            ("http://[::1]:9/a", true, true),
            ("http://127.0.0.1:9/a", false, false),
            ("http://id.example.cn", true, false),
            ("http://127.0.0.1.evil.cn", true, false),
            ("http://127.0.0.1@evil.cn", true, false),
            ("https://user@id.example.cn", false, false),
            ("https://id.example.cn/\"x", false, false),
            ("ftp://id.example.cn", true, false),
            ("id.example.cn", true, false),
            ("https://", false, false),
        ] {
            assert_eq!(may_ask(address, here), expected, "{address} {here}");
        }
    }

    #[test]
    fn all_mistakes_of_the_configuration_are_told_together() {
        let draft = ProviderDraft {
            key: "Corp".into(),
            issuer: "http://id.example.cn".into(),
            client_id: String::new(),
            client_secret: None,
            scopes: vec!["email".into()],
            name: Bilingual::new("", ""),
            find: Find::Linked,
            create: true,
        };
        assert_eq!(Providers::of(vec![draft.clone()]).err().map(|wrong| wrong.len()), Some(6));
        let fine = ProviderDraft {
            key: "corp".into(),
            issuer: "https://id.example.cn".into(),
            client_id: "hechuang".into(),
            scopes: vec!["openid".into()],
            name: Bilingual::new("统一认证", "Company account"),
            create: false,
            ..draft
        };
        assert!(Providers::of(vec![fine]).is_ok());
    }
}

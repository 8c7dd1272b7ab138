//! A client says who it is at the token endpoint: by its secret, or by an assertion that one of its keys signed.
//!
//! Invariant: a credential is believed only while it works, for its own app, from an address it may be used from.

use std::net::IpAddr;

use jose::{Compact, read_keys};
use store::Read;
use words::{Id, Instant, Outcome};

use crate::app::AppState;
use crate::key::{HASHER, Key, KeyKind};
use crate::oauth::assertion::{self, Assertion};
use crate::{TokenRefusal, sql};

/// What a client shows.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientShown {
    /// `client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1).
    Secret {
        /// `client_id`: its app.
        client: String,
        /// Its secret.
        secret: String,
    },
    /// `private_key_jwt` (RFC 7523 §2.2).
    Assertion {
        /// `client_id`, if it says so beside the assertion.
        client: Option<String>,
        /// The assertion.
        text: String,
    },
}

impl std::fmt::Debug for ClientShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Secret { client, .. } => write!(f, "Secret({client}, …)"),
            Self::Assertion { client, .. } => write!(f, "Assertion({client:?}, …)"),
        }
    }
}

/// A client that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its credential.
    pub credential: Id,
    /// An assertion works once.
    pub(crate) once: Option<Assertion>,
}

/// Whom to believe: `audiences` are the names by which an assertion may mean us.
pub fn prove_client(read: &Read, shown: &ClientShown, from: IpAddr, audiences: &[&str]) -> Outcome<Client, TokenRefusal> {
    match shown {
        ClientShown::Secret { client, secret } => {
            let hash = read.hasher(HASHER).hex(secret.as_bytes());
            let keys = credentials(read, client, KeyKind::Client, from)?;
            let key = keys.into_iter().find(|key| key.extra.secret_hash.as_deref() == Some(hash.as_str()));
            Ok(Client { credential: key.ok_or(TokenRefusal::Client("client_secret"))?.id, once: None })
        }
        ClientShown::Assertion { client, text } => {
            let said = Compact::parse(text, assertion::LONGEST).ok_or(TokenRefusal::Client("client_assertion"))?;
            let name = said.text("sub").filter(|sub| client.as_deref().is_none_or(|client| client == *sub)).ok_or(TokenRefusal::Client("sub"))?;
            let keys = credentials(read, name, KeyKind::Jwks, from)?;
            let signed = |key: &Key| read_keys(key.extra.jwks.as_deref().unwrap_or_default().as_bytes()).is_some_and(|keys| assertion::is_by(&said, &keys));
            let key = keys.into_iter().find(signed).ok_or(TokenRefusal::Client("signature"))?;
            let once = assertion::check(&said, name, audiences, read.now()).map_err(TokenRefusal::Client)?;
            Ok(Client { credential: key.id, once: Some(once) })
        }
    }
}

/// What an open app can show in this way from there; whether there is such an app is not told.
fn credentials(read: &Read, client: &str, kind: KeyKind, from: IpAddr) -> Outcome<Vec<Key>, TokenRefusal> {
    let unknown = TokenRefusal::Client("client_id");
    let id = Id::parse(client).map_err(|_| unknown)?;
    let app = sql::app(read, &id)?.filter(|app| app.state == AppState::Open).ok_or(unknown)?;
    let now = read.now();
    Ok(sql::keys_of(read, &app.id)?.into_iter().filter(|key| key.extra.kind == kind && may(key, from, now)).collect())
}

fn may(key: &Key, from: IpAddr, now: Instant) -> bool {
    key.works(now) && (key.nets.is_empty() || key.nets.iter().any(|net| net.holds(from)))
}

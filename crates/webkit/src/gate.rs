//! What the door asks of those above it: who comes in, and what stands around the page.
//!
//! Asks nothing. Invariant: webkit knows no session table and no navigation; `identity` and `portal` bring them.

use serde_json::Value;
use store::Db;
use words::{Acting, Fault, Lang};

use crate::Call;

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "session";

/// What the gateways of the house may do here: bring calls of developers to what the program itself serves as capabilities. No role carries it.
pub const SERVE: words::Right = "gateway.serve";

/// What a caller shows to prove who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Value of the session cookie.
    Session(String),
    /// A bearer token.
    Bearer(String),
}

/// Who came in.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who acts, with the grants of this moment.
    pub acting: Acting,
    /// Name to show.
    pub name: String,
    /// Id of the session or token: what the form token is bound to.
    pub session_id: String,
    /// Language they chose, if they did.
    pub lang: Option<Lang>,
    /// `auto`, `light` or `dark`, if they chose.
    pub theme: Option<String>,
}

/// Knows whom a credential belongs to.
pub trait Gate: Send + Sync {
    /// `None` if the credential is unknown, expired or revoked.
    fn who(&self, db: &Db, credential: Credential) -> Result<Option<Visitor>, Fault>;
}

/// Knows what stands around a page: navigation, inbox, footer. See README for the keys that `base.html` reads.
pub trait Chrome: Send + Sync {
    /// Value of `page.chrome`.
    fn chrome(&self, call: &Call) -> Value;
}

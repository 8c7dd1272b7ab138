//! The token endpoint (RFC 6749 §4.4): an app shows a credential of its own and gets an access token for ten minutes (RFC 9068). What it takes to believe it; pure but for look-ups.
//!
//! Invariant: a token names its credential, so whoever kills the credential kills its tokens.

pub(crate) mod assertion;
mod refusal;

use serde::Serialize;
use words::Id;

pub use refusal::TokenRefusal;

/// For whom access tokens are (`aud`): every gateway of this house.
pub const AUDIENCE: &str = "urn:hechuang:gateway";
/// What kind of token an access token is (RFC 9068 §2.1).
pub const TOKEN_TYPE: &str = "at+jwt";
/// How long an access token works, in seconds.
pub const ACCESS_SECONDS: i64 = 600;

/// Where the token endpoint says it is: the address of the site, without a slash at its end. A value of the app; `iss` of access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer(pub String);

impl Issuer {
    /// Where tokens are asked for.
    pub fn token_endpoint(&self) -> String {
        format!("{}/oauth/token", self.0)
    }
}

/// What an access token says (RFC 9068 §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessClaims {
    /// Who made it.
    pub iss: String,
    /// Whose it is: the app.
    pub sub: Id,
    /// The same.
    pub client_id: Id,
    /// For whom: [`AUDIENCE`].
    pub aud: &'static str,
    /// Made at, seconds.
    pub iat: i64,
    /// Not believed from then on, seconds.
    pub exp: i64,
    /// Its own name.
    pub jti: Id,
    /// Names of the only capabilities it is for; whatever its credential may call if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The credential that it was got with.
    pub credential: Id,
}

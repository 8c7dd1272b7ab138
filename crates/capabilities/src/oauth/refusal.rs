//! Why there is no token: the words of RFC 6749 §5.2.

use words::Refusal;

/// Why there is no token, in the order of the checks. The text is one word for whoever writes the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Something is missing, or there twice.
    Request(&'static str),
    /// Another way to a token than client credentials.
    GrantType,
    /// The client is not known, or its credential is not believed.
    Client(&'static str),
    /// It asks for more than its credential may call.
    Scope,
}

impl TokenRefusal {
    /// `error` on the wire.
    pub fn error(self) -> &'static str {
        match self {
            Self::Request(_) => "invalid_request",
            Self::GrantType => "unsupported_grant_type",
            Self::Client(_) => "invalid_client",
            Self::Scope => "invalid_scope",
        }
    }

    /// `error_description` on the wire, which knows ASCII only: what is to blame.
    pub fn blamed(self) -> &'static str {
        match self {
            Self::Request(what) | Self::Client(what) => what,
            Self::GrantType => "grant_type",
            Self::Scope => "scope",
        }
    }
}

impl Refusal for TokenRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Request(_) => "capabilities-oauth-invalid-request",
            Self::GrantType => "capabilities-oauth-unsupported-grant-type",
            Self::Client(_) => "capabilities-oauth-invalid-client",
            Self::Scope => "capabilities-oauth-invalid-scope",
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Client(_)) { 401 } else { 400 }
    }
}

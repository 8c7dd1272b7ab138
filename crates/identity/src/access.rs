//! Signing in: what a session, a personal token, a login are to those who see them, and why access is refused.

use schemars::JsonSchema;
use serde::Serialize;
use words::{Id, Instant, Refusal};

use crate::mistakes::{Complaint, Mistakes};

/// A session lasts twelve hours from its last use, and seven days in all.
pub const SESSION_IDLE_SECONDS: i64 = 12 * 3600;
/// See [`SESSION_IDLE_SECONDS`].
pub const SESSION_MAX_SECONDS: i64 = 7 * 24 * 3600;
/// How long a set-up link works.
pub const SETUP_SECONDS: i64 = 30 * 60;
/// Longest life of a personal token, in days.
pub const TOKEN_DAYS_MAX: i64 = 366;
/// Recovery codes made at once.
pub const RECOVERY_CODES: usize = 10;

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SessionView {
    /// Id.
    pub id: Id,
    /// When it began.
    pub made_at: Instant,
    /// When it was last used, to five minutes.
    pub seen_at: Instant,
    /// When it ends by itself.
    pub ends_at: Instant,
    /// What the browser calls itself.
    pub agent: String,
    /// Is it the one that asks?
    pub current: bool,
}

/// A personal token as its owner sees it: never the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenView {
    /// Id.
    pub id: Id,
    /// What its owner calls it.
    pub name: String,
    /// The only rights it carries; all of its owner's if empty.
    pub scopes: Vec<String>,
    /// When it was made.
    pub made_at: Instant,
    /// When it ends by itself.
    pub ends_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// Does it still work?
    pub works: bool,
}

/// A personal token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenDraft {
    /// What its owner calls it.
    pub name: String,
    /// The only rights it carries; all of its owner's if empty.
    pub scopes: Vec<String>,
    /// Days until it ends.
    pub days: i64,
}

/// What a sign-in gives the browser: shown once, kept as a keyed hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The person.
    pub person: Id,
    /// The session.
    pub session: Id,
    /// Text for the cookie.
    pub secret: String,
    /// When it ends at the latest.
    pub ends_at: Instant,
}

/// Why access is refused. Unknown login and wrong password are one and the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Login and password do not go together, or there is no such login.
    SignInFailed,
    /// Tried too often: come back later.
    TooOften,
    /// The code of the authenticator is needed too.
    CodeNeeded,
    /// The code is wrong or was used.
    CodeWrong,
    /// The password is wrong.
    PasswordWrong,
    /// The new password will not do, with the code that says why.
    PasswordWeak(&'static str),
    /// Somebody else has this login name.
    LoginTaken,
    /// The person has left or has no login.
    PersonGone,
    /// The link was used, is too old, or never was.
    SetupGone,
    /// Two-step sign-in is on already.
    TotpOn,
    /// Two-step sign-in is not on.
    TotpOff,
    /// Prove first who you are.
    ProofNeeded,
    /// A right that its owner does not hold.
    ScopeUnheld,
    /// The person holds roles that the caller could not give.
    HoldsMore,
    /// It has ended already.
    Ended,
}

impl Refusal for AccessRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::SignInFailed => "identity-sign-in-failed",
            Self::TooOften => "identity-too-often",
            Self::CodeNeeded => "identity-code-needed",
            Self::CodeWrong => "identity-code-wrong",
            Self::PasswordWrong => "identity-password-wrong",
            Self::PasswordWeak(code) => code,
            Self::LoginTaken => "identity-login-taken",
            Self::PersonGone => "identity-person-gone",
            Self::SetupGone => "identity-setup-gone",
            Self::TotpOn => "identity-totp-on",
            Self::TotpOff => "identity-totp-off",
            Self::ProofNeeded => "identity-proof-needed",
            Self::ScopeUnheld => "identity-scope-unheld",
            Self::HoldsMore => "identity-holds-more",
            Self::Ended => "identity-access-ended",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::CodeNeeded | Self::CodeWrong => "/code",
            Self::PasswordWrong | Self::PasswordWeak(_) => "/password",
            Self::LoginTaken => "/login",
            Self::ScopeUnheld => "/scopes",
            _ => return None,
        };
        Some(field.into())
    }

    fn status(&self) -> u16 {
        match self {
            Self::TooOften => 429,
            Self::ProofNeeded | Self::HoldsMore => 403,
            Self::TotpOn | Self::TotpOff | Self::Ended => 409,
            Self::SetupGone => 410,
            _ => 422,
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}

/// A login name: 3 to 60 small letters, digits, `.`, `-`, `_`, `@`.
pub(crate) fn login_name(text: &str) -> Result<String, ()> {
    let text = words::fold(text);
    let fine = (3..=60).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_@".contains(&b));
    if fine { Ok(text) } else { Err(()) }
}

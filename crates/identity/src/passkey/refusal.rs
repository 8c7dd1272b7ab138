//! Why a passkey is not taken.

use words::Refusal;

use crate::access::AccessRefusal;

/// Why a passkey is not taken, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// What the browser sent is no answer of an authenticator.
    Unreadable,
    /// It was made for another site.
    Elsewhere,
    /// The authenticator did not verify who holds it.
    Unverified,
    /// The key is of a kind that we do not know.
    KeyKind,
    /// There is no such passkey here.
    Unknown,
    /// The signature, or whose it is, does not fit.
    Wrong,
    /// The challenge was used, is too old, or belongs to another browser.
    ChallengeGone,
    /// It is here already.
    Known,
    /// Somebody has as many as one may have.
    TooMany,
    /// It seems that there is a copy of it: it is stopped.
    Stopped,
    /// Without it its owner could not come in any more.
    LastWay,
    /// As for any other way in.
    Access(AccessRefusal),
}

impl From<AccessRefusal> for PasskeyRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl Refusal for PasskeyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "identity-passkey-unreadable",
            Self::Elsewhere => "identity-passkey-elsewhere",
            Self::Unverified => "identity-passkey-unverified",
            Self::KeyKind => "identity-passkey-key-kind",
            Self::Unknown => "identity-passkey-unknown",
            Self::Wrong => "identity-passkey-wrong",
            Self::ChallengeGone => "identity-challenge-gone",
            Self::Known => "identity-passkey-known",
            Self::TooMany => "identity-passkey-too-many",
            Self::Stopped => "identity-passkey-stopped",
            Self::LastWay => "identity-last-way",
            Self::Access(refusal) => refusal.code(),
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Access(refusal) => refusal.field(),
            _ => None,
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Known | Self::TooMany | Self::LastWay => 409,
            Self::Access(refusal) => refusal.status(),
            _ => 422,
        }
    }

    fn parts(&self) -> Vec<words::Complaint> {
        match self {
            Self::Access(refusal) => refusal.parts(),
            _ => Vec::new(),
        }
    }
}

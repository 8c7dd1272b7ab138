//! Why nobody comes in through a provider.

use words::Refusal;

use super::TokenMistake;
use crate::access::AccessRefusal;

/// Why nobody comes in through a provider, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderRefusal {
    /// The way back was used, is too old, or belongs to another browser or provider.
    StateGone,
    /// The provider says no, or its user did.
    Declined,
    /// The provider cannot be reached, or what it says makes no sense.
    Unreachable,
    /// Its ID token is not believed; one word why.
    TokenWrong(&'static str),
    /// The provider has not verified the address.
    EmailUnverified,
    /// Several people here fit.
    Several,
    /// Nobody here fits.
    UnknownPerson,
    /// The account is linked to somebody else here.
    LinkedElsewhere,
    /// The person has linked another account of this provider.
    LinkedAlready,
    /// The account is not one that this person has linked.
    NotOwn,
    /// Without it the person could not come in any more.
    LastWay,
    /// As for any other way in.
    Access(AccessRefusal),
}

impl From<TokenMistake> for ProviderRefusal {
    fn from(mistake: TokenMistake) -> Self {
        Self::TokenWrong(mistake.word())
    }
}

impl Refusal for ProviderRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::StateGone => "identity-challenge-gone",
            Self::Declined => "identity-provider-declined",
            Self::Unreachable => "identity-provider-unreachable",
            Self::TokenWrong(_) => "identity-provider-token-wrong",
            Self::EmailUnverified => "identity-provider-email-unverified",
            Self::Several => "identity-provider-several",
            Self::UnknownPerson => "identity-provider-unknown-person",
            Self::LinkedElsewhere => "identity-provider-linked-elsewhere",
            Self::LinkedAlready => "identity-provider-linked-already",
            Self::NotOwn => "identity-provider-not-own",
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

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TokenWrong(word) => vec![("reason", (*word).to_owned())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Unreachable => 502,
            Self::LinkedElsewhere | Self::LinkedAlready | Self::LastWay => 409,
            Self::Access(refusal) => refusal.status(),
            _ => 422,
        }
    }
}

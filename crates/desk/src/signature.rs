//! Signatures: who signed which exact text, when, and for whom.
//!
//! Pure. Invariant: at most one signature of a person (for one organisation, or for themselves) counts for a subject and kind;
//! none is ever taken back, but it counts no more when the text has changed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant, Node, Refusal};

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignDraft {
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// What kind of paper: `incubation_agreement`.
    pub kind: String,
    /// SHA-256 (hex) of the exact text or document.
    pub text_sha256: String,
    /// The organisation for which they sign; the caller has asked whether they may.
    pub on_behalf_of: Option<Id>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// Id.
    pub id: Id,
    /// What it is about.
    pub subject: String,
    /// What kind of paper.
    pub kind: String,
    /// Where.
    pub node: Node,
    /// Who.
    pub person: Id,
    /// For which organisation, if for one.
    pub on_behalf_of: Option<Id>,
    /// SHA-256 of the exact text, hex.
    pub text_sha256: String,
    /// When.
    pub signed_at: Instant,
    /// Since when it counts no more, because the text changed.
    pub superseded_at: Option<Instant>,
}

impl Signature {
    /// Does it count?
    pub fn counts(&self) -> bool {
        self.superseded_at.is_none()
    }
}

/// Is it the hex form of a SHA-256?
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Why a signature is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignRefusal {
    /// They did not prove who they are within the last five minutes.
    ProveFirst,
    /// No hash of a text.
    NotAHash,
    /// They signed this text already.
    SignedAlready,
}

impl Refusal for SignRefusal {
    fn code(&self) -> &'static str {
        match self {
            SignRefusal::ProveFirst => "desk-prove-first",
            SignRefusal::NotAHash => "desk-text-hash",
            SignRefusal::SignedAlready => "desk-signed-already",
        }
    }

    fn status(&self) -> u16 {
        match self {
            SignRefusal::NotAHash => 422,
            SignRefusal::ProveFirst | SignRefusal::SignedAlready => 409,
        }
    }
}

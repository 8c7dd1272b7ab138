//! Comments on a subject, and who follows it.
//!
//! Pure. Invariant: an edited comment keeps every earlier text; a removed one keeps its place and says why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Id, Instant, Node, Refusal};

/// Longest comment, in characters.
pub const LONGEST_COMMENT: usize = 4_000;

/// A comment to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentDraft {
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// Text.
    pub body: String,
    /// What the subject is called, for the message to its followers.
    pub about: Bilingual,
    /// Where the comment can be read.
    pub link: String,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comment {
    /// Id.
    pub id: Id,
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// Who.
    pub author: Id,
    /// Text; empty once it is removed.
    pub body: String,
    /// From 1; how often it was written.
    pub revision: i64,
    /// When it was made.
    pub made_at: Instant,
    /// When it was edited last.
    pub edited_at: Option<Instant>,
    /// When it was removed.
    pub removed_at: Option<Instant>,
    /// Why.
    pub removed_reason: Option<String>,
}

/// An earlier text of a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PastText {
    /// Revision.
    pub revision: i64,
    /// Text.
    pub body: String,
    /// Until when it stood.
    pub at: Instant,
}

/// Why a comment is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommentRefusal {
    /// It is empty, too long, or holds what no text should.
    Text,
    /// It was removed.
    Removed,
    /// Only its author edits it.
    NotYours,
    /// Without a reason nothing is taken away.
    ReasonNeeded,
}

impl Refusal for CommentRefusal {
    fn code(&self) -> &'static str {
        match self {
            CommentRefusal::Text => "desk-comment-text",
            CommentRefusal::Removed => "desk-comment-removed",
            CommentRefusal::NotYours => "desk-comment-not-yours",
            CommentRefusal::ReasonNeeded => "desk-reason-needed",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            CommentRefusal::Text => Some("/body".into()),
            CommentRefusal::ReasonNeeded => Some("/reason".into()),
            CommentRefusal::Removed | CommentRefusal::NotYours => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        if *self == CommentRefusal::Text { vec![("longest", LONGEST_COMMENT.to_string())] } else { Vec::new() }
    }

    fn status(&self) -> u16 {
        match self {
            CommentRefusal::Text | CommentRefusal::ReasonNeeded => 422,
            CommentRefusal::Removed => 409,
            CommentRefusal::NotYours => 403,
        }
    }
}

//! Documents: files in versions, attached to a subject.
//!
//! Pure. Invariant: versions count from 1 without a gap; a removed document keeps its hashes and loses its content.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Acting, Id, Instant, Node, Refusal};

/// Everybody may read.
pub const PUBLIC: &str = "public";

/// Where a new document belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachDraft {
    /// What it is about: the id of a case, of a post …
    pub subject: String,
    /// Where.
    pub node: Node,
    /// Kind as its owner calls it: `exit_plan`.
    pub kind: String,
    /// What people call it; the name of the file if empty.
    pub title: String,
    /// [`PUBLIC`], or the right that a reader needs on the node. Its maker may always read it.
    pub readers: String,
}

/// A document with its newest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Id.
    pub id: Id,
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// Kind.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// [`PUBLIC`] or a right.
    pub readers: String,
    /// Who brought it first.
    pub made_by: Id,
    /// When it was brought first.
    pub made_at: Instant,
    /// When its content was taken away.
    pub removed_at: Option<Instant>,
    /// Why.
    pub removed_reason: Option<String>,
    /// The newest version.
    pub newest: Version,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// From 1.
    pub version: i64,
    /// Name of the file.
    pub name: String,
    /// Media type of the content.
    pub media: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the content, hex.
    pub sha256: String,
    /// What is new in it.
    pub note: String,
    /// Who brought it.
    pub made_by: Id,
    /// When.
    pub made_at: Instant,
}

/// The content of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Name of the file.
    pub name: String,
    /// Media type.
    pub media: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The rule for files whose owner gives no other: public, one's own, or with the right on the node.
pub fn may_read_plainly(who: Option<&Acting>, document: &Document) -> bool {
    document.readers == PUBLIC || who.is_some_and(|who| who.person == document.made_by || who.can(&document.readers, &document.node))
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRefusal {
    /// It has no content.
    Empty,
    /// It has more than 20 MiB.
    TooLarge,
    /// No name is left after cleaning.
    NoName,
    /// Its ending is none of those taken.
    OtherKind {
        /// Name.
        name: String,
    },
    /// The content is not what the ending says.
    OtherContent {
        /// Name.
        name: String,
    },
    /// It was removed.
    Removed,
    /// Without a reason nothing is taken away.
    ReasonNeeded,
}

impl Refusal for FileRefusal {
    fn code(&self) -> &'static str {
        match self {
            FileRefusal::Empty => "desk-file-empty",
            FileRefusal::TooLarge => "desk-file-too-large",
            FileRefusal::NoName => "desk-file-no-name",
            FileRefusal::OtherKind { .. } => "desk-file-other-kind",
            FileRefusal::OtherContent { .. } => "desk-file-other-content",
            FileRefusal::Removed => "desk-document-removed",
            FileRefusal::ReasonNeeded => "desk-reason-needed",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            FileRefusal::Removed => None,
            FileRefusal::ReasonNeeded => Some("/reason".into()),
            _ => Some("/file".into()),
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            FileRefusal::OtherKind { name } | FileRefusal::OtherContent { name } => vec![("name", name.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if *self == FileRefusal::Removed { 409 } else { 422 }
    }
}

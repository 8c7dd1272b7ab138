//! What somebody has to do, and until when.
//!
//! Pure. Invariant: a to-do has one owner, a person or a role on a node, and one key that its maker chose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Id, Instant, Node};

/// Whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// One person.
    Person(Id),
    /// Whoever holds the role on the node or above it.
    Role {
        /// Role as in the packs.
        role: String,
        /// Where.
        node: Node,
    },
}

impl Owner {
    /// For the log: the person, or `role@node`.
    pub(crate) fn name(&self) -> String {
        match self {
            Owner::Person(person) => person.to_string(),
            Owner::Role { role, node } => format!("{role}@{node}"),
        }
    }
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoDraft {
    /// Chosen by its maker: the same key again replaces the to-do, and opens it again if it had ended.
    pub key: String,
    /// Whose it is.
    pub owner: Owner,
    /// What is to be done.
    pub title: Bilingual,
    /// Where it is done.
    pub link: String,
    /// Until when.
    pub due_at: Option<Instant>,
    /// What it is about: a case.
    pub subject: String,
    /// Where.
    pub node: Node,
}

/// A to-do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Todo {
    /// Key.
    pub key: String,
    /// Whose it is.
    pub owner: Owner,
    /// What is to be done.
    pub title: Bilingual,
    /// Where it is done.
    pub link: String,
    /// Until when.
    pub due_at: Option<Instant>,
    /// Is that moment over, and it is not done?
    pub overdue: bool,
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// `open`, `done` or `dropped`.
    pub state: String,
    /// Since when it is there.
    pub made_at: Instant,
    /// When it was done or dropped.
    pub ended_at: Option<Instant>,
    /// Whose it was before.
    pub moved_from: Option<String>,
}

//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tell;
use words::{Id, Node};

/// A field that became another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    /// `zh`, `en`, `node`, `readers`, `state`, or a field of the body.
    pub field: String,
    /// What it was; null if it was not there.
    pub from: Value,
    /// What it is; null if it is gone.
    pub to: Value,
}

/// A record was added, changed, retired or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSaved {
    /// Record.
    pub record: Id,
    /// Kind.
    pub kind: String,
    /// Key within the kind.
    pub key: String,
    /// Where.
    pub node: Node,
    /// Revision it has now, from 1.
    pub revision: i64,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why, where a reason is asked for; else empty.
    pub reason: String,
}

impl Tell for RecordSaved {
    const KIND: &'static str = "register.record_saved";
    fn node(&self) -> Node {
        self.node.clone()
    }
    fn subject(&self) -> String {
        self.record.to_string()
    }
}

/// A fact was added or corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSaved {
    /// Fact.
    pub fact: Id,
    /// Key.
    pub key: String,
    /// What it says.
    pub value: String,
}

impl Tell for FactSaved {
    const KIND: &'static str = "register.fact_saved";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        format!("fact/{}", self.key)
    }
}

/// A fact was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRemoved {
    /// Fact.
    pub fact: Id,
    /// Key.
    pub key: String,
    /// Why.
    pub reason: String,
}

impl Tell for FactRemoved {
    const KIND: &'static str = "register.fact_removed";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        format!("fact/{}", self.key)
    }
}

//! The append-only log: what happened, who did it, where, because of what.

use ring::digest::{Context, SHA256, digest};
use serde::de::DeserializeOwned;
use words::{Fault, Id, Instant, Node};

use crate::{Row, Value};

/// Something told upstairs: ids and facts, not objects. One struct a kind; fields are only ever added.
pub trait Tell: serde::Serialize {
    /// `hemi.stake_made`: crate, dot, what happened.
    const KIND: &'static str;
    /// Where it happened.
    fn node(&self) -> Node;
    /// What it is about: the id of the case, round, person …
    fn subject(&self) -> String;
}

/// An event of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Id.
    pub id: Id,
    /// Place in the sealed log; `None` until it is sealed.
    pub seq: Option<i64>,
    /// When it was recorded.
    pub at: Instant,
    /// Kind, see [`Tell::KIND`].
    pub kind: String,
    /// Who did it.
    pub actor: Id,
    /// The official in whose place they acted.
    pub on_behalf_of: Option<Id>,
    /// Where.
    pub node: Node,
    /// What it is about.
    pub subject: String,
    /// The facts, as JSON.
    pub data: String,
    /// Hashes of the rows that the transaction changed, as JSON `{"table/key": "sha256"}`; empty text if none.
    pub rows: String,
    /// The event that led to this one.
    pub cause: Option<Id>,
}

impl Event {
    /// The facts as the struct that was told.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_str(&self.data).map_err(|mistake| Fault::new(format!("event {} ({}): {mistake}", self.id, self.kind)))
    }

    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            seq: row.get("seq")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            actor: row.get("actor")?,
            on_behalf_of: row.get("on_behalf_of")?,
            node: row.get("node")?,
            subject: row.get("subject")?,
            data: row.get("data")?,
            rows: row.get("rows")?,
            cause: row.get("cause")?,
        })
    }

    /// Feeds the canonical form into the hash of a seal: each field with its length, so no two events share a form.
    pub(crate) fn digest_into(&self, hash: &mut Context) {
        let seq = self.seq.unwrap_or(0).to_be_bytes();
        let at = self.at.micros().to_be_bytes();
        let (behalf, cause) = (self.on_behalf_of.as_ref().map_or("", Id::as_str), self.cause.as_ref().map_or("", Id::as_str));
        let texts = [self.id.as_str(), &self.kind, self.actor.as_str(), behalf, self.node.as_str(), &self.subject, &self.data, &self.rows, cause];
        hash.update(&seq);
        hash.update(&at);
        for text in texts {
            hash.update(&(text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
    }
}

/// SHA-256 (hex) of the canonical form of a row: table, then columns sorted by name, each with kind, length and value.
pub(crate) fn row_digest(table: &str, row: &Row) -> String {
    let mut pairs: Vec<(&str, &Value)> = row.pairs().collect();
    pairs.sort_by_key(|(name, _)| *name);
    let mut form = Vec::with_capacity(256);
    form.extend_from_slice(table.as_bytes());
    for (name, value) in pairs {
        form.push(0);
        form.extend_from_slice(name.as_bytes());
        let (kind, bytes): (u8, &[u8]) = match value {
            Value::Null => (b'n', &[]),
            Value::Int(n) => (b'i', &n.to_be_bytes()),
            Value::Text(text) => (b't', text.as_bytes()),
            Value::Blob(bytes) => (b'b', bytes),
        };
        form.push(kind);
        form.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        form.extend_from_slice(bytes);
    }
    hex::encode(digest(&SHA256, &form))
}

/// `table/key1/key2`: the name of a row in the log.
pub(crate) fn row_name(table: &str, key: &[&str], row: &Row) -> Result<String, Fault> {
    let mut name = table.to_owned();
    for column in key {
        name.push('/');
        match row.value(column)? {
            Value::Null => {}
            Value::Int(n) => name.push_str(&n.to_string()),
            Value::Text(text) => name.push_str(text),
            Value::Blob(bytes) => name.push_str(&hex::encode(bytes)),
        }
    }
    Ok(name)
}

/// SHA-256 of a text, in hex.
pub fn sha256(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

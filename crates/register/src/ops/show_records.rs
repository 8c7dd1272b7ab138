//! Looks at records: one, a filtered page of a kind, the history.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Read, Tell};
use words::{Failure, Fault, Id, Instant, Never, Node, Outcome, fold};

use crate::record::{Record, RecordState};
use crate::sql;
use crate::told::{Change, RecordSaved};

/// So many rows are read at once, and so often, until a page is full.
const CHUNK: i64 = 200;
const CHUNKS: usize = 50;

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordFilter {
    /// On this node and below; everywhere if not said.
    pub node: Option<Node>,
    /// In this state; in any if not said.
    pub state: Option<RecordState>,
    /// Holding this text in key, title or a text of the body.
    pub text: String,
    /// Fields of the body that have these values (or lists that hold them).
    pub fields: Vec<(String, Value)>,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPage {
    /// By key.
    pub records: Vec<Record>,
    /// Where the list goes on.
    pub next: Option<String>,
}

/// A change of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Past {
    /// Revision it made.
    pub revision: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Id,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why, if a reason was asked for.
    pub reason: String,
}

/// One record.
pub fn record(read: &Read, kind: &str, key: &str) -> Outcome<Record, Never> {
    sql::record(read, kind, key)?.ok_or(Failure::Absent)
}

/// Records of a kind that fit the filter and `can` be read, by key, after the cursor.
pub fn records(read: &Read, kind: &str, filter: &RecordFilter, can: impl Fn(&Record) -> bool, after: Option<&str>, limit: usize) -> Result<RecordPage, Fault> {
    let text = fold(&filter.text);
    let (mut records, mut last) = (Vec::new(), after.unwrap_or("").to_owned());
    for _ in 0..CHUNKS {
        let chunk = sql::records(read, kind, filter.node.as_ref(), filter.state, &text, &last, CHUNK)?;
        let whole = i64::try_from(chunk.len()).unwrap_or(CHUNK) < CHUNK;
        for record in chunk {
            if fits(&record, &filter.fields) && can(&record) {
                if records.len() == limit {
                    return Ok(RecordPage { records, next: Some(last) });
                }
                last = record.key.clone();
                records.push(record);
            } else if records.len() < limit {
                last = record.key.clone();
            }
        }
        if whole {
            return Ok(RecordPage { records, next: None });
        }
    }
    Ok(RecordPage { records, next: Some(last) })
}

fn fits(record: &Record, fields: &[(String, Value)]) -> bool {
    fields.iter().all(|(name, wanted)| match record.body.get(name) {
        Some(Value::Array(items)) => items.contains(wanted) || record.body.get(name) == Some(wanted),
        value => value == Some(wanted),
    })
}

/// What became of a record, newest first (sealed events only), at most `limit`.
pub fn record_history(read: &Read, id: &Id, limit: usize) -> Result<Vec<Past>, Fault> {
    let mut past = Vec::new();
    let mut after = 0;
    loop {
        let events = read.events_of(id.as_str(), after, 500)?;
        let Some(last) = events.last().and_then(|event| event.seq) else { break };
        after = last;
        for event in events.into_iter().filter(|event| event.kind == RecordSaved::KIND) {
            let told: RecordSaved = event.data()?;
            past.push(Past { revision: told.revision, at: event.at, by: event.actor, changes: told.changes, reason: told.reason });
        }
    }
    past.reverse();
    past.truncate(limit);
    Ok(past)
}

//! Adds or changes a record, retires it and takes it back.
//!
//! Asks for `register.keep` on the node (the old one too when it moves). Tells `register.record_saved` with the changes.

use serde_json::Value;
use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::record::{Record, RecordDraft, RecordRefusal, RecordState};
use crate::told::{Change, RecordSaved};
use crate::{rights, sql};

/// Saves a record under its kind and key. `seen` is the revision that the caller has seen, if it changes one. Saving the same again changes nothing.
pub fn save_record(tx: &mut Tx, who: &Acting, draft: &RecordDraft, seen: Option<i64>) -> Outcome<Record, RecordRefusal> {
    who.may(rights::KEEP, &draft.node)?;
    let kind = sql::kind(tx, &draft.kind)?.ok_or_else(|| RecordRefusal::UnknownKind { kind: draft.kind.clone() })?;
    let wrong = draft.mistakes(&kind.schema);
    if !wrong.is_empty() {
        return Err(RecordRefusal::Invalid(wrong).into());
    }
    let before = sql::record(tx, &draft.kind, &draft.key)?;
    if seen.is_some() && seen != before.as_ref().map(|record| record.revision) {
        return Err(Failure::Stale);
    }
    let changes = draft.changes(before.as_ref());
    let after = match before {
        Some(record) if changes.is_empty() => return Ok(record),
        Some(record) => {
            who.may(rights::KEEP, &record.node)?;
            sql::record_update(tx, &who.person, &record.id, draft)?
        }
        None => sql::record_insert(tx, &who.person, draft)?,
    };
    saved(tx, who, &after, changes, String::new())?;
    Ok(after)
}

/// Retires a record, or takes it back, with a reason.
pub fn set_record_state(tx: &mut Tx, who: &Acting, id: &Id, state: RecordState, reason: &str) -> Outcome<Record, RecordRefusal> {
    let before = sql::record_by_id(tx, id)?.ok_or(Failure::Absent)?;
    who.may(rights::KEEP, &before.node)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 2_000 {
        return Err(RecordRefusal::ReasonNeeded.into());
    }
    if before.state == state {
        return Ok(before);
    }
    let after = sql::record_state(tx, &who.person, id, state)?;
    let change = Change { field: "state".into(), from: Value::from(before.state.as_str()), to: Value::from(state.as_str()) };
    saved(tx, who, &after, vec![change], reason.to_owned())?;
    Ok(after)
}

fn saved(tx: &mut Tx, who: &Acting, record: &Record, changes: Vec<Change>, reason: String) -> Result<(), words::Fault> {
    let (kind, key, node) = (record.kind.clone(), record.key.clone(), record.node.clone());
    tx.tell(who, &RecordSaved { record: record.id.clone(), kind, key, node, revision: record.revision, changes, reason }).map(drop)
}

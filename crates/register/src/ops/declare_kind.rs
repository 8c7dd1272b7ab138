//! Declares a kind of records with its schema, at start or when a pack is installed.

use store::{Read, Tx};
use words::{Fault, Outcome};

use crate::record::{Kind, RecordRefusal};
use crate::schema::unreadable;
use crate::sql;

/// Declares a kind, or changes its name and schema. Records that are there keep what they hold until they are saved again.
pub fn declare_kind(tx: &mut Tx, kind: &Kind) -> Outcome<(), RecordRefusal> {
    if let Some(pointer) = unreadable(&kind.schema) {
        return Err(RecordRefusal::Schema { pointer }.into());
    }
    if sql::kind(tx, &kind.kind)?.as_ref() != Some(kind) {
        sql::kind_put(tx, kind)?;
    }
    Ok(())
}

/// A declared kind.
pub fn kind(read: &Read, name: &str) -> Result<Option<Kind>, Fault> {
    sql::kind(read, name)
}

/// All declared kinds.
pub fn kinds(read: &Read) -> Result<Vec<Kind>, Fault> {
    sql::kinds(read)
}

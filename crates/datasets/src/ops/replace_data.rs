//! A new file takes the place of the old one, under the same schema: callers see the one or the other, never some of both.
//!
//! Asks `desk`. Tells `DataReplaced`. Invariant: the schema stays, so nobody's calls break; another schema is another data set.

use store::Tx;
use words::{Acting, Failure, Outcome};

use super::host_dataset::{count, kept};
use crate::refusal::DatasetRefusal;
use crate::set::Dataset;
use crate::table::Table;
use crate::told::DataReplaced;
use crate::{rights, sql};

/// Puts it in the place of the old one.
pub fn replace_data(tx: &mut Tx, who: &Acting, slug: &str, table: &Table, note: &str) -> Outcome<Dataset, DatasetRefusal> {
    let mut set = sql::set(tx, slug)?.filter(|set| set.owner == who.person).ok_or(Failure::Absent)?;
    who.may(rights::OWN, &set.node)?;
    let file = kept(slug, table)?;
    let document = desk::attach_version(tx, who, &set.document, &file, note).map_err(|failure| failure.map(|_| DatasetRefusal::Unreadable))?;
    (set.version, set.row_count, set.changed_at) = (document.newest.version, count(table), tx.now());
    sql::set_replaced(tx, &set.id, set.version, set.row_count)?;
    let told = DataReplaced { dataset: set.id.clone(), node: set.node.clone(), version: set.version, sha256: file.sha256, rows: set.row_count };
    tx.tell(who, &told)?;
    Ok(set)
}

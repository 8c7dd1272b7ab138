//! What `verify` compares: a data set with the file that is kept of it.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::{keep, sql};

/// The newest file reads by the schema and has as many rows as the data set says.
pub(crate) fn files(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::sets(read)?, |set| {
        Ok(match keep::load(read, &set) {
            Ok(table) if i64::try_from(table.len()).ok() == Some(set.row_count) => None,
            Ok(table) => Some(Finding::new("datasets_set", set.id.clone(), format!("says {} rows, its file has {}", set.row_count, table.len()))),
            Err(fault) => Some(Finding::new("datasets_set", set.id.clone(), fault.to_string())),
        })
    })
}

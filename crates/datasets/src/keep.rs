//! Files that were read, kept in memory by data set and number: a query reads no file twice.
//!
//! Invariant: what is kept is bounded by rows; what is in memory under a number never changes.

use std::sync::{Arc, Mutex, PoisonError};

use store::Read;
use words::{Fault, Id, IfAny};

use crate::set::Dataset;
use crate::table::Table;

/// Most rows of all files in memory.
const ROWS: usize = 400_000;

/// Which file: data set and number.
type Key = (Id, i64);

/// A file that was read.
type Known = (Key, Arc<Table>);

/// A value of the app; those used last come last.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<Known>>>);

impl Kept {
    /// The newest file of a data set.
    pub fn table(&self, read: &Read, set: &Dataset) -> Result<Arc<Table>, Fault> {
        let key = (set.id.clone(), set.version);
        if let Some(known) = self.take(&key) {
            self.put(key, known.clone());
            return Ok(known);
        }
        let table = Arc::new(load(read, set)?);
        self.put(key, table.clone());
        Ok(table)
    }

    fn take(&self, key: &Key) -> Option<Arc<Table>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(one, _)| one == key)?;
        Some(all.remove(at).1)
    }

    fn put(&self, key: Key, table: Arc<Table>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(one, _)| one.0 != key.0);
        all.push((key, table));
        let mut rows: usize = all.iter().map(|(_, table)| table.len()).sum();
        while rows > ROWS && all.len() > 1 {
            rows -= all.remove(0).1.len();
        }
    }
}

/// Reads the file that was kept.
pub(crate) fn load(read: &Read, set: &Dataset) -> Result<Table, Fault> {
    let lost = || Fault::new(format!("the file of data set {} is gone or cannot be read", set.slug));
    let content = desk::document_content(read, &set.document, Some(set.version)).if_any()?.ok_or_else(lost)?;
    Table::of_kept(&set.columns, &content.bytes).ok_or_else(lost)
}

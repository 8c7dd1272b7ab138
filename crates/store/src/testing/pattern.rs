//! Files of SQLite that were migrated once and are copied for each test.
//!
//! Invariant: a pattern holds no row but the record of its migrations.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use words::{Fault, Instant};

use crate::conn::Conn;
use crate::db::sqlite_file;
use crate::secret::Secrets;
use crate::{Clock, Part, Read, migrate, sqlite};

type Patterns = HashMap<Vec<&'static str>, Arc<Vec<u8>>>;

static PATTERNS: Mutex<Option<Patterns>> = Mutex::new(None);

/// Puts a migrated file into the folder.
pub(super) fn lay(folder: &Path, parts: &[&'static Part]) -> Result<(), Fault> {
    let kind = super::kind_of(parts);
    let pattern = {
        let mut patterns = PATTERNS.lock().unwrap_or_else(PoisonError::into_inner);
        let patterns = patterns.get_or_insert_default();
        match patterns.get(&kind) {
            Some(pattern) => pattern.clone(),
            None => patterns.entry(kind).or_insert(Arc::new(migrated(folder, parts)?)).clone(),
        }
    };
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(sqlite_file(folder), pattern.as_slice())).map_err(Fault::new)
}

fn migrated(beside: &Path, parts: &[&'static Part]) -> Result<Vec<u8>, Fault> {
    let folder = beside.with_extension("pattern");
    std::fs::create_dir_all(&folder).map_err(Fault::new)?;
    let conn = Conn::sqlite(sqlite::open_writer(&sqlite_file(&folder), false)?);
    let read = Read { conn, clock: Clock::frozen(Instant::from_micros(0)), secrets: Arc::new(Secrets::at(&folder)?) };
    migrate::migrate(&read, parts)?;
    // Each copy is filled under a key of its own.
    read.conn.execute("delete from store_lock where name like 'key:%'", &[])?;
    // Whoever closes the file last brings everything into it.
    drop(read);
    let bytes = std::fs::read(sqlite_file(&folder)).map_err(Fault::new);
    let _ = std::fs::remove_dir_all(&folder);
    bytes
}

//! One connection to one of the two databases, with the same two verbs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use words::Fault;

use crate::dialect::Dialect;
use crate::{Row, Value, pg, sqlite};

/// A connection. Not shared between threads; statements are prepared once and kept.
pub(crate) enum Conn {
    Sqlite { raw: rusqlite::Connection, numbered: RefCell<HashMap<String, Arc<str>>> },
    Postgres(RefCell<pg::Link>),
}

impl Conn {
    pub(crate) fn sqlite(raw: rusqlite::Connection) -> Self {
        raw.set_prepared_statement_cache_capacity(512);
        Conn::Sqlite { raw, numbered: RefCell::new(HashMap::new()) }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Conn::Sqlite { .. } => Dialect::Sqlite,
            Conn::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Rows of a statement (also `… returning *`).
    pub(crate) fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        match self {
            Conn::Sqlite { raw, numbered } => sqlite::rows(raw, &numbered_sql(numbered, sql), params),
            Conn::Postgres(link) => link.borrow_mut().rows(sql, params),
        }
    }

    /// Number of rows changed.
    pub(crate) fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        match self {
            Conn::Sqlite { raw, numbered } => sqlite::execute(raw, &numbered_sql(numbered, sql), params),
            Conn::Postgres(link) => link.borrow_mut().execute(sql, params),
        }
    }

    /// A statement without parameters or rows: `begin`, `savepoint s`, DDL.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), Fault> {
        match self {
            Conn::Sqlite { raw, .. } => sqlite::batch(raw, sql),
            Conn::Postgres(link) => link.borrow_mut().batch(sql),
        }
    }

    /// Compiles a statement without running it: the test that every sentence is one in both dialects.
    pub(crate) fn prepare(&self, sql: &str) -> Result<(), Fault> {
        match self {
            Conn::Sqlite { raw, numbered } => sqlite::prepare(raw, &numbered_sql(numbered, sql)),
            Conn::Postgres(link) => link.borrow_mut().prepare(sql),
        }
    }
}

fn numbered_sql(known: &RefCell<HashMap<String, Arc<str>>>, sql: &str) -> Arc<str> {
    if let Some(numbered) = known.borrow().get(sql) {
        return numbered.clone();
    }
    let numbered: Arc<str> = Dialect::Sqlite.statement(sql).into();
    let mut known = known.borrow_mut();
    if known.len() > 2_000 {
        known.clear(); // statements with lists of parameters come in many lengths
    }
    known.insert(sql.to_owned(), numbered.clone());
    numbered
}

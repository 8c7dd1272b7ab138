//! One connection to one of the two databases, with the same two verbs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use words::Fault;

use crate::dialect::Dialect;
use crate::{Row, Value, pg, sqlite};

/// A connection. Not shared between threads; statements are prepared once and kept.
pub(crate) enum Conn {
    Sqlite { raw: rusqlite::Connection, known: RefCell<HashMap<String, Arc<Sentence>>> },
    Postgres(RefCell<pg::Link>),
}

/// A statement in the words of SQLite, with the names of its columns once it has run.
pub(crate) struct Sentence {
    pub(crate) sql: String,
    pub(crate) columns: OnceLock<Arc<[String]>>,
}

impl Conn {
    pub(crate) fn sqlite(raw: rusqlite::Connection) -> Self {
        raw.set_prepared_statement_cache_capacity(512);
        Conn::Sqlite { raw, known: RefCell::new(HashMap::new()) }
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
            Conn::Sqlite { raw, known } => sqlite::rows(raw, &sentence(known, sql), params),
            Conn::Postgres(link) => link.borrow_mut().rows(sql, params),
        }
    }

    /// Number of rows changed.
    pub(crate) fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        match self {
            Conn::Sqlite { raw, known } => sqlite::execute(raw, &sentence(known, sql).sql, params),
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
            Conn::Sqlite { raw, known } => sqlite::prepare(raw, &sentence(known, sql).sql),
            Conn::Postgres(link) => link.borrow_mut().prepare(sql),
        }
    }
}

fn sentence(known: &RefCell<HashMap<String, Arc<Sentence>>>, sql: &str) -> Arc<Sentence> {
    if let Some(sentence) = known.borrow().get(sql) {
        return sentence.clone();
    }
    let sentence = Arc::new(Sentence { sql: Dialect::Sqlite.statement(sql), columns: OnceLock::new() });
    let mut known = known.borrow_mut();
    if known.len() > 2_000 {
        known.clear(); // statements with lists of parameters come in many lengths
    }
    known.insert(sql.to_owned(), sentence.clone());
    sentence
}

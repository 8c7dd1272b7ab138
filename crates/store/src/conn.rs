//! One connection to one of the two databases, with the same two verbs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use words::Fault;

use crate::dialect::Dialect;
use crate::seats::Seat;
use crate::trip::{self, Break, Trip};
use crate::{Row, Value, pg, sqlite};

/// A connection. Not shared between threads; statements are prepared once and kept.
pub(crate) struct Conn {
    link: Link,
    /// The transaction is over although nobody ended it: nothing more may be done in it, and it cannot be committed.
    hurt: RefCell<Option<Fault>>,
    trip: Option<Arc<Trip>>,
    /// PostgreSQL: its place among the connections of this process.
    pub(crate) seat: Option<Seat>,
}

enum Link {
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
        Self::of(Link::Sqlite { raw, known: RefCell::new(HashMap::new()) })
    }

    pub(crate) fn postgres(link: pg::Link) -> Self {
        Self::of(Link::Postgres(link.into()))
    }

    fn of(link: Link) -> Self {
        Self { link, hurt: RefCell::new(None), trip: None, seat: None }
    }

    /// Statements of use cases may break on purpose; those of looks do not.
    pub(crate) fn with_trip(mut self, trip: Option<Arc<Trip>>) -> Self {
        self.trip = trip;
        self
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match &self.link {
            Link::Sqlite { .. } => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(&self.link, Link::Postgres(link) if link.borrow().is_closed())
    }

    /// Rows of a statement (also `… returning *`).
    pub(crate) fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.guarded(sql, || match &self.link {
            Link::Sqlite { raw, known } => sqlite::rows(raw, &sentence(known, sql), params),
            Link::Postgres(link) => link.borrow_mut().rows(sql, params),
        })
    }

    /// Number of rows changed.
    pub(crate) fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        self.guarded(sql, || match &self.link {
            Link::Sqlite { raw, known } => sqlite::execute(raw, &sentence(known, sql).sql, params),
            Link::Postgres(link) => link.borrow_mut().execute(sql, params),
        })
    }

    /// A statement without parameters or rows: `begin`, `savepoint s`, DDL.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), Fault> {
        if sql.starts_with("begin") || sql == "rollback" {
            self.hurt.replace(None);
        }
        self.guarded(sql, || match &self.link {
            Link::Sqlite { raw, .. } => sqlite::batch(raw, sql),
            Link::Postgres(link) => link.borrow_mut().batch(sql),
        })
    }

    /// Compiles a statement without running it: the test that every sentence is one in both dialects.
    pub(crate) fn prepare(&self, sql: &str) -> Result<(), Fault> {
        match &self.link {
            Link::Sqlite { raw, known } => sqlite::prepare(raw, &sentence(known, sql).sql),
            Link::Postgres(link) => link.borrow_mut().prepare(sql),
        }
    }

    /// Has the transaction ended by itself? SQLite undoes all of it when the disk is full, PostgreSQL when a statement fails.
    pub(crate) fn is_hurt(&self) -> bool {
        self.hurt.borrow().is_some()
    }

    /// What it ended by.
    pub(crate) fn hurt_by(&self) -> Option<Fault> {
        self.hurt.borrow().clone()
    }

    fn guarded<T>(&self, sql: &str, run: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        if let Some(fault) = self.hurt_by() {
            return Err(Fault { message: format!("{}; that ended the transaction, before: {sql}", fault.message), ..fault });
        }
        let done = match self.trip.as_ref().and_then(|trip| trip.step(sql)) {
            None => run(),
            Some(how) => self.stumble(how, sql, run),
        };
        if let Err(fault) = &done
            && self.has_ended(sql)
        {
            self.hurt.replace(Some(fault.clone()));
        }
        done
    }

    fn has_ended(&self, sql: &str) -> bool {
        match &self.link {
            Link::Sqlite { raw, .. } => raw.is_autocommit() && !sql.starts_with("begin"),
            Link::Postgres(_) => true,
        }
    }

    fn stumble<T>(&self, how: Break, sql: &str, run: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        if how == Break::LosesReply {
            run()?;
        }
        if let (true, Link::Postgres(link)) = (how != Break::Fails, &self.link) {
            link.borrow_mut().cut();
        }
        Err(trip::broken(how, sql))
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

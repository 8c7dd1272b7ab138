//! A consistent view of the database: what may look and not change.

use std::sync::Arc;

use words::{Fault, Id, Instant};

use crate::clock::Clock;
use crate::conn::Conn;
use crate::secret::Secrets;
use crate::{Event, Row, Seal, Value};

/// Reads, at one moment. `Tx` derefs to it, so look-ups are written once for both.
pub struct Read {
    pub(crate) conn: Conn,
    pub(crate) clock: Clock,
    pub(crate) secrets: Arc<Secrets>,
}

impl Read {
    /// The moment, given by the clock of the `Db`.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// All rows of a statement; bound them with `limit`.
    pub fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.conn.rows(sql, params)
    }

    /// The first row of a statement, if there is one.
    pub fn row(&self, sql: &str, params: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.conn.rows(sql, params)?.into_iter().next())
    }

    /// Compiles a statement without running it.
    pub fn prepare(&self, sql: &str) -> Result<(), Fault> {
        self.conn.prepare(sql)
    }

    /// Names of all tables of the database.
    pub fn table_names(&self) -> Result<Vec<String>, Fault> {
        self.conn.rows(self.conn.dialect().table_names(), &[])?.iter().map(|row| row.get("name")).collect()
    }

    /// One event.
    pub fn event(&self, id: &Id) -> Result<Option<Event>, Fault> {
        self.row("select * from store_event where id = $1", &crate::params![id])?.as_ref().map(Event::from_row).transpose()
    }

    /// Sealed events about one subject in order, after `seq`, at most `limit`.
    pub fn events_of(&self, subject: &str, after: i64, limit: i64) -> Result<Vec<Event>, Fault> {
        let sql = "select * from store_event where subject = $1 and seq > $2 order by seq limit $3";
        self.rows(sql, &crate::params![subject, after, limit])?.iter().map(Event::from_row).collect()
    }

    /// The newest event of these kinds about one subject. One that is committed and not sealed yet counts, and is newer than any that is sealed:
    /// for decisions, which must not wait for the sealer.
    pub fn newest_of(&self, subject: &str, kinds: &[&str]) -> Result<Option<Event>, Fault> {
        let marks: Vec<String> = (2..kinds.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "select * from store_event where subject = $1 and kind in ({}) order by case when seq is null then 0 else 1 end, seq desc, id desc limit 1",
            marks.join(", ")
        );
        let values: Vec<Value> = std::iter::once(subject).chain(kinds.iter().copied()).map(Value::from).collect();
        self.row(&sql, &values)?.as_ref().map(Event::from_row).transpose()
    }

    /// Sealed events in order, after `seq`, at most `limit`.
    pub fn events_since(&self, after: i64, limit: i64) -> Result<Vec<Event>, Fault> {
        let sql = "select * from store_event where seq > $1 order by seq limit $2";
        self.rows(sql, &crate::params![after, limit])?.iter().map(Event::from_row).collect()
    }

    /// The newest seal: the head of the chain.
    pub fn head(&self) -> Result<Option<Seal>, Fault> {
        self.row("select * from store_seal order by batch desc limit 1", &[])?.as_ref().map(Seal::from_row).transpose()
    }

    /// The first seal made after the one that holds this event; `None` while there is none.
    pub fn first_seal_after(&self, event: &Id) -> Result<Option<Seal>, Fault> {
        let sql = "select s.* from store_seal s join store_event e on e.id = $1 where s.seq_from > e.seq order by s.batch limit 1";
        self.row(sql, &crate::params![event])?.as_ref().map(Seal::from_row).transpose()
    }
}

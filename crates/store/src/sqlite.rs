//! SQLite: opening, statements, and the writer thread that commits many use cases at once.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant as Moment};

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Statement, ToSql};
use words::{Fault, Trouble};

use crate::conn::Sentence;
use crate::tx::Tx;
use crate::{Row, Value};

/// Pages of 4 KiB in the write-ahead log from which on they are brought into the file. What is written again and again is brought there once; a start after a kill
/// reads at most so much.
const CHECKPOINT: usize = 16_000;
/// At most so many use cases in one commit.
const GROUP: usize = 1_000;
/// A group is closed after this long even if more callers wait.
const GROUP_TIME: Duration = Duration::from_millis(4);

pub(crate) fn open_writer(file: &Path, forced: bool) -> Result<Connection, Fault> {
    let raw = Connection::open(file).map_err(fault)?;
    steady(&raw).map_err(fault)?;
    raw.busy_timeout(Duration::from_secs(10)).map_err(fault)?;
    raw.execute_batch(if forced { "pragma synchronous = full;" } else { "pragma synchronous = off;" }).map_err(fault)?;
    raw.execute_batch(&format!(
        "pragma journal_mode = wal; pragma foreign_keys = off; pragma wal_autocheckpoint = {CHECKPOINT};
         pragma cache_size = -65536; pragma temp_store = memory; pragma application_id = 1213416306;"
    ))
    .map_err(fault)?;
    Ok(raw)
}

/// A statement is planned once, whatever is bound to it: else many of ours would be planned anew for every value, which took a fifth of a simulation's time.
fn steady(raw: &Connection) -> rusqlite::Result<()> {
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

pub(crate) fn open_reader(file: &Path) -> Result<Connection, Fault> {
    let raw = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(fault)?;
    steady(&raw).map_err(fault)?;
    raw.busy_timeout(Duration::from_secs(10)).map_err(fault)?;
    raw.execute_batch("pragma query_only = on; pragma cache_size = -8192; pragma temp_store = memory;").map_err(fault)?;
    Ok(raw)
}

pub(crate) fn fault(error: rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Fault::transient(error),
        // A file system that is full, or whose quota is, also answers with an error of input and output.
        Some(rusqlite::ErrorCode::DiskFull) => Fault::of(Trouble::Full, error),
        Some(rusqlite::ErrorCode::SystemIoFailure) if writes(&error) => Fault::of(Trouble::Full, error),
        _ => Fault::new(error),
    }
}

fn writes(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE};
    let code = if let rusqlite::Error::SqliteFailure(failure, _) = error { failure.extended_code } else { 0 };
    [SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_SHMSIZE].contains(&code)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::ToSqlOutput::Borrowed;
        Ok(Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn owned(value: ValueRef<'_>) -> Result<Value, Fault> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8(bytes.to_vec()).map_err(Fault::new)?),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Fault::new("a floating-point value came out of the database")),
    })
}

pub(crate) fn rows(raw: &Connection, sentence: &Sentence, params: &[Value]) -> Result<Vec<Row>, Fault> {
    let sql = sentence.sql.as_str();
    let mut statement = raw.prepare_cached(sql).map_err(|error| at(sql, error))?;
    let columns = columns(&statement, sentence);
    let mut found = statement.query(rusqlite::params_from_iter(params)).map_err(|error| at(sql, error))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(|error| at(sql, error))? {
        let values = (0..columns.len()).map(|n| owned(row.get_ref(n).map_err(fault)?)).collect::<Result<_, _>>()?;
        rows.push(Row { columns: columns.clone(), values });
    }
    Ok(rows)
}

/// Names of the columns, kept from the first run on: the schema changes only when a data folder is opened.
fn columns(statement: &Statement<'_>, sentence: &Sentence) -> Arc<[String]> {
    let read = || statement.column_names().map(str::to_owned).collect();
    let known = sentence.columns.get_or_init(read);
    if known.len() == statement.column_count() { known.clone() } else { read() }
}

pub(crate) fn execute(raw: &Connection, sql: &str, params: &[Value]) -> Result<u64, Fault> {
    let mut statement = raw.prepare_cached(sql).map_err(|error| at(sql, error))?;
    let changed = statement.execute(rusqlite::params_from_iter(params)).map_err(|error| at(sql, error))?;
    Ok(changed as u64)
}

pub(crate) fn batch(raw: &Connection, sql: &str) -> Result<(), Fault> {
    let mut statement = raw.prepare_cached(sql).map_err(|error| at(sql, error))?;
    statement.execute([]).map(drop).map_err(|error| at(sql, error))
}

pub(crate) fn prepare(raw: &Connection, sql: &str) -> Result<(), Fault> {
    raw.prepare_cached(sql).map(drop).map_err(|error| at(sql, error))
}

fn at(sql: &str, error: rusqlite::Error) -> Fault {
    let broken = fault(error);
    Fault { message: format!("{} in: {sql}", broken.message), ..broken }
}

/// How a queued use case ended inside the group.
pub(crate) enum Ended {
    /// Its changes stay.
    Keep,
    /// Its changes are undone, perhaps since something broke; the others stay.
    Undo(Option<Fault>),
}

/// A use case in the queue of the writer.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// Runs the closure and keeps its outcome.
    pub(crate) run: Box<dyn FnMut(&mut Tx) -> Ended + Send>,
    /// Answers the caller: after the commit, or with what broke it.
    pub(crate) finish: Box<dyn FnOnce(Result<(), Fault>) + Send>,
}

/// Takes use cases off the queue until the last sender is gone.
pub(crate) fn write_loop(mut tx: Tx, queue: Receiver<Work>) {
    loop {
        match queue.recv_timeout(Duration::from_secs(30)) {
            Ok(first) => commit_group(&mut tx, first, &queue),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn commit_group(tx: &mut Tx, first: Work, queue: &Receiver<Work>) {
    let opened = Moment::now();
    if let Err(fault) = tx.conn().batch("begin immediate").and_then(|()| tx.open_group()) {
        let _ = tx.conn().batch("rollback");
        tx.wiring().note_commit(Err(&fault));
        return (first.finish)(Err(fault));
    }
    let (mut answers, mut whole, mut full) = (Vec::new(), Ok(()), None);
    let mut next = Some(first);
    while let Some(work) = next {
        let (answer, kept, broke) = run_one(tx, work);
        answers.push(answer);
        full = full.or(broke.filter(|fault| fault.trouble == Trouble::Full));
        whole = whole.and(kept);
        // A full disk undoes the whole group: nothing more may be done in it, or it would be a commit of its own.
        let more = whole.is_ok() && !tx.conn().is_hurt() && answers.len() < GROUP && opened.elapsed() < GROUP_TIME;
        next = if more { queue.try_recv().ok() } else { None };
    }
    let committed = whole.and_then(|()| tx.seal_group()).and_then(|()| tx.conn().batch("commit"));
    if committed.is_err() {
        let _ = tx.conn().batch("rollback");
    }
    tx.close_group(committed.is_ok());
    tx.wiring().note_commit(committed.as_ref().map(drop).and(full.as_ref().map_or(Ok(()), Err)));
    for answer in answers {
        answer(committed.clone());
    }
}

type Answer = Box<dyn FnOnce(Result<(), Fault>) + Send>;

/// Runs a use case within its group. Whether the group is still whole: what could neither be kept nor undone alone spoils it. And what broke this one.
fn run_one(tx: &mut Tx, mut work: Work) -> (Answer, Result<(), Fault>, Option<Fault>) {
    let begun = Moment::now();
    if let Err(fault) = tx.conn().batch("savepoint one") {
        return (work.finish, Err(fault), None);
    }
    let ended = (work.run)(tx);
    let broke = if let Ended::Undo(fault) = &ended { fault.clone() } else { None };
    let kept = match (ended, tx.conn().hurt_by()) {
        (_, Some(fault)) => Err(fault),
        (Ended::Keep, None) => tx.conn().batch("release one"),
        (Ended::Undo(_), None) => tx.conn().batch("rollback to one").and_then(|()| tx.conn().batch("release one")),
    };
    let took = begun.elapsed();
    if took > Duration::from_millis(50) {
        tracing::warn!(use_case = work.name, ms = took.as_millis() as u64, "slow use case held the writer");
    }
    (work.finish, kept, broke)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a statement like ours was planned anew while other values were bound to it.
    fn planned_anew(raw: &Connection) -> i32 {
        raw.execute_batch(
            "create table book (id text primary key, state text not null, shelf text not null, due bigint); create index book_shelf on book (shelf, due);",
        )
        .expect("tables");
        let sql = "select id from book where shelf = ?1 and (state = ?2 or ?2 = '') and due < ?3 and id > ?4 order by due, id limit ?5";
        let mut statement = raw.prepare(sql).expect("a statement");
        for n in 0..20 {
            let id = if n % 2 == 0 { "" } else { "b" };
            statement.query(rusqlite::params![n.to_string(), id, n, id, n]).expect("rows").next().expect("a look");
        }
        statement.get_status(rusqlite::StatementStatus::RePrepare)
    }

    #[test]
    fn a_statement_is_planned_once_whatever_is_bound() {
        let raw = Connection::open_in_memory().expect("a database");
        assert_ne!(planned_anew(&raw), 0, "by itself SQLite plans anew");
        let raw = Connection::open_in_memory().expect("a database");
        steady(&raw).expect("steady");
        assert_eq!(planned_anew(&raw), 0);
    }
}

//! For tests: makes a chosen statement of a use case break, and tries a use case with each of its statements broken in turn.
//!
//! Only `store::testing` makes one; a database that was opened in the ordinary way has none, and asks one `Option` a statement.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use words::{Failure, Fault, Never, Outcome, Trouble};

use crate::conn::Conn;
use crate::dialect::Dialect;
use crate::{Db, Read, Row, Tx};

/// How a statement breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It fails; nothing of it happened.
    Fails,
    /// It happens and the connection breaks before the reply: for a commit, nobody knows.
    LosesReply,
    /// The connection breaks before it happens.
    LosesConnection,
}

/// The wire that is stumbled over.
#[derive(Default)]
pub(crate) struct Trip {
    left: AtomicI64,
    how: AtomicU8,
    fired: AtomicBool,
    /// It fired when the use case had had its say: keeping or committing what it did.
    late: AtomicBool,
    only_commit: AtomicBool,
    plan: Mutex<Plan>,
}

/// Which use cases are tried with each statement broken, and what came of it.
#[derive(Default)]
struct Plan {
    each: u32,
    tried: BTreeMap<&'static str, Tried>,
    findings: Vec<String>,
}

/// How often a use case was tried, and how many statements were broken in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tried {
    /// Runs of the use case that were tried.
    pub runs: u32,
    /// Statements that were broken, each once.
    pub broken: u32,
}

/// Each table with its number of rows and a hash over them.
type Look = BTreeMap<String, (usize, u64)>;

impl Trip {
    /// The `n`-th statement from now on breaks, once.
    pub(crate) fn arm(&self, n: i64, how: Break, only_commit: bool) {
        self.how.store(how as u8, Ordering::SeqCst);
        self.fired.store(false, Ordering::SeqCst);
        self.only_commit.store(only_commit, Ordering::SeqCst);
        self.left.store(n, Ordering::SeqCst);
    }

    /// Nothing breaks any more. Did something?
    pub(crate) fn disarm(&self) -> bool {
        self.left.store(0, Ordering::SeqCst);
        self.fired.load(Ordering::SeqCst)
    }

    /// Called before each statement of a use case: how it breaks, if it does.
    pub(crate) fn step(&self, sql: &str) -> Option<Break> {
        let counts = self.left.load(Ordering::SeqCst) > 0 && !sql.starts_with("rollback") && (sql == "commit" || !self.only_commit.load(Ordering::SeqCst));
        if !counts || self.left.fetch_sub(1, Ordering::SeqCst) != 1 {
            return None;
        }
        self.fired.store(true, Ordering::SeqCst);
        self.late.store(sql == "commit" || sql.starts_with("release"), Ordering::SeqCst);
        Some([Break::Fails, Break::LosesReply, Break::LosesConnection][usize::from(self.how.load(Ordering::SeqCst))])
    }

    /// From now on the first `each` runs of every use case are tried.
    pub(crate) fn try_first(&self, each: u32) {
        *self.plan() = Plan { each, ..Plan::default() };
    }

    /// What was tried, and what did not hold.
    pub(crate) fn results(&self) -> (BTreeMap<&'static str, Tried>, Vec<String>) {
        let plan = self.plan();
        (plan.tried.clone(), plan.findings.clone())
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wants(&self, name: &'static str) -> bool {
        let mut plan = self.plan();
        let each = plan.each;
        let tried = plan.tried.entry(name).or_default();
        tried.runs += 1;
        tried.runs <= each
    }
}

/// Breaks statement 1, then 2, then 3 … of the use case until none is left to break; then it has gone through once.
pub(crate) fn try_each<T, R>(db: &Db, trip: &Trip, name: &'static str, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    if !trip.wants(name) {
        return db.write_once(name, case);
    }
    let case = Arc::new(Mutex::new(case));
    let mut watch = Watch::of(db);
    for n in 1.. {
        let again = case.clone();
        trip.arm(n, Break::Fails, false);
        let outcome = db.write_once(name, move |tx| (again.lock().unwrap_or_else(PoisonError::into_inner))(tx));
        if !trip.disarm() {
            return outcome;
        }
        // Who was refused has nothing to lose: what breaks after that is not theirs to hear of.
        let refused_before = trip.late.load(Ordering::SeqCst) && !matches!(outcome, Ok(_) | Err(Failure::Broken(_)));
        let told = matches!(outcome, Err(Failure::Broken(_))) || refused_before;
        let changed = watch.changed();
        let mut plan = trip.plan();
        plan.tried.entry(name).or_default().broken += 1;
        if !told {
            plan.findings.push(format!("{name}: statement {n} broke and the caller was not told so"));
        }
        if !changed.is_empty() {
            plan.findings.push(format!("{name}: statement {n} broke and {changed:?} changed all the same"));
        }
        if !told || refused_before || !changed.is_empty() {
            return outcome;
        }
    }
    Err(Failure::Broken(Fault::new("a use case without end")))
}

/// Sees whether anything has changed since the look before.
struct Watch<'a> {
    db: &'a Db,
    /// SQLite: says cheaply that nobody has written; what it cannot say is looked up.
    sentry: Option<Conn>,
    version: i64,
    state: Look,
}

impl<'a> Watch<'a> {
    fn of(db: &'a Db) -> Self {
        let sentry = db.is_embedded().then(|| db.connect().expect("a connection"));
        let version = sentry.as_ref().map_or(0, version);
        Self { db, sentry, version, state: look(db) }
    }

    /// Tables that have changed.
    fn changed(&mut self) -> Vec<String> {
        if self.sentry.as_ref().is_some_and(|sentry| version(sentry) == self.version) {
            return Vec::new();
        }
        self.version = self.sentry.as_ref().map_or(0, version);
        let now = look(self.db);
        let names = now.keys().chain(self.state.keys().filter(|table| !now.contains_key(*table)));
        let changed = names.filter(|table| now.get(*table) != self.state.get(*table)).cloned().collect();
        self.state = now;
        changed
    }
}

fn version(sentry: &Conn) -> i64 {
    let row = sentry.rows("pragma data_version", &[]).expect("a version").remove(0);
    row.get("data_version").expect("a number")
}

/// The state of everything: number and hash of the rows of every table, in no order.
fn look(db: &Db) -> Look {
    let seen = db.read::<_, Never>(|read| read.table_names()?.into_iter().map(|table| Ok((table.clone(), sum(read, &table)?))).collect());
    seen.map_err(Failure::into_fault).expect("the state of the database")
}

fn sum(read: &Read, table: &str) -> Result<(usize, u64), Fault> {
    if read.conn.dialect() == Dialect::Postgres {
        let sql = format!("select count(*) as n, cast(coalesce(sum(hashtext(cast(t as text))), 0) as bigint) as sum from {table} t");
        let row = read.rows(&sql, &[])?.remove(0);
        return Ok((row.get::<i64>("n")? as usize, row.get::<i64>("sum")? as u64));
    }
    let rows = read.rows(&format!("select * from {table}"), &[])?;
    let add = |sum: u64, row: &Row| {
        let mut hasher = DefaultHasher::new();
        row.values.hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    };
    Ok((rows.len(), rows.iter().fold(0, add)))
}

/// What is told of a statement that was broken on purpose.
pub(crate) fn broken(how: Break, sql: &str) -> Fault {
    let trouble = if how == Break::Fails { Trouble::Broken } else { Trouble::Away };
    Fault::of(trouble, format!("broken on purpose: {sql}"))
}

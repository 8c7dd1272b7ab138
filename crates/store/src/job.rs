//! Work for later: reactions to events, timers, retries. Taking a job off the queue and its effect are one transaction.

use serde::Serialize;
use serde::de::DeserializeOwned;
use words::{Failure, Fault, Id, Instant, Never, Trouble};

use crate::{Db, Read, Row, Tx, params};

/// After so many failures a job stays as failed until an official retries it.
const ATTEMPTS: i64 = 8;

/// How long work outside of a transaction may take before another process tries it.
const LEASE_SECONDS: i64 = 300;

/// Work to be left for later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) at: Option<Instant>,
    pub(crate) body: String,
}

impl Job {
    /// A job of a kind; only one of the same name and key waits at a time.
    pub fn new(name: &str, key: impl Into<String>) -> Self {
        Self { name: name.into(), key: key.into(), at: None, body: String::new() }
    }

    /// When it is due; at once if not said.
    pub fn at(mut self, at: Instant) -> Self {
        self.at = Some(at);
        self
    }

    /// What it needs, as JSON.
    pub fn body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).unwrap_or_default();
        self
    }
}

/// A job that runs now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRun {
    /// Kind.
    pub name: String,
    /// Key.
    pub key: String,
    /// When it was due.
    pub due_at: Instant,
    /// What it needs, as JSON.
    pub body: String,
    /// The event that led to it.
    pub cause: Option<Id>,
}

impl JobRun {
    /// What it needs.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_str(&self.body).map_err(|mistake| Fault::new(format!("job {} {}: {mistake}", self.name, self.key)))
    }
}

/// A job in the queue, as an official sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRow {
    /// Id.
    pub id: Id,
    /// Kind.
    pub name: String,
    /// Key.
    pub key: String,
    /// When it is due.
    pub due_at: Instant,
    /// `due` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What went wrong last.
    pub last_error: String,
}

impl JobRow {
    fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            key: row.get("job_key")?,
            due_at: row.get("due_at")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            last_error: row.get("last_error")?,
        })
    }
}

/// Work outside of any transaction.
type Outside = Box<dyn Fn(&Db, &JobRun) -> Result<(), Fault> + Send + Sync>;

/// Work that speaks to the outside (mail): runs without a transaction, at least once.
pub struct OuterJob {
    /// Kind.
    pub name: &'static str,
    /// The work.
    pub run: Outside,
}

impl Read {
    /// Jobs in a state, oldest first, at most `limit`.
    pub fn jobs(&self, state: &str, limit: i64) -> Result<Vec<JobRow>, Fault> {
        let sql = "select * from store_job where state = $1 order by due_at, id limit $2";
        self.rows(sql, &params![state, limit])?.iter().map(JobRow::from_row).collect()
    }

    /// The moment the job of this name and key is due, if it waits.
    pub fn job_due(&self, name: &str, key: &str) -> Result<Option<Instant>, Fault> {
        let row = self.row("select due_at from store_job where name = $1 and job_key = $2", &params![name, key])?;
        row.map(|row| row.get("due_at")).transpose()
    }

    /// When the next job is due.
    pub fn next_due(&self) -> Result<Option<Instant>, Fault> {
        let row = self.row("select due_at from store_job where state = 'due' order by due_at limit 1", &[])?;
        row.map(|row| row.get("due_at")).transpose()
    }
}

impl Tx {
    /// Puts a failed job back into the queue; `false` if there is no such failed job.
    pub fn retry_job(&mut self, id: &Id) -> Result<bool, Fault> {
        let now = self.now();
        let sql = "update store_job set state = 'due', attempts = 0, due_at = $2 where id = $1 and state = 'failed'";
        Ok(self.execute(sql, &params![id, now])? > 0)
    }
}

impl Db {
    /// Runs everything that is due now, also what becomes due by it, until nothing is left. Returns how many jobs ran.
    pub fn run_due(&self) -> Result<usize, Fault> {
        let mut ran = 0;
        loop {
            let due = self.read::<_, Never>(|read| {
                let now = read.now();
                let sql = "select * from store_job where state = 'due' and due_at <= $1 order by due_at, id limit 100";
                Ok(read.rows(sql, &params![now])?.iter().map(JobRow::from_row).collect::<Result<Vec<_>, _>>()?)
            });
            let due = due.map_err(Failure::into_fault)?;
            if due.is_empty() {
                return Ok(ran);
            }
            for job in due {
                self.run_job(&job.id)?;
                ran += 1;
            }
        }
    }

    fn run_job(&self, id: &Id) -> Result<(), Fault> {
        let (id, wiring) = (id.clone(), self.wiring().clone());
        if let Some(row) = self.read::<_, Never>(|read| Ok(read.row("select * from store_job where id = $1", &params![&id])?)).map_err(Failure::into_fault)?
            && let Some(outer) = wiring.outer_job(&row.get::<String>("name")?)
        {
            return self.run_outer(outer, &id, row.get("due_at")?);
        }
        let taken = id.clone();
        let done = self.write::<_, Never>("store.job", move |tx| {
            let now = tx.now();
            let Some(row) = tx.conn().rows(tx.conn().dialect().take_job(), &params![&taken, now])?.pop() else {
                return Ok(()); // another process took it, or it was moved to later
            };
            let run = run_of(&row)?;
            tx.set_cause(run.cause.clone());
            Ok(carry_out(tx, &run)?)
        });
        match done {
            Ok(()) => Ok(()),
            Err(failure) => self.put_back(&id, &failure.into_fault()),
        }
    }

    /// Work outside of a transaction: taken on lease, so that another process leaves it alone while it is done, and comes back if this process dies over it.
    fn run_outer(&self, outer: &OuterJob, id: &Id, due_at: Instant) -> Result<(), Fault> {
        let taken = id.clone();
        let lease = self.write::<_, Never>("store.job_lease", move |tx| {
            let (now, until) = (tx.now(), tx.now().plus_seconds(LEASE_SECONDS));
            let sql = "update store_job set due_at = $3 where id = $1 and state = 'due' and due_at <= $2 returning *";
            Ok(tx.conn().rows(sql, &params![&taken, now, until])?.pop())
        });
        let Some(row) = lease.map_err(Failure::into_fault)? else { return Ok(()) };
        match (outer.run)(self, &JobRun { due_at, ..run_of(&row)? }) {
            Ok(()) => {
                // Wished for again meanwhile, it is due again and stays.
                let (id, until) = (id.clone(), row.get::<Instant>("due_at")?);
                let sql = "delete from store_job where id = $1 and due_at = $2";
                let done = self.write::<_, Never>("store.job_done", move |tx| Ok(tx.execute(sql, &params![&id, until]).map(drop)?));
                done.map_err(Failure::into_fault)
            }
            Err(fault) => self.put_back(id, &fault),
        }
    }

    fn put_back(&self, id: &Id, fault: &Fault) -> Result<(), Fault> {
        tracing::warn!(job = %id, %fault, "job failed");
        let (id, fault) = (id.clone(), fault.clone());
        let written = self.write::<_, Never>("store.job_failed", move |tx| {
            let Some(row) = tx.row("select attempts from store_job where id = $1", &params![&id])? else { return Ok(()) };
            // What is wrong with the database is no failure of the job: it waits a little and is not counted.
            let counts = matches!(fault.trouble, Trouble::Broken | Trouble::Misfit);
            let attempts = row.get::<i64>("attempts")? + i64::from(counts);
            let state = if attempts >= ATTEMPTS { "failed" } else { "due" };
            let pause = if counts { 4i64.pow(u32::try_from(attempts.min(8)).unwrap_or(8)) } else { 5 };
            let again = tx.now().plus_seconds(pause);
            let sql = "update store_job set attempts = $2, state = $3, due_at = $4, last_error = $5 where id = $1";
            Ok(tx.execute(sql, &params![&id, attempts, state, again, &fault.message]).map(drop)?)
        });
        written.map_err(Failure::into_fault)
    }
}

fn run_of(row: &Row) -> Result<JobRun, Fault> {
    Ok(JobRun { name: row.get("name")?, key: row.get("job_key")?, due_at: row.get("due_at")?, body: row.get("body")?, cause: row.get("cause")? })
}

fn carry_out(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let wiring = tx.wiring().clone();
    if let Some(name) = run.name.strip_prefix("reaction.") {
        let reaction = wiring.reaction(name).ok_or_else(|| Fault::new(format!("no reaction {name}")))?;
        let event = tx.event(&Id::fixed(run.key.clone()))?.ok_or_else(|| Fault::new(format!("no event {}", run.key)))?;
        return (reaction.run)(tx, &event);
    }
    let kind = wiring.job_kind(&run.name).ok_or_else(|| Fault::new(format!("no job {}", run.name)))?;
    (kind.run)(tx, run)
}

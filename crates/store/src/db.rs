//! The database as a value: opened once, cloned freely, asked from any thread.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use words::{Failure, Fault, Never, Outcome};

use crate::clock::{Clock, Entropy};
use crate::conn::Conn;
use crate::part::JobKind;
use crate::secret::Secrets;
use crate::sqlite::{Ended, Work};
use crate::{OuterJob, Part, Reaction, Read, Tx, migrate, pg, seal, sqlite};

/// How often a use case that met a transient fault is run again.
const RETRIES: u32 = 12;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file `hechuang.db` in the data folder.
    Sqlite,
    /// `postgres://user:password@host/name`; keys still lie in the data folder.
    Postgres(String),
}

/// What is needed to open a database.
pub struct Options {
    /// Folder of the keys and of the SQLite file; made if missing.
    pub folder: PathBuf,
    /// Which database.
    pub place: Place,
    /// Clock.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// What the crates bring, lower floors first.
    pub parts: Vec<&'static Part>,
    /// When X then Y.
    pub reactions: Vec<Reaction>,
    /// Jobs that speak to the outside.
    pub outer: Vec<OuterJob>,
}

impl Options {
    /// SQLite in a folder, the machine's clock, the given parts.
    pub fn at(folder: impl Into<PathBuf>, parts: Vec<&'static Part>) -> Self {
        Self {
            folder: folder.into(),
            place: Place::Sqlite,
            clock: Clock::system(),
            entropy: Entropy::system(),
            parts,
            reactions: Vec::new(),
            outer: Vec::new(),
        }
    }
}

/// What the parts brought, by name.
pub(crate) struct Wiring {
    parts: Vec<&'static Part>,
    keys: HashMap<&'static str, &'static [&'static str]>,
    jobs: HashMap<&'static str, JobKind>,
    reactions: Vec<Reaction>,
    outer: Vec<OuterJob>,
    bell: (Mutex<bool>, Condvar),
}

impl Wiring {
    fn of(parts: Vec<&'static Part>, reactions: Vec<Reaction>, outer: Vec<OuterJob>) -> Self {
        let keys = parts.iter().flat_map(|part| part.tables).map(|table| (table.name, table.key)).collect();
        let jobs = parts.iter().flat_map(|part| part.jobs).map(|job| (job.name, *job)).collect();
        Self { parts, keys, jobs, reactions, outer, bell: (Mutex::new(false), Condvar::new()) }
    }

    pub(crate) fn parts(&self) -> &[&'static Part] {
        &self.parts
    }

    pub(crate) fn key_of(&self, table: &str) -> Option<&'static [&'static str]> {
        self.keys.get(table).copied()
    }

    pub(crate) fn job_kind(&self, name: &str) -> Option<JobKind> {
        self.jobs.get(name).copied()
    }

    pub(crate) fn outer_job(&self, name: &str) -> Option<&OuterJob> {
        self.outer.iter().find(|job| job.name == name)
    }

    pub(crate) fn reaction(&self, name: &str) -> Option<Reaction> {
        self.reactions.iter().find(|reaction| reaction.name == name).copied()
    }

    pub(crate) fn reactions_to(&self, kind: &str) -> impl Iterator<Item = &Reaction> {
        self.reactions.iter().filter(move |reaction| reaction.on == kind)
    }

    /// Rings for the worker: there may be something due.
    pub(crate) fn wake(&self) {
        *self.bell.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.1.notify_one();
    }

    fn wait(&self, at_most: Duration) {
        let rung = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok((mut rung, _)) = self.bell.1.wait_timeout_while(rung, at_most, |rung| !*rung) {
            *rung = false;
        }
    }
}

enum Writer {
    Sqlite(Sender<Work>),
    Postgres,
}

struct Inner {
    folder: PathBuf,
    place: Place,
    clock: Clock,
    entropy: Entropy,
    secrets: Arc<Secrets>,
    wiring: Arc<Wiring>,
    writer: Writer,
    idle: Mutex<Vec<Conn>>,
}

/// The database: use cases go in, outcomes come out. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Opens (and makes, and migrates) the database.
    pub fn open(options: Options) -> Result<Self, Fault> {
        std::fs::create_dir_all(&options.folder).map_err(|error| Fault::new(format!("{}: {error}", options.folder.display())))?;
        let secrets = Arc::new(Secrets::at(&options.folder)?);
        let wiring = Arc::new(Wiring::of(options.parts, options.reactions, options.outer));
        let read = |conn| Read { conn, clock: options.clock.clone(), secrets: secrets.clone() };
        let first = read(match &options.place {
            Place::Sqlite => Conn::sqlite(sqlite::open_writer(&sqlite_file(&options.folder))?),
            Place::Postgres(url) => Conn::Postgres(pg::Link::open(url)?.into()),
        });
        for applied in migrate::migrate(&first, wiring.parts())? {
            tracing::debug!(migration = applied, "applied");
        }
        let mut idle = Vec::new();
        let writer = match &options.place {
            Place::Sqlite => {
                let (queue, work) = channel();
                let tx = Tx::new(first, options.entropy.clone(), wiring.clone());
                std::thread::Builder::new().name("writer".into()).spawn(move || sqlite::write_loop(tx, work)).map_err(Fault::new)?;
                Writer::Sqlite(queue)
            }
            Place::Postgres(_) => {
                idle.push(first.conn);
                Writer::Postgres
            }
        };
        let (folder, place, clock, entropy) = (options.folder, options.place, options.clock, options.entropy);
        Ok(Db(Arc::new(Inner { folder, place, clock, entropy, secrets, wiring, writer, idle: Mutex::new(idle) })))
    }

    pub(crate) fn wiring(&self) -> &Arc<Wiring> {
        &self.0.wiring
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// The clock that everything here uses.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The randomness that everything here uses.
    pub fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Names of who hears which kind of event: the side effects of the whole platform.
    pub fn reactions(&self) -> Vec<(&'static str, &'static str)> {
        self.0.wiring.reactions.iter().map(|reaction| (reaction.on, reaction.name)).collect()
    }

    fn connect(&self) -> Result<Conn, Fault> {
        if let Some(conn) = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(conn);
        }
        match &self.0.place {
            Place::Sqlite => sqlite::open_reader(&sqlite_file(&self.0.folder)).map(Conn::sqlite),
            Place::Postgres(url) => Ok(Conn::Postgres(pg::Link::open(url)?.into())),
        }
    }

    fn give_back(&self, conn: Conn) {
        let broken = matches!(&conn, Conn::Postgres(link) if link.borrow().is_closed());
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !broken && idle.len() < 32 {
            idle.push(conn);
        }
    }

    fn reader(&self, conn: Conn) -> Read {
        Read { conn, clock: self.0.clock.clone(), secrets: self.0.secrets.clone() }
    }

    /// Looks at one consistent moment. Blocks the calling thread.
    pub fn read<T, R>(&self, look: impl FnOnce(&Read) -> Outcome<T, R>) -> Outcome<T, R> {
        let read = self.reader(self.connect()?);
        let begin = if matches!(read.conn, Conn::Postgres(_)) { "begin isolation level repeatable read read only" } else { "begin" };
        read.conn.batch(begin)?;
        let seen = catch_unwind(AssertUnwindSafe(|| look(&read)));
        let ended = read.conn.batch("rollback");
        if ended.is_ok() {
            self.give_back(read.conn);
        }
        seen.unwrap_or_else(|panic| Err(Failure::Broken(Fault::new(panic_text(panic.as_ref())))))
    }

    /// Runs a use case in one transaction and answers after the commit. Blocks the calling thread; the closure may run twice.
    pub fn write<T, R>(&self, name: &'static str, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        match &self.0.writer {
            Writer::Sqlite(queue) => write_grouped(queue, name, case),
            Writer::Postgres => self.write_alone(case),
        }
    }

    fn write_alone<T, R>(&self, mut case: impl FnMut(&mut Tx) -> Outcome<T, R>) -> Outcome<T, R> {
        let mut tried = 0;
        loop {
            let outcome = self.try_alone(&mut case);
            match outcome {
                Err(Failure::Broken(fault)) if fault.retry && tried < RETRIES => {
                    let jitter = u64::from(self.0.entropy.bytes::<1>()[0]) % 8;
                    std::thread::sleep(Duration::from_millis((1 << tried.min(6)) + jitter));
                    tried += 1;
                }
                outcome => return outcome,
            }
        }
    }

    fn try_alone<T, R>(&self, case: &mut impl FnMut(&mut Tx) -> Outcome<T, R>) -> Outcome<T, R> {
        let mut tx = Tx::new(self.reader(self.connect()?), self.0.entropy.clone(), self.0.wiring.clone());
        tx.conn().batch("begin isolation level serializable")?;
        let outcome = run_case(&mut tx, case);
        let ended = tx.conn().batch(if outcome.is_ok() { "commit" } else { "rollback" });
        let committed = outcome.is_ok() && ended.is_ok();
        tx.close_group(committed);
        if ended.is_ok() {
            self.give_back(tx.into_conn());
        }
        outcome.and_then(|value| ended.map(|()| value).map_err(Failure::Broken))
    }

    /// PostgreSQL: numbers and seals what has been committed. SQLite seals inside each commit and has nothing to do here.
    pub fn seal(&self) -> Result<usize, Fault> {
        if matches!(self.0.writer, Writer::Sqlite(_)) {
            return Ok(0);
        }
        let read = self.reader(self.connect()?);
        read.conn.batch("begin")?;
        let sealed = seal::seal_committed(&read);
        read.conn.batch(if sealed.is_ok() { "commit" } else { "rollback" })?;
        self.give_back(read.conn);
        sealed
    }

    /// Starts the thread that runs due jobs at their second and, on PostgreSQL, seals every 250 ms. It ends with the last `Db`.
    pub fn start_worker(&self) -> Result<(), Fault> {
        let weak = Arc::downgrade(&self.0);
        let work = move || {
            while let Some(db) = weak.upgrade().map(Db) {
                let ran = db.seal().and_then(|_| db.run_due());
                let next = ran.and_then(|_| db.read::<_, Never>(|read| Ok(read.next_due()?)).map_err(Failure::into_fault));
                let pause = match next {
                    Ok(Some(due)) => Duration::from_micros(u64::try_from(due.micros() - db.clock().now().micros()).unwrap_or(0)),
                    Ok(None) => Duration::from_secs(1),
                    Err(fault) => {
                        tracing::error!(%fault, "the worker could not look for work");
                        Duration::from_secs(2)
                    }
                };
                let longest = if matches!(db.0.writer, Writer::Postgres) { Duration::from_millis(250) } else { Duration::from_secs(1) };
                let wiring = db.0.wiring.clone();
                drop(db);
                wiring.wait(pause.clamp(Duration::from_millis(1), longest));
            }
        };
        std::thread::Builder::new().name("worker".into()).spawn(work).map(drop).map_err(Fault::new)
    }
}

/// Is there a SQLite database in this data folder already?
pub fn has_database(folder: &Path) -> bool {
    sqlite_file(folder).exists()
}

fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join("hechuang.db")
}

/// Runs the closure and, if it succeeds, writes what it told. A panic is a fault of this use case alone.
fn run_case<T, R>(tx: &mut Tx, case: &mut impl FnMut(&mut Tx) -> Outcome<T, R>) -> Outcome<T, R> {
    tx.open_case();
    let outcome = catch_unwind(AssertUnwindSafe(|| case(tx))).unwrap_or_else(|panic| Err(Failure::Broken(Fault::new(panic_text(panic.as_ref())))));
    let value = outcome?;
    tx.close_case()?;
    Ok(value)
}

fn write_grouped<T, R>(queue: &Sender<Work>, name: &'static str, mut case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let slot: Arc<Mutex<Option<Outcome<T, R>>>> = Arc::new(Mutex::new(None));
    let (answer, answered) = sync_channel::<Result<(), Fault>>(1);
    let kept = slot.clone();
    let run = Box::new(move |tx: &mut Tx| {
        let outcome = run_case(tx, &mut case);
        let ended = if outcome.is_ok() { Ended::Keep } else { Ended::Undo };
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        ended
    });
    let finish = Box::new(move |committed| drop(answer.send(committed)));
    queue.send(Work { name, run, finish }).map_err(|_| Fault::new("the writer has stopped"))?;
    let committed = answered.recv().map_err(|_| Fault::new("the writer has stopped"))?;
    let outcome = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (outcome, committed) {
        (Some(Ok(_)), Err(fault)) | (None, Err(fault)) => Err(Failure::Broken(fault)),
        (Some(outcome), _) => outcome,
        (None, Ok(())) => Err(Failure::Broken(Fault::new("a use case ended without an outcome"))),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

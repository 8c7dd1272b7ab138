//! The database as a value: opened once, cloned freely, asked from any thread.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;

use words::{Failure, Fault, Never, Outcome, Trouble};

use crate::clock::{Clock, Entropy};
use crate::conn::Conn;
use crate::part::JobKind;
use crate::seats::Seats;
use crate::secret::Secrets;
use crate::sqlite::{Ended, Work};
use crate::trip::{self, Trip};
use crate::{OuterJob, Part, Reaction, Read, Tx, migrate, moment, params, pg, sqlite};

/// Size of the row by which a database that took nothing is tried again, in bytes; below the limit of an index entry of PostgreSQL.
const PROBE: usize = 2_000;

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
    /// SQLite: is every commit forced to the disk before it is acknowledged? Without it a power failure may spoil the file: only for what can be made again,
    /// and [`Db::force`] ends it.
    pub forced: bool,
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
            forced: true,
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
    trouble: Mutex<Option<Fault>>,
    /// PostgreSQL: use cases run beside each other, but one that lost too often runs while no other of this process does.
    pub(crate) turn: RwLock<()>,
}

impl Wiring {
    fn of(parts: Vec<&'static Part>, reactions: Vec<Reaction>, outer: Vec<OuterJob>) -> Self {
        let keys = parts.iter().flat_map(|part| part.tables).map(|table| (table.name, table.key)).collect();
        let jobs = parts.iter().flat_map(|part| part.jobs).map(|job| (job.name, *job)).collect();
        Self { parts, keys, jobs, reactions, outer, bell: (Mutex::new(false), Condvar::new()), trouble: Mutex::new(None), turn: RwLock::new(()) }
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

    /// Notes how a commit ended: what keeps the database from taking anything is remembered until something is taken again.
    pub(crate) fn note_commit(&self, ended: Result<(), &Fault>) {
        let lasting = ended.err().filter(|fault| matches!(fault.trouble, Trouble::Full | Trouble::Away | Trouble::Unsure));
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match lasting {
            Some(fault) => *trouble = Some(fault.clone()),
            None if ended.is_ok() => *trouble = None,
            None => {}
        }
    }

    pub(crate) fn wait(&self, at_most: Duration) {
        let rung = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok((mut rung, _)) = self.bell.1.wait_timeout_while(rung, at_most, |rung| !*rung) {
            *rung = false;
        }
    }
}

pub(crate) enum Writer {
    Sqlite(Sender<Work>),
    Postgres,
}

/// What the values share.
pub(crate) struct Inner {
    folder: PathBuf,
    place: Place,
    clock: Clock,
    entropy: Entropy,
    secrets: Arc<Secrets>,
    wiring: Arc<Wiring>,
    writer: Writer,
    idle: Mutex<Vec<Conn>>,
    seats: Arc<Seats>,
    trip: Option<Arc<Trip>>,
}

/// The database: use cases go in, outcomes come out. Cheap to clone.
#[derive(Clone)]
pub struct Db(pub(crate) Arc<Inner>);

impl Db {
    /// Opens (and makes, and migrates) the database.
    pub fn open(options: Options) -> Result<Self, Fault> {
        Self::open_with(options, None)
    }

    pub(crate) fn open_with(options: Options, trip: Option<Arc<Trip>>) -> Result<Self, Fault> {
        std::fs::create_dir_all(&options.folder).map_err(|error| Fault::new(format!("{}: {error}", options.folder.display())))?;
        let secrets = Arc::new(Secrets::at(&options.folder)?);
        let wiring = Arc::new(Wiring::of(options.parts, options.reactions, options.outer));
        let conn = match &options.place {
            Place::Sqlite => Conn::sqlite(sqlite::open_writer(&sqlite_file(&options.folder), options.forced)?),
            Place::Postgres(url) => Conn::postgres(pg::Link::open(url)?),
        };
        let first = Read { conn, clock: options.clock.clone(), secrets: secrets.clone() };
        for applied in migrate::migrate(&first, wiring.parts())? {
            tracing::debug!(migration = applied, "applied");
        }
        if let Some(head) = first.head()? {
            options.clock.not_before(head.at);
        }
        let mut idle = Vec::new();
        let writer = match &options.place {
            Place::Sqlite => {
                let (queue, work) = channel();
                let first = Read { conn: first.conn.with_trip(trip.clone()), ..first };
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
        let (idle, seats) = (Mutex::new(idle), Seats::new());
        Ok(Db(Arc::new(Inner { folder, place, clock, entropy, secrets, wiring, writer, idle, seats, trip })))
    }

    pub(crate) fn wiring(&self) -> &Arc<Wiring> {
        &self.0.wiring
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    pub(crate) fn trip(&self) -> Option<Arc<Trip>> {
        self.0.trip.clone()
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

    /// Forces what has been written so far to the disk; for a database whose commits were not.
    pub fn force(&self) -> Result<(), Fault> {
        let file = sqlite_file(&self.0.folder);
        let log = file.with_extension("db-wal");
        for path in [file, log].iter().filter(|path| self.is_embedded() && path.exists()) {
            std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(|error| Fault::new(format!("{}: {error}", path.display())))?;
        }
        Ok(())
    }

    /// Names of who hears which kind of event: the side effects of the whole platform.
    pub fn reactions(&self) -> Vec<(&'static str, &'static str)> {
        self.0.wiring.reactions.iter().map(|reaction| (reaction.on, reaction.name)).collect()
    }

    pub(crate) fn connect(&self) -> Result<Conn, Fault> {
        let seat = if self.is_embedded() { None } else { Some(self.0.seats.take()?) };
        let kept = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut conn = match (kept, &self.0.place) {
            (Some(conn), _) => conn,
            (None, Place::Sqlite) => sqlite::open_reader(&sqlite_file(&self.0.folder)).map(Conn::sqlite)?,
            (None, Place::Postgres(url)) => Conn::postgres(pg::Link::open(url)?),
        };
        conn.seat = seat;
        Ok(conn)
    }

    pub(crate) fn give_back(&self, conn: Conn) {
        let mut conn = conn.with_trip(None);
        conn.seat = None;
        let broken = conn.is_closed();
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !broken && idle.len() < 32 {
            idle.push(conn);
        }
    }

    /// When one connection turns out to be gone, those that lay idle beside it are gone too.
    fn forget_idle(&self) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Is it SQLite, in this process?
    pub fn is_embedded(&self) -> bool {
        matches!(self.0.writer, Writer::Sqlite(_))
    }

    pub(crate) fn reader(&self, conn: Conn) -> Read {
        Read { conn, clock: self.0.clock.clone(), secrets: self.0.secrets.clone() }
    }

    /// A connection in a transaction; a kept one that has died meanwhile is replaced.
    pub(crate) fn begin(&self, sql: &str) -> Result<Conn, Fault> {
        let conn = self.connect()?;
        match conn.batch(sql) {
            Ok(()) => Ok(conn),
            Err(fault) if fault.trouble == Trouble::Away => {
                drop(conn);
                self.forget_idle();
                let conn = self.connect()?;
                conn.batch(sql).map(|()| conn)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Looks at one consistent moment: that of this thread ([`Db::at_one_moment`]), or one of its own. Blocks the calling thread.
    pub fn read<T, R>(&self, look: impl FnOnce(&Read) -> Outcome<T, R>) -> Outcome<T, R> {
        let seen = match moment::of(self, || self.begin_look())? {
            Some(read) => {
                let seen = catch_unwind(AssertUnwindSafe(|| look(&read)));
                let broken = read.conn.is_hurt() || read.conn.is_closed();
                drop(read);
                if broken {
                    moment::over(self);
                }
                seen
            }
            None => {
                let read = self.begin_look()?;
                let seen = catch_unwind(AssertUnwindSafe(|| look(&read)));
                end_look(self, read);
                seen
            }
        };
        seen.unwrap_or_else(|panic| Err(Failure::Broken(Fault::new(panic_text(panic.as_ref())))))
    }

    fn begin_look(&self) -> Result<Read, Fault> {
        Ok(self.reader(self.begin(if self.is_embedded() { "begin" } else { "begin isolation level repeatable read read only" })?))
    }

    /// Does the database take and give? After one that could not be made, this tries a small commit.
    pub fn is_well(&self) -> Result<(), Fault> {
        self.read::<_, Never>(|read| Ok(read.row("select name from store_lock limit 1", &[]).map(drop)?)).map_err(Failure::into_fault)?;
        if self.0.wiring.trouble.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Ok(());
        }
        let takes = |sql: &'static str| self.write::<_, Never>("store.probe", move |tx| Ok(tx.execute(sql, &params!["0".repeat(PROBE)]).map(drop)?));
        takes("insert into store_lock (name) values ($1) on conflict do nothing").map_err(Failure::into_fault)?;
        takes("delete from store_lock where name = $1").map_err(Failure::into_fault)
    }

    /// Runs a use case in one transaction and answers after the commit. Blocks the calling thread; the closure may run twice.
    pub fn write<T, R>(&self, name: &'static str, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        moment::over(self);
        match &self.0.trip {
            None => self.write_once(name, case),
            Some(trip) => trip::try_each(self, trip, name, case),
        }
    }

    pub(crate) fn write_once<T, R>(&self, name: &'static str, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        match &self.0.writer {
            Writer::Sqlite(queue) => write_grouped(queue, name, case),
            Writer::Postgres => self.write_alone(case),
        }
    }
}

/// Ends the transaction of a look.
pub(crate) fn end_look(db: &Db, read: Read) {
    if read.conn.batch("rollback").is_ok() {
        db.give_back(read.conn);
    }
}

/// Is there a SQLite database in this data folder already?
pub fn has_database(folder: &Path) -> bool {
    sqlite_file(folder).exists()
}

pub(crate) fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join("hechuang.db")
}

/// Runs the closure and, if it succeeds, writes what it told. A panic is a fault of this use case alone.
pub(crate) fn run_case<T, R>(tx: &mut Tx, case: &mut impl FnMut(&mut Tx) -> Outcome<T, R>) -> Outcome<T, R> {
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
        let ended = match &outcome {
            Ok(_) => Ended::Keep,
            Err(Failure::Broken(fault)) => Ended::Undo(Some(fault.clone())),
            Err(_) => Ended::Undo(None),
        };
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

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

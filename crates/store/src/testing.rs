//! A database for a test: empty, migrated, with a frozen clock and seeded entropy; gone when the test ends.
//!
//! On SQLite in a temporary folder, or, when `HECHUANG_TEST_DATABASE` holds a `postgres://` URL, in a database of its own there.

mod pattern;
mod pool;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use words::{Failure, Fault, Instant, Never};

pub use crate::trip::{Break, Tried};

use crate::trip::Trip;
use crate::{Clock, Db, Entropy, Options, OuterJob, Part, Place, Reaction, Report, verify};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database that goes away with the test, so that nothing of it is forced to the disk.
pub struct Temp {
    /// The database.
    pub db: Db,
    /// Its frozen clock: 2026-09-01 09:00 in Shanghai until it is set.
    pub clock: Clock,
    parts: Vec<&'static Part>,
    trip: Arc<Trip>,
    place: Place,
    folder: PathBuf,
    name: String,
    /// The PostgreSQL server that it is on.
    server: Option<String>,
}

/// Opens a temporary database with these parts.
pub fn temp(parts: &[&'static Part]) -> Temp {
    temp_with(parts, Vec::new(), Vec::new())
}

/// The same with reactions and outer jobs.
pub fn temp_with(parts: &[&'static Part], reactions: Vec<Reaction>, outer: Vec<OuterJob>) -> Temp {
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("hechuang_{}_{number}", std::process::id());
    let folder = std::env::temp_dir().join(&name);
    let clock = Clock::frozen(Instant::parse("2026-09-01T01:00:00Z").expect("a moment"));
    let (place, server) = place(&name, &folder, parts);
    let (parts, trip) = (parts.to_vec(), Arc::new(Trip::default()));
    let options = Options {
        folder: folder.clone(),
        place: place.clone(),
        clock: clock.clone(),
        entropy: Entropy::seeded(7),
        parts: parts.clone(),
        reactions,
        outer,
        forced: false,
    };
    let db = Db::open_with(options, Some(trip.clone())).expect("a temporary database");
    if let Some(url) = &server {
        pool::note(url, &name).expect("its tables");
    }
    Temp { db, clock, parts, trip, place, folder, name, server }
}

/// What a database is made for: the text of all its migrations, so that one of other text is never taken for it.
fn kind_of(parts: &[&'static Part]) -> Vec<&'static str> {
    let migrations = |part: &&'static Part| part.migrations.iter().flat_map(|migration| [part.name, migration.name, migration.sql]).collect::<Vec<_>>();
    parts.iter().flat_map(migrations).collect()
}

fn place(name: &str, folder: &Path, parts: &[&'static Part]) -> (Place, Option<String>) {
    match std::env::var("HECHUANG_TEST_DATABASE") {
        Ok(url) if url.starts_with("postgres") => {
            pool::take(&url, name, parts).expect("a database of its own");
            (Place::Postgres(pool::at(&url, name)), Some(url))
        }
        _ => {
            pattern::lay(folder, parts).expect("a file of its own");
            (Place::Sqlite, None)
        }
    }
}

impl Temp {
    /// Runs everything that is due, moving the clock to `until` first.
    pub fn run_until(&self, until: Instant) {
        loop {
            self.settle();
            let next = self.db.read::<_, Never>(|read| Ok(read.next_due()?)).expect("the queue");
            match next {
                Some(due) if due <= until => self.clock.set(due),
                _ => break,
            }
        }
        self.clock.set(until);
        self.settle();
    }

    /// Seals and runs everything that is due now.
    pub fn settle(&self) {
        self.db.seal().expect("sealing");
        self.db.run_due().expect("jobs");
        self.db.seal().expect("sealing");
    }

    /// What `verify` says now.
    pub fn verify(&self) -> Report {
        self.db.seal().expect("sealing");
        let report: Result<Report, Failure<Never>> = self.db.read(|read| Ok(verify(read, &self.parts)?));
        report.map_err(Failure::into_fault).expect("verify")
    }

    /// Panics with the first finding unless everything is as the log says.
    pub fn assert_clean(&self) {
        let report = self.verify();
        assert!(report.is_clean(), "{:?}", report.first());
    }

    /// Changes the database behind the back of the log, as a test of `verify` does.
    pub fn tamper(&self, sql: &'static str) {
        let done: Result<u64, Failure<Never>> = self.db.write("tamper", move |tx| Ok(tx.execute(sql, &[])?));
        done.map_err(Failure::into_fault).expect("tampering");
    }

    /// The `n`-th statement of use cases from now on breaks in this way, once. Statements that begin, save, seal and commit count too.
    pub fn break_statement(&self, n: i64, how: Break) {
        self.trip.arm(n, how, false);
    }

    /// The next commit breaks in this way.
    pub fn break_commit(&self, how: Break) {
        self.trip.arm(1, how, true);
    }

    /// Nothing breaks any more. Did something?
    pub fn mend(&self) -> bool {
        self.trip.disarm()
    }

    /// From now on the first `each` runs of every use case and job are tried: statement 1 breaks, then 2, then 3 … until it goes through; after each, everything must be as before.
    pub fn try_each_statement(&self, each: u32) {
        self.trip.try_first(each);
    }

    /// What was tried so, by use case.
    ///
    /// # Panics
    /// With everything that did not hold.
    pub fn tried(&self) -> BTreeMap<&'static str, Tried> {
        let (tried, findings) = self.trip.results();
        assert!(findings.is_empty(), "{findings:#?}");
        tried
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Its folder: the master key lies there.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Is it SQLite in the folder?
    pub fn is_embedded(&self) -> bool {
        self.place == Place::Sqlite
    }

    /// The same database opened once more, as another process would.
    pub fn beside(&self, reactions: Vec<Reaction>, outer: Vec<OuterJob>) -> Db {
        let (folder, place, clock, parts) = (self.folder.clone(), self.place.clone(), self.clock.clone(), self.parts.clone());
        Db::open(Options { folder, place, clock, entropy: Entropy::system(), parts, reactions, outer, forced: false }).expect("the same database")
    }

    /// Compiles each sentence on this database; the test that all are in the portable subset.
    pub fn prepares(&self, sentences: &[&str]) {
        let done: Result<(), Fault> = self.db.read::<_, Never>(|read| Ok(sentences.iter().try_for_each(|sql| read.prepare(sql))?)).map_err(Failure::into_fault);
        done.expect("every sentence compiles");
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some(url) = &self.server {
            pool::give_back(url, &self.name, &self.parts);
        }
    }
}

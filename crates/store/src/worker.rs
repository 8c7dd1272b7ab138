//! What runs beside the use cases: due jobs at their second and, on PostgreSQL, the sealer.
//!
//! Invariant: whatever a turn meets (a lost database, a full disk, a panic), the next turn comes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use words::{Failure, Fault, Never};

use crate::db::{Inner, panic_text};
use crate::{Db, seal};

/// PostgreSQL: what is committed is sealed within this time.
const SEAL_EVERY: Duration = Duration::from_millis(250);
/// After a turn that met a fault.
const REST: Duration = Duration::from_secs(2);

impl Db {
    /// PostgreSQL: numbers and seals what has been committed. SQLite seals inside each commit and has nothing to do here.
    pub fn seal(&self) -> Result<usize, Fault> {
        if self.is_embedded() {
            return Ok(0);
        }
        let read = self.reader(self.begin("begin")?);
        let sealed = seal::seal_committed(&read);
        read.conn.batch(if sealed.is_ok() { "commit" } else { "rollback" })?;
        self.give_back(read.conn);
        sealed
    }

    /// Starts the threads that run due jobs at their second and, on PostgreSQL, seal every 250 ms. They end with the last `Db`.
    pub fn start_worker(&self) -> Result<(), Fault> {
        if !self.is_embedded() {
            go_on("sealer", Arc::downgrade(&self.0), |db| {
                while db.seal()? == seal::AT_MOST {}
                Ok(SEAL_EVERY)
            })?;
        }
        go_on("worker", Arc::downgrade(&self.0), |db| {
            db.run_due()?;
            let next = db.read::<_, Never>(|read| Ok(read.next_due()?)).map_err(Failure::into_fault)?;
            let pause = next.map(|due| Duration::from_micros(u64::try_from(due.micros() - db.clock().now().micros()).unwrap_or(0)));
            // Another process may leave work that rings no bell here.
            let longest = if db.is_embedded() { Duration::from_secs(1) } else { SEAL_EVERY };
            Ok(pause.unwrap_or(longest).min(longest))
        })
    }
}

/// Turns until the last `Db` is gone, with the pause that each turn asks for.
fn go_on(name: &'static str, weak: Weak<Inner>, turn: impl Fn(&Db) -> Result<Duration, Fault> + Send + 'static) -> Result<(), Fault> {
    let rings = name == "worker";
    let work = move || {
        while let Some(db) = weak.upgrade().map(Db) {
            let turned = catch_unwind(AssertUnwindSafe(|| turn(&db))).unwrap_or_else(|panic| Err(Fault::new(panic_text(panic.as_ref()))));
            let pause = turned.unwrap_or_else(|fault| {
                tracing::error!(%fault, "the {name} could not do its work");
                REST
            });
            let wiring = db.wiring().clone();
            drop(db);
            let pause = pause.max(Duration::from_millis(1));
            if rings { wiring.wait(pause) } else { std::thread::sleep(pause) }
        }
    };
    std::thread::Builder::new().name(name.into()).spawn(work).map(drop).map_err(Fault::new)
}

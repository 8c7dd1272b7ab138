//! The threads that send. They look for what is due, take one delivery of an endpoint at a time, and write down what came of it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use store::Db;
use words::{Failure, Fault, Id, Never, Reach};

use crate::net::Net;
use crate::ops::carry_delivery;
use crate::sql_delivery::{self, Due};

const THREADS: usize = 4;
const PAUSE: Duration = Duration::from_millis(300);
/// After something broke below.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// Sends until it is dropped; what is on its way then is finished first.
pub struct Courier {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

struct Round {
    db: Db,
    net: Net,
    /// Endpoints that something is on its way to from this process.
    busy: Mutex<BTreeSet<Id>>,
}

impl Courier {
    /// Begins to send.
    pub fn start(db: Db, reach: Reach) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let round = Arc::new(Round { db, net: Net::new(reach), busy: Mutex::default() });
        let thread = |_| {
            let (round, stop) = (round.clone(), stop.clone());
            std::thread::spawn(move || round.go(&stop))
        };
        Self { threads: (0..THREADS).map(thread).collect(), stop }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Sends what is due now, one after the other, until nothing is; returns how many were sent.
pub fn send_due(db: &Db, reach: Reach) -> Result<usize, Fault> {
    let round = Round { db: db.clone(), net: Net::new(reach), busy: Mutex::default() };
    let mut sent = 0;
    while round.send_one()? {
        sent += 1;
    }
    Ok(sent)
}

impl Round {
    fn go(&self, stop: &AtomicBool) {
        while !stop.load(Ordering::Acquire) {
            match self.send_one() {
                Ok(true) => {}
                Ok(false) => std::thread::sleep(PAUSE),
                Err(fault) => {
                    tracing::warn!(%fault, "callbacks could not be sent");
                    wait(stop, LONG_PAUSE);
                }
            }
        }
    }

    /// Sends one delivery; `false` if nothing is due.
    fn send_one(&self) -> Result<bool, Fault> {
        let Some(due) = self.pick()? else { return Ok(false) };
        let sent = self.carry(&due);
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&due.endpoint);
        sent.map(|()| true)
    }

    /// The oldest that is due of an endpoint that nothing is on its way to.
    fn pick(&self) -> Result<Option<Due>, Fault> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let due = self.db.read::<_, Never>(|read| Ok(sql_delivery::due(read, read.now())?)).map_err(Failure::into_fault)?;
        let picked = due.into_iter().find(|due| !busy.contains(&due.endpoint));
        busy.extend(picked.as_ref().map(|due| due.endpoint.clone()));
        Ok(picked)
    }

    fn carry(&self, due: &Due) -> Result<(), Fault> {
        let wanted = due.clone();
        let parcel = self.db.write::<_, Never>("callbacks.take", move |tx| Ok(carry_delivery::take(tx, &wanted)?)).map_err(Failure::into_fault)?;
        let Some(parcel) = parcel else { return Ok(()) };
        let answered = self.net.send(&parcel);
        let id = parcel.delivery;
        self.db.write::<_, Never>("callbacks.note", move |tx| Ok(carry_delivery::note(tx, &id, &answered)?)).map_err(Failure::into_fault)
    }
}

fn wait(stop: &AtomicBool, long: Duration) {
    let end = std::time::Instant::now() + long;
    while !stop.load(Ordering::Acquire) && std::time::Instant::now() < end {
        std::thread::sleep(PAUSE);
    }
}

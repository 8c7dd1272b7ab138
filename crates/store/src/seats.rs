//! How many connections to PostgreSQL this process holds at once; who comes when all are taken waits a while.
//!
//! Invariant: whoever holds one already gets another without waiting, so nobody waits for themselves.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use words::Fault;

/// Connections of one process at most, not counting those within others.
const SEATS: usize = 32;
/// How long one waits for a free one.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// The free places.
pub(crate) struct Seats(Mutex<usize>, Condvar);

/// A place, given back when dropped (by the thread that took it).
pub(crate) struct Seat(Option<Arc<Seats>>);

impl Seats {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(SEATS), Condvar::new()))
    }

    pub(crate) fn take(self: &Arc<Self>) -> Result<Seat, Fault> {
        let within = HELD.get() > 0;
        if !within {
            let free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self.1.wait_timeout_while(free, PATIENCE, |free| *free == 0);
            let (mut free, over) = waited.unwrap_or_else(PoisonError::into_inner);
            if over.timed_out() {
                return Err(Fault::transient("all connections to the database are taken"));
            }
            *free -= 1;
        }
        HELD.set(HELD.get() + 1);
        Ok(Seat((!within).then(|| self.clone())))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        HELD.set(HELD.get().saturating_sub(1));
        if let Some(seats) = &self.0 {
            *seats.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            seats.1.notify_one();
        }
    }
}

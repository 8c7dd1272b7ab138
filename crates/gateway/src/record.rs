//! What calls say, where their app records it: taken along in memory, masked and brought to the server by a thread of its own.
//!
//! Asks a *recorder*. Invariant: nothing leaves this process unmasked; no call waits for it; when the recorder is away or too slow, what was taken along is
//! dropped, and that is said.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use capabilities::{Recorded, Unmasked};
use words::Fault;

/// Calls that wait for the recorder at most, and that it gets at a time.
const WAITING: usize = 200;
const AT_ONCE: usize = 20;
/// How often the thread looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(200);

/// Who keeps what calls say.
pub trait Recorder: Send {
    /// Keeps it.
    fn record(&mut self, records: &[Recorded]) -> Result<(), Fault>;
}

/// Where threads put what they took along.
#[derive(Clone)]
pub(crate) struct Records {
    line: SyncSender<Unmasked>,
    /// Calls for which there was no room, since that was last said.
    lost: Arc<AtomicU64>,
}

/// The other end.
pub(crate) struct Waiting {
    line: Receiver<Unmasked>,
    lost: Arc<AtomicU64>,
}

/// Both ends.
pub(crate) fn line() -> (Records, Waiting) {
    let ((line, waiting), lost) = (sync_channel(WAITING), Arc::<AtomicU64>::default());
    (Records { line, lost: lost.clone() }, Waiting { line: waiting, lost })
}

impl Records {
    /// Puts a call on the line, if there is room.
    pub(crate) fn put(&self, call: Unmasked) {
        if self.line.try_send(call).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Brings what comes, until it is told to stop and nothing more comes.
pub(crate) fn bring(recorder: &mut dyn Recorder, waiting: &Waiting, stop: &AtomicBool) {
    loop {
        match waiting.line.recv_timeout(LOOK) {
            Ok(first) => {
                let batch: Vec<Recorded> = [first].into_iter().chain(waiting.line.try_iter().take(AT_ONCE - 1)).map(|call| call.mask()).collect();
                if let Err(fault) = recorder.record(&batch) {
                    tracing::warn!(%fault, calls = batch.len(), "what calls said could not be kept");
                }
                let lost = waiting.lost.swap(0, Ordering::Relaxed);
                if lost > 0 {
                    tracing::warn!(calls = lost, "what calls said came faster than it could be kept");
                }
            }
            Err(RecvTimeoutError::Timeout) if !stop.load(Ordering::Relaxed) => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Kept(Vec<String>);

    impl Recorder for Kept {
        fn record(&mut self, records: &[Recorded]) -> Result<(), Fault> {
            assert!(records.len() <= AT_ONCE);
            self.0.extend(records.iter().map(|one| one.said.line.clone()));
            Ok(())
        }
    }

    #[test]
    fn what_is_too_much_is_dropped_and_counted_and_the_rest_is_brought_masked() {
        let (records, waiting) = line();
        for n in 0..WAITING + 3 {
            let (request, line) = (words::Id::fixed(format!("req_{n}")), format!("GET /x?token=t&n={n}"));
            let (asked, answered) = Default::default();
            records.put(Unmasked { request, app: words::Id::fixed("app_a"), line, asked, answered });
        }
        assert_eq!(waiting.lost.load(Ordering::Relaxed), 3);
        let mut kept = Kept(Vec::new());
        bring(&mut kept, &waiting, &AtomicBool::new(true));
        assert_eq!((kept.0.len(), kept.0[0].as_str(), waiting.lost.load(Ordering::Relaxed)), (WAITING, "GET /x?token=***&n=0", 0));
    }
}

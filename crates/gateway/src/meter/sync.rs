//! The thread that syncs what the lanes have written, all of them together, every few milliseconds.
//!
//! Invariant: what is said to be durable was written before the sync began that ended well.

use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use tokio::sync::Notify;

/// Pause between two syncs.
const EVERY: Duration = Duration::from_millis(4);

/// What a lane and the syncing thread share.
#[derive(Default)]
pub(crate) struct Durable {
    written: AtomicU64,
    synced: AtomicU64,
    dirty: AtomicBool,
    /// Segments with something in them that is not synced, oldest first; the last is being written.
    files: Mutex<Vec<Arc<File>>>,
    bell: Notify,
    failed: AtomicBool,
    thread: Arc<OnceLock<Thread>>,
}

impl Durable {
    pub(crate) fn new(thread: Arc<OnceLock<Thread>>) -> Self {
        Self { thread, ..Self::default() }
    }

    /// A segment begins.
    pub(crate) fn begin(&self, file: Arc<File>) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).push(file);
    }

    /// So many rounds are handed to the kernel.
    pub(crate) fn written(&self, round: u64) {
        self.written.store(round, Ordering::Release);
        if !self.dirty.swap(true, Ordering::AcqRel)
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
    }

    /// Waits until this round is on the disk.
    pub(crate) async fn wait(&self, round: u64) {
        loop {
            let mut bell = std::pin::pin!(self.bell.notified());
            bell.as_mut().enable();
            if self.synced.load(Ordering::Acquire) >= round {
                return;
            }
            bell.await;
        }
    }

    /// Did the disk refuse to sync?
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Syncs if there is something to sync; says whether there was.
    fn sync(&self) -> bool {
        if !self.dirty.swap(false, Ordering::AcqRel) {
            return false;
        }
        let round = self.written.load(Ordering::Acquire);
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match files.iter().try_for_each(|file| file.sync_data()) {
            Ok(()) => {
                // All but the last are full and need no more syncs.
                self.files.lock().unwrap_or_else(PoisonError::into_inner).drain(..files.len().saturating_sub(1));
                self.failed.store(false, Ordering::Relaxed);
                self.synced.store(round, Ordering::Release);
                self.bell.notify_waiters();
            }
            Err(error) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "the log of calls cannot be synced: no calls are let in until it can");
                }
                self.dirty.store(true, Ordering::Release);
            }
        }
        true
    }
}

/// Syncs these until it is told to stop, then once more.
pub(crate) fn run(lanes: &[Arc<Durable>], stop: &AtomicBool) {
    loop {
        let ends = stop.load(Ordering::Acquire);
        let moved = lanes.iter().filter(|lane| lane.sync()).count() > 0;
        if ends {
            return;
        }
        if moved { std::thread::sleep(EVERY) } else { std::thread::park() }
    }
}

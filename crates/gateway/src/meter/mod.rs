//! Metering: every call is written into a local log before it goes upstream and again before the last byte of its answer leaves; from there it is shipped.
//!
//! Asks a *taker* (the store, or a server) on a thread of its own. Invariant: a call whose answer the caller saw whole has both entries with the kernel; killing the process loses
//! neither, and a power cut at most what was not synced yet, some milliseconds, unless the version asks for durable answers.

mod folder;
mod format;
mod lane;
mod pack;
mod read;
mod ship;
mod sync;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use words::{Fault, Id};

pub(crate) use format::{End, How, number, put_number, put_text};
pub(crate) use lane::{Full, Lane, Seed};
pub(crate) use pack::{pack, unpack};
pub use ship::{Taken, Taker};
use sync::Durable;

/// Id of the gateway whose log lies in this folder; made if it has none.
pub(crate) fn identity(folder: &Path) -> Result<Id, Fault> {
    let fresh = Id::new("gtw", now_us() / 1_000, rand::random());
    folder::gateway(folder, &fresh).map_err(|error| Fault::new(format!("the log of calls in {}: {error}", folder.display())))
}

/// The log of a gateway: its lanes are handed to its threads.
pub(crate) struct Meter {
    folder: PathBuf,
    gateway: Id,
    epoch: Option<folder::Epoch>,
    lanes: Vec<Arc<Durable>>,
    syncing: Arc<OnceLock<std::thread::Thread>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    shipping: Option<ship::Shipping>,
}

impl Meter {
    /// Begins an epoch in this folder.
    pub(crate) fn begin(folder: &Path) -> Result<Self, Fault> {
        let gateway = identity(folder)?;
        let epoch = folder::begin(folder).map_err(|error| Fault::new(format!("the log of calls in {}: {error}", folder.display())))?;
        let (folder, syncing) = (folder.to_owned(), Arc::new(OnceLock::new()));
        Ok(Self { folder, gateway, epoch: Some(epoch), lanes: Vec::new(), syncing, stop: Arc::default(), threads: Vec::new(), shipping: None })
    }

    /// Id of the gateway.
    pub(crate) fn gateway(&self) -> &Id {
        &self.gateway
    }

    fn number(&self) -> i64 {
        self.epoch.as_ref().map_or(0, |epoch| epoch.number)
    }

    /// The lane of the next thread.
    pub(crate) fn lane(&mut self) -> Seed {
        let durable = Arc::new(Durable::new(self.syncing.clone()));
        let lane = i64::try_from(self.lanes.len()).unwrap_or(0);
        self.lanes.push(durable.clone());
        Seed { folder: self.folder.clone(), gateway: self.gateway.clone(), epoch: self.number(), lane, durable }
    }

    /// Starts the thread that syncs, once all lanes are handed out.
    pub(crate) fn start(&mut self) -> Result<(), Fault> {
        let (lanes, stop) = (self.lanes.clone(), self.stop.clone());
        let thread = crate::thread("gateway-sync".into(), move || sync::run(&lanes, &stop))?;
        let _ = self.syncing.set(thread.thread().clone());
        // Whatever was written before the thread was known is synced now.
        thread.thread().unpark();
        self.threads.push(thread);
        Ok(())
    }

    /// Starts the thread that ships.
    pub(crate) fn ship(&mut self, taker: Box<dyn Taker>) -> Result<(), Fault> {
        self.shipping = Some(ship::Shipping::start(self.folder.clone(), self.gateway.clone(), self.number(), taker)?);
        Ok(())
    }

    /// After the last thread with a lane has ended: syncs what is left, ends the epoch, ships it.
    pub(crate) fn end(&mut self) {
        self.stop.store(true, Ordering::Release);
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join();
        }
        self.epoch = None;
        if let Some(shipping) = self.shipping.take() {
            shipping.end();
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
    }
}

/// Microseconds since 1970.
pub(crate) fn now_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

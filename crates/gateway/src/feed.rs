//! Where the gateway learns from, and the thread that follows it. While the feed is away the last good root stays in force.
//!
//! Asks `capabilities` for numbered changes. Invariant: a change is in force before it is on disk, so a killed key is dead at once.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use capabilities::{Asks, Change, GatewayReport, Lease, Recorded};
use metering::{LogId, Shipment, ShipmentRefusal};
use store::{Db, Tx};
use words::{Failure, Fault, Id, Never, Outcome};

use crate::meter::{Taken, Taker};
use crate::quota::{Need, Teller};
use crate::record::Recorder;
use crate::report::Reporter;
use crate::snapshot::{Current, Disk, Name, Root, Tallies};

/// How often the number of the newest change is asked for.
const EVERY: Duration = Duration::from_millis(50);
/// Changes taken at a time.
const BATCH: i64 = 2_000;
/// Changes taken in at a time when everything is told anew.
const AT_ONCE: usize = 10_000;

/// What a gateway learns from.
pub trait Feed: Send {
    /// Number of the newest change.
    fn newest(&mut self) -> Result<i64, Fault>;
    /// Changes after a number, with the number up to which they go.
    fn since(&mut self, number: i64) -> Result<(i64, Vec<Change>), Fault>;
    /// Everything, in batches; with the number of the newest change in it.
    fn everything(&mut self, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault>;
}

/// The database of this process, wired to what `capabilities` asks: a feed and a teller.
pub struct StoreSide<A> {
    db: Db,
    name: String,
    asks: PhantomData<fn() -> A>,
}

impl<A: Asks> StoreSide<A> {
    /// For a gateway of this name.
    pub fn new(db: Db, name: impl Into<String>) -> Self {
        Self { db, name: name.into(), asks: PhantomData }
    }
}

impl<A: Asks> StoreSide<A> {
    fn lease_together(&self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault> {
        let (needs, name) = (needs.to_vec(), self.name.clone());
        let lease = move |tx: &mut Tx| -> Outcome<_, Never> {
            needs.iter().map(|need| capabilities::lease_units::<A>(tx, &need.holder, &name, need.units)).map(there).collect()
        };
        self.db.write("capabilities.lease_units", lease).map_err(Failure::into_fault)
    }
}

/// Nothing, if what was asked for is not there.
fn there<T>(outcome: Outcome<T, Never>) -> Outcome<Option<T>, Never> {
    match outcome {
        Err(Failure::Absent) => Ok(None),
        other => other.map(Some),
    }
}

impl<A: Asks> Teller for StoreSide<A> {
    fn lease(&mut self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault> {
        let together = self.lease_together(needs);
        if together.is_ok() || needs.len() < 2 {
            return together;
        }
        // What one of them breaks is not to be felt by the others.
        let alone: Vec<_> = needs.iter().map(|need| self.lease_together(std::slice::from_ref(need))).collect();
        if alone.iter().all(Result::is_err) {
            return together;
        }
        let broken = alone.iter().zip(needs).filter_map(|(leased, need)| Some((leased.as_ref().err()?, &need.holder)));
        broken.for_each(|(fault, holder)| tracing::warn!(%holder, %fault, "no units can be leased"));
        Ok(alone.into_iter().map(|leased| leased.ok().and_then(|mut one| one.pop().flatten())).collect())
    }

    fn take_back(&mut self, app: &Id, month: &str, units: i64) -> Result<(), Fault> {
        let (app, month, name) = (app.clone(), month.to_owned(), self.name.clone());
        self.db
            .write::<_, Never>("capabilities.return_units", move |tx| capabilities::return_units::<A>(tx, &app, &month, &name, units))
            .map_err(Failure::into_fault)
    }
}

impl<A: Asks> Reporter for StoreSide<A> {
    fn report(&mut self, report: &GatewayReport) -> Result<(), Fault> {
        let report = report.clone();
        self.db.write::<_, Never>("capabilities.note_gateway", move |tx| capabilities::note_gateway(tx, &report)).map_err(Failure::into_fault)
    }
}

impl<A: Asks> Recorder for StoreSide<A> {
    fn record(&mut self, records: &[Recorded]) -> Result<(), Fault> {
        let records = records.to_vec();
        self.db.write::<_, Never>("capabilities.keep_records", move |tx| Ok(capabilities::keep_records(tx, &records)?)).map_err(Failure::into_fault)
    }
}

impl<A: Asks> Taker for StoreSide<A> {
    fn position(&mut self, log: &LogId) -> Result<(i64, bool), Fault> {
        self.db.read::<_, Never>(|read| Ok(metering::position(read, log)?)).map_err(Failure::into_fault)
    }

    fn take(&mut self, shipment: Arc<Shipment>) -> Result<Taken, Fault> {
        match self.db.write("metering.take_shipment", move |tx| metering::take_shipment(tx, &shipment)) {
            Ok(next) => Ok(Taken::Next(next)),
            Err(Failure::Refused(ShipmentRefusal::Gap { wanted })) => Ok(Taken::Gap(wanted)),
            Err(Failure::Refused(ShipmentRefusal::Closed)) => Ok(Taken::Closed),
            Err(other) => Err(other.into_fault()),
        }
    }

    fn lose(&mut self, log: &LogId, next: i64) -> Result<(), Fault> {
        let log = log.clone();
        self.db.write("metering.lose_entries", move |tx| metering::lose_entries(tx, &log, next)).map(drop).map_err(Failure::into_fault)
    }

    fn close(&mut self, log: &LogId, last: i64) -> Result<(), Fault> {
        let log = log.clone();
        let open = self.db.write("metering.close_log", move |tx| metering::close_log(tx, &log, last)).map_err(Failure::into_fault)?;
        if open > 0 {
            tracing::warn!(open, "calls were open when their gateway was killed; they are listed and not billed");
        }
        Ok(())
    }
}

impl<A: Asks> Feed for StoreSide<A> {
    fn newest(&mut self) -> Result<i64, Fault> {
        self.db.read::<_, Never>(|read| Ok(capabilities::newest_change(read)?)).map_err(Failure::into_fault)
    }

    fn since(&mut self, number: i64) -> Result<(i64, Vec<Change>), Fault> {
        self.db.read::<_, Never>(|read| Ok(capabilities::changes_since::<A>(read, number, BATCH)?)).map_err(Failure::into_fault)
    }

    fn everything(&mut self, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault> {
        self.db.read::<_, Never>(|read| Ok(capabilities::everything::<A>(read, take)?)).map_err(Failure::into_fault)
    }
}

/// Follows a feed.
pub(crate) struct Follower {
    feed: Box<dyn Feed>,
    disk: Disk,
    current: Arc<Current>,
}

impl Follower {
    /// Puts the last good root in force, then catches up if the feed answers.
    pub(crate) fn start(feed: Box<dyn Feed>, mut disk: Disk) -> Result<(Self, Arc<Current>), Fault> {
        let last = disk.load().map_err(Fault::new)?;
        let current = Arc::new(Current::new(last.clone().unwrap_or_else(Root::empty)));
        let mut follower = Self { feed, disk, current: current.clone() };
        let caught_up = match last {
            Some(_) => follower.catch_up(),
            None => follower.begin_anew(),
        };
        if let Err(fault) = caught_up {
            tracing::warn!(%fault, "the gateway starts from its last good snapshot: the feed does not answer");
        }
        Ok((follower, current))
    }

    /// Follows until it is told to stop.
    pub(crate) fn follow(mut self, stop: &AtomicBool) {
        let mut away = false;
        while !stop.load(Ordering::Relaxed) {
            match self.catch_up() {
                Ok(()) => away = false,
                Err(fault) if !away => {
                    away = true;
                    tracing::warn!(%fault, "the feed does not answer; the last good snapshot stays in force");
                }
                Err(_) => {}
            }
            std::thread::sleep(EVERY);
        }
    }

    fn catch_up(&mut self) -> Result<(), Fault> {
        let mut root = self.current.newest();
        let newest = self.feed.newest()?;
        // Another database than the one it knew (restored from a backup): nothing of the old holds.
        if newest < root.number || root.number == 0 && newest > 0 {
            return self.begin_anew();
        }
        while root.number < newest {
            let (number, changes) = self.feed.since(root.number)?;
            if number == root.number {
                return self.begin_anew();
            }
            self.current.put(root.with(number, changes.clone()));
            changes.iter().for_each(|change| look_again(&self.current.tallies, change));
            root = self.current.newest();
            self.keep(|disk| disk.note(&root, &changes));
        }
        Ok(())
    }

    fn begin_anew(&mut self) -> Result<(), Fault> {
        let mut root = Root::empty();
        let mut batch = Vec::new();
        let number = self.feed.everything(&mut |mut changes| {
            batch.append(&mut changes);
            if batch.len() >= AT_ONCE {
                let known = std::mem::replace(&mut root, Root::empty());
                root = known.and(0, std::mem::take(&mut batch));
            }
        })?;
        self.current.tallies.forget();
        self.current.put(root.and(number, batch));
        let root = self.current.newest();
        self.keep(|disk| disk.rebase(&root));
        Ok(())
    }

    /// A disk that refuses does not stop the gateway: it serves what it knows, and says so.
    fn keep(&mut self, write: impl FnOnce(&mut Disk) -> std::io::Result<()>) {
        if let Err(error) = write(&mut self.disk) {
            tracing::error!(%error, "the snapshot could not be kept on disk");
        }
    }
}

/// Whoever may have another plan now asks again for what there was none of.
fn look_again(tallies: &Tallies, change: &Change) {
    match change {
        Change::App(app) => {
            let held = app.subscriptions.iter().map(|one| &one.id);
            [&app.id].into_iter().chain(held).for_each(|holder| tallies.look_again(&Name::of(holder)));
        }
        Change::Plans { .. } => tallies.look_again_all(),
        Change::Key(_) | Change::Capability(_) | Change::Signers { .. } => {}
    }
}

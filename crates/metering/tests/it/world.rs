//! Logs as a gateway would write them.

use std::sync::Arc;

use metering::{Admitted, Ending, Entry, LogId, Refused, Settled, Shipment, ShipmentRefusal};
use store::testing::{Temp, temp};
use words::{Failure, Fault, Id, Instant, Never};

pub fn world() -> Temp {
    temp(&[&metering::PART])
}

/// Half past nine in the morning of the test, in Shanghai.
pub const AT: i64 = 1_788_226_200_000_000;

pub fn log(lane: i64) -> LogId {
    LogId { gateway: Id::new("gtw", 1, [1; 10]), epoch: 1, lane }
}

pub fn app(n: u8) -> Id {
    Id::new("app", 1, [n; 10])
}

/// The request id of call `n`.
pub fn request(n: i64) -> Id {
    let mut random = [0; 10];
    random[1..9].copy_from_slice(&n.to_be_bytes());
    Id::new("req", AT / 1_000 + n, random)
}

pub fn admitted(n: i64, app_no: u8) -> Entry {
    Entry::Admitted(Admitted {
        at_us: AT + n * 1_000,
        app: Arc::from(app(app_no).as_str()),
        key: Arc::from("key_1"),
        meter: Arc::from("echo.calls"),
        dims: Arc::from("v1 GET /anything"),
        request: request(n),
    })
}

pub fn settled(of: i64, status: u16) -> Entry {
    ended(of, Ending::Answered, status)
}

pub fn ended(of: i64, ending: Ending, status: u16) -> Entry {
    Entry::Settled(Settled { of, ending, status, bytes_in: 3, bytes_out: 100, wait_us: 1_500, total_us: 2_000 })
}

pub fn refused(app_no: u8, reason: &str, count: u64) -> Entry {
    Entry::Refused(Refused { at_us: AT, app: Some(Arc::from(app(app_no).as_str())), reason: Arc::from(reason), count })
}

/// Takes a shipment in.
pub fn take(world: &Temp, log: &LogId, first: i64, entries: &[Entry]) -> Result<i64, Failure<ShipmentRefusal>> {
    let shipment = Shipment { log: log.clone(), first, entries: entries.to_vec() };
    world.db.write("metering.take_shipment", move |tx| metering::take_shipment(tx, &shipment))
}

pub fn close(world: &Temp, log: &LogId, last: i64) -> Result<i64, Failure<ShipmentRefusal>> {
    let log = log.clone();
    world.db.write("metering.close_log", move |tx| metering::close_log(tx, &log, last))
}

/// Accepted and billable of an app over all time.
pub fn counted(world: &Temp, app_no: u8) -> (i64, i64) {
    let (from, to) = (Instant::from_micros(0), Instant::from_micros(i64::MAX / 2));
    let used = read(world, |read| metering::used(read, app(app_no).as_str(), from, to));
    (used.iter().map(|one| one.accepted).sum(), used.iter().map(|one| one.billable).sum())
}

pub fn read<T>(world: &Temp, look: impl FnOnce(&store::Read) -> Result<T, Fault>) -> T {
    world.db.read::<_, Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("a look")
}

//! Every SQL sentence about logs, calls and rollups.

use std::sync::{Arc, LazyLock};

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Instant};

use crate::log::{Admitted, LogId, Settled};
use crate::many::Insert;
use crate::rollup::{Counts, Place, Reason};

const LOG: &str = "select * from metering_log where gateway = $1 and epoch = $2 and lane = $3";
const LOG_PUT: &str = "insert into metering_log (gateway, epoch, lane, next_seq, admitted, settled, refusals, at_kill, lost, orphans, taken_at, closed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (gateway, epoch, lane) do update set next_seq = excluded.next_seq, admitted = excluded.admitted, settled = excluded.settled,
     refusals = excluded.refusals, at_kill = excluded.at_kill, lost = excluded.lost, orphans = excluded.orphans, taken_at = excluded.taken_at,
     closed_at = excluded.closed_at";
const LOST: &str = "select count(*) as n from metering_lost where gateway = $1 and epoch = $2 and lane = $3 and first_seq <= $4 and next_seq > $4";
const OPEN: &str = "select * from metering_open where gateway = $1 and epoch = $2 and lane = $3 and seq = $4 and at_kill = 0";
const OPENS: &str = "select * from metering_open where gateway = $1 and epoch = $2 and lane = $3 and at_kill = 0 order by seq limit $4";
const OPEN_GONE: &str = "delete from metering_open where gateway = $1 and epoch = $2 and lane = $3 and seq = $4";
const OPEN_KILLED: &str = "update metering_open set at_kill = 1 where gateway = $1 and epoch = $2 and lane = $3 and seq = $4";
const AT_KILL: &str = "select * from metering_open where at_kill = 1 and at > $1 order by at, request limit $2";
const USED: &str = "select * from metering_rollup where subject = $1 and hour >= $2 and hour < $3 order by hour, meter, dims";
const LOGS: &str =
    "select l.gateway, l.epoch, l.lane, l.next_seq, l.admitted, l.settled, l.refusals, l.at_kill, l.lost, l.orphans, l.closed_at, count(o.seq) as open,
     cast(coalesce(sum(o.at_kill), 0) as bigint) as killed from metering_log l
     left join metering_open o on o.gateway = l.gateway and o.epoch = l.epoch and o.lane = l.lane
     group by l.gateway, l.epoch, l.lane, l.next_seq, l.admitted, l.settled, l.refusals, l.at_kill, l.lost, l.orphans, l.closed_at
     order by l.gateway, l.epoch, l.lane";

/// Columns that are added up, in the order of [`counts`].
pub(crate) const SUMMED: [&str; 28] = [
    "accepted",
    "billable",
    "free",
    "ignored",
    "units",
    "units_accepted",
    "s2",
    "s3",
    "s4",
    "s5",
    "bytes_in",
    "bytes_out",
    "w1",
    "w2",
    "w4",
    "w8",
    "w16",
    "w32",
    "w64",
    "w128",
    "w256",
    "w512",
    "w1024",
    "w2048",
    "w4096",
    "w8192",
    "w16384",
    "wmore",
];

const PLACE: [&str; 4] = ["subject", "meter", "dims", "hour"];
/// So many of [`SUMMED`] are of any use; what follows is of calls alone.
const OF_ANY: usize = 6;

static ROLLUP_ADD: LazyLock<Insert> = LazyLock::new(|| rollup_add(SUMMED.len()));
/// Usage that came as events has no status, bytes or waits: a quarter of the work.
static ROLLUP_ADD_EVENTS: LazyLock<Insert> = LazyLock::new(|| rollup_add(OF_ANY));

fn rollup_add(first: usize) -> Insert {
    let (brought, zero) = SUMMED.split_at(first);
    let sums: Vec<String> = brought.iter().map(|column| format!("{column} = metering_rollup.{column} + excluded.{column}")).collect();
    let tail = format!("on conflict (subject, meter, dims, hour) do update set {}", sums.join(", "));
    Insert::beside("metering_rollup", &[&PLACE, brought].concat(), zero, &tail)
}
static REASON_ADD: LazyLock<Insert> = LazyLock::new(|| {
    let columns = ["subject", "meter", "dims", "hour", "kind", "reason", "count", "units"];
    let sums = "count = metering_reason.count + excluded.count, units = metering_reason.units + excluded.units";
    Insert::new("metering_reason", &columns, &format!("on conflict (subject, meter, dims, hour, kind, reason) do update set {sums}"))
});
static CALL_PUT: LazyLock<Insert> = LazyLock::new(|| {
    let columns = ["request", "app", "access_key", "meter", "dims", "at", "outcome", "status", "bytes_in", "bytes_out", "wait_us", "total_us"];
    Insert::new("metering_call", &columns, "on conflict (request) do nothing")
});
static OPEN_PUT: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("metering_open", &["gateway", "epoch", "lane", "seq", "request", "app", "access_key", "meter", "dims", "at", "at_kill"], ""));

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) fn all() -> Vec<&'static str> {
    let many = [&ROLLUP_ADD, &ROLLUP_ADD_EVENTS, &REASON_ADD, &CALL_PUT, &OPEN_PUT].map(|insert| insert.single());
    [LOG, LOG_PUT, LOST, OPEN, OPENS, OPEN_GONE, OPEN_KILLED, AT_KILL, USED, LOGS].into_iter().chain(many).collect()
}

/// How far a log was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Number of the next entry.
    pub next: i64,
    /// Calls admitted, settled, refusals and calls open at a kill, so far.
    pub admitted: i64,
    pub settled: i64,
    pub refusals: i64,
    pub at_kill: i64,
    /// Entries that are lost, and calls settled whose admission is.
    pub lost: i64,
    pub orphans: i64,
    /// Nothing comes any more.
    pub closed_at: Option<Instant>,
}

impl Default for Position {
    fn default() -> Self {
        Self { next: 1, admitted: 0, settled: 0, refusals: 0, at_kill: 0, lost: 0, orphans: 0, closed_at: None }
    }
}

fn position_of(row: &Row) -> Result<Position, Fault> {
    Ok(Position {
        next: row.get("next_seq")?,
        admitted: row.get("admitted")?,
        settled: row.get("settled")?,
        refusals: row.get("refusals")?,
        at_kill: row.get("at_kill")?,
        lost: row.get("lost")?,
        orphans: row.get("orphans")?,
        closed_at: row.get("closed_at")?,
    })
}

pub(crate) fn position(read: &Read, log: &LogId) -> Result<Position, Fault> {
    let row = read.row(LOG, &params![&log.gateway, log.epoch, log.lane])?;
    row.as_ref().map_or_else(|| Ok(Position::default()), position_of)
}

pub(crate) fn position_put(tx: &mut Tx, log: &LogId, at: &Position) -> Result<(), Fault> {
    let now = tx.now();
    let mut values = params![&log.gateway, log.epoch, log.lane, at.next, at.admitted, at.settled, at.refusals, at.at_kill].to_vec();
    values.extend(params![at.lost, at.orphans, now, at.closed_at]);
    tx.execute(LOG_PUT, &values).map(drop)
}

/// Is that entry of the log lost?
pub(crate) fn is_lost(read: &Read, log: &LogId, seq: i64) -> Result<bool, Fault> {
    let row = read.row(LOST, &params![&log.gateway, log.epoch, log.lane, seq])?;
    Ok(row.map(|row| row.get::<i64>("n")).transpose()?.is_some_and(|count| count > 0))
}

pub(crate) fn lost_put(tx: &mut Tx, log: &LogId, first: i64, next: i64) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [
        ("gateway", (&log.gateway).into()),
        ("epoch", log.epoch.into()),
        ("lane", log.lane.into()),
        ("first_seq", first.into()),
        ("next_seq", next.into()),
        ("at", now.into()),
    ];
    tx.insert("metering_lost", &columns).map(drop)
}

/// A log, and what stands open of it.
pub(crate) struct Standing {
    pub log: LogId,
    pub position: Position,
    pub open: i64,
    pub killed: i64,
}

pub(crate) fn standings(read: &Read) -> Result<Vec<Standing>, Fault> {
    let rows = read.rows(LOGS, &[])?;
    let standing = |row: &Row| {
        let log = LogId { gateway: row.get("gateway")?, epoch: row.get("epoch")?, lane: row.get("lane")? };
        let killed = row.get("killed")?;
        Ok(Standing { log, position: position_of(row)?, open: row.get::<i64>("open")? - killed, killed })
    };
    rows.iter().map(standing).collect()
}

fn admitted_of(row: &Row) -> Result<Admitted, Fault> {
    let text = |column: &str| row.get::<String>(column).map(Arc::from);
    let at_us = row.get("at")?;
    Ok(Admitted { at_us, app: text("app")?, key: text("access_key")?, meter: text("meter")?, dims: text("dims")?, request: row.get("request")? })
}

pub(crate) fn open(read: &Read, log: &LogId, seq: i64) -> Result<Option<Admitted>, Fault> {
    read.row(OPEN, &params![&log.gateway, log.epoch, log.lane, seq])?.as_ref().map(admitted_of).transpose()
}

/// Calls of a log that are not settled, oldest first.
pub(crate) fn opens(read: &Read, log: &LogId, limit: i64) -> Result<Vec<(i64, Admitted)>, Fault> {
    let rows = read.rows(OPENS, &params![&log.gateway, log.epoch, log.lane, limit])?;
    rows.iter().map(|row| Ok((row.get("seq")?, admitted_of(row)?))).collect()
}

pub(crate) fn open_put(tx: &mut Tx, log: &LogId, open: &[(i64, &Admitted)]) -> Result<(), Fault> {
    OPEN_PUT.put(tx, open, |(seq, call), all| {
        all.extend(params![&log.gateway, log.epoch, log.lane, *seq, &call.request, &*call.app, &*call.key, &*call.meter, &*call.dims, call.at_us, 0i64]);
    })
}

pub(crate) fn open_gone(tx: &mut Tx, log: &LogId, seq: i64) -> Result<(), Fault> {
    tx.execute(OPEN_GONE, &params![&log.gateway, log.epoch, log.lane, seq]).map(drop)
}

pub(crate) fn open_killed(tx: &mut Tx, log: &LogId, seq: i64) -> Result<(), Fault> {
    tx.execute(OPEN_KILLED, &params![&log.gateway, log.epoch, log.lane, seq]).map(drop)
}

/// Calls that were open when their gateway was killed, after that moment.
pub(crate) fn at_kill(read: &Read, after: Instant, limit: i64) -> Result<Vec<Admitted>, Fault> {
    read.rows(AT_KILL, &params![after, limit])?.iter().map(admitted_of).collect()
}

/// The calls as they are looked up later.
pub(crate) fn calls_put(tx: &mut Tx, calls: &[(Admitted, Settled)]) -> Result<(), Fault> {
    CALL_PUT.put(tx, calls, |(call, end), all| {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        all.extend(params![&call.request, &*call.app, &*call.key, &*call.meter, &*call.dims, call.at_us, end.ending.as_str(), i64::from(end.status)]);
        all.extend([end.bytes_in, end.bytes_out, end.wait_us, end.total_us].map(|number| Value::Int(count(number))));
    })
}

fn counts(counts: &Counts) -> impl Iterator<Item = i64> {
    let first = [counts.accepted, counts.billable, counts.free, counts.ignored, counts.units, counts.units_accepted];
    first.into_iter().chain(counts.by_status).chain([counts.bytes_in, counts.bytes_out]).chain(counts.waits)
}

pub(crate) fn counts_of(row: &Row) -> Result<Counts, Fault> {
    let at = |n: usize| row.get::<i64>(SUMMED[n]);
    let mut counts = Counts {
        accepted: at(0)?,
        billable: at(1)?,
        free: at(2)?,
        ignored: at(3)?,
        units: at(4)?,
        units_accepted: at(5)?,
        bytes_in: at(10)?,
        bytes_out: at(11)?,
        ..Counts::default()
    };
    for n in 0..counts.by_status.len() {
        counts.by_status[n] = at(6 + n)?;
    }
    for n in 0..counts.waits.len() {
        counts.waits[n] = at(12 + n)?;
    }
    Ok(counts)
}

pub(crate) fn rollups_add(tx: &mut Tx, sums: &[(&Place, &Counts)]) -> Result<(), Fault> {
    let is_of_calls = |sum: &Counts| counts(sum).skip(OF_ANY).any(|count| count != 0);
    let (calls, events): (Vec<_>, Vec<_>) = sums.iter().copied().partition(|(_, sum)| is_of_calls(sum));
    for (add, sums, brought) in [(&ROLLUP_ADD, calls, SUMMED.len()), (&ROLLUP_ADD_EVENTS, events, OF_ANY)] {
        add.put(tx, &sums, |(place, sum), all| {
            all.extend(params![&*place.subject, &*place.meter, &*place.dims, place.hour]);
            all.extend(counts(sum).take(brought).map(Value::Int));
        })?;
    }
    Ok(())
}

pub(crate) fn reasons_add(tx: &mut Tx, reasons: &[(&Reason, &(i64, i64))]) -> Result<(), Fault> {
    REASON_ADD.put(tx, reasons, |((place, kind, reason), (count, units)), all| {
        all.extend(params![&*place.subject, &*place.meter, &*place.dims, place.hour, kind.as_str(), &**reason, *count, *units]);
    })
}

fn place_of(row: &Row) -> Result<Place, Fault> {
    let text = |column: &str| row.get::<String>(column).map(Arc::from);
    Ok(Place { subject: text("subject")?, meter: text("meter")?, dims: text("dims")?, hour: row.get("hour")? })
}

/// Rollups of a subject within a time, by hour.
pub(crate) fn used(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    read.rows(USED, &params![subject, from, to])?.iter().map(|row| Ok((place_of(row)?, counts_of(row)?))).collect()
}

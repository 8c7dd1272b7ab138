//! What the pack says of metering, kept as rows so that jobs of this crate find it.

use store::{Job, JobRun, Read, Tx, params};
use words::{Fault, Instant};

use crate::{sql_calls, sql_events};

const PUT: &str = "insert into metering_term (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
const GET: &str = "select value from metering_term where name = $1";
/// Name of the moment before which calls are not kept any more.
const KEPT_FROM: &str = "calls_kept_from";

/// Name of the moment before which events are not kept any more.
const EVENTS_KEPT_FROM: &str = "events_kept_from";

/// Name of the job that takes away calls and events whose time is over.
pub(crate) const SWEEP: &str = "metering.sweep";
/// Its key for calls, and for events.
pub(crate) const CALLS: &str = "calls";
pub(crate) const EVENTS: &str = "events";
/// Rows taken away at a time, and how soon it goes on when more of them are over, and when none is.
const BATCH: i64 = 2_000;
const MORE_S: i64 = 1;
const AGAIN_S: i64 = 600;
const DAY_S: i64 = 86_400;
/// Longest time that anything is kept, days.
const MOST_DAYS: i64 = 3_650;

/// What the pack says of metering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// So many days a call can be looked up.
    pub call_days: i64,
    /// Events are taken in so many days after what they tell of.
    pub accept_days: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { call_days: 7, accept_days: 62 }
    }
}

impl Terms {
    /// An event is kept for at least as long as it would be taken in again, so that none counts twice.
    pub fn event_days(&self) -> i64 {
        self.call_days.max(self.accept_days + 1)
    }
}

/// All sentences, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PUT, GET];

/// Keeps the terms; the next sweep goes by them.
pub fn set_terms(tx: &mut Tx, terms: &Terms) -> Result<(), Fault> {
    put(tx, "call_days", terms.call_days)?;
    put(tx, "accept_days", terms.accept_days)
}

/// Calls or events were kept, so they are swept for from now on. Where there are none, no job runs.
pub(crate) fn begin_sweeping(tx: &mut Tx, what: &str) -> Result<(), Fault> {
    if tx.job_due(SWEEP, what)?.is_some() {
        return Ok(());
    }
    let next = tx.now().plus_seconds(AGAIN_S);
    tx.later(Job::new(SWEEP, what).at(next))
}

/// The terms as they stand.
pub fn terms(read: &Read) -> Result<Terms, Fault> {
    let usual = Terms::default();
    let call_days = get(read, "call_days")?.unwrap_or(usual.call_days);
    Ok(Terms { call_days, accept_days: get(read, "accept_days")?.unwrap_or(usual.accept_days) })
}

/// The moment from which on all calls are kept.
pub(crate) fn kept_from(read: &Read) -> Result<Instant, Fault> {
    Ok(Instant::from_micros(get(read, KEPT_FROM)?.unwrap_or(0)))
}

/// The moment from which on all events are kept.
pub(crate) fn events_kept_from(read: &Read) -> Result<Instant, Fault> {
    Ok(Instant::from_micros(get(read, EVENTS_KEPT_FROM)?.unwrap_or(0)))
}

/// Events of what was used before are not taken in: it is too long ago, or what was told of it is forgotten already.
pub(crate) fn oldest(read: &Read) -> Result<Instant, Fault> {
    let accepted = read.now().plus_seconds(-DAY_S * terms(read)?.accept_days.clamp(0, MOST_DAYS));
    Ok(accepted.max(events_kept_from(read)?))
}

/// Takes away what is over; first it is noted that it is not to be counted on. Ends with the last.
pub(crate) fn sweep(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let (gone, more) = if run.key == EVENTS { sweep_events(tx)? } else { sweep_calls(tx)? };
    if !more {
        return Ok(());
    }
    let next = tx.now().plus_seconds(if gone >= BATCH { MORE_S } else { AGAIN_S });
    tx.later(Job::new(SWEEP, &run.key).at(next))
}

/// How many are gone, and whether there are more.
fn sweep_calls(tx: &mut Tx) -> Result<(i64, bool), Fault> {
    let over = tx.now().plus_seconds(-DAY_S * terms(tx)?.call_days.clamp(0, MOST_DAYS));
    put(tx, KEPT_FROM, over.micros())?;
    Ok((sql_calls::sweep(tx, over, BATCH)?, sql_calls::any(tx)?))
}

fn sweep_events(tx: &mut Tx) -> Result<(i64, bool), Fault> {
    let over = tx.now().plus_seconds(-DAY_S * terms(tx)?.event_days().clamp(1, MOST_DAYS));
    let over = over.max(events_kept_from(tx)?);
    put(tx, EVENTS_KEPT_FROM, over.micros())?;
    Ok((sql_events::sweep(tx, over, BATCH)?, sql_events::any(tx)?))
}

fn put(tx: &mut Tx, name: &str, value: i64) -> Result<(), Fault> {
    tx.execute(PUT, &params![name, value]).map(drop)
}

fn get(read: &Read, name: &str) -> Result<Option<i64>, Fault> {
    read.row(GET, &params![name])?.map(|row| row.get("value")).transpose()
}

//! What the pack says of metering, kept as rows so that jobs of this crate find it.

use store::{Job, JobRun, Read, Tx, params};
use words::{Fault, Instant};

use crate::sql_calls;

const PUT: &str = "insert into metering_term (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
const GET: &str = "select value from metering_term where name = $1";
/// Name of the moment before which calls are not kept any more.
const KEPT_FROM: &str = "calls_kept_from";

/// Name of the job that takes away calls whose time is over.
pub(crate) const SWEEP: &str = "metering.sweep";
const CALLS: &str = "calls";
/// Calls taken away at a time, and how soon it goes on when more of them are over, and when none is.
const BATCH: i64 = 2_000;
const MORE_S: i64 = 1;
const AGAIN_S: i64 = 600;

/// What the pack says of metering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// So many days a call can be looked up.
    pub call_days: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { call_days: 7 }
    }
}

/// All sentences, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PUT, GET];

/// Keeps the terms; the next sweep goes by them.
pub fn set_terms(tx: &mut Tx, terms: &Terms) -> Result<(), Fault> {
    put(tx, "call_days", terms.call_days)
}

/// Calls were kept, so they are swept for from now on. Where nobody calls, no job runs.
pub(crate) fn begin_sweeping(tx: &mut Tx) -> Result<(), Fault> {
    if tx.job_due(SWEEP, CALLS)?.is_some() {
        return Ok(());
    }
    let next = tx.now().plus_seconds(AGAIN_S);
    tx.later(Job::new(SWEEP, CALLS).at(next))
}

/// The terms as they stand.
pub fn terms(read: &Read) -> Result<Terms, Fault> {
    let usual = Terms::default();
    Ok(Terms { call_days: get(read, "call_days")?.unwrap_or(usual.call_days) })
}

/// The moment from which on all calls are kept.
pub(crate) fn kept_from(read: &Read) -> Result<Instant, Fault> {
    Ok(Instant::from_micros(get(read, KEPT_FROM)?.unwrap_or(0)))
}

/// Takes away calls whose time is over; first it is noted that they are not to be counted on. Ends with the last call.
pub(crate) fn sweep(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let over = tx.now().plus_seconds(-86_400 * terms(tx)?.call_days.clamp(0, 3_650));
    put(tx, KEPT_FROM, over.micros())?;
    let gone = sql_calls::sweep(tx, over, BATCH)?;
    if !sql_calls::any(tx)? {
        return Ok(());
    }
    let next = tx.now().plus_seconds(if gone >= BATCH { MORE_S } else { AGAIN_S });
    tx.later(Job::new(SWEEP, &run.key).at(next))
}

fn put(tx: &mut Tx, name: &str, value: i64) -> Result<(), Fault> {
    tx.execute(PUT, &params![name, value]).map(drop)
}

fn get(read: &Read, name: &str) -> Result<Option<i64>, Fault> {
    read.row(GET, &params![name])?.map(|row| row.get("value")).transpose()
}

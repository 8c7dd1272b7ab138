//! Once a day, what was published more than thirty days ago is taken away.

use store::{Job, JobRun, Tx};
use words::Fault;

use crate::sql_delivery;

pub(crate) const JOB: &str = "callbacks.sweep";
pub(crate) const KEY: &str = "all";
pub(crate) const EVERY_S: i64 = 86_400;
const KEPT_S: i64 = 30 * 86_400;

/// Sweeps a part; goes on at once while there is more.
pub(crate) fn run(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let now = tx.now();
    let swept = sql_delivery::events_drop(tx, now.plus_seconds(-KEPT_S))?;
    let wait = if swept > 0 { 0 } else { EVERY_S };
    tx.later(Job::new(JOB, &*run.key).at(now.plus_seconds(wait)))
}

//! When the program starts: sees to it that months are billed and wallets are looked at without anybody asking.

use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Instant};

use super::{begin_run, sweep};
use crate::asks::Asks;
use crate::month::Month;
use crate::sql;

/// Job that begins the run of each month when it is over.
pub(crate) const JOB: &str = "billing.month";

/// Enqueues what runs by itself. May be called at every start.
pub fn start_billing(tx: &mut Tx) -> Result<(), Fault> {
    if tx.job_due(JOB, "month")?.is_none() {
        let at = Month::of(tx.now().day()).end();
        tx.later(Job::new(JOB, "month").at(at))?;
    }
    sweep::wake(tx, false)
}

/// A minute past the next full hour: what was used in the last one is there.
pub(crate) fn next_hour(now: Instant) -> Instant {
    crate::subscription::hour_of(now).plus_seconds(3_660)
}

/// The job: begins the runs of all months that are over since the last one that was billed, at most twelve; then waits for the next.
pub(crate) fn month<A: Asks>(tx: &mut Tx, _: &JobRun) -> Result<(), Fault> {
    let who = Acting::system("clock");
    let over = Month::of(tx.now().day()).back(1);
    let last = sql::runs(tx)?.first().map(|run| run.month);
    let mut month = last.map_or(over, |last| last.next().max(over.back(11)));
    while month <= over {
        begin_run::begin_run::<A>(tx, &who, month).map_err(Failure::into_fault)?;
        month = month.next();
    }
    let at = over.next().end();
    tx.later(Job::new(JOB, "month").at(at))
}

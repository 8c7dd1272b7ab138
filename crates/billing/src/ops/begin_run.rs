//! The billing of a month begins: its invoices are made when the grace is over, in which late usage still comes in.
//!
//! Tells `RunBegun`. Invariant: a month is billed once, and after the months before it.

use store::{Job, Tx};
use words::{Acting, Node, Outcome};

use super::step_run::JOB;
use crate::asks::Asks;
use crate::charge::Run;
use crate::month::Month;
use crate::refusal::RunRefusal;
use crate::told::RunBegun;
use crate::{rights, sql};

/// Begins the run of a month that is over. Begun already, gives the run of then.
pub fn begin_run<A: Asks>(tx: &mut Tx, who: &Acting, month: Month) -> Outcome<Run, RunRefusal> {
    if !who.is_system() {
        who.may(rights::RUN, &Node::group())?;
    }
    if month.end() > tx.now() {
        return Err(RunRefusal::NotOver { month: month.to_string() }.into());
    }
    if let Some(run) = sql::run(tx, month)? {
        return Ok(run);
    }
    if let Some(later) = sql::runs(tx)?.first().filter(|later| later.month > month) {
        return Err(RunRefusal::OutOfOrder { month: later.month.to_string() }.into());
    }
    let (now, grace) = (tx.now(), A::terms(tx)?.grace_hours.clamp(0, 24 * 60));
    let run = Run {
        month,
        done: false,
        after: String::new(),
        customers: 0,
        charges: 0,
        invoices: 0,
        total_minor: 0,
        problems: Vec::new(),
        begun_by: who.person.clone(),
        begun_at: now,
        final_at: month.end().plus_seconds(grace * 3_600).max(now),
        done_at: None,
    };
    sql::run_insert(tx, &run)?;
    tx.tell(who, &RunBegun { month: month.to_string() })?;
    tx.later(Job::new(JOB, month.to_string()).at(run.final_at))?;
    Ok(run)
}

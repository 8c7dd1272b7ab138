//! A confirmed run is taken back: each posting reversed exactly, the months free to be prepared anew.
//!
//! Asks the ledger; tells `RunReversed`. Invariant: nothing is edited; after the file was handed over it needs another person than who confirmed.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusal::PayRefusal;
use crate::run::{Kind, Run, RunState};
use crate::told::RunReversed;
use crate::{rights, sql, sql_pay, value};

/// Reverses a run with a reason.
pub fn reverse_run(tx: &mut Tx, who: &Acting, run: &Id, reason: &str) -> Outcome<Run, PayRefusal> {
    let mut run = sql_pay::run(tx, run)?.ok_or(Failure::Absent)?;
    who.may(rights::PAY, &run.unit)?;
    if !run.state.is_posted() {
        return Err(PayRefusal::State { state: run.state.as_str().into() }.into());
    }
    if run.state == RunState::Exported && run.confirmed_by.as_ref() == Some(&who.person) {
        return Err(PayRefusal::SecondPerson.into());
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(PayRefusal::ReasonNeeded.into());
    }
    for line in sql_pay::lines_of(tx, &run.id)?.iter().rev() {
        if let Some(posting) = &line.posting {
            ledger::reverse(tx, who, posting, reason).map_err(value::in_pay_words)?;
        }
    }
    if run.kind != Kind::Withhold {
        reopen(tx, &run)?;
    }
    (run.state, run.reversed_by, run.reversed_at) = (RunState::Reversed, Some(who.person.clone()), Some(tx.now()));
    run.reason = reason.to_owned();
    sql_pay::run_write(tx, &run)?;
    tx.tell(who, &RunReversed { run: run.id.clone(), unit: run.unit.clone(), reason: run.reason.clone() })?;
    Ok(run)
}

/// Deferred pay that a reversed settlement had ended is open again.
fn reopen(tx: &mut Tx, run: &Run) -> Outcome<(), PayRefusal> {
    for line in sql_pay::lines_of(tx, &run.id)? {
        let mut position = sql::position(tx, &line.position)?.ok_or(Failure::Absent)?;
        position.release_bp = None;
        sql::position_write(tx, &position)?;
    }
    Ok(())
}

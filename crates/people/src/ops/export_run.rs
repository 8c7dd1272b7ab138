//! The payroll file of a confirmed run is handed over; its lines are named by a hash.
//!
//! Tells `RunExported`. Invariant: the same run gives the same hash for ever, in CSV and XLSX, in both languages.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusal::PayRefusal;
use crate::run::{Run, RunState, hash_of};
use crate::told::RunExported;
use crate::{rights, sql_pay};

/// Marks the run as exported. Asked again, changes nothing.
pub fn export_run(tx: &mut Tx, who: &Acting, run: &Id) -> Outcome<Run, PayRefusal> {
    let mut run = sql_pay::run(tx, run)?.ok_or(Failure::Absent)?;
    who.may(rights::PAY, &run.unit)?;
    match run.state {
        RunState::Exported => return Ok(run),
        RunState::Confirmed => {}
        state => return Err(PayRefusal::State { state: state.as_str().into() }.into()),
    }
    let lines = sql_pay::lines_of(tx, &run.id)?;
    run.hash = hash_of(&run.id, &run.month, &lines);
    (run.state, run.exported_at) = (RunState::Exported, Some(tx.now()));
    sql_pay::run_write(tx, &run)?;
    tx.tell(who, &RunExported { run: run.id.clone(), unit: run.unit.clone(), hash: run.hash.clone() })?;
    Ok(run)
}

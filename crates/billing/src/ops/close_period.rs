//! A month is closed: billed, settled, conserved; then the ledger takes nothing more into it.
//!
//! Asks the ledger. Invariant: what does not fit is not closed.

use ledger::LedgerRefusal;
use store::Tx;
use words::{Acting, Failure, Node, Outcome};

use crate::asks::Asks;
use crate::conserve::conservation;
use crate::month::Month;
use crate::refusal::RunRefusal;
use crate::{rights, sql, sql_settle};

/// Closes a month.
pub fn close_period<A: Asks>(tx: &mut Tx, who: &Acting, month: Month) -> Outcome<ledger::Period, RunRefusal> {
    who.may(rights::SIGN, &Node::group())?;
    if !sql::run(tx, month)?.is_some_and(|run| run.done) {
        return Err(RunRefusal::NotBilled { month: month.to_string() }.into());
    }
    let count = sql_settle::unsigned(tx, month)?;
    if count > 0 {
        return Err(RunRefusal::NotSigned { count }.into());
    }
    if let Some(law) = conservation::<A>(tx, month)?.laws.into_iter().find(|law| !law.holds) {
        return Err(RunRefusal::NotConserved { law: law.key }.into());
    }
    ledger::close_month(tx, who, &month.to_string()).map_err(|failure| match failure {
        Failure::Refused(LedgerRefusal::PeriodNotOver { month }) => RunRefusal::NotOver { month }.into(),
        other => Failure::Broken(other.into_fault()),
    })
}

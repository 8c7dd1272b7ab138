//! A customer says what an app may cost in a month, and whether that holds.
//!
//! Tells `BudgetSet`. Invariant: a lower limit takes back nothing that was admitted; from then on nothing more is.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use super::sweep;
use crate::asks::{Asks, parties};
use crate::budget::Budget;
use crate::refusal::WalletRefusal;
use crate::told::BudgetSet;
use crate::{sql, sql_wallet};

/// Sets the budget of a subject of one's own; `None` takes it away.
pub fn set_budget<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, budget_minor: Option<i64>, hard: bool) -> Outcome<Budget, WalletRefusal> {
    let own = parties::<A>(tx, who)?;
    let customer: Id = sql::of_subject(tx, subject)?.into_iter().map(|one| one.customer).rfind(|customer| own.contains(customer)).ok_or(Failure::Absent)?;
    if budget_minor.is_some_and(|minor| minor <= 0) {
        return Err(WalletRefusal::Amount.into());
    }
    let before = sql_wallet::budget(tx, subject)?;
    let budget = Budget {
        subject: subject.to_owned(),
        customer,
        budget_minor: budget_minor.unwrap_or(i64::MAX),
        hard: hard && budget_minor.is_some(),
        // A larger budget is told of anew.
        month: String::new(),
        told: 0,
    };
    if before.as_ref().is_some_and(|before| before.budget_minor == budget.budget_minor && before.hard == budget.hard) {
        return Ok(before.unwrap_or(budget));
    }
    let now = tx.now();
    sql_wallet::budget_put(tx, &budget, &who.person, now)?;
    sweep::wake(tx, false)?;
    tx.tell(who, &BudgetSet { subject: subject.to_owned(), budget_minor: budget.budget_minor, hard: budget.hard })?;
    Ok(budget)
}

/// Another pays for a subject: what was set before is nobody's wish any more. Gone already, nothing happens.
pub fn drop_budget(tx: &mut Tx, who: &Acting, subject: &str) -> Result<(), Fault> {
    let Some(mut budget) = sql_wallet::budget(tx, subject)?.filter(|budget| budget.hard || budget.budget_minor < i64::MAX) else { return Ok(()) };
    (budget.budget_minor, budget.hard, budget.month, budget.told) = (i64::MAX, false, String::new(), 0);
    let now = tx.now();
    sql_wallet::budget_put(tx, &budget, &who.person, now)?;
    tx.tell(who, &BudgetSet { subject: subject.to_owned(), budget_minor: budget.budget_minor, hard: false }).map(drop)
}

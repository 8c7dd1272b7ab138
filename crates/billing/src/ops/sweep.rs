//! Every hour: wallets pay for what was used, what is over expires, and whoever nears a budget is told. While there is no wallet and no budget, it sleeps.
//!
//! Asks meters and the ledger; tells `LotExpired`, `BudgetReached`. Invariant: it may stop anywhere and begin anew; nothing is drawn or told twice.

use ledger::Posting;
use serde::{Deserialize, Serialize};
use store::{Job, JobRun, Tx};
use words::{Acting, Bilingual, Fault};

use super::draw_usage::draw_usage;
use super::remind::send;
use super::start::next_hour;
use crate::asks::Asks;
use crate::budget::Budget;
use crate::drafts::{Prices, owed};
use crate::month::Month;
use crate::subscription::PaidBy;
use crate::told::{BudgetReached, LotExpired};
use crate::{sql, sql_wallet, value};

/// The job.
pub(crate) const JOB: &str = "billing.sweep";
const STEP: i64 = 100;

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Place {
    stage: u8,
    after: String,
}

/// The job: the next of the hour, then the next hour.
pub(crate) fn sweep<A: Asks>(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    let mut place: Place = if job.body.is_empty() { Place::default() } else { job.body()? };
    while place.stage < 3 {
        let next = match place.stage {
            0 => draws::<A>(tx, &place.after)?,
            1 => budgets::<A>(tx, &place.after)?,
            _ => expire::<A>(tx)?,
        };
        if let Some(after) = next {
            return tx.later(Job::new(JOB, "sweep").body(&Place { after, ..place }));
        }
        place = Place { stage: place.stage + 1, after: String::new() };
    }
    wake(tx, true)
}

/// Sees to it that it runs with the next hour, if there is something to look after. `now`: it runs at this moment, so its own job does not count.
pub(crate) fn wake(tx: &mut Tx, now: bool) -> Result<(), Fault> {
    let waits = !now && tx.job_due(JOB, "sweep")?.is_some();
    let since = Month::of(tx.now().day()).back(1).start();
    if waits || !sql_wallet::to_look_after(tx, since)? {
        return Ok(());
    }
    let at = next_hour(tx.now());
    tx.later(Job::new(JOB, "sweep").at(at))
}

/// Where to go on, if there may be more.
fn full<T>(some: &[T], after: impl FnOnce(&T) -> String) -> Option<String> {
    some.last().filter(|_| some.len() as i64 >= STEP).map(after)
}

fn draws<A: Asks>(tx: &mut Tx, after: &str) -> Result<Option<String>, Fault> {
    let (who, prices, now) = (Acting::system("billing"), Prices::of::<A>(tx)?, tx.now());
    let some = sql::subscriptions_after(tx, after, Month::of(now.day()).back(1).start(), now, STEP)?;
    for subscription in &some {
        draw_usage::<A>(tx, &who, &prices, subscription)?;
    }
    Ok(full(&some, |last| last.id.to_string()))
}

fn budgets<A: Asks>(tx: &mut Tx, after: &str) -> Result<Option<String>, Fault> {
    let prices = Prices::of::<A>(tx)?;
    let some = sql_wallet::budgets_after(tx, after, STEP)?;
    for budget in &some {
        let spent = spent::<A>(tx, &prices, &budget.subject)?;
        let month = Month::of(tx.now().day());
        if let Some(percent) = budget.reached(spent, &prices.terms.alert_percents, month) {
            sql_wallet::budget_told(tx, &budget.subject, month, percent)?;
            tell::<A>(tx, budget, percent, spent, month)?;
        }
    }
    Ok(full(&some, |last| last.subject.clone()))
}

/// What a subject has cost this month so far, charged or not, fen.
pub(crate) fn spent<A: Asks>(tx: &store::Read, prices: &Prices, subject: &str) -> Result<i64, Fault> {
    let month = Month::of(tx.now().day());
    let mut sum = 0i64;
    for subscription in sql::of_subject(tx, subject)?.iter().filter(|one| one.billing != PaidBy::Free && one.span(month).is_some()) {
        let owed = owed::<A>(tx, prices, subscription, month, false)?;
        let open = owed.drafts.iter().filter(|(source, _)| *source == month).map(|(_, draft)| draft.money.total).sum::<i64>();
        let charged =
            sql::charges_since(tx, &subscription.id, month)?.iter().filter(|one| one.source == month && !one.voided).map(|one| one.money.total).sum::<i64>();
        sum = sum.saturating_add(open).saturating_add(charged);
    }
    Ok(sum)
}

fn tell<A: Asks>(tx: &mut Tx, budget: &Budget, percent: i64, spent: i64, month: Month) -> Result<(), Fault> {
    tx.tell(&Acting::system("billing"), &BudgetReached { subject: budget.subject.clone(), percent })?;
    let (spent, of) = (value::yuan(spent), value::yuan(budget.budget_minor));
    let name = A::subjects(tx, std::slice::from_ref(&budget.subject))?.remove(&budget.subject).unwrap_or_else(|| budget.subject.clone());
    let title = Bilingual::new(format!("{name} 已用预算 {percent}%"), format!("{name}: {percent} % of the budget is spent"));
    let body = Bilingual::new(format!("本月已用 {spent} 元，预算 {of} 元。"), format!("{spent} yuan of {of} this month."));
    let once = format!("billing.budget:{}:{month}:{percent}", budget.subject);
    send::<A>(tx, &budget.customer, "billing.budget", "/billing/wallet", title, body, once)
}

fn expire<A: Asks>(tx: &mut Tx) -> Result<Option<String>, Fault> {
    let (who, today) = (Acting::system("billing"), tx.now().day());
    let some = sql_wallet::expired(tx, today, STEP)?;
    for lot in &some {
        let key = format!("billing.expire:{}:{}", lot.id, tx.now().micros());
        let posting = Posting::new("billing.expire", key, "billing.lot", &lot.id).id("lot", &lot.id).amount("amount", lot.left_minor);
        let book = A::book(tx)?;
        value::post(tx, &book, &who, posting)?;
        sql_wallet::lot_add(tx, &lot.id, -lot.left_minor)?;
        tx.tell(&who, &LotExpired { lot: lot.id.clone(), amount_minor: lot.left_minor })?;
    }
    Ok(full(&some, |last| last.id.to_string()))
}

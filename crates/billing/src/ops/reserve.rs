//! Before a gateway admits calls, or a capability does work that it meters itself, what that may cost is set aside: of the wallet, and of a spending limit that holds.
//!
//! Asks the ledger. Invariant: for any usage within what was admitted, what is due is within what was set aside; so neither a wallet nor a limit is passed,
//! by whatever number of gateways, in whatever order.

use ledger::Posting;
use store::Tx;
use words::{Acting, Fault, Id, Outcome};

use super::remind::is_barred;
use crate::asks::Asks;
use crate::bound::most_calls;
use crate::budget::Budget;
use crate::drafts::Prices;
use crate::lot::{serving, worth};
use crate::month::Month;
use crate::refusal::ReserveRefusal;
use crate::reserves::{Admitted, Reserve};
use crate::subscription::{PaidBy, Subscription};
use crate::{sql, sql_wallet, value, wallet};

/// What was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// Calls, or units: as many as were asked for, or as many as can be paid.
    pub calls: i64,
    /// Month that they must be made in.
    pub month: Month,
    /// Set aside of the wallet for them, fen.
    pub held_minor: i64,
}

/// Sets aside what at most `calls` more calls of a subject's meter may cost this month; fewer, if the wallet or the limit has no more. What nobody bills is
/// admitted.
pub fn reserve<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, meter: &str, calls: i64) -> Outcome<Reserved, ReserveRefusal> {
    admit::<A>(tx, who, (subject, meter), calls, 1)
}

/// Sets aside what so many more units may cost this month, or refuses: work that is done as a whole or not at all.
pub fn reserve_whole<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, meter: &str, units: i64) -> Outcome<Reserved, ReserveRefusal> {
    admit::<A>(tx, who, (subject, meter), units, units)
}

/// `least`: fewer are none.
fn admit<A: Asks>(tx: &mut Tx, who: &Acting, (subject, meter): (&str, &str), calls: i64, least: i64) -> Outcome<Reserved, ReserveRefusal> {
    let month = Month::of(tx.now().day());
    let live: Vec<Subscription> = sql::of_subject(tx, subject)?.into_iter().filter(|one| one.span(month).is_some()).collect();
    let Some(first) = live.iter().find(|one| counts(one, meter)) else { return Ok(Reserved { calls: calls.max(0), month, held_minor: 0 }) };
    let customer = first.customer.clone();
    if is_barred::<A>(tx, subject)? {
        return Err(ReserveRefusal::Suspended.into());
    }
    let prices = Prices::of::<A>(tx)?;
    let state = State::of(tx, &prices, (subject, meter), month, &customer, &live)?;
    let wallet_fits = |more: i64| Ok::<_, Fault>(state.wallet_asks(&prices, more)? <= state.free);
    let limit_fits = |more: i64| Ok::<_, Fault>(state.limit_asks(&prices, more)? <= state.limit_left);
    let mut broken = None;
    let mut fits = |more: i64, which: &dyn Fn(i64) -> Result<bool, Fault>| {
        which(more).unwrap_or_else(|fault| {
            broken = Some(fault);
            false
        })
    };
    let by_limit = most_calls(calls, |more| fits(more, &limit_fits));
    let admitted = most_calls(by_limit, |more| fits(more, &wallet_fits));
    if let Some(fault) = broken {
        return Err(fault.into());
    }
    if admitted < least && calls > 0 {
        let limit = || value::yuan(state.budget.as_ref().map_or(0, |budget| budget.budget_minor));
        let why =
            if by_limit < least { ReserveRefusal::LimitReached { limit: limit() } } else { ReserveRefusal::WalletShort { left: value::yuan(state.free) } };
        return Err(why.into());
    }
    let held_minor = state.wallet_asks(&prices, admitted)?.max(0);
    let today = tx.now().day();
    let drawn = rating::draw(&serving(&sql_wallet::lots(tx, &customer)?, subject, today), held_minor, today);
    wallet::hold::<A>(tx, who, subject, drawn.parts)?;
    let taken = take_limit::<A>(tx, who, &state, &prices, subject, admitted)?;
    let calls = state.admitted.calls(meter) + admitted;
    sql_wallet::reserve_put(tx, subject, &Reserve { month, meter: meter.to_owned(), calls, limit_minor: state.own_limit + taken })?;
    Ok(Reserved { calls: admitted, month, held_minor })
}

/// Does a subscription charge for what this meter counts?
pub(super) fn counts(subscription: &Subscription, meter: &str) -> bool {
    subscription.billing != PaidBy::Free && subscription.covers(meter)
}

/// Gives back calls of a month that were not made: what was set aside for them is free again.
pub fn release<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, meter: &str, month: Month, calls: i64) -> Result<(), Fault> {
    let reserves = sql_wallet::reserves(tx, subject, month)?;
    let Some(mut own) = reserves.iter().find(|one| one.month == month && one.meter == meter).cloned() else { return Ok(()) };
    let (prices, left) = (Prices::of::<A>(tx)?, Admitted::of(&reserves, month).with(meter, -calls.max(0)));
    own.calls = left.calls(meter);
    let taken: i64 = reserves.iter().filter(|one| one.month == month).map(|one| one.limit_minor).sum();
    if taken > 0 {
        let live: Vec<Subscription> = sql::of_subject(tx, subject)?.into_iter().filter(|one| one.span(month).is_some()).collect();
        let free = (taken - wallet::bound(&prices, &live, month, &left)?).clamp(0, own.limit_minor);
        move_limit::<A>(tx, who, "spend.free", subject, month, free)?;
        own.limit_minor -= free;
    }
    sql_wallet::reserve_put(tx, subject, &own)?;
    wallet::settle_held::<A>(tx, who, &prices, subject, None)
}

/// How it stands before calls are admitted.
pub(super) struct State {
    month: Month,
    meter: String,
    live: Vec<Subscription>,
    prepaid: Vec<Subscription>,
    /// Admitted so far this month.
    pub admitted: Admitted,
    /// Lots that may pay, fen.
    pub free: i64,
    /// Set aside, fen.
    held: i64,
    /// What must be set aside for what was admitted so far, fen.
    needed: i64,
    /// What that costs at most this month, fen.
    needed_month: i64,
    spent: i64,
    budget: Option<Budget>,
    /// Taken of the limit this month, and by this meter, fen.
    limit_held: i64,
    pub own_limit: i64,
    limit_left: i64,
}

impl State {
    pub fn of(tx: &Tx, prices: &Prices, (subject, meter): (&str, &str), month: Month, customer: &Id, live: &[Subscription]) -> Result<Self, Fault> {
        let mut reserves = sql_wallet::reserves(tx, subject, month)?;
        reserves.retain(|one| one.month == month);
        let admitted = Admitted::of(&reserves, month);
        let limit_held: i64 = reserves.iter().map(|one| one.limit_minor).sum();
        let own_limit = reserves.iter().find(|one| one.meter == meter).map_or(0, |one| one.limit_minor);
        let budget = sql_wallet::budget(tx, subject)?.filter(|budget| budget.hard);
        let limit_left = budget.as_ref().map_or(i64::MAX, |budget| budget.budget_minor - limit_held);
        let (prepaid, spent) = (wallet::prepaid(tx, subject)?, sql_wallet::spent_on_calls(tx, subject, month)?);
        let needed_month = if admitted.is_none() { 0 } else { (wallet::bound(prices, &prepaid, month, &admitted)? - spent).max(0) };
        Ok(Self {
            month,
            meter: meter.to_owned(),
            admitted,
            free: worth(&serving(&sql_wallet::lots(tx, customer)?, subject, tx.now().day())),
            held: sql_wallet::held(tx, subject)?.iter().map(|(_, minor)| minor).sum(),
            needed: wallet::needed(tx, prices, subject, None)?,
            needed_month,
            spent,
            live: live.to_vec(),
            prepaid,
            budget,
            limit_held,
            own_limit,
            limit_left,
        })
    }

    /// What more must be set aside of the wallet for so many more calls, fen.
    pub fn wallet_asks(&self, prices: &Prices, more: i64) -> Result<i64, Fault> {
        if more <= 0 || !self.prepaid.iter().any(|one| one.covers(&self.meter)) {
            return Ok(0);
        }
        let month = (wallet::bound(prices, &self.prepaid, self.month, &self.admitted.with(&self.meter, more))? - self.spent).max(0);
        Ok((self.needed - self.needed_month + month - self.held).max(0))
    }

    /// What more is taken of the limit for so many more calls, fen.
    fn limit_asks(&self, prices: &Prices, more: i64) -> Result<i64, Fault> {
        if self.budget.is_none() {
            return Ok(0);
        }
        Ok((wallet::bound(prices, &self.live, self.month, &self.admitted.with(&self.meter, more))? - self.limit_held).max(0))
    }
}

/// Takes what was admitted of the limit, in the ledger, whose account never goes below zero; of what was used unasked, as much as there is. Gives what is taken more.
pub(super) fn take_limit<A: Asks>(tx: &mut Tx, who: &Acting, state: &State, prices: &Prices, subject: &str, admitted: i64) -> Result<i64, Fault> {
    let Some(budget) = &state.budget else { return Ok(0) };
    let left = ledger::available(tx, &format!("quota:spend:{subject}:{}", state.month))?;
    let granted = left + state.limit_held;
    move_limit::<A>(tx, who, "spend.grant", subject, state.month, budget.budget_minor - granted)?;
    move_limit::<A>(tx, who, "spend.cut", subject, state.month, (granted - budget.budget_minor).min(left))?;
    let asks = state.limit_asks(prices, admitted)?.min(state.limit_left.max(0));
    move_limit::<A>(tx, who, "spend.hold", subject, state.month, asks)?;
    Ok(asks)
}

fn move_limit<A: Asks>(tx: &mut Tx, who: &Acting, template: &str, subject: &str, month: Month, minor: i64) -> Result<(), Fault> {
    if minor <= 0 {
        return Ok(());
    }
    let id = tx.id("spd");
    let posting = Posting::new(template, format!("{template}:{id}"), "billing.limit", &id);
    let posting = posting.id("subject", subject).id("month", month.to_string()).amount("amount", minor);
    let book = A::book(tx)?;
    value::post(tx, &book, who, posting).map(drop)
}

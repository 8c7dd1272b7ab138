//! How money moves in wallets: lots are made, set aside, freed, and pay. Used by several use cases; each posting has its own key.
//!
//! Invariant: what is left of a lot and what is set aside of it are what the ledger says; what is set aside for a subject is what its admitted calls may still cost.

use std::collections::BTreeSet;

use ledger::Posting;
use store::Tx;
use words::{Acting, Day, Fault, Id};

use crate::asks::Asks;
use crate::bound::most;
use crate::drafts::Prices;
use crate::lot::{Lot, Origin, serving};
use crate::month::Month;
use crate::ops::sweep;
use crate::reserves::Admitted;
use crate::subscription::{PaidBy, Subscription};
use crate::told::LotMade;
use crate::{sql, sql_wallet, value};

/// What a new lot is, besides its id.
pub(crate) struct LotDraft<'a> {
    pub customer: &'a Id,
    pub priority: i64,
    pub expires_on: Option<Day>,
    pub subjects: Vec<String>,
    pub origin: Origin,
    pub amount_minor: i64,
    pub reason: &'a str,
}

impl<'a> LotDraft<'a> {
    /// Money that was paid: without an end, for everything.
    pub(crate) fn paid(customer: &'a Id, origin: Origin, amount_minor: i64) -> Self {
        Self { customer, priority: 100, expires_on: None, subjects: Vec::new(), origin, amount_minor, reason: "" }
    }
}

/// Makes a lot by the posting that `posting` gives for its id, and lets it pay what was short.
pub(crate) fn make_lot<A: Asks>(tx: &mut Tx, who: &Acting, draft: LotDraft, posting: impl FnOnce(&Id) -> Posting) -> Result<Id, Fault> {
    let id = tx.id("lot");
    let book = A::book(tx)?;
    value::post(tx, &book, who, posting(&id))?;
    let lot = Lot {
        id: id.clone(),
        customer: draft.customer.clone(),
        priority: draft.priority,
        expires_on: draft.expires_on,
        subjects: draft.subjects,
        origin: draft.origin,
        amount_minor: draft.amount_minor,
        left_minor: draft.amount_minor,
        reason: draft.reason.to_owned(),
        made_at: tx.now(),
    };
    sql_wallet::lot_insert(tx, &lot)?;
    sweep::wake(tx, false)?;
    let (customer, amount_minor, origin) = (lot.customer.clone(), lot.amount_minor, lot.origin.as_str().to_owned());
    tx.tell(who, &LotMade { lot: id.clone(), customer, amount_minor, origin })?;
    cover::<A>(tx, who, draft.customer)?;
    Ok(id)
}

/// What a bill has too much becomes a lot.
pub(crate) fn refund<A: Asks>(tx: &mut Tx, who: &Acting, customer: &Id, bill: &Id, amount_minor: i64) -> Result<Id, Fault> {
    let posting = |lot: &Id| {
        let posting = Posting::new("billing.refund", format!("billing.refund:{bill}:{lot}"), "billing.bill", bill);
        posting.id("customer", customer).id("bill", bill).id("lot", lot).amount("amount", amount_minor)
    };
    make_lot::<A>(tx, who, LotDraft::paid(customer, Origin::Refund, amount_minor), posting)
}

/// Lots pay what they could not pay before, the oldest first.
fn cover<A: Asks>(tx: &mut Tx, who: &Acting, customer: &Id) -> Result<(), Fault> {
    let today = tx.now().day();
    for charge in sql::charges_short(tx, customer)? {
        let subject = sql::subscription(tx, &charge.subscription)?.map(|one| one.subject).unwrap_or_default();
        let drawn = rating::draw(&serving(&sql_wallet::lots(tx, customer)?, &subject, today), charge.open_minor(), today);
        if drawn.parts.is_empty() {
            continue;
        }
        let paid: i64 = drawn.parts.iter().map(|(_, minor)| minor).sum();
        let key = format!("billing.cover:{}:{}", charge.id, charge.drawn_minor);
        let posting = Posting::new("billing.cover", key, "billing.charge", &charge.id);
        let posting = posting.id("customer", customer).id("bill", &charge.id).parts("lots", drawn.parts.clone());
        let book = A::book(tx)?;
        value::post(tx, &book, who, posting)?;
        take(tx, &drawn.parts)?;
        sql::charge_drawn(tx, &charge.id, charge.drawn_minor + paid)?;
    }
    Ok(())
}

/// Takes from lots.
pub(crate) fn take(tx: &mut Tx, parts: &[(String, i64)]) -> Result<(), Fault> {
    parts.iter().try_for_each(|(lot, minor)| sql_wallet::lot_add(tx, &Id::fixed(lot.clone()), -minor))
}

/// Subscriptions of a subject that a wallet pays.
pub(crate) fn prepaid(tx: &Tx, subject: &str) -> Result<Vec<Subscription>, Fault> {
    Ok(sql::of_subject(tx, subject)?.into_iter().filter(|one| one.billing == PaidBy::Prepaid).collect())
}

/// The most that admitted calls of a subject can cost in a month by these subscriptions, fen; what has no price costs nothing.
pub(crate) fn bound(prices: &Prices, subscriptions: &[Subscription], month: Month, admitted: &Admitted) -> Result<i64, Fault> {
    let mut sum = 0i64;
    for subscription in subscriptions.iter().filter(|one| one.billing != PaidBy::Free) {
        let Some(book) = prices.books.get(&subscription.book) else { continue };
        let most = most(book, subscription, month, admitted);
        sum = sum.saturating_add(most.map_err(|refusal| Fault::new(format!("the bound of {}: {refusal:?}", subscription.id)))?);
    }
    Ok(sum)
}

/// What must be set aside for a subject: for each month that is not billed, what its calls may cost less what was charged. `done` counts as billed.
pub(crate) fn needed(tx: &Tx, prices: &Prices, subject: &str, done: Option<Month>) -> Result<i64, Fault> {
    let subscriptions = prepaid(tx, subject)?;
    let reserves = sql_wallet::reserves(tx, subject, Month::of(tx.now().day()).back(3))?;
    let months: BTreeSet<Month> = reserves.iter().map(|one| one.month).collect();
    let mut sum = 0i64;
    for month in months {
        let admitted = Admitted::of(&reserves, month);
        let billed = done == Some(month) || sql::run(tx, month)?.is_some_and(|run| run.done);
        if !admitted.is_none() && !billed {
            let may = bound(prices, &subscriptions, month, &admitted)?;
            sum = sum.saturating_add((may - sql_wallet::spent_on_calls(tx, subject, month)?).max(0));
        }
    }
    Ok(sum)
}

/// Frees what need not be set aside any more.
pub(crate) fn settle_held<A: Asks>(tx: &mut Tx, who: &Acting, prices: &Prices, subject: &str, done: Option<Month>) -> Result<(), Fault> {
    let held = sql_wallet::held(tx, subject)?;
    let there: i64 = held.iter().map(|(_, minor)| minor).sum();
    if there == 0 {
        return Ok(());
    }
    let mut excess = there - needed(tx, prices, subject, done)?;
    let mut parts = Vec::new();
    // The last lot that was set aside is freed first.
    for (lot, minor) in held.iter().rev() {
        let part = excess.clamp(0, *minor);
        if part > 0 {
            parts.push((lot.to_string(), part));
            excess -= part;
        }
    }
    free::<A>(tx, who, subject, parts)
}

/// Sets money aside for a subject; the lots must have it.
pub(crate) fn hold<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, parts: Vec<(String, i64)>) -> Result<(), Fault> {
    shift::<A>(tx, who, subject, parts, "billing.hold", 1)
}

/// What was set aside goes back to its lots.
fn free<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, parts: Vec<(String, i64)>) -> Result<(), Fault> {
    shift::<A>(tx, who, subject, parts, "billing.free", -1)
}

/// From lots to what is set aside, or (`sign` below zero) back: the posting, and the rows that say the same.
fn shift<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, parts: Vec<(String, i64)>, template: &'static str, sign: i64) -> Result<(), Fault> {
    if parts.is_empty() {
        return Ok(());
    }
    let (id, book) = (tx.id("hld"), A::book(tx)?);
    let posting = Posting::new(template, format!("{template}:{id}"), "billing.held", &id).id("subject", subject).parts("lots", parts.clone());
    value::post(tx, &book, who, posting)?;
    for (lot, minor) in parts {
        let lot = Id::fixed(lot);
        sql_wallet::held_add(tx, subject, &lot, sign * minor)?;
        sql_wallet::lot_add(tx, &lot, -sign * minor)?;
    }
    Ok(())
}

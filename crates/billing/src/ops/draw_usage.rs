//! A wallet pays for what was used: first what was set aside for it, then lots in their order; what is short is owed until the wallet has it.
//!
//! Asks the ledger; tells `UsageDrawn`. Invariant: what is drawn and what is short sum to what is charged; drawing again draws nothing. What was set aside for what was
//! admitted pays for that only: what nobody admitted, and what comes late of a month that is billed, is paid by lots alone.

use ledger::Posting;
use store::Tx;
use words::{Acting, Fault, Id};

use super::step_run::charge_of;
use crate::asks::Asks;
use crate::charge::Charge;
use crate::drafts::{Prices, owed};
use crate::due::Draft;
use crate::lot::serving;
use crate::month::Month;
use crate::reserves::Admitted;
use crate::subscription::{PaidBy, Subscription};
use crate::told::UsageDrawn;
use crate::value::{self, Sides};
use crate::{sql, sql_wallet, wallet};

/// Draws what a subscription owes for months that are not billed yet. Called by the sweep; may be repeated.
pub(crate) fn draw_usage<A: Asks>(tx: &mut Tx, who: &Acting, prices: &Prices, subscription: &Subscription) -> Result<(), Fault> {
    if subscription.billing != PaidBy::Prepaid {
        return Ok(());
    }
    let month = Month::of(tx.now().day());
    let owed = owed::<A>(tx, prices, subscription, month, false)?;
    let mut drew = false;
    for (source, draft) in owed.drafts {
        // Late usage of a month that is billed comes with the next run, as a correction.
        let billed = sql::run(tx, source)?.is_some_and(|run| run.done);
        if source.next() < month || billed || draft.money.total <= 0 {
            continue;
        }
        charge_wallet::<A>(tx, who, prices, subscription, (source, source), draft)?;
        drew = true;
    }
    if drew { wallet::settle_held::<A>(tx, who, prices, &subscription.subject, None) } else { Ok(()) }
}

/// Charges a wallet in a month (the first) for the use of another. What is below zero goes back into it as a lot.
pub(crate) fn charge_wallet<A: Asks>(
    tx: &mut Tx,
    who: &Acting,
    prices: &Prices,
    subscription: &Subscription,
    (period, source): (Month, Month),
    draft: Draft,
) -> Result<(), Fault> {
    let reserves = sql_wallet::reserves(tx, &subscription.subject, source)?;
    let admitted = Admitted::of(&reserves, source);
    let beside = prices.books.get(&subscription.book).map_or(0, |book| draft.detail.beside(&subscription.priced(book, &admitted)));
    if beside != 0 {
        sql_wallet::beside_add(tx, &subscription.subject, source, beside)?;
    }
    let mut charge = charge_of(tx, subscription, period, source, draft);
    charge.part = sql::last_part(tx, &subscription.id, period, source)? + 1;
    if charge.money.total <= 0 {
        return give_back::<A>(tx, who, charge);
    }
    let late = sql::run(tx, source)?.is_some_and(|run| run.done);
    let (held, lots, open) = parts(tx, subscription, charge.money.total, if late { charge.money.total } else { beside })?;
    let (held_minor, lots_minor): (i64, i64) = (held.iter().map(|(_, minor)| minor).sum(), lots.iter().map(|(_, minor)| minor).sum());
    let (nets, tax, _) = Sides::of([&charge]).side(1);
    let posting = Posting::new("billing.draw", format!("billing.draw:{}", charge.id), "billing.charge", &charge.id)
        .id("customer", &charge.customer)
        .id("bill", &charge.id)
        .id("period", period.to_string())
        .id("subject", &subscription.subject)
        .amount("total", charge.money.total)
        .amount("held", held_minor)
        .parts("lots", value::some(lots.clone(), "none"))
        .amount("open", open)
        .parts("nets", value::some(nets, value::PLATFORM))
        .amount("tax", tax);
    let book = A::book(tx)?;
    charge.posting = value::post(tx, &book, who, posting)?.id;
    charge.drawn_minor = held_minor + lots_minor;
    for (lot, minor) in held {
        sql_wallet::held_add(tx, &subscription.subject, &lot, -minor)?;
    }
    wallet::take(tx, &lots)?;
    sql::charge_insert(tx, &charge)?;
    let (customer, drawn_minor) = (charge.customer.clone(), charge.drawn_minor);
    tx.tell(who, &UsageDrawn { charge: charge.id, customer, drawn_minor, open_minor: open })?;
    Ok(())
}

/// What was set aside by lot, lots by their id, and what is short.
type Paid = (Vec<(Id, i64)>, Vec<(String, i64)>, i64);

/// `beside`: what of it was not admitted before.
fn parts(tx: &Tx, subscription: &Subscription, total: i64, beside: i64) -> Result<Paid, Fault> {
    let beside = beside.clamp(0, total);
    let (mut calls, mut held) = (total - beside, Vec::new());
    for (lot, minor) in sql_wallet::held(tx, &subscription.subject)? {
        let part = minor.min(calls);
        if part > 0 {
            held.push((lot, part));
            calls -= part;
        }
    }
    let rest = calls + beside;
    let today = tx.now().day();
    let drawn = rating::draw(&serving(&sql_wallet::lots(tx, &subscription.customer)?, &subscription.subject, today), rest, today);
    Ok((held, drawn.parts, drawn.open_minor))
}

fn give_back<A: Asks>(tx: &mut Tx, who: &Acting, mut charge: Charge) -> Result<(), Fault> {
    let back = -charge.money.total;
    charge.drawn_minor = charge.money.total;
    if charge.money != crate::due::Money::default() {
        let posting = value::invoice(&charge.customer, &charge.id, charge.period, std::slice::from_ref(&charge), None);
        let book = A::book(tx)?;
        charge.posting = value::post(tx, &book, who, posting)?.id;
    }
    let (customer, id) = (charge.customer.clone(), charge.id.clone());
    sql::charge_insert(tx, &charge)?;
    if back > 0 {
        wallet::refund::<A>(tx, who, &customer, &id, back)?;
    }
    tx.tell(who, &UsageDrawn { charge: id, customer, drawn_minor: -back, open_minor: 0 })?;
    Ok(())
}

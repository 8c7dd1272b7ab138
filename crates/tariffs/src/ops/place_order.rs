//! A quote is ordered, and an order taken back; each by whose quote it is. Tells `OrderPlaced` or `OrderWithdrawn`.
//!
//! Invariant: a quote is ordered once, and only while the version that it was made by holds; no money moves.

use rating::Book;
use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::quote::Order;
use crate::refusal::OrderRefusal;
use crate::sql;
use crate::told::{OrderPlaced, OrderWithdrawn};

/// Orders a quote of one's own.
pub fn place_order(tx: &mut Tx, who: &Acting, book: &Book, quote: &Id) -> Outcome<Order, OrderRefusal> {
    let quote = sql::quote(tx, quote)?.filter(|quote| quote.person == who.person).ok_or(Failure::Absent)?;
    let now = tx.now();
    let version = &quote.quoted.version;
    if book.key() != quote.quoted.book || book.on(now.day()).is_none_or(|today| today.key != *version) {
        return Err(OrderRefusal::Outdated { version: version.clone() }.into());
    }
    if sql::order_of(tx, &quote.id)?.is_some() {
        return Err(OrderRefusal::Ordered.into());
    }
    let order = Order {
        id: tx.id("tord"),
        quote: quote.id.clone(),
        person: who.person.clone(),
        book: quote.quoted.book,
        placed_on: now.day(),
        placed_at: now,
        withdrawn_on: None,
    };
    sql::order_insert(tx, &order)?;
    tx.tell(who, &OrderPlaced { order: order.id.clone(), quote: quote.id, book: order.book.clone() })?;
    Ok(order)
}

/// Takes an order of one's own back.
pub fn withdraw_order(tx: &mut Tx, who: &Acting, order: &Id) -> Outcome<Order, OrderRefusal> {
    let mut order = sql::order(tx, order)?.filter(|order| order.person == who.person).ok_or(Failure::Absent)?;
    if order.withdrawn_on.is_some() {
        return Err(OrderRefusal::Withdrawn.into());
    }
    order.withdrawn_on = Some(tx.now().day());
    sql::order_write(tx, &order)?;
    tx.tell(who, &OrderWithdrawn { order: order.id.clone(), book: order.book.clone() })?;
    Ok(order)
}

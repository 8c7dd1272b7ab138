//! A subscription is billed from an hour on, and no longer from another. Called by reactions, so it may be repeated.
//!
//! Tells `SubscriptionOpened`, `SubscriptionEnded`. Invariant: an hour of a meter of a subject belongs to one subscription.

use store::Tx;
use words::{Acting, Failure, Id, Instant, Outcome};

use super::sweep;
use crate::asks::Asks;
use crate::refusal::SubscriptionRefusal;
use crate::sql;
use crate::subscription::{Opening, PaidBy, Subscription, Unfit, fit, hour_after, hour_of, priced_as};
use crate::told::{SubscriptionEnded, SubscriptionOpened};

/// Opens a subscription. Asked again with the same id, gives the subscription of then.
pub fn open_subscription<A: Asks>(tx: &mut Tx, who: &Acting, opening: &Opening) -> Outcome<Subscription, SubscriptionRefusal> {
    if let Some(there) = sql::subscription(tx, &opening.id)? {
        return Ok(there);
    }
    check_book(&*A::books(tx)?, opening)?;
    let mut from = hour_of(opening.from);
    for other in sql::of_subject(tx, &opening.subject)? {
        if !other.meets(&opening.meters, from) {
            continue;
        }
        // What ended within this hour keeps it; the new one begins with the next.
        match other.end {
            Some(end) if end <= hour_after(opening.from) => from = from.max(end),
            _ => return Err(SubscriptionRefusal::Overlap { other: other.id.to_string() }.into()),
        }
    }
    let subscription = Subscription {
        id: opening.id.clone(),
        customer: opening.customer.clone(),
        subject: opening.subject.clone(),
        meters: opening.meters.clone(),
        book: opening.book.clone(),
        plan: opening.plan.clone(),
        billing: opening.billing,
        payee: opening.payee.as_ref().map(|payee| payee.party.clone()),
        discount: opening.discount,
        from,
        end: None,
    };
    sql::subscription_insert(tx, &subscription)?;
    sweep::wake(tx, false)?;
    let (id, customer, subject) = (subscription.id.clone(), subscription.customer.clone(), subscription.subject.clone());
    tx.tell(who, &SubscriptionOpened { subscription: id, customer, subject })?;
    Ok(subscription)
}

fn check_book(books: &rating::Books, opening: &Opening) -> Result<(), SubscriptionRefusal> {
    if opening.meters.is_empty() {
        return Err(SubscriptionRefusal::NoMeters);
    }
    if opening.billing == PaidBy::Free {
        return Ok(());
    }
    let book = books.get(&opening.book).ok_or_else(|| SubscriptionRefusal::Book { book: opening.book.clone() })?;
    let mut entries = book.versions().iter().flat_map(|version| &version.entries);
    if let Some(plan) = &opening.plan
        && !entries.any(|entry| entry.plan.as_ref() == Some(plan))
    {
        return Err(SubscriptionRefusal::Plan { plan: plan.clone() });
    }
    let priced = |meter: &&String| book.versions().iter().any(|version| version.entries.iter().any(|entry| entry.meter == priced_as(book, meter)));
    if let Some(meter) = opening.meters.iter().find(|meter| !priced(meter)) {
        return Err(SubscriptionRefusal::Meter { meter: meter.clone() });
    }
    match fit(book, &opening.meters, opening.billing) {
        Ok(()) => Ok(()),
        Err(Unfit::EachUse) => Err(SubscriptionRefusal::EachUse),
        Err(Unfit::NotBounded) => Err(SubscriptionRefusal::NotBounded),
    }
}

/// Ends a subscription with the hour of a moment. Ended already, nothing happens.
pub fn end_subscription(tx: &mut Tx, who: &Acting, id: &Id, at: Instant) -> Outcome<Subscription, SubscriptionRefusal> {
    let mut subscription = sql::subscription(tx, id)?.ok_or(Failure::Absent)?;
    if subscription.end.is_some() {
        return Ok(subscription);
    }
    let end = hour_after(at).max(subscription.from);
    subscription.end = Some(end);
    sql::subscription_end(tx, id, end)?;
    tx.tell(who, &SubscriptionEnded { subscription: id.clone() })?;
    Ok(subscription)
}

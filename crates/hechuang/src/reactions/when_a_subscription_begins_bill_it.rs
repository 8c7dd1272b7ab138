//! A subscription is in force, or its terms are others: from then on what is used is billed by them. Each stretch with one set of terms is a billing subscription
//! of its own, so an hour belongs to one of them.

use billing::{Discount, Opening, PaidBy, Payee};
use capabilities::told::{SubscriptionBegan, SubscriptionChanged, SubscriptionTerms};
use rating::Percent;
use store::{Event, Tell, Tx};
use words::{Acting, Day, Failure, Fault, Id};

use super::billed_as;
use crate::ground::Ground;

pub(super) const KINDS: [&str; 2] = [SubscriptionBegan::KIND, SubscriptionChanged::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let (subscription, terms) = match event.kind.as_str() {
        SubscriptionBegan::KIND => event.data::<SubscriptionBegan>().map(|told| (told.subscription, told.terms))?,
        _ => event.data::<SubscriptionChanged>().map(|told| (told.subscription, told.terms))?,
    };
    let who = Acting::system("reaction");
    if terms.revision > 1 {
        let before = billed_as(&subscription, terms.revision - 1);
        // Not there yet? Then this comes again when it is.
        billing::end_subscription(tx, &who, &before, terms.since).map_err(Failure::into_fault)?;
    }
    let opening = opening(tx, &subscription, terms)?;
    billing::open_subscription::<Ground>(tx, &who, &opening).map(drop).map_err(Failure::into_fault)
}

fn opening(tx: &Tx, subscription: &Id, terms: SubscriptionTerms) -> Result<Opening, Fault> {
    let paid_by = PaidBy::parse(&terms.billing).ok_or_else(|| Fault::new(format!("a plan that is paid by {}", terms.billing)))?;
    let books = <Ground as billing::Asks>::books(tx)?;
    // A book has prices of its own for some plans; the others pay what everybody pays.
    let own = |book: &rating::Book| book.versions().iter().any(|version| version.entries.iter().any(|entry| entry.plan.as_ref() == Some(&terms.plan)));
    let plan = books.get(&terms.book).filter(|book| own(book)).map(|_| terms.plan.clone());
    let off = Percent::from_millionths((100 - terms.pay_percent.clamp(0, 100)) * Percent::WHOLE / 100);
    // Without a last day it holds until it is told otherwise.
    let until = terms.discount_until.or(Day::parse("9999-12-31").ok());
    let discount = off.filter(|off| off.millionths() > 0).zip(until).map(|(percent, until)| Discount { percent, until });
    Ok(Opening {
        id: billed_as(subscription, terms.revision),
        customer: terms.customer,
        subject: terms.app.to_string(),
        meters: vec![format!("{}.calls", terms.slug)],
        book: terms.book,
        plan,
        billing: paid_by,
        payee: Some(Payee { party: terms.owner }).filter(|_| !terms.builtin),
        discount,
        from: terms.since,
    })
}

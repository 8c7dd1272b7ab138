//! What a subscription owes in a month and was not charged yet: read, rated, and less what was charged. Reads only.
//!
//! Invariant: asked again after it was charged, it is nothing; a month of use before is a correction of its own.

use std::sync::Arc;

use rating::Books;
use store::Read;
use words::{Fault, Refusal};

use crate::asks::{Asks, Sum, Terms, Used};
use crate::charge::{Trouble, charged};
use crate::due::{Charged, Detail, Draft, Money, due};
use crate::month::Month;
use crate::sql;
use crate::subscription::{PaidBy, Subscription};

/// What rating looks up once.
pub(crate) struct Prices {
    pub books: Arc<Books>,
    pub terms: Terms,
}

impl Prices {
    pub(crate) fn of<A: Asks>(read: &Read) -> Result<Self, Fault> {
        Ok(Self { books: A::books(read)?, terms: A::terms(read)? })
    }
}

/// What was not charged yet, by month of use, and what could not be.
#[derive(Debug, Default)]
pub(crate) struct Owed {
    pub drafts: Vec<(Month, Draft)>,
    pub troubles: Vec<Trouble>,
}

/// Everything that a subscription owes up to and with a month of use. `closed`: these months are over.
pub(crate) fn owed<A: Asks>(read: &Read, prices: &Prices, subscription: &Subscription, month: Month, closed: bool) -> Result<Owed, Fault> {
    let first = month.back(prices.terms.late_months);
    let charges = sql::charges_since(read, &subscription.id, first)?;
    let mut owed = Owed::default();
    let mut source = first;
    while source <= month {
        if let Some((from, to)) = subscription.span(source) {
            let used = A::used(read, &subscription.subject, from, to)?;
            let before = charged(&charges, source).ok_or_else(|| Fault::new(format!("charges of {} do not sum", subscription.id)))?;
            one(&mut owed, prices, subscription, source, &used, &before, closed || source < month);
        }
        source = source.next();
    }
    Ok(owed)
}

fn one(owed: &mut Owed, prices: &Prices, subscription: &Subscription, source: Month, used: &[Used], before: &Charged, closed: bool) {
    if subscription.billing == PaidBy::Free {
        let sum = used_by(subscription, used).less(before.sum);
        if sum != Sum::default() {
            owed.drafts.push((source, Draft { detail: Detail::default(), money: Money::default(), sum }));
        }
        return;
    }
    let trouble = |code: &str, sum| Trouble { subscription: subscription.id.clone(), source, code: code.to_owned(), sum };
    let Some(book) = prices.books.get(&subscription.book) else {
        owed.troubles.push(trouble("billing-book-unknown", used_by(subscription, used)));
        return;
    };
    let rated = due(book, subscription, source, used, closed).and_then(|due| due.less(before).map(|draft| (draft, due.unpriced)));
    match rated {
        Ok((draft, unpriced)) => {
            owed.troubles.extend(unpriced.into_iter().map(|(code, sum)| trouble(&code, sum)));
            owed.drafts.extend(draft.map(|draft| (source, draft)));
        }
        Err(refusal) => owed.troubles.push(trouble(refusal.code(), used_by(subscription, used))),
    }
}

/// What a subscription counts of what its subject used.
pub(crate) fn used_by(subscription: &Subscription, used: &[Used]) -> Sum {
    let mine = used.iter().filter(|row| subscription.covers(&row.meter));
    mine.fold(Sum::default(), |sum, row| sum.plus(Sum { count: row.billable, units: row.units }))
}

//! A subscription is in force, or its terms are others: from then on what is used is billed by them. Each stretch with one set of terms is a billing subscription
//! of its own, so an hour belongs to one of them.

use billing::{Discount, Opening, PaidBy, Payee};
use capabilities::told::{SubscriptionBegan, SubscriptionChanged};
use rating::Percent;
use store::{Event, Tell, Tx};
use words::{Acting, Day, Failure, Fault, Id, Instant};

use super::billed_as;
use crate::ground::Ground;

pub(super) const KINDS: [&str; 2] = [SubscriptionBegan::KIND, SubscriptionChanged::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let terms = match event.kind.as_str() {
        SubscriptionBegan::KIND => Terms::began(event.data()?),
        _ => Terms::changed(event.data()?),
    };
    let who = Acting::system("reaction");
    if terms.revision > 1 {
        let before = billed_as(&terms.subscription, terms.revision - 1);
        // Not there yet? Then this comes again when it is.
        billing::end_subscription(tx, &who, &before, terms.since).map_err(Failure::into_fault)?;
    }
    let opening = terms.opening(tx)?;
    billing::open_subscription::<Ground>(tx, &who, &opening).map(drop).map_err(Failure::into_fault)
}

/// What both events say.
struct Terms {
    subscription: Id,
    revision: i64,
    since: Instant,
    app: Id,
    slug: String,
    owner: Id,
    builtin: bool,
    customer: Id,
    plan: String,
    billing: String,
    book: String,
    pay_percent: i64,
    discount_until: Option<Day>,
}

macro_rules! terms {
    ($told:expr) => {{
        let told = $told;
        Terms {
            subscription: told.subscription,
            revision: told.revision,
            since: told.since,
            app: told.app,
            slug: told.slug,
            owner: told.owner,
            builtin: told.builtin,
            customer: told.customer,
            plan: told.plan,
            billing: told.billing,
            book: told.book,
            pay_percent: told.pay_percent,
            discount_until: told.discount_until,
        }
    }};
}

impl Terms {
    fn began(told: SubscriptionBegan) -> Self {
        terms!(told)
    }

    fn changed(told: SubscriptionChanged) -> Self {
        terms!(told)
    }

    fn opening(self, tx: &Tx) -> Result<Opening, Fault> {
        let paid_by = PaidBy::parse(&self.billing).ok_or_else(|| Fault::new(format!("a plan that is paid by {}", self.billing)))?;
        let books = <Ground as billing::Asks>::books(tx)?;
        // A book has prices of its own for some plans; the others pay what everybody pays.
        let own = |book: &rating::Book| book.versions().iter().any(|version| version.entries.iter().any(|entry| entry.plan.as_ref() == Some(&self.plan)));
        let plan = books.get(&self.book).filter(|book| own(book)).map(|_| self.plan.clone());
        let off = Percent::from_millionths((100 - self.pay_percent.clamp(0, 100)) * Percent::WHOLE / 100);
        // Without a last day it holds until it is told otherwise.
        let until = self.discount_until.or(Day::parse("9999-12-31").ok());
        let discount = off.filter(|off| off.millionths() > 0).zip(until).map(|(percent, until)| Discount { percent, until });
        Ok(Opening {
            id: billed_as(&self.subscription, self.revision),
            customer: self.customer,
            subject: self.app.to_string(),
            meters: vec![format!("{}.calls", self.slug)],
            book: self.book,
            plan,
            billing: paid_by,
            payee: Some(Payee { party: self.owner }).filter(|_| !self.builtin),
            discount,
            from: self.since,
        })
    }
}

//! A customer was suspended or has paid, a spending limit was set, a wallet has money again: the gateways look at the apps that this concerns.

use billing::told::{BudgetSet, CustomerResumed, CustomerSuspended, LotMade};
use store::{Event, Tell, Tx};
use words::{Fault, Id};

pub(super) const KINDS: [&str; 4] = [CustomerSuspended::KIND, CustomerResumed::KIND, BudgetSet::KIND, LotMade::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let subjects = match event.kind.as_str() {
        CustomerSuspended::KIND => event.data::<CustomerSuspended>()?.subjects,
        CustomerResumed::KIND => event.data::<CustomerResumed>()?.subjects,
        BudgetSet::KIND => vec![event.data::<BudgetSet>()?.subject],
        _ => billing::subjects_of(tx, &event.data::<LotMade>()?.customer)?,
    };
    subjects.into_iter().try_for_each(|subject| capabilities::note_app(tx, &Id::fixed(subject)))
}

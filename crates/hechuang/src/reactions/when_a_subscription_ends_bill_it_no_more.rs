//! A subscription is over: what is used after its hour is not billed by it.

use capabilities::told::SubscriptionEnded;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use super::billed_as;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let ended: SubscriptionEnded = event.data()?;
    let id = billed_as(&ended.subscription, ended.revision);
    // Not there yet? Then this comes again when it is.
    billing::end_subscription(tx, &Acting::system("reaction"), &id, ended.at).map(drop).map_err(Failure::into_fault)
}

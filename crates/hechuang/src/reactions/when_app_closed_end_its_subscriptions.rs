//! An app was closed: what it subscribed is over, and whoever owns those capabilities hears of it.

use capabilities::told::AppClosed;
use store::{Event, Tx};
use words::{Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let closed: AppClosed = event.data()?;
    capabilities::end_subscriptions_of::<Ground>(tx, &closed.app).map_err(Failure::into_fault)
}

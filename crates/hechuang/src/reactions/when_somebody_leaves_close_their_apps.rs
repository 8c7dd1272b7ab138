//! Somebody left: their apps are closed and the keys dead; nobody calls in the name of a person who is gone.

use identity::told::PersonLeft;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let left: PersonLeft = event.data()?;
    capabilities::close_apps_of(tx, &Acting::system("reaction"), &left.person).map_err(Failure::into_fault)
}

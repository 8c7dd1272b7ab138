//! Somebody left: their apps are closed, the keys dead, and their callbacks taken away; nobody calls, and nobody is called, in the name of a person who is gone.

use identity::told::PersonLeft;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let left: PersonLeft = event.data()?;
    let system = Acting::system("reaction");
    capabilities::close_apps_of(tx, &system, &left.person).map_err(Failure::into_fault)?;
    callbacks::remove_endpoints_of(tx, &system, &left.person).map_err(Failure::into_fault)
}

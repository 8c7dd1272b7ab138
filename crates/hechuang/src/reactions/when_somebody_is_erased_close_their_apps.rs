//! Somebody was erased who had not left: their apps are closed, and what was recorded of calls goes with them; their callbacks are taken away.

use identity::told::PersonErased;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let erased: PersonErased = event.data()?;
    let system = Acting::system("reaction");
    capabilities::close_apps_of(tx, &system, &erased.person).map_err(Failure::into_fault)?;
    callbacks::remove_endpoints_of(tx, &system, &erased.person).map_err(Failure::into_fault)
}

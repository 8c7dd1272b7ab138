//! The case of a capability's version moved: the version follows, and with it what gateways answer.

use capabilities::VersionState;
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "capability.version" {
        return Ok(());
    }
    // Whoever waits to go live is still in the sandbox.
    let state = if moved.to == "release" { "sandbox" } else { &moved.to };
    let state = VersionState::parse(state).ok_or_else(|| Fault::new(format!("a version cannot be {}", moved.to)))?;
    capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &moved.case, state).map(drop).map_err(Failure::into_fault)
}

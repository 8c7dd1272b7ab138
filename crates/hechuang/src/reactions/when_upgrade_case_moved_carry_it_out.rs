//! The case of an upgrade comes to its end: the upgrade is granted, declined or taken back.

use programme::told::CaseMoved;
use store::{Event, Tx};
use tariffs::UpgradeState;
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "line.upgrade" {
        return Ok(());
    }
    let Some(state) = UpgradeState::parse(&moved.to).filter(|state| *state != UpgradeState::Applied) else { return Ok(()) };
    tariffs::decide_upgrade(tx, &Acting::system("reaction"), &moved.case, state, &moved.reason).map(drop).map_err(Failure::into_fault)
}

//! Another pack is in force, or a change of it: its plans may be others, so the gateways look at them again; metering keeps its terms.

use store::{Event, Tx};
use words::Fault;

/// What changes the pack in force.
pub(super) const KINDS: [&str; 2] = ["packs.pack_installed", "packs.change_confirmed"];

pub(super) fn run(tx: &mut Tx, _: &Event) -> Result<(), Fault> {
    metering::set_terms(tx, &crate::data_plane::metering_terms(tx)?)?;
    capabilities::note_plans(tx)
}

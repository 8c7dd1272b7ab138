//! A reusable component was withdrawn: requests for it that were not put to use yet lapse, and whoever made them is told.

use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != portal::COMPONENT || moved.to != "withdrawn" {
        return Ok(());
    }
    portal::lapse_requests(tx, &Acting::system("reaction"), &moved.case, &moved.reason)
}

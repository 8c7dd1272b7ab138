//! A project moved: what it pays for capabilities depends on how long it is in incubation, and whether it still is.

use programme::told::CaseMoved;
use store::{Event, Tx};
use words::Fault;

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "incubation.self" {
        return Ok(());
    }
    capabilities::refresh_discounts::<Ground>(tx, &moved.case)
}

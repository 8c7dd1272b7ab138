//! Another pays for an app: the budget of whoever paid before no longer holds.

use capabilities::told::PayerChosen;
use store::{Event, Tx};
use words::{Acting, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let chosen: PayerChosen = event.data()?;
    billing::drop_budget(tx, &Acting::system("reaction"), chosen.app.as_str())
}

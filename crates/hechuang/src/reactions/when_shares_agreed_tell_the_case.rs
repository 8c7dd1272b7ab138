//! Everybody agreed to their share of an award: its case learns that the shares sum to the whole.

use awards::told::SharesAgreed;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let agreed: SharesAgreed = event.data()?;
    let points = awards::agreed_shares(tx, &agreed.award).map_err(Failure::into_fault)?;
    let whole = if points == awards::WHOLE { "1" } else { "0" };
    let case = programme::case(tx, &agreed.award).map_err(Failure::into_fault)?;
    programme::set_fact_system(tx, &Acting::system("reaction"), &case, "shares", None, whole.into(), "agreed by each member").map_err(Failure::into_fault)
}

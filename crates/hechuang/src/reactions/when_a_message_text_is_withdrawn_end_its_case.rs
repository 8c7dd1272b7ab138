//! The owner of a template or signature took it back: its case ends, and nobody has to review it any more.

use messages::told::TextWithdrawn;
use programme::MoveRefusal;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let withdrawn: TextWithdrawn = event.data()?;
    let case = match withdrawn.case {
        Some(case) => Some(case),
        None => messages::text(tx, &withdrawn.text)?.and_then(|text| text.case),
    };
    let Some(case) = case else { return Ok(()) };
    match programme::move_for(tx, &Acting::system("reaction"), &case, "take_back", "") {
        Ok(_) | Err(Failure::Refused(MoveRefusal::WrongState { .. })) => Ok(()),
        Err(other) => Err(other.into_fault()),
    }
}

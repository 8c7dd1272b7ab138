//! The reviewer declines; the next in the order of the draw is invited. Tells: `AssignmentDeclined`, `ReplacementDrawn`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Tx;
use words::{Acting, Id, Outcome};

use super::own_open;
use super::seating::{seat_of, vacate};
use crate::refusals::SeatRefusal;
use crate::seat::SeatState;
use crate::told::{AssignmentDeclined, Of};

/// Why; a word and not a text, so no private circumstances are kept. Conflicts are declared, not declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// No time until the due date.
    Busy,
    /// Not their field.
    OutOfField,
    /// Something else.
    Other,
}

impl DeclineReason {
    fn name(self) -> &'static str {
        match self {
            DeclineReason::Busy => "busy",
            DeclineReason::OutOfField => "out_of_field",
            DeclineReason::Other => "other",
        }
    }
}

/// Declines, also after having accepted, as long as nothing is signed.
pub fn decline_assignment(tx: &mut Tx, who: &Acting, id: &Id, reason: DeclineReason) -> Outcome<(), SeatRefusal> {
    let (mut round, seat) = own_open(tx, who, id)?;
    tx.tell(who, &AssignmentDeclined { of: Of::round(&round), seat: seat_of(&seat), reason: reason.name().into() })?;
    vacate(tx, who, &mut round, &seat, SeatState::Declined, reason.name())?;
    Ok(())
}

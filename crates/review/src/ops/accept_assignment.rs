//! The reviewer accepts. Tells: `AssignmentAccepted`. Nothing may be read yet.

use store::Tx;
use words::{Acting, Id, Outcome};

use super::own_open;
use super::seating::seat_of;
use crate::refusals::SeatRefusal;
use crate::seat::SeatState;
use crate::sql_seats;
use crate::told::{AssignmentAccepted, Of};

/// Accepts the invitation.
pub fn accept_assignment(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<(), SeatRefusal> {
    let (round, seat) = own_open(tx, who, id)?;
    if seat.state != SeatState::Invited {
        return Err(SeatRefusal::NotInState { state: seat.state.name() }.into());
    }
    sql_seats::seat_accept(tx, id)?;
    tx.tell(who, &AssignmentAccepted { of: Of::round(&round), seat: seat_of(&seat) })?;
    Ok(())
}

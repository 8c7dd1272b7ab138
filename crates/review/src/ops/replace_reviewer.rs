//! The office takes back a seat whose holder stays silent; the next in the order is invited. Tells: `SeatLapsed`, `ReplacementDrawn`.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use super::managed;
use super::seating::{seat_of, vacate};
use crate::refusals::RoundRefusal;
use crate::round::RoundState;
use crate::seat::SeatState;
use crate::sql_seats;
use crate::told::{Of, SeatLapsed};

/// Replaces a reviewer who has not signed. Whoever signed can only be recused.
pub fn replace_reviewer(tx: &mut Tx, who: &Acting, assignment: &Id, reason: &str) -> Outcome<(), RoundRefusal> {
    let seat = sql_seats::seat(tx, assignment)?.ok_or(Failure::Absent)?;
    let mut round = managed(tx, who, &seat.round)?;
    if round.state != RoundState::Reviewing || !seat.state.open() {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    let reason = crate::seat::reason_of(reason).map_err(|_| RoundRefusal::ReasonMissing)?;
    tx.tell(who, &SeatLapsed { of: Of::round(&round), seat: seat_of(&seat), reason: reason.clone() })?;
    vacate(tx, who, &mut round, &seat, SeatState::Lapsed, &reason)?;
    Ok(())
}

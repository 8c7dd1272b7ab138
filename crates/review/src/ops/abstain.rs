//! Abstaining with a reason. In a vote it counts for the quorum and is not cast; where scores are wanted the next in the order is invited.
//!
//! Tells: `ReviewerAbstained`.

use store::Tx;
use words::{Acting, Id, Outcome};

use super::own_open;
use super::seating::{seat_of, vacate};
use super::sign_review::ready;
use crate::aggregate::Aggregate;
use crate::refusals::SeatRefusal;
use crate::seat::{SeatState, reason_of};
use crate::sql_seats;
use crate::told::{Of, ReviewerAbstained};

/// Abstains; like a signature it needs a fresh proof.
pub fn abstain(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<(), SeatRefusal> {
    let (mut round, seat) = own_open(tx, who, id)?;
    if seat.state != SeatState::Declared {
        return Err(SeatRefusal::NotDeclared.into());
    }
    let reason = reason_of(reason)?;
    if !who.proved_recently(tx.now()) {
        return Err(SeatRefusal::NotProved.into());
    }
    sql_seats::seat_abstain(tx, id, &reason)?;
    if round.terms.aggregate != Aggregate::Votes {
        vacate(tx, who, &mut round, &seat, SeatState::StoodAside, "abstained")?;
    }
    let ready = ready(tx, &round)?;
    tx.tell(who, &ReviewerAbstained { of: Of::round(&round), seat: seat_of(&seat), ready })?;
    Ok(())
}

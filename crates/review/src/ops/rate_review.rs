//! The office rates the quality of a signed review, 1 to 5; it goes into the reviewer's record. Tells: `ReviewRated`.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use super::managed;
use super::seating::seat_of;
use crate::refusals::RoundRefusal;
use crate::sql_seats;
use crate::told::{Of, ReviewRated};

/// Rates; a later rating takes the place of an earlier one.
pub fn rate_review(tx: &mut Tx, who: &Acting, assignment: &Id, quality: i64) -> Outcome<(), RoundRefusal> {
    let seat = sql_seats::seat(tx, assignment)?.ok_or(Failure::Absent)?;
    let round = managed(tx, who, &seat.round)?;
    if !round.state.counted() || !seat.state.counts() {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    if !(1..=5).contains(&quality) {
        return Err(RoundRefusal::RatingOffScale.into());
    }
    sql_seats::seat_rate(tx, assignment, quality)?;
    tx.tell(who, &ReviewRated { of: Of::round(&round), seat: seat_of(&seat), quality })?;
    Ok(())
}

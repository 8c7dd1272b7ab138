//! Calling a round off, as when the subject is withdrawn. Tells: `RoundCancelled`; open seats lapse, reviews stay on record.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusals::RoundRefusal;
use crate::round::RoundState;
use crate::seat::SeatState;
use crate::told::{Of, RoundCancelled};
use crate::{sql, sql_seats};

/// Calls it off. The caller answers for the right: it is the effect of a move.
pub fn cancel_round(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<(), RoundRefusal> {
    let mut round = sql::round(tx, id)?.ok_or(Failure::Absent)?;
    if !round.state.open() {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    let reason = crate::seat::reason_of(reason).map_err(|_| RoundRefusal::ReasonMissing)?;
    let mut persons = Vec::new();
    for seat in sql_seats::seats(tx, id)?.into_iter().filter(|seat| seat.state.open()) {
        sql_seats::seat_end(tx, &seat.id, SeatState::Lapsed, "round_cancelled")?;
        persons.push(seat.person);
    }
    round.state = RoundState::Cancelled;
    sql::round_put(tx, &round, Some(&reason))?;
    tx.cancel_job("review.due", id.as_str())?;
    tx.tell(who, &RoundCancelled { of: Of::round(&round), reason, persons })?;
    Ok(())
}

//! A signed member writes why they dissent, also after the count and before the decision. Who dissents without writing is taken to agree (实施条例 §41).
//!
//! Tells: `DissentWritten`.

use store::Tx;
use words::{Acting, Id, Outcome};

use super::own;
use super::seating::seat_of;
use crate::refusals::SeatRefusal;
use crate::round::RoundState;
use crate::seat::{SeatState, reason_of};
use crate::told::{DissentWritten, Of};
use crate::{sql, sql_seats};

/// Writes the dissent; in a counted round it enters the result, whose numbers stay.
pub fn write_dissent(tx: &mut Tx, who: &Acting, id: &Id, text: &str) -> Outcome<(), SeatRefusal> {
    let (mut round, seat) = own(tx, who, id)?;
    if !matches!(round.state, RoundState::Reviewing | RoundState::Closed) {
        return Err(SeatRefusal::RoundNotOpen { state: round.state.name() }.into());
    }
    if seat.state != SeatState::Signed {
        return Err(SeatRefusal::NotInState { state: seat.state.name() }.into());
    }
    let text = reason_of(text)?;
    if !who.proved_recently(tx.now()) {
        return Err(SeatRefusal::NotProved.into());
    }
    sql_seats::seat_write(tx, id, seat.vote, Some(&text))?;
    if round.result.is_some() {
        let mut dissents: Vec<String> =
            sql_seats::seats(tx, &round.id)?.into_iter().filter(|s| s.state == SeatState::Signed).filter_map(|s| s.dissent).collect();
        dissents.sort_unstable();
        if let Some(result) = &mut round.result {
            result.dissents = dissents;
        }
        sql::round_put(tx, &round, None)?;
    }
    tx.tell(who, &DissentWritten { of: Of::round(&round), seat: seat_of(&seat) })?;
    Ok(())
}

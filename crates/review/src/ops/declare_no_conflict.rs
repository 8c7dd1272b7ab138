//! The tick before reading: no conflict of interest. Tells: `NoConflictDeclared`.
//!
//! A nearness that is known with severity `declare` must be spoken to; the statement lies with the personal data of the reviewer.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use super::own_open;
use super::seating::seat_of;
use crate::pool::Severity;
use crate::refusals::SeatRefusal;
use crate::seat::{LONGEST_TEXT, SeatState};
use crate::told::{NoConflictDeclared, Of};
use crate::{sql, sql_seats};

/// Declares; from now on the reviewer may read and write.
pub fn declare_no_conflict(tx: &mut Tx, who: &Acting, id: &Id, statement: &str) -> Outcome<(), SeatRefusal> {
    let (round, seat) = own_open(tx, who, id)?;
    if seat.state != SeatState::Accepted {
        return Err(SeatRefusal::NotInState { state: seat.state.name() }.into());
    }
    let statement = statement.trim();
    let near = sql::conflicts_of(tx, &round.id, &seat.person)?.iter().any(|c| c.conflict.severity == Severity::Declare);
    if near && statement.is_empty() {
        return Err(SeatRefusal::StatementMissing.into());
    }
    if statement.chars().count() > LONGEST_TEXT {
        return Err(Failure::Refused(SeatRefusal::TextTooLong { field: "statement" }));
    }
    if !statement.is_empty() {
        tx.personal_put(&seat.person, &format!("review.statement.{id}"), statement)?;
    }
    sql_seats::seat_declare(tx, id)?;
    tx.tell(who, &NoConflictDeclared { of: Of::round(&round), seat: seat_of(&seat) })?;
    Ok(())
}

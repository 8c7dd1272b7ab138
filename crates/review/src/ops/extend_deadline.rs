//! The office moves the due date to a later one. Tells: `DueExtended`.

use store::Tx;
use words::{Acting, Fault, Id, Instant, Outcome};

use super::managed;
use super::seating::due_later;
use crate::refusals::RoundRefusal;
use crate::round::Round;
use crate::told::{DueExtended, Of};
use crate::{sql, sql_seats};

/// Moves the due date.
pub fn extend_deadline(tx: &mut Tx, who: &Acting, id: &Id, due_at: Instant) -> Outcome<(), RoundRefusal> {
    let mut round = managed(tx, who, id)?;
    if !round.state.open() {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    if due_at <= round.due_at || due_at <= tx.now() {
        return Err(RoundRefusal::NotLater.into());
    }
    extend(tx, who, &mut round, due_at, false)?;
    Ok(())
}

pub(super) fn extend(tx: &mut Tx, who: &Acting, round: &mut Round, due_at: Instant, by_panel: bool) -> Result<(), Fault> {
    round.due_at = due_at;
    round.extensions += 1;
    sql::round_put(tx, round, None)?;
    due_later(tx, round)?;
    let persons = sql_seats::seats(tx, &round.id)?.into_iter().filter(|seat| seat.state.open()).map(|seat| seat.person).collect();
    tx.tell(who, &DueExtended { of: Of::round(round), due_at, by_panel, persons }).map(drop)
}

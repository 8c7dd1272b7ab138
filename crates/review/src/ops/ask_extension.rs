//! A member asks for more time; when more than a third of the panel asks, the due date moves by itself (实施条例 §48).
//!
//! Tells: `DueExtended` when it moves.

use store::Tx;
use words::{Acting, Id, Outcome};

use super::extend_deadline::extend;
use super::own_open;
use super::seating::days_after;
use crate::refusals::SeatRefusal;
use crate::seat::extension_carried;
use crate::sql_seats;

/// Asks. Returns whether the due date moved.
pub fn ask_extension(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<bool, SeatRefusal> {
    let (mut round, seat) = own_open(tx, who, id)?;
    let wanted = round.extensions + 1;
    if seat.asks_extension == wanted {
        return Err(SeatRefusal::AskedAlready.into());
    }
    sql_seats::seat_asks(tx, id, wanted)?;
    let seats = sql_seats::seats(tx, &round.id)?;
    let asking = seats.iter().filter(|seat| seat.state.open() && seat.asks_extension == wanted).count() as i64;
    let carried = extension_carried(asking, round.terms.size);
    if carried {
        let due_at = days_after(round.due_at.max(tx.now()), round.terms.extension_days);
        extend(tx, who, &mut round, due_at, true)?;
    }
    Ok(carried)
}

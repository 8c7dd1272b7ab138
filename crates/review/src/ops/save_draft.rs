//! Saving a score sheet in parts, as autosave does. No event of its own: drafts are nobody else's business; the row hashes still go into the log.

use store::Tx;
use words::{Acting, Id, Outcome};

use super::own_open;
use crate::refusals::SeatRefusal;
use crate::round::Round;
use crate::seat::{Seat, SeatState, SheetDraft, check_sheet};
use crate::sql_seats;

/// Saves what is given and leaves the rest as it was.
pub fn save_draft(tx: &mut Tx, who: &Acting, id: &Id, sheet: &SheetDraft) -> Outcome<(), SeatRefusal> {
    let (round, mut seat) = own_open(tx, who, id)?;
    save(tx, &round, &mut seat, sheet)
}

pub(super) fn save(tx: &mut Tx, round: &Round, seat: &mut Seat, sheet: &SheetDraft) -> Outcome<(), SeatRefusal> {
    if seat.state != SeatState::Declared {
        return Err(SeatRefusal::NotDeclared.into());
    }
    check_sheet(&round.rubric, sheet)?;
    for (criterion, mark) in &sheet.marks {
        sql_seats::mark_put(tx, &seat.id, criterion, mark)?;
    }
    if sheet.vote.is_some() || sheet.dissent.is_some() {
        seat.vote = sheet.vote.or(seat.vote);
        if let Some(text) = &sheet.dissent {
            seat.dissent = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        sql_seats::seat_write(tx, &seat.id, seat.vote, seat.dissent.as_deref())?;
    }
    Ok(())
}

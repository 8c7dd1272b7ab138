//! The reviewer recuses, before reading or after signing: no one decides about it, what they wrote is void, the next in the order is invited.
//!
//! Tells: `ReviewerRecused`, `ReplacementDrawn`. After the count the round is open again (条例 §48); after the decision it is too late.

use store::Tx;
use words::{Acting, Id, Outcome};

use super::own;
use super::seating::{seat_of, vacate};
use crate::pool::{CandidateConflict, Conflict, Severity};
use crate::refusals::SeatRefusal;
use crate::round::{Round, RoundState};
use crate::seat::{Seat, SeatState, reason_of};
use crate::sql::{self, Recusal};
use crate::told::{Of, ReviewerRecused};

/// What the reviewer declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictDraft {
    /// The caller's word: `kinship`, `past_team` …
    pub kind: String,
    /// In their own words; kept with their personal data.
    pub reason: String,
}

/// Recuses.
pub fn declare_conflict(tx: &mut Tx, who: &Acting, id: &Id, draft: &ConflictDraft) -> Outcome<(), SeatRefusal> {
    let (mut round, seat) = own(tx, who, id)?;
    if matches!(round.state, RoundState::Decided | RoundState::Cancelled) {
        return Err(SeatRefusal::RoundNotOpen { state: round.state.name() }.into());
    }
    if !seat.state.sits() {
        return Err(SeatRefusal::NotInState { state: seat.state.name() }.into());
    }
    let reason = reason_of(&draft.reason)?;
    let now = tx.now();
    let recusal = Recusal {
        id: tx.id("rcs"),
        round: round.id.clone(),
        person: seat.person.clone(),
        asked_by: seat.person.clone(),
        asked_at: now,
        answer_by: now,
        state: "granted".into(),
        answer: None,
    };
    sql::recusal_insert(tx, &recusal)?;
    tx.personal_put(&seat.person, &format!("review.recusal.{}", recusal.id), &reason)?;
    recuse(tx, who, &mut round, &seat.person.clone(), Some(&seat), &draft.kind, &recusal.id)?;
    Ok(())
}

/// Blocks the person for this round and, if they sit, takes them off the seat.
pub(super) fn recuse(tx: &mut Tx, who: &Acting, round: &mut Round, person: &Id, seat: Option<&Seat>, kind: &str, recusal: &Id) -> Result<(), words::Fault> {
    let conflict = Conflict { kind: kind.to_owned(), severity: Severity::Block, reason: String::new(), source: recusal.to_string() };
    sql::candidate_put(tx, &round.id, 0, &CandidateConflict { person: person.clone(), conflict })?;
    let Some(seat) = seat.filter(|seat| seat.state.sits()) else { return Ok(()) };
    let vacated = vacate(tx, who, round, seat, SeatState::Recused, kind)?;
    let told = ReviewerRecused { of: Of::round(round), seat: seat_of(seat), voided: vacated.voided, reopened: vacated.reopened, recusal: recusal.clone() };
    tx.tell(who, &told).map(drop)
}

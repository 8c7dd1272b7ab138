//! Counting: quorum signed, no recusal open, and before the due date nobody still writing. What is unsigned lapses.
//!
//! Asks: the signed reviews. Tells: `RoundClosed`. The decision itself is the caller's, who says so with `mark_decided`.

use store::Tx;
use words::{Acting, Fault, Id, Outcome};

use super::managed;
use crate::aggregate::Ballot;
use crate::refusals::RoundRefusal;
use crate::result::{RoundResult, count, distance};
use crate::round::{Round, RoundState, blockers};
use crate::seat::{Seat, SeatState};
use crate::told::{Of, RoundClosed};
use crate::{sql, sql_seats};

/// Counts and closes.
pub fn close_round(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<RoundResult, RoundRefusal> {
    let mut round = managed(tx, who, id)?;
    if !round.state.open() {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    let seats = sql_seats::seats(tx, id)?;
    let pending = sql::recusals_pending(tx, std::slice::from_ref(id))?.into_values().sum();
    let blocked = blockers(&round, &seats, pending, tx.now());
    if !blocked.is_empty() {
        return Err(RoundRefusal::Blocked(blocked).into());
    }
    let counted = counted(tx, &seats)?;
    let ballots: Vec<Ballot> = counted.iter().map(|(_, ballot)| ballot.clone()).collect();
    let dissents = counted.iter().filter_map(|(seat, _)| seat.dissent.clone()).collect();
    let voided = seats.iter().filter(|seat| seat.state == SeatState::Recused && seat.signed_at.is_some()).count() as i64;
    let result = count(&round, &ballots, dissents, voided, tx.now());
    settle(tx, &round, &seats, &counted, &result)?;
    round.state = RoundState::Closed;
    round.closed_at = Some(tx.now());
    round.result = Some(result.clone());
    sql::round_put(tx, &round, None)?;
    tx.cancel_job("review.due", id.as_str())?;
    let t = &result.tally;
    let told =
        RoundClosed { of: Of::round(&round), passed: result.passed, score: t.score, signed: t.signed, votes_for: t.votes_for, votes_against: t.votes_against };
    tx.tell(who, &told)?;
    Ok(result)
}

fn counted<'a>(tx: &Tx, seats: &'a [Seat]) -> Result<Vec<(&'a Seat, Ballot)>, Fault> {
    let counting: Vec<&Seat> = seats.iter().filter(|seat| seat.state.counts()).collect();
    let ids: Vec<Id> = counting.iter().map(|seat| seat.id.clone()).collect();
    let sheets = sql_seats::sheets(tx, &ids)?;
    let none = Default::default();
    Ok(counting.into_iter().map(|seat| (seat, sql_seats::ballot(seat, sheets.get(&seat.id).unwrap_or(&none)))).collect())
}

/// Lapses what is unsigned, and notes how far each review lies from the result.
fn settle(tx: &mut Tx, round: &Round, seats: &[Seat], counted: &[(&Seat, Ballot)], result: &RoundResult) -> Result<(), Fault> {
    for seat in seats.iter().filter(|seat| seat.state.open()) {
        sql_seats::seat_end(tx, &seat.id, SeatState::Lapsed, "round_closed")?;
    }
    for (seat, ballot) in counted.iter().filter(|(seat, _)| seat.state == SeatState::Signed) {
        sql_seats::seat_distance(tx, &seat.id, distance(round, ballot, result))?;
    }
    Ok(())
}

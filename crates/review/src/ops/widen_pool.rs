//! Nobody is left to draw: the office adds persons, which is a freeze and a draw of their own.
//!
//! Tells: `ListFrozen` with the next number; the job draws the empty seats. Earlier lists and draws stay as they are.

use store::{Job, Tx};
use words::{Acting, Id, Outcome};

use super::freeze_round::{freeze, prepare};
use super::managed;
use super::seating::{Batch, Loads};
use crate::pool::{CandidateConflict, Pool};
use crate::refusals::RoundRefusal;
use crate::round::RoundState;
use crate::{sql, sql_seats};

/// Freezes a further list and lets it be drawn for the empty seats.
pub fn widen_pool(tx: &mut Tx, who: &Acting, id: &Id, pool: &Pool, conflicts: &[CandidateConflict]) -> Outcome<(), RoundRefusal> {
    let mut round = managed(tx, who, id)?;
    let sitting = sql_seats::seats(tx, id)?.iter().filter(|seat| seat.state.sits()).count() as i64;
    let empty = round.terms.size - sitting;
    if round.state != RoundState::Reviewing || empty < 1 {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    let freeze_no = sql::drawings(tx, id)?.last().map_or(0, |drawing| drawing.freeze_no) + 1;
    for conflict in conflicts {
        sql::candidate_put(tx, id, freeze_no, conflict)?;
    }
    sql::pool_keep(tx, pool)?;
    let drawing = prepare(tx, &round, freeze_no, pool, empty);
    freeze(tx, who, &round, drawing, pool, &mut Batch::with(Loads::all(tx)?))?;
    round.state = RoundState::Drawing;
    sql::round_put(tx, &round, None)?;
    tx.later(Job::new("review.draw", id.as_str()).body(&[id]))?;
    Ok(())
}

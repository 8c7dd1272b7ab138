//! Opening a round: checks the terms, keeps conflicts and pool, invites the appointed and freezes the list (or waits for observers).
//!
//! Asks: the caller's pool, conflicts and terms. Tells: `RoundOpened`, then `ListFrozen`, or `PanelDrawn` if everyone is appointed.

use store::{Job, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use super::freeze_round::{freeze, prepare};
use super::seating::{Batch, Loads, appointed_seat, due_later, seat_of};
use crate::pool::Pool;
use crate::refusals::RoundRefusal;
use crate::round::{Round, RoundDraft, RoundState, check};
use crate::seat::Seat;
use crate::told::{Of, PanelDrawn, RoundOpened};
use crate::{sql, sql_seats};

/// Rounds of one draw job: small enough for one closure.
const BATCH: usize = 40;

/// Opens one round.
pub fn open_round(tx: &mut Tx, who: &Acting, draft: &RoundDraft) -> Outcome<Round, RoundRefusal> {
    open_rounds(tx, who, std::slice::from_ref(draft))?.pop().ok_or_else(|| Fault::new("nothing opened").into())
}

/// Opens many rounds; loads are looked up once. Give at most some dozens a transaction.
pub fn open_rounds(tx: &mut Tx, who: &Acting, drafts: &[RoundDraft]) -> Outcome<Vec<Round>, RoundRefusal> {
    let now = tx.now();
    for draft in drafts {
        check(draft, now)?;
    }
    let mut batch = Batch::with(Loads::all(tx)?);
    let mut rounds = Vec::with_capacity(drafts.len());
    for draft in drafts {
        rounds.push(open(tx, who, draft, &mut batch)?);
    }
    let drawing: Vec<&Id> = rounds.iter().filter(|round| round.state == RoundState::Drawing).map(|round| &round.id).collect();
    for piece in drawing.chunks(BATCH) {
        tx.later(Job::new("review.draw", piece[0].as_str()).body(&piece))?;
    }
    Ok(rounds)
}

fn open(tx: &mut Tx, who: &Acting, draft: &RoundDraft, batch: &mut Batch) -> Result<Round, Failure<RoundRefusal>> {
    let (appointed, observers) = (once(&draft.appointed), once(&draft.observers));
    let drawn = draft.terms.size - appointed.len() as i64;
    let state = match (drawn, observers.is_empty()) {
        (0, _) => RoundState::Reviewing,
        (_, false) => RoundState::Gathering,
        _ => RoundState::Drawing,
    };
    let id = tx.id("rnd");
    let round = sql::round_insert(tx, &id, draft, state, &who.person)?;
    for conflict in &draft.conflicts {
        sql::candidate_put(tx, &id, 1, conflict)?;
    }
    let rubric = format!("{} {}", round.rubric.id, round.rubric.version);
    let (size, quorum) = (round.terms.size, round.terms.quorum);
    tx.tell(who, &RoundOpened { of: Of::round(&round), rubric, size, quorum, due_at: round.due_at, observers: observers.clone() })?;
    let seats = appoint(tx, &round, &appointed)?;
    due_later(tx, &round)?;
    if drawn == 0 {
        let seats = seats.iter().map(seat_of).collect();
        tx.tell(who, &PanelDrawn { of: Of::round(&round), freeze_no: 0, seed: String::new(), tickets: vec![], seats, due_at: round.due_at })?;
        return Ok(round);
    }
    prepare_draw(tx, who, &round, &draft.pool, &observers, drawn, batch)?;
    Ok(round)
}

fn appoint(tx: &mut Tx, round: &Round, persons: &[Id]) -> Result<Vec<Seat>, Fault> {
    let seats: Vec<Seat> = persons.iter().map(|person| appointed_seat(tx, round, person)).collect();
    for seat in &seats {
        sql_seats::seat_insert(tx, seat)?;
    }
    Ok(seats)
}

fn prepare_draw(tx: &mut Tx, who: &Acting, round: &Round, pool: &Pool, observers: &[Id], drawn: i64, batch: &mut Batch) -> Result<(), Failure<RoundRefusal>> {
    sql::pool_keep(tx, pool)?;
    let drawing = prepare(tx, round, 1, pool, drawn);
    if observers.is_empty() {
        freeze(tx, who, round, drawing, pool, batch)?;
        return Ok(());
    }
    for (place, observer) in observers.iter().enumerate() {
        sql::observer_insert(tx, &round.id, observer, place)?;
    }
    sql::drawing_put(tx, &drawing)?;
    Ok(())
}

/// Each person once, in the order given.
fn once(persons: &[Id]) -> Vec<Id> {
    let mut seen = std::collections::BTreeSet::new();
    persons.iter().filter(|person| seen.insert(*person)).cloned().collect()
}

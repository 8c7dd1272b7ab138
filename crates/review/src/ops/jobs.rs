//! Jobs of this crate: the draw that waits for a seal, due dates, requests for recusal that nobody answered.
//!
//! Invariant: each is idempotent by the state of what it looks at.

use store::{Job, JobKind, JobRun, Tx};
use words::{Acting, Fault, Id};

use super::draw_panel::draw_panels;
use crate::round::RoundState;
use crate::told::{Of, RecusalOverdue, ReviewsOverdue, SealAwaited};
use crate::{sql, sql_seats};

/// What the wiring registers.
pub const JOBS: &[JobKind] = &[
    JobKind { name: "review.draw", run: run_draw },
    JobKind { name: "review.due", run: run_due },
    JobKind { name: "review.recusal_due", run: run_recusal_due },
];

fn run_draw(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let who = Acting::system("clock");
    let ids: Vec<Id> = run.body()?;
    let report = draw_panels(tx, &who, &ids)?;
    if let Some(first) = report.await_seal.first() {
        // On a quiet system nothing else would be sealed: this event is what the next seal holds.
        if let Some(round) = sql::round(tx, first)? {
            let freeze_no = sql::drawings(tx, first)?.last().map_or(1, |drawing| drawing.freeze_no);
            tx.tell(&who, &SealAwaited { of: Of::round(&round), freeze_no })?;
        }
        let again = tx.now().plus_seconds(1);
        tx.later(Job::new("review.draw", run.key.as_str()).at(again).body(&report.await_seal))?;
    }
    for (id, until) in report.await_nonce {
        tx.later(Job::new("review.draw", id.as_str()).at(until).body(&[&id]))?;
    }
    Ok(())
}

fn run_due(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let Some(round) = sql::round(tx, &run.body()?)? else { return Ok(()) };
    if !round.state.open() || tx.now() < round.due_at {
        return Ok(());
    }
    let seats = sql_seats::seats(tx, &round.id)?;
    let persons: Vec<Id> = seats.into_iter().filter(|seat| seat.state.open()).map(|seat| seat.person).collect();
    if persons.is_empty() && round.state == RoundState::Reviewing {
        return Ok(());
    }
    tx.tell(&Acting::system("clock"), &ReviewsOverdue { of: Of::round(&round), persons }).map(drop)
}

fn run_recusal_due(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let Some(recusal) = sql::recusal(tx, &run.body()?)?.filter(|recusal| recusal.state == "asked") else { return Ok(()) };
    let Some(round) = sql::round(tx, &recusal.round)? else { return Ok(()) };
    tx.tell(&Acting::system("clock"), &RecusalOverdue { of: Of::round(&round), recusal: recusal.id }).map(drop)
}

//! The draw: from the first seal after the freeze, and the nonces that were revealed, to a panel.
//!
//! Asks: the seal. Tells: `PanelDrawn` (and `PoolExhausted` if seats stay empty). Runs as the job `review.draw`, again every second until there is a seal.
//! Hashing happens inside the closure: a draw among 1,000 is about 2,000 hashes, less than the statements around it.

use store::Tx;
use words::{Acting, Fault, Id, Instant, Outcome};

use super::managed;
use super::seating::{Batch, Loads, seat_from, seat_of};
use crate::draw::seed;
use crate::drawing::Drawing;
use crate::refusals::RoundRefusal;
use crate::round::{Round, RoundState};
use crate::told::{Of, PanelDrawn, PoolExhausted};
use crate::{sql, sql_seats};

/// Seconds that observers have between freeze and draw to reveal their nonces.
const REVEAL_SECONDS: i64 = 24 * 3600;

/// What became of the rounds of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DrawReport {
    /// Drawn now.
    pub drawn: Vec<Id>,
    /// Not drawn: no seal is younger than the freeze yet.
    pub await_seal: Vec<Id>,
    /// Not drawn: an observer may still reveal, until this moment.
    pub await_nonce: Vec<(Id, Instant)>,
}

/// The office draws at once instead of waiting for the job. Nothing it could choose goes into the seed.
pub fn draw_panel(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<DrawReport, RoundRefusal> {
    let round = managed(tx, who, id)?;
    if round.state != RoundState::Drawing {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    Ok(draw_panels(tx, who, std::slice::from_ref(id))?)
}

/// Draws many panels; loads and pools are looked up once. Rounds that do not wait for a draw are skipped, so running it again does nothing.
pub fn draw_panels(tx: &mut Tx, who: &Acting, ids: &[Id]) -> Result<DrawReport, Fault> {
    let mut batch = Batch::with(if ids.len() > 3 { Loads::all(tx)? } else { Loads::lazy() });
    let mut report = DrawReport::default();
    for round in sql::rounds(tx, ids)?.into_iter().filter(|round| round.state == RoundState::Drawing) {
        let id = round.id.clone();
        match draw(tx, who, round, &mut batch)? {
            Drawn::Now => report.drawn.push(id),
            Drawn::NoSeal => report.await_seal.push(id),
            Drawn::NoNonce(until) => report.await_nonce.push((id, until)),
        }
    }
    Ok(report)
}

enum Drawn {
    Now,
    NoSeal,
    NoNonce(Instant),
}

fn draw(tx: &mut Tx, who: &Acting, mut round: Round, batch: &mut Batch) -> Result<Drawn, Fault> {
    let mut drawing = sql::drawings(tx, &round.id)?.pop().ok_or_else(|| Fault::new(format!("round {} without a drawing", round.id)))?;
    let (Some(event), Some(frozen_at)) = (drawing.frozen_event.clone(), drawing.frozen_at) else {
        return Err(Fault::new(format!("round {} draws from a list that is not frozen", round.id)));
    };
    take_nonces(tx, &mut drawing)?;
    let until = frozen_at.plus_seconds(REVEAL_SECONDS);
    if drawing.freeze_no == 1 && tx.now() < until && drawing.nonces.iter().any(|line| line.commitment.is_some() && line.nonce.is_none()) {
        return Ok(Drawn::NoNonce(until));
    }
    let Some(seal) = tx.first_seal_after(&event)? else { return Ok(Drawn::NoSeal) };
    drawing.seal = Some((seal.batch, seal.hash));
    drawing.seed = drawing.seed_parts().as_ref().map(seed);
    fill(tx, who, &mut round, drawing, batch)?;
    Ok(Drawn::Now)
}

fn fill(tx: &mut Tx, who: &Acting, round: &mut Round, mut drawing: Drawing, batch: &mut Batch) -> Result<(), Fault> {
    let sitting = sql_seats::seats(tx, &round.id)?.iter().filter(|seat| seat.state.sits()).count();
    let wanted = usize::try_from(round.terms.size).unwrap_or(0).saturating_sub(sitting);
    let seats = seat_from(tx, round, &mut drawing, batch, wanted, None)?;
    drawing.seats = seats.len() as i64;
    drawing.drawn_at = Some(tx.now());
    sql::drawing_put(tx, &drawing)?;
    round.state = RoundState::Reviewing;
    sql::round_put(tx, round, None)?;
    let tickets = seats.iter().filter_map(|seat| seat.ticket.clone()).collect();
    let seed = drawing.seed.unwrap_or_default();
    let invited = seats.iter().map(seat_of).collect();
    tx.tell(who, &PanelDrawn { of: Of::round(round), freeze_no: drawing.freeze_no, seed, tickets, seats: invited, due_at: round.due_at })?;
    if seats.len() < wanted {
        tx.tell(who, &PoolExhausted { of: Of::round(round), seats: (wanted - seats.len()) as i64 })?;
    }
    Ok(())
}

/// Nonces count in the first draw only; later freezes have the seal alone.
fn take_nonces(tx: &Tx, drawing: &mut Drawing) -> Result<(), Fault> {
    if drawing.freeze_no != 1 {
        drawing.nonces.clear();
        return Ok(());
    }
    for observer in sql::observers(tx, &drawing.round)? {
        if let Some(line) = drawing.nonces.iter_mut().find(|line| line.observer == observer.person) {
            line.nonce = observer.nonce;
        }
    }
    Ok(())
}

//! Freezing the eligible list: from here on nobody enters it, and the seed does not exist yet.
//!
//! Asks: pool, conflicts, loads. Tells: `ListFrozen` with the hashes; the draw waits for the first seal after this event.

use std::collections::{BTreeMap, BTreeSet};

use store::{Job, Tx};
use words::{Acting, Failure, Id, Outcome};

use super::managed;
use super::seating::{Batch, Loads};
use crate::drawing::{Drawing, NonceLine};
use crate::pool::{self, CandidateConflict, Conflict, Pool, Severity};
use crate::refusals::RoundRefusal;
use crate::round::{Round, RoundState};
use crate::told::{ListFrozen, Of};
use crate::{sql, sql_seats};

/// The office freezes a round that waits for observers, without those who have not committed. The record says so.
pub fn freeze_round(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<(), RoundRefusal> {
    let round = managed(tx, who, id)?;
    freeze_gathered(tx, who, round)
}

/// The same without asking for the right: the last commitment does it too.
pub(super) fn freeze_gathered(tx: &mut Tx, who: &Acting, mut round: Round) -> Outcome<(), RoundRefusal> {
    if round.state != RoundState::Gathering {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    let Some(drawing) = sql::drawings(tx, &round.id)?.pop() else { return Err(Failure::Absent) };
    let mut batch = Batch::with(Loads::all(tx)?);
    let pool = batch.pool(tx, &drawing.pool)?;
    freeze(tx, who, &round, drawing, &pool, &mut batch)?; // refuses before it writes
    round.state = RoundState::Drawing;
    sql::round_put(tx, &round, None)?;
    tx.later(Job::new("review.draw", round.id.as_str()).body(&[&round.id]))?;
    Ok(())
}

/// A drawing that is not frozen yet. Its salt is random, so tickets cannot be guessed from names.
pub(super) fn prepare(tx: &Tx, round: &Round, freeze_no: i64, pool: &Pool, seats: i64) -> Drawing {
    Drawing {
        round: round.id.clone(),
        freeze_no,
        pool: pool.id().to_owned(),
        salt: hex::encode(tx.random()),
        seats,
        excluded: BTreeSet::new(),
        excluded_counts: BTreeMap::new(),
        excluded_hash: String::new(),
        eligible: 0,
        eligible_hash: String::new(),
        frozen_at: None,
        frozen_event: None,
        seal: None,
        nonces: Vec::new(),
        seed: None,
        passed_over: Vec::new(),
        cursor: 0,
        drawn_at: None,
    }
}

/// Freezes and publishes. Refused when fewer are eligible than seats are to be drawn.
pub(super) fn freeze(tx: &mut Tx, who: &Acting, round: &Round, mut drawing: Drawing, pool: &Pool, batch: &mut Batch) -> Outcome<(), RoundRefusal> {
    let mut kept_out = sql::conflicts(tx, &round.id, drawing.freeze_no)?;
    kept_out.retain(|conflict| pool.members().binary_search(&conflict.person).is_ok());
    kept_out.extend(already_in(tx, round, pool)?);
    let cap = round.terms.load_cap;
    let frozen = pool::freeze(pool, &drawing.salt, &kept_out, |person| batch.loads.known(person), cap);
    if (frozen.eligible.len() as i64) < drawing.seats {
        return Err(RoundRefusal::TooFewEligible { eligible: frozen.eligible.len(), needed: drawing.seats }.into());
    }
    let eligible = frozen.eligible.len() as i64;
    let told = ListFrozen {
        of: Of::round(round),
        freeze_no: drawing.freeze_no,
        pool: drawing.pool.clone(),
        eligible,
        eligible_hash: frozen.eligible_hash.clone(),
        excluded: frozen.excluded.clone(),
        excluded_hash: frozen.excluded_hash.clone(),
        seats: drawing.seats,
    };
    drawing.frozen_event = Some(tx.tell(who, &told)?);
    drawing.frozen_at = Some(tx.now());
    drawing.nonces = nonce_lines(tx, round)?;
    drawing.excluded = frozen.kept_out;
    drawing.eligible = eligible;
    drawing.eligible_hash = frozen.eligible_hash;
    drawing.excluded_counts = frozen.excluded;
    drawing.excluded_hash = frozen.excluded_hash;
    sql::drawing_put(tx, &drawing)?;
    Ok(())
}

/// Members of the pool who sit or sat in this round, were listed in an earlier freeze, or are blocked since: not to be listed (again).
fn already_in(tx: &Tx, round: &Round, pool: &Pool) -> Result<Vec<CandidateConflict>, words::Fault> {
    let mut found: BTreeMap<Id, &str> = sql::blocked(tx, &round.id)?.into_iter().map(|person| (person, "recused")).collect();
    for conflict in sql::conflicts(tx, &round.id, i64::MAX)?.iter().filter(|c| c.conflict.severity == Severity::Block) {
        found.remove(&conflict.person);
    }
    for drawing in sql::drawings(tx, &round.id)?.iter().filter(|drawing| drawing.frozen_at.is_some()) {
        let earlier = sql::pool(tx, &drawing.pool)?;
        found.extend(drawing.eligible_of(earlier.members()).into_iter().map(|person| (person.clone(), "listed")));
    }
    found.extend(sql_seats::seats(tx, &round.id)?.into_iter().filter(|seat| seat.freeze_no == 0).map(|seat| (seat.person, "appointed")));
    let conflict = |kind: &str| Conflict { kind: kind.into(), severity: Severity::Block, reason: String::new(), source: String::new() };
    let in_pool = |person: &Id| pool.members().binary_search(person).is_ok();
    Ok(found.into_iter().filter(|(person, _)| in_pool(person)).map(|(person, kind)| CandidateConflict { conflict: conflict(kind), person }).collect())
}

fn nonce_lines(tx: &Tx, round: &Round) -> Result<Vec<NonceLine>, words::Fault> {
    let line = |o: sql::Observer| NonceLine { observer: o.person, commitment: o.commitment, nonce: None };
    Ok(sql::observers(tx, &round.id)?.into_iter().map(line).collect())
}

//! Putting people on seats and taking them off: shared by the draw, replacements and everyone who leaves.
//!
//! Invariant: nobody sits twice in a round, nobody blocked or at the cap is seated, and a review that leaves after the count reopens the round.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use store::{Job, Read, Tx};
use words::{Acting, Fault, Id, Instant, Span};

use crate::drawing::{Drawing, Pick};
use crate::pool::Pool;
use crate::round::{Round, RoundState};
use crate::seat::{Seat, SeatState};
use crate::told::{Of, PoolExhausted, ReplacementDrawn, SeatOf};
use crate::{sql, sql_seats};

/// Open assignments by person: looked up once for a batch, or one by one where few are asked for.
pub(crate) struct Loads {
    known: HashMap<Id, i64>,
    complete: bool,
}

impl Loads {
    pub(crate) fn all(read: &Read) -> Result<Self, Fault> {
        Ok(Self { known: sql_seats::loads(read)?, complete: true })
    }

    pub(crate) fn lazy() -> Self {
        Self { known: HashMap::new(), complete: false }
    }

    pub(crate) fn of(&mut self, read: &Read, person: &Id) -> Result<i64, Fault> {
        if let Some(&load) = self.known.get(person) {
            return Ok(load);
        }
        let load = if self.complete { 0 } else { sql_seats::load_of(read, person)? };
        self.known.insert(person.clone(), load);
        Ok(load)
    }

    /// As far as looked up.
    pub(crate) fn known(&self, person: &Id) -> i64 {
        self.known.get(person).copied().unwrap_or(0)
    }

    fn add(&mut self, person: &Id) {
        *self.known.entry(person.clone()).or_insert(0) += 1;
    }
}

/// What a batch looks up once.
pub(crate) struct Batch {
    pub(crate) loads: Loads,
    pools: BTreeMap<String, Pool>,
}

impl Batch {
    pub(crate) fn with(loads: Loads) -> Self {
        Self { loads, pools: BTreeMap::new() }
    }

    pub(crate) fn pool(&mut self, read: &Read, id: &str) -> Result<Pool, Fault> {
        if let Some(pool) = self.pools.get(id) {
            return Ok(pool.clone());
        }
        let pool = sql::pool(read, id)?;
        self.pools.insert(id.to_owned(), pool.clone());
        Ok(pool)
    }
}

/// Goes on in the order of a drawing and invites up to `wanted` persons. The drawing is written by the caller.
pub(crate) fn seat_from(
    tx: &mut Tx,
    round: &Round,
    drawing: &mut Drawing,
    batch: &mut Batch,
    wanted: usize,
    replaces: Option<&Id>,
) -> Result<Vec<Seat>, Fault> {
    let pool = batch.pool(tx, &drawing.pool)?;
    let blocked = sql::blocked(tx, &round.id)?;
    let seated: BTreeSet<Id> = sql_seats::seats(tx, &round.id)?.into_iter().map(|seat| seat.person).collect();
    let mut broken = None;
    let read: &Read = tx;
    let picked = drawing.walk(pool.members(), wanted, |person| {
        if seated.contains(person) {
            return Some("seated");
        }
        if blocked.contains(person) {
            return Some("conflict");
        }
        match batch.loads.of(read, person) {
            Ok(load) => (load >= round.terms.load_cap).then_some("load"),
            Err(fault) => {
                broken = Some(fault);
                Some("load")
            }
        }
    });
    if let Some(fault) = broken {
        return Err(fault);
    }
    picked.into_iter().map(|pick| invite(tx, round, &mut batch.loads, pick, replaces)).collect()
}

fn invite(tx: &mut Tx, round: &Round, loads: &mut Loads, pick: Pick, replaces: Option<&Id>) -> Result<Seat, Fault> {
    let seat = Seat {
        ticket: Some(pick.ticket),
        freeze_no: pick.freeze_no,
        position: pick.position,
        replaces: replaces.cloned(),
        ..appointed_seat(tx, round, &pick.person)
    };
    sql_seats::seat_insert(tx, &seat)?;
    loads.add(&pick.person);
    Ok(seat)
}

/// A fresh seat that owes nothing to a draw.
pub(crate) fn appointed_seat(tx: &Tx, round: &Round, person: &Id) -> Seat {
    Seat {
        id: tx.id("asg"),
        round: round.id.clone(),
        person: person.clone(),
        ticket: None,
        freeze_no: 0,
        position: 0,
        replaces: None,
        state: SeatState::Invited,
        invited_at: tx.now(),
        vote: None,
        dissent: None,
        abstain_reason: None,
        asks_extension: 0,
        signed_at: None,
        signed_hash: None,
    }
}

/// Id and person of a seat, for events.
pub(crate) fn seat_of(seat: &Seat) -> SeatOf {
    SeatOf { assignment: seat.id.clone(), person: seat.person.clone() }
}

/// What leaving a seat led to.
pub(crate) struct Vacated {
    /// A signed review became void.
    pub(crate) voided: bool,
    /// The round had been counted and is open again.
    pub(crate) reopened: bool,
}

/// Takes a person off a seat, reopens a counted round if their review counted, and draws the replacement.
pub(crate) fn vacate(tx: &mut Tx, who: &Acting, round: &mut Round, seat: &Seat, state: SeatState, reason: &str) -> Result<Vacated, Fault> {
    sql_seats::seat_end(tx, &seat.id, state, reason)?;
    let voided = seat.state.counts();
    let reopened = voided && round.state == RoundState::Closed;
    if reopened {
        reopen(tx, round)?;
    }
    if round.state == RoundState::Reviewing {
        replace(tx, who, round, seat)?;
    }
    Ok(Vacated { voided, reopened })
}

fn reopen(tx: &mut Tx, round: &mut Round) -> Result<(), Fault> {
    round.state = RoundState::Reviewing;
    round.result = None;
    round.closed_at = None;
    round.feedback_at = None;
    let least = days_after(tx.now(), round.terms.extension_days);
    if round.due_at < least {
        round.due_at = least;
    }
    sql::round_put(tx, round, None)?;
    due_later(tx, round)
}

fn replace(tx: &mut Tx, who: &Acting, round: &Round, leaving: &Seat) -> Result<(), Fault> {
    let mut batch = Batch::with(Loads::lazy());
    for mut drawing in sql::drawings(tx, &round.id)?.into_iter().filter(|drawing| drawing.drawn_at.is_some()) {
        let before = drawing.cursor;
        let seats = seat_from(tx, round, &mut drawing, &mut batch, 1, Some(&leaving.id))?;
        if drawing.cursor != before {
            drawing.seats += i64::from(!seats.is_empty());
            sql::drawing_put(tx, &drawing)?;
        }
        if let Some(seat) = seats.first() {
            let ticket = seat.ticket.clone().unwrap_or_default();
            tx.tell(who, &ReplacementDrawn { of: Of::round(round), seat: seat_of(seat), replaces: leaving.id.clone(), ticket, due_at: round.due_at })?;
            return Ok(());
        }
    }
    tx.tell(who, &PoolExhausted { of: Of::round(round), seats: 1 }).map(drop)
}

/// The job that looks at the round when reviews are due.
pub(crate) fn due_later(tx: &mut Tx, round: &Round) -> Result<(), Fault> {
    tx.later(Job::new("review.due", round.id.as_str()).at(round.due_at).body(&round.id))
}

/// The same time of day, so many days later.
pub(crate) fn days_after(at: Instant, days: i64) -> Instant {
    let span = Span::days(i32::try_from(days.clamp(0, 3_650)).unwrap_or(0));
    at.plus(span).unwrap_or_else(|_| at.plus_seconds(days.saturating_mul(86_400)))
}

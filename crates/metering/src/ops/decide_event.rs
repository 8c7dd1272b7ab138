//! A person decides of an event that was laid aside: it counts as mended, or it does not count.
//!
//! Tells `EventDecided`. Invariant: it is decided once; what is taken passes the same checks as what comes in; what is discarded counts as taken in and ignored.

use std::sync::Arc;

use store::Tx;
use words::{Acting, Failure, Fault, Id, Instant, Outcome};

use super::take_events::place;
use super::take_shipment::keep_sums;
use crate::event::{Doubt, EventOutcome, UsageEvent, whole};
use crate::quarantine::{Decision, Mended, QuarantineState, Quarantined};
use crate::refusal::DecisionRefusal;
use crate::rollup::{Counts, Place, Sums, hour};
use crate::sql_events::Fresh;
use crate::told::EventDecided;
use crate::{DISCARDED, sql_events, sql_quarantine, terms};

/// Decides. `judge` says what is wrong with meter or subject, if anything.
pub fn decide_event(
    tx: &mut Tx,
    who: &Acting,
    id: &Id,
    decision: &Decision,
    note: &str,
    judge: &dyn Fn(&UsageEvent) -> Option<Doubt>,
) -> Outcome<Quarantined, DecisionRefusal> {
    let mut there = sql_quarantine::one(tx, id)?.ok_or(Failure::Absent)?;
    if there.state != QuarantineState::Waiting {
        return Err(DecisionRefusal::Decided.into());
    }
    if note.trim().is_empty() {
        return Err(DecisionRefusal::NoteNeeded.into());
    }
    let hash = sql_events::hash(tx, &there.sender, &there.source, &there.event)?.ok_or_else(|| Fault::new(format!("{id} waits and is no event")))?;
    there.state = match decision {
        Decision::Take(mended) => take(tx, &there, mended, hash, judge)?,
        Decision::Discard => discard(tx, &there, hash)?,
    };
    there.note = note.trim().to_owned();
    (there.decided_by, there.decided_at) = (Some(who.person.clone()), Some(tx.now()));
    sql_quarantine::decided(tx, &there)?;
    terms::begin_sweeping(tx, terms::EVENTS)?;
    let told = EventDecided { quarantined: id.clone(), sender: there.sender.clone(), state: there.state.as_str().into(), note: there.note.clone() };
    tx.tell(who, &told)?;
    Ok(there)
}

fn take(
    tx: &mut Tx,
    there: &Quarantined,
    mended: &Mended,
    hash: String,
    judge: &dyn Fn(&UsageEvent) -> Option<Doubt>,
) -> Outcome<QuarantineState, DecisionRefusal> {
    let event = mended.of(there, hash);
    let (at, units) = whole(&event, tx.now()).map_err(|doubt| DecisionRefusal::Doubtful { doubt })?;
    if let Some(doubt) = judge(&event) {
        return Err(DecisionRefusal::Doubtful { doubt }.into());
    }
    if at < terms::oldest(tx)? {
        return Err(DecisionRefusal::TooOld.into());
    }
    sql_events::decide(tx, &there.sender, &Fresh { event: &event, at, units, outcome: EventOutcome::Taken })?;
    let mut sums = Sums::default();
    sums.put(place(&event, at), &Counts::of_event(units), None);
    keep_sums(tx, &sums)?;
    Ok(QuarantineState::Taken)
}

/// It stays in the hour that it was counted in while it waited; nobody's usage.
fn discard(tx: &mut Tx, there: &Quarantined, hash: String) -> Result<QuarantineState, Fault> {
    let nothing = Mended { meter: String::new(), subject: String::new(), at: None, dims: String::new(), units: None };
    let event = nothing.of(there, hash);
    let kept = Fresh { event: &event, at: there.counted_at, units: there.units, outcome: EventOutcome::Discarded };
    sql_events::decide(tx, &there.sender, &kept)?;
    let none: Arc<str> = Arc::from("");
    let place = Place { subject: none.clone(), meter: none.clone(), dims: none, hour: hour(Instant::micros(there.counted_at)) };
    let mut sums = Sums::default();
    sums.put(place, &Counts::discarded(there.units), Some(Arc::from(DISCARDED)));
    keep_sums(tx, &sums)?;
    Ok(QuarantineState::Discarded)
}

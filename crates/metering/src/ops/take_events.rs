//! Usage that a capability meters itself comes in: each event once, all of a batch in one transaction or nothing.
//!
//! Tells `EventsQuarantined`. Invariant: the same event again has the outcome that it had; the same id with another body is a conflict; what cannot be understood waits for a person
//! with its reason. accepted = taken + quarantined, each in the hour it was used in.

use std::collections::HashMap;
use std::sync::Arc;

use store::Tx;
use words::{Acting, Id, Instant, Outcome};

use crate::event::{Doubt, EventFate, EventOutcome, MOST_EVENTS, UsageEvent, is_named, whole};
use crate::refusal::{EventRefusal, Which};
use crate::rollup::{Counts, Place, Sums, hour};
use crate::sql_events::{Fresh, Name};
use crate::told::EventsQuarantined;
use crate::{sql_events, sql_quarantine, terms};

/// Events of one sender that may wait for a person at a time.
const MOST_WAITING: i64 = 10_000;

/// Takes a batch in. `judge` says what is wrong with meter or subject, if anything.
pub fn take_events(
    tx: &mut Tx,
    who: &Acting,
    sender: &Id,
    events: &[UsageEvent],
    judge: &dyn Fn(&UsageEvent) -> Option<Doubt>,
) -> Outcome<Vec<EventFate>, EventRefusal> {
    admit(events)?;
    let known = sql_events::known(tx, sender, events)?;
    let sorted = sort(events, &known, tx.now(), terms::oldest(tx)?, judge)?;
    if !sorted.doubtful.is_empty() {
        lay_aside(tx, who, sender, &sorted.doubtful)?;
    }
    if !sorted.fresh.is_empty() {
        sql_events::put(tx, sender, &sorted.fresh)?;
        super::take_shipment::keep_sums(tx, &sorted.sums)?;
        terms::begin_sweeping(tx, terms::EVENTS)?;
    }
    Ok(sorted.fates)
}

fn admit(events: &[UsageEvent]) -> Result<(), EventRefusal> {
    if events.is_empty() || events.len() > MOST_EVENTS {
        return Err(EventRefusal::Many { most: MOST_EVENTS });
    }
    let nameless: Vec<Which> = events.iter().enumerate().filter(|(_, event)| !is_named(event)).map(|(at, event)| Which { at, id: event.id.clone() }).collect();
    if nameless.is_empty() { Ok(()) } else { Err(EventRefusal::Nameless { which: nameless }) }
}

/// A batch, sorted.
struct Sorted<'a> {
    fates: Vec<EventFate>,
    fresh: Vec<Fresh<'a>>,
    doubtful: Vec<(&'a UsageEvent, Doubt, i64, Instant)>,
    sums: Sums,
}

/// Tells what came before from what is new, and what can be counted from what cannot. All that is to be refused is named.
fn sort<'a>(
    events: &'a [UsageEvent],
    known: &HashMap<Name, (String, EventOutcome)>,
    now: Instant,
    oldest: Instant,
    judge: &dyn Fn(&UsageEvent) -> Option<Doubt>,
) -> Result<Sorted<'a>, EventRefusal> {
    let before = known.iter().map(|((source, id), (hash, outcome))| ((source.as_str(), id.as_str()), (hash.as_str(), *outcome)));
    let mut seen: HashMap<(&str, &str), (&str, EventOutcome)> = before.collect();
    let mut sorted = Sorted { fates: Vec::with_capacity(events.len()), fresh: Vec::new(), doubtful: Vec::new(), sums: Sums::default() };
    let (mut other, mut old) = (Vec::new(), Vec::new());
    for (at, event) in events.iter().enumerate() {
        let which = || Which { at, id: event.id.clone() };
        match seen.get(&(event.source.as_str(), event.id.as_str())) {
            Some((hash, _)) if *hash != event.body_hash => other.push(which()),
            Some((_, outcome)) => sorted.fate(event, *outcome, None, true),
            None if event.at.is_some_and(|moment| moment < oldest) => old.push(which()),
            None => {
                let outcome = sorted.take(event, now, judge);
                seen.insert((&event.source, &event.id), (&event.body_hash, outcome));
            }
        }
    }
    if !other.is_empty() {
        return Err(EventRefusal::Conflict { which: other });
    }
    if old.is_empty() { Ok(sorted) } else { Err(EventRefusal::TooOld { which: old, oldest }) }
}

impl<'a> Sorted<'a> {
    fn fate(&mut self, event: &UsageEvent, outcome: EventOutcome, doubt: Option<Doubt>, duplicate: bool) {
        self.fates.push(EventFate { source: event.source.clone(), id: event.id.clone(), outcome, doubt, duplicate });
    }

    /// A new event: it counts, or waits.
    fn take(&mut self, event: &'a UsageEvent, now: Instant, judge: &dyn Fn(&UsageEvent) -> Option<Doubt>) -> EventOutcome {
        let judged = whole(event, now).and_then(|fit| judge(event).map_or(Ok(fit), Err));
        let (at, units, outcome) = match judged {
            Ok((at, units)) => {
                self.sums.put(place(event, at), &Counts::of_event(units), None);
                (at, units, EventOutcome::Taken)
            }
            Err(doubt) => {
                let at = event.at.filter(|at| *at <= now).unwrap_or(now);
                let units = event.units.filter(|units| (0..=crate::MOST_UNITS).contains(units)).unwrap_or(0);
                self.doubtful.push((event, doubt, units, Instant::from_micros(hour(at.micros()))));
                (at, units, EventOutcome::Quarantined)
            }
        };
        self.fresh.push(Fresh { event, at, units, outcome });
        self.fate(event, outcome, judged.err(), false);
        outcome
    }
}

/// Where an event counts.
pub(crate) fn place(event: &UsageEvent, at: Instant) -> Place {
    Place { subject: Arc::from(event.subject.as_str()), meter: Arc::from(event.meter.as_str()), dims: Arc::from(event.dims.as_str()), hour: hour(at.micros()) }
}

fn lay_aside(tx: &mut Tx, who: &Acting, sender: &Id, doubtful: &[(&UsageEvent, Doubt, i64, Instant)]) -> Outcome<(), EventRefusal> {
    let count = i64::try_from(doubtful.len()).unwrap_or(i64::MAX);
    if sql_quarantine::waiting(tx, sender)? + count > MOST_WAITING {
        return Err(EventRefusal::QuarantineFull { most: MOST_WAITING }.into());
    }
    for (event, doubt, units, counted_at) in doubtful {
        sql_quarantine::insert(tx, sender, event, *doubt, *units, *counted_at)?;
    }
    tx.tell(who, &EventsQuarantined { sender: sender.clone(), count })?;
    Ok(())
}

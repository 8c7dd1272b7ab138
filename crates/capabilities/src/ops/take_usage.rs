//! A capability tells what was used of it beyond calls, and its owner decides of what could not be understood.
//!
//! Asks `metering`. Invariant: what comes in counts with money from the same moment, whoever brought it, so that a limit stops what comes after it; only the owner of a capability and the operator tell usage of it, and only of meters that its documents declare; a live app's usage counts in hours in
//! which it was subscribed, so that everything that counts has somebody who pays.

use std::collections::{BTreeMap, BTreeSet};

use metering::{Decision, DecisionRefusal, Doubt, EventFate, EventOutcome, EventRefusal, Quarantined, UsageEvent, hour};
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Outcome};

use super::reserve_units::use_reserved;
use crate::app::{App, Environment};
use crate::capability::Capability;
use crate::plan::month;
use crate::{Asks, ops, rights, sql, sql_meter};

/// Takes usage in for which nobody set money aside; each event has its fate.
pub fn take_usage<A: Asks>(tx: &mut Tx, who: &Acting, slug: &str, events: &[UsageEvent]) -> Outcome<Vec<EventFate>, EventRefusal> {
    let (known, fates) = taken_in(tx, who, slug, events)?;
    let mut unasked = Vec::new();
    for (event, _) in events.iter().zip(&fates).filter(|(_, fate)| fate.outcome == EventOutcome::Taken && !fate.duplicate) {
        let paid = match reservation(&event.body) {
            Some(id) => use_reserved(tx, &id, event)?,
            None => 0,
        };
        unasked.push((event.subject.as_str(), event.meter.as_str(), event.at, event.units.map(|units| units - paid)));
    }
    count_money::<A>(tx, &known, unasked.into_iter())?;
    Ok(fates)
}

/// The reservation that an event names.
fn reservation(body: &str) -> Option<Id> {
    // Only those that name one are read a second time.
    let said: serde_json::Value = body.contains("\"reservation\"").then(|| serde_json::from_str(body).ok())??;
    Id::parse(said.pointer("/data/reservation")?.as_str()?).ok()
}

/// Takes usage in for which money was set aside before the work was done.
pub fn take_paid_usage(tx: &mut Tx, who: &Acting, slug: &str, events: &[UsageEvent]) -> Outcome<Vec<EventFate>, EventRefusal> {
    Ok(taken_in(tx, who, slug, events)?.1)
}

fn taken_in(tx: &mut Tx, who: &Acting, slug: &str, events: &[UsageEvent]) -> Outcome<(Known, Vec<EventFate>), EventRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    let known = Known::of(tx, &capability, events)?;
    let fates = metering::take_events(tx, who, &capability.id, events, &|event| known.doubt(event))?;
    Ok((known, fates))
}

/// Sums what live apps used by app, meter and month, and says so once for each.
fn count_money<'a, A: Asks>(tx: &mut Tx, known: &Known, used: impl Iterator<Item = (&'a str, &'a str, Option<Instant>, Option<i64>)>) -> Result<(), Fault> {
    let mut sums: BTreeMap<(Id, &str, String), i64> = BTreeMap::new();
    for (subject, meter, at, units) in used {
        let (Some(at), Some(units)) = (at, units) else { continue };
        let app = Id::fixed(subject.to_owned());
        if units > 0 && known.is_live(&app) {
            let sum = sums.entry((app, meter, month(at).0)).or_default();
            *sum = sum.saturating_add(units);
        }
    }
    sums.into_iter().try_for_each(|((app, meter, month), units)| A::used_unasked(tx, &app, meter, &month, units))
}

/// Decides of an event that was laid aside.
pub fn decide_usage<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id, decision: &Decision, note: &str) -> Outcome<Quarantined, DecisionRefusal> {
    let (capability, there) = own_quarantined(tx, who, id)?;
    let known = match decision {
        Decision::Take(mended) => Known::about(tx, &capability, std::slice::from_ref(&mended.subject))?,
        Decision::Discard => Known::about(tx, &capability, &[])?,
    };
    let decided = metering::decide_event(tx, who, &there.id, decision, note, &|event| known.doubt(event))?;
    if let Decision::Take(mended) = decision {
        count_money::<A>(tx, &known, std::iter::once((mended.subject.as_str(), mended.meter.as_str(), mended.at, mended.units)))?;
    }
    Ok(decided)
}

/// An event that was laid aside, for the owner of its capability and the operator; for others there is none.
pub(crate) fn own_quarantined<R>(read: &Read, who: &Acting, id: &Id) -> Result<(Capability, Quarantined), Failure<R>> {
    let there = metering::quarantined(read, id)?.ok_or(Failure::Absent)?;
    let capability = sql::capability(read, &there.sender)?.ok_or(Failure::Absent)?;
    if capability.owner != who.person {
        who.may_see(rights::RUN, &capability.node)?;
    }
    Ok((capability, there))
}

/// What is known of meters and apps, looked up once for a batch.
pub(super) struct Known {
    meters: BTreeSet<String>,
    apps: BTreeMap<Id, App>,
    /// First and last hour of each subscription.
    subscribed: BTreeMap<Id, Vec<(i64, i64)>>,
}

impl Known {
    fn of(read: &Read, capability: &Capability, events: &[UsageEvent]) -> Result<Self, Fault> {
        let subjects: BTreeSet<String> = events.iter().map(|event| event.subject.clone()).collect();
        Self::about(read, capability, &subjects.into_iter().collect::<Vec<_>>())
    }

    pub(super) fn about(read: &Read, capability: &Capability, subjects: &[String]) -> Result<Self, Fault> {
        let ids: Vec<Id> = subjects.iter().filter_map(|subject| Id::parse(subject).ok()).collect();
        let apps = sql::apps_among(read, &ids)?;
        let live: Vec<Id> = apps.values().filter(|app| app.environment == Environment::Live).map(|app| app.id.clone()).collect();
        let mut subscribed: BTreeMap<Id, Vec<(i64, i64)>> = BTreeMap::new();
        for (app, began, ended) in sql_meter::subscribed(read, &capability.id, &live)? {
            subscribed.entry(app).or_default().push((hour(began.micros()), ended.map_or(i64::MAX, |at| hour(at.micros()))));
        }
        Ok(Self { meters: sql_meter::of(read, &capability.id)?.into_iter().map(|meter| meter.key).collect(), apps, subscribed })
    }

    /// Is there such an app, and is it for real?
    pub(super) fn is_live(&self, app: &Id) -> bool {
        self.apps.get(app).is_some_and(|app| app.environment == Environment::Live)
    }

    pub(super) fn doubt(&self, event: &UsageEvent) -> Option<Doubt> {
        if !self.meters.contains(&event.meter) {
            return Some(Doubt::Meter);
        }
        let Some(app) = self.apps.get(&Id::fixed(event.subject.clone())) else { return Some(Doubt::Subject) };
        let at = event.at.map_or(0, |at| hour(at.micros()));
        let paid = || self.subscribed.get(&app.id).is_some_and(|spans| spans.iter().any(|(from, to)| (*from..=*to).contains(&at)));
        (app.environment == Environment::Live && !paid()).then_some(Doubt::Unsubscribed)
    }
}

//! A capability tells what was used of it beyond calls, and its owner decides of what could not be understood.
//!
//! Asks `metering`. Invariant: only the owner of a capability and the operator tell usage of it, and only of meters that its documents declare; a live app's usage counts in hours in
//! which it was subscribed, so that everything that counts has somebody who pays.

use std::collections::{BTreeMap, BTreeSet};

use metering::{Decision, DecisionRefusal, Doubt, EventFate, EventRefusal, Quarantined, UsageEvent, hour};
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::app::{App, Environment};
use crate::capability::Capability;
use crate::{ops, rights, sql, sql_meter};

/// Takes usage in; each event has its fate.
pub fn take_usage(tx: &mut Tx, who: &Acting, slug: &str, events: &[UsageEvent]) -> Outcome<Vec<EventFate>, EventRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    let known = Known::of(tx, &capability, events)?;
    metering::take_events(tx, who, &capability.id, events, &|event| known.doubt(event))
}

/// Decides of an event that was laid aside.
pub fn decide_usage(tx: &mut Tx, who: &Acting, id: &Id, decision: &Decision, note: &str) -> Outcome<Quarantined, DecisionRefusal> {
    let (capability, there) = own_quarantined(tx, who, id)?;
    let known = match decision {
        Decision::Take(mended) => Known::about(tx, &capability, std::slice::from_ref(&mended.subject))?,
        Decision::Discard => Known::about(tx, &capability, &[])?,
    };
    metering::decide_event(tx, who, &there.id, decision, note, &|event| known.doubt(event))
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
struct Known {
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

    fn about(read: &Read, capability: &Capability, subjects: &[String]) -> Result<Self, Fault> {
        let ids: Vec<Id> = subjects.iter().filter_map(|subject| Id::parse(subject).ok()).collect();
        let apps = sql::apps_among(read, &ids)?;
        let live: Vec<Id> = apps.values().filter(|app| app.environment == Environment::Live).map(|app| app.id.clone()).collect();
        let mut subscribed: BTreeMap<Id, Vec<(i64, i64)>> = BTreeMap::new();
        for (app, began, ended) in sql_meter::subscribed(read, &capability.id, &live)? {
            subscribed.entry(app).or_default().push((hour(began.micros()), ended.map_or(i64::MAX, |at| hour(at.micros()))));
        }
        Ok(Self { meters: sql_meter::of(read, &capability.id)?.into_iter().map(|meter| meter.key).collect(), apps, subscribed })
    }

    fn doubt(&self, event: &UsageEvent) -> Option<Doubt> {
        if !self.meters.contains(&event.meter) {
            return Some(Doubt::Meter);
        }
        let Some(app) = self.apps.get(&Id::fixed(event.subject.clone())) else { return Some(Doubt::Subject) };
        let at = event.at.map_or(0, |at| hour(at.micros()));
        let paid = || self.subscribed.get(&app.id).is_some_and(|spans| spans.iter().any(|(from, to)| (*from..=*to).contains(&at)));
        (app.environment == Environment::Live && !paid()).then_some(Doubt::Unsubscribed)
    }
}

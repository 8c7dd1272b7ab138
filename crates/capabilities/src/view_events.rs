//! Events as the owner of an app sees them, and events that wait, as the owner of their capability and the operator see them.

use std::collections::BTreeMap;

use metering::{EventFate, EventRow, QuarantineState, Quarantined, Sum};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Day, Failure, Fault, Id, Instant, Never, Node, Outcome};

use crate::cloud_event::usage_event;
use crate::ops::take_usage::own_quarantined;
use crate::usage::{MonthView, wanted};
use crate::{Asks, ops, rights, sql, sql_meter};

/// Rows of a page.
const PAGE: i64 = 50;
/// Rows of a sheet at most.
const SHEET: i64 = 10_000;

/// What became of an event that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FateView {
    /// Its source.
    pub source: String,
    /// Its id.
    pub id: String,
    /// `taken`, `quarantined`, or `discarded` by a person.
    pub outcome: String,
    /// Why it waits: `time`, `units`, `kind`, `meter`, `subject`, `unsubscribed`.
    pub doubt: Option<String>,
    /// It came before; this is what became of it then.
    pub duplicate: bool,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakenView {
    /// How many count that came now.
    pub taken: usize,
    /// How many wait for a person that came now.
    pub quarantined: usize,
    /// How many were known.
    pub duplicates: usize,
    /// Each, in the order of the batch.
    pub events: Vec<FateView>,
}

impl TakenView {
    pub(crate) fn of(fates: Vec<EventFate>) -> Self {
        let new = |outcome: metering::EventOutcome| fates.iter().filter(|fate| !fate.duplicate && fate.outcome == outcome).count();
        let (taken, quarantined) = (new(metering::EventOutcome::Taken), new(metering::EventOutcome::Quarantined));
        let duplicates = fates.iter().filter(|fate| fate.duplicate).count();
        let view = |fate: EventFate| FateView {
            source: fate.source,
            id: fate.id,
            outcome: fate.outcome.as_str().into(),
            doubt: fate.doubt.map(|doubt| doubt.as_str().into()),
            duplicate: fate.duplicate,
        };
        Self { taken, quarantined, duplicates, events: fates.into_iter().map(view).collect() }
    }
}

/// Units of a meter that a capability counts itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeterUseView {
    /// `message.parts`.
    pub meter: String,
    /// What is counted.
    pub name: Bilingual,
    /// In which kind; empty if none is told.
    pub kind: String,
    /// Events.
    pub events: i64,
    /// Units.
    pub units: i64,
}

/// What of these sums capabilities metered themselves.
pub(crate) fn meter_uses(read: &Read, sums: &[Sum]) -> Result<Vec<MeterUseView>, Fault> {
    let own: Vec<&Sum> = sums.iter().filter(|sum| !crate::usage::is_calls(&sum.meter)).collect();
    let names = names_of(read, own.iter().map(|sum| sum.meter.as_str()))?;
    let view = |sum: &Sum| MeterUseView {
        name: name_of(&names, &sum.meter),
        meter: sum.meter.clone(),
        kind: sum.dims.clone(),
        events: sum.counts.accepted,
        units: sum.counts.units,
    };
    Ok(own.into_iter().map(view).collect())
}

fn names_of<'a>(read: &Read, meters: impl Iterator<Item = &'a str>) -> Result<BTreeMap<String, Bilingual>, Fault> {
    let meters: std::collections::BTreeSet<String> = meters.map(str::to_owned).collect();
    sql_meter::names(read, &meters.into_iter().collect::<Vec<_>>())
}

fn name_of(names: &BTreeMap<String, Bilingual>, meter: &str) -> Bilingual {
    names.get(meter).cloned().unwrap_or_else(|| Bilingual::new(meter, meter))
}

/// An event that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventView {
    /// When it was used.
    pub at: Instant,
    /// `message.parts`.
    pub meter: String,
    /// What is counted.
    pub name: Bilingual,
    /// In which kind.
    pub kind: String,
    /// How much.
    pub units: i64,
    /// Who said so.
    pub source: String,
    /// Its id within its source.
    pub id: String,
}

/// Events of an app: the evidence of its bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventsView {
    /// The app.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// The month.
    pub month: MonthView,
    /// Only this hour.
    pub hour: Option<Instant>,
    /// Only this meter; empty for all.
    pub meter: String,
    /// So many days an event is kept.
    pub kept_days: i64,
    /// Newest first.
    pub events: Vec<EventView>,
}

/// Which events of an app are looked at.
pub(crate) struct EventsWanted<'a> {
    pub month: Option<&'a str>,
    pub hour: Option<Instant>,
    pub meter: &'a str,
    pub cursor: &'a str,
    /// As many as a sheet has, not a page?
    pub all: bool,
}

/// Events of an app, newest first, for its owner and the operator; and where the list goes on.
pub(crate) fn app_events(read: &Read, who: &Acting, id: &Id, wish: &EventsWanted<'_>) -> Outcome<(EventsView, Option<String>), Never> {
    let app = ops::billed_app(read, who, id)?;
    let hour = wish.hour.map(|at| Instant::from_micros(metering::hour(at.micros())));
    let month_of_hour = hour.map(|at| words::month_of(at.day()));
    let (month, first): (MonthView, Day) = wanted(read.now(), month_of_hour.as_deref().or(wish.month));
    let span = hour.map_or_else(|| (first.start(), first.last_of_month().end()), |at| (at, at.plus_seconds(3_600)));
    let meter = Some(wish.meter).filter(|meter| !meter.is_empty());
    let before: Option<metering::After> =
        serde_json::from_str::<(i64, String, String)>(wish.cursor).ok().map(|(at, id, source)| (Instant::from_micros(at), id, source));
    let rows = metering::events_of(read, id.as_str(), meter, span, before, if wish.all { SHEET } else { PAGE })?;
    let names = names_of(read, rows.iter().map(|row| row.meter.as_str()))?;
    let full = !wish.all && i64::try_from(rows.len()).unwrap_or(0) >= PAGE;
    let next = rows.last().filter(|_| full).map(|last| serde_json::json!([last.at.micros(), last.id, last.source]).to_string());
    let view = |row: EventRow| EventView {
        name: name_of(&names, &row.meter),
        at: row.at,
        meter: row.meter,
        kind: row.dims,
        units: row.units,
        source: row.source,
        id: row.id,
    };
    let kept_days = metering::terms(read)?.event_days();
    let events = rows.into_iter().map(view).collect();
    Ok((EventsView { app: app.id, name: app.name, month, hour, meter: wish.meter.to_owned(), kept_days, events }, next))
}

/// An event that was laid aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuarantinedView {
    /// Its id here.
    pub id: Id,
    /// Name in addresses of its capability.
    pub slug: String,
    /// Source.
    pub source: String,
    /// Id within its source.
    pub event: String,
    /// Why: `time`, `units`, `kind`, `meter`, `subject`, `unsubscribed`.
    pub doubt: String,
    /// Units that it says, as far as it says any.
    pub units: i64,
    /// `waiting`, `taken`, `discarded`.
    pub state: String,
    /// When it came.
    pub made_at: Instant,
    /// What whoever decided wrote.
    pub note: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
}

/// Events that were laid aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuarantineView {
    /// Name in addresses of the capability; nothing if all are shown.
    pub slug: Option<String>,
    /// Which are shown: `waiting`, `taken`, `discarded`.
    pub state: String,
    /// Newest first.
    pub events: Vec<QuarantinedView>,
}

/// Events that were laid aside: of one's own capability, or for the operator of all. And where the list goes on.
pub(crate) fn quarantine<A: Asks>(
    read: &Read,
    who: &Acting,
    slug: Option<&str>,
    state: &str,
    cursor: &str,
) -> Outcome<(QuarantineView, Option<String>), Never> {
    let capability = slug.map(|slug| ops::own_capability(read, who, slug)).transpose()?;
    if capability.is_none() {
        who.may(rights::RUN, &Node::group())?;
    }
    let state = QuarantineState::parse(state).unwrap_or(QuarantineState::Waiting);
    let before = Id::parse(cursor).ok();
    let found = metering::quarantine(read, capability.as_ref().map(|one| &one.id), state, before.as_ref(), PAGE)?;
    let full = i64::try_from(found.len()).unwrap_or(0) >= PAGE;
    let next = found.last().filter(|_| full).map(|last| last.id.to_string());
    let senders: Vec<Id> = found.iter().map(|one| one.sender.clone()).collect();
    let slugs: BTreeMap<Id, String> = sql::capabilities_among(read, &senders)?.into_iter().map(|(id, capability)| (id, capability.slug)).collect();
    let deciders: Vec<Id> = found.iter().filter_map(|one| one.decided_by.clone()).collect();
    let names = A::names(read, &deciders)?;
    let events = found
        .into_iter()
        .map(|one| (slugs.get(&one.sender).cloned().unwrap_or_default(), one))
        .map(|(slug, one)| quarantined_view(one, slug, &names))
        .collect();
    Ok((QuarantineView { slug: slug.map(str::to_owned), state: state.as_str().into(), events }, next))
}

fn quarantined_view(one: Quarantined, slug: String, names: &BTreeMap<Id, String>) -> QuarantinedView {
    QuarantinedView {
        id: one.id,
        slug,
        source: one.source,
        event: one.event,
        doubt: one.doubt,
        units: one.units,
        state: one.state.as_str().into(),
        made_at: one.made_at,
        note: one.note,
        decided_by: one.decided_by.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string())),
        decided_at: one.decided_at,
    }
}

/// What an event that waits seems to say: where its mending begins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct GuessView {
    /// Meter.
    pub meter: String,
    /// App.
    pub app: String,
    /// When.
    pub time: Option<Instant>,
    /// Kind.
    pub kind: String,
    /// Units.
    pub units: Option<i64>,
}

/// A meter to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeterView {
    /// `message.parts`.
    pub meter: String,
    /// What is counted.
    pub name: Bilingual,
}

/// An event that was laid aside, with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuarantinedPageView {
    /// In short.
    pub event: QuarantinedView,
    /// As it came, or its beginning.
    pub body: String,
    /// What it seems to say.
    pub guess: GuessView,
    /// Meters of its capability.
    pub meters: Vec<MeterView>,
}

/// Meters that a capability declares.
pub(crate) fn meters(read: &Read, capability: &Id) -> Result<Vec<MeterView>, Fault> {
    Ok(sql_meter::of(read, capability)?.into_iter().map(|meter| MeterView { meter: meter.key, name: meter.name }).collect())
}

/// An event that was laid aside, for the owner of its capability and the operator.
pub(crate) fn quarantined_page<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<QuarantinedPageView, Never> {
    let (capability, there): (_, Quarantined) = own_quarantined::<Never>(read, who, id).map_err(|_: Failure<Never>| Failure::Absent)?;
    let names = A::names(read, &there.decided_by.iter().cloned().collect::<Vec<_>>())?;
    let body = there.body.clone();
    let says = serde_json::from_str(&body).ok().map(|value| usage_event(&value));
    let guess = says.map(|event| GuessView {
        meter: event.meter,
        app: event.subject,
        time: event.at,
        kind: event.dims.replace(char::is_control, ""),
        units: event.units,
    });
    let body = serde_json::from_str::<serde_json::Value>(&body).and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or(body);
    Ok(QuarantinedPageView {
        meters: meters(read, &capability.id)?,
        event: quarantined_view(there, capability.slug, &names),
        body,
        guess: guess.unwrap_or_default(),
    })
}

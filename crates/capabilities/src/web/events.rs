//! Handlers of usage that capabilities meter themselves: it comes in as CloudEvents, is looked up, and what could not be understood is decided of.

use std::borrow::Cow;
use std::sync::Arc;

use metering::{Decision, MOST_EVENTS, Mended};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes, Sheet};
use words::{Id, Instant};

use crate::Asks;
use crate::cloud_binding::events;
use crate::reservation::{Reservation, ReservationDraft, ReservationRefusal};
use crate::rights::{OWN, RUN};
use crate::view_events::{self as view, EventsView, EventsWanted, QuarantineView, QuarantinedPageView, TakenView};

const TAKING: &[&str] = &["metering-events-many", "metering-event-nameless", "metering-event-conflict", "metering-event-old", "metering-quarantine-full"];
const DECIDING: &[&str] = &[
    "metering-event-decided",
    "metering-note-needed",
    "metering-doubt-time",
    "metering-doubt-units",
    "metering-doubt-kind",
    "metering-doubt-meter",
    "metering-doubt-subject",
    "metering-doubt-unsubscribed",
    "metering-mended-old",
];

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    routes
        .post("/capabilities/{slug}/events", "capabilities.event.take", Access::Right(OWN), take::<A>)
        .refusals(TAKING)
        .post("/capabilities/{slug}/reservations", "capabilities.reservation.make", Access::Right(OWN), reserve::<A>)
        .refusals(ReservationRefusal::CODES)
        .delete("/reservations/{id}", "capabilities.reservation.free", Access::Right(OWN), free::<A>)
        .get("/capabilities/{slug}/quarantine", "capabilities.quarantine.list", Access::Right(OWN), own_quarantine::<A>)
        .template("capabilities/quarantine.html")
        .get("/admin/quarantine", "capabilities.quarantine.all", Access::Right(RUN), quarantine::<A>)
        .template("capabilities/quarantine.html")
        .get("/quarantine/{id}", "capabilities.quarantine.show", Access::Person, show::<A>)
        .template("capabilities/quarantined.html")
        .post("/quarantine/{id}/taking", "capabilities.quarantine.take", Access::Person, mend::<A>)
        .refusals(DECIDING)
        .post("/quarantine/{id}/discarding", "capabilities.quarantine.discard", Access::Person, discard::<A>)
        .refusals(&["metering-event-decided", "metering-note-needed"])
        .get("/apps/{id}/events", "capabilities.event.list", Access::Person, list)
        .template("capabilities/events.html")
}

/// One CloudEvent, a batch of them, or the data of one whose other attributes stand in headers.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
struct EventsForm(Value);

impl JsonSchema for EventsForm {
    fn schema_name() -> Cow<'static, str> {
        "UsageEvents".into()
    }

    /// Asked for is only what tells an event from others (`cloud_binding` checks that); what else is wrong with it is for a person to look at.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let text = |what: &str| serde_json::json!({ "type": "string", "minLength": 1, "maxLength": 300, "description": what });
        let event = serde_json::json!({
            "type": "object",
            "description": "A CloudEvent 1.0",
            "required": ["specversion", "id", "source", "type"],
            "properties": {
                "specversion": { "type": "string", "enum": ["1.0"] },
                "id": text("With the source it names the event: the same again counts once"),
                "source": text("Who says so"),
                "type": text("Meter, as the document of the capability declares it: message.parts"),
                "subject": { "description": "Id of the app that used it" },
                "time": { "description": "When it was used, RFC 3339" },
                "data": { "description": "{\"units\": 3, \"kind\": \"cn\"}: a whole number, and a kind if kinds are told apart" }
            },
            "additionalProperties": true
        });
        let data = serde_json::json!({
            "type": "object",
            "description": "Binary content mode: the body is the data, and the attributes stand in headers, percent-encoded: ce-specversion, ce-id, ce-source, ce-type, ce-subject, ce-time",
            "properties": { "units": { "description": "How much: a whole number" }, "kind": { "description": "In which kind" } },
            "additionalProperties": true
        });
        let batch = serde_json::json!({ "type": "array", "minItems": 1, "maxItems": MOST_EVENTS, "items": { "type": "object", "additionalProperties": true }, "description": "CloudEvents" });
        json_schema!({ "anyOf": [event, batch, data] })
    }
}

fn take<A: Asks>(call: &Call, form: EventsForm) -> Answer<TakenView> {
    let (who, slug) = (call.acting()?, call.path_text("slug").to_owned());
    let events: Arc<[_]> = events(&|name| call.header(name), form.0).map_err(Problem::invalid)?.into();
    call.write("capabilities.take_usage", move |tx| {
        let fates = crate::take_usage::<A>(tx, &who, &slug, &events)?;
        Ok(Reply::json(TakenView::of(fates)))
    })
}

/// Units that are asked for before the work is done.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct ReservationForm {
    /// App.
    #[schemars(length(min = 1, max = 60))]
    app: String,
    /// Meter, as the document of the capability declares it: `message.parts`.
    #[schemars(length(min = 1, max = 100))]
    meter: String,
    /// How many.
    units: i64,
    /// Kept so many minutes; sixty if it is left out.
    #[serde(default = "hour")]
    minutes: i64,
}

fn hour() -> i64 {
    60
}

/// Units that are kept; events name them as `data.reservation`.
#[derive(Debug, Serialize, JsonSchema)]
struct ReservationView {
    /// Id.
    id: Id,
    /// App.
    app: Id,
    /// Meter.
    meter: String,
    /// Month in which they have to be used.
    month: String,
    /// Units that were asked for.
    units: i64,
    /// Those that were neither told as used nor given back.
    left: i64,
    /// Given back by themselves then.
    expires_at: Instant,
}

impl From<Reservation> for ReservationView {
    fn from(one: Reservation) -> Self {
        Self { id: one.id, app: one.app, meter: one.meter, month: one.month, units: one.units, left: one.left_units, expires_at: one.expires_at }
    }
}

fn reserve<A: Asks>(call: &Call, form: ReservationForm) -> Answer<ReservationView> {
    let (who, slug) = (call.acting()?, call.path_text("slug").to_owned());
    let draft = ReservationDraft { app: Id::fixed(form.app.trim().to_owned()), meter: form.meter.trim().into(), units: form.units, minutes: form.minutes };
    call.write("capabilities.reserve_units", move |tx| Ok(Reply::json(crate::reserve_units::<A>(tx, &who, &slug, &draft)?.into())))
}

fn free<A: Asks>(call: &Call, _: Nothing) -> Answer<ReservationView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.free_units", move |tx| Ok(Reply::json(crate::free_units::<A>(tx, &who, &id)?.into())))
}

/// Which events are looked at.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct EventsQuery {
    /// `2026-11`; this one if it is left out.
    #[serde(default)]
    #[schemars(length(max = 7))]
    month: String,
    /// Only this hour.
    #[serde(default)]
    hour: Option<Instant>,
    /// Only this meter.
    #[serde(default)]
    #[schemars(length(max = 100))]
    meter: String,
    /// Where to go on.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    cursor: String,
}

fn list(call: &Call, query: EventsQuery) -> Answer<EventsView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let wish =
        EventsWanted { month: Some(query.month.as_str()), hour: query.hour, meter: &query.meter, cursor: &query.cursor, all: call.wants_sheet().is_some() };
    let (view, next) = call.read(|read| view::app_events(read, &who, &id, &wish))?;
    let columns = [
        "capabilities-events-at",
        "capabilities-events-meter",
        "capabilities-events-kind",
        "capabilities-events-units",
        "capabilities-events-source",
        "capabilities-events-id",
    ];
    let row = |one: &view::EventView| vec![one.at.into(), (&one.meter).into(), (&one.kind).into(), one.units.into(), (&one.source).into(), (&one.id).into()];
    let sheet = Sheet::new(format!("events-{}", view.month.month), &columns).rows(view.events.iter().map(row));
    Ok(Reply::page("capabilities/events.html", view).next(next).sheet(sheet))
}

/// Which events that were laid aside are looked at.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct QuarantineQuery {
    /// `waiting`, `taken`, `discarded`; those that wait if it is left out.
    #[serde(default)]
    #[schemars(length(max = 20))]
    state: String,
    /// Where to go on.
    #[serde(default)]
    #[schemars(length(max = 60))]
    cursor: String,
}

fn own_quarantine<A: Asks>(call: &Call, query: QuarantineQuery) -> Answer<QuarantineView> {
    look::<A>(call, Some(call.path_text("slug")), &query)
}

fn quarantine<A: Asks>(call: &Call, query: QuarantineQuery) -> Answer<QuarantineView> {
    look::<A>(call, None, &query)
}

fn look<A: Asks>(call: &Call, slug: Option<&str>, query: &QuarantineQuery) -> Answer<QuarantineView> {
    let who = call.acting()?;
    let (view, next) = call.read(|read| view::quarantine::<A>(read, &who, slug, &query.state, &query.cursor))?;
    Ok(Reply::page("capabilities/quarantine.html", view).next(next))
}

fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<QuarantinedPageView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    Ok(Reply::page("capabilities/quarantined.html", call.read(|read| view::quarantined_page::<A>(read, &who, &id))?))
}

/// An event as it is to be counted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct MendForm {
    /// Meter.
    #[schemars(length(max = 100))]
    meter: String,
    /// App.
    #[schemars(length(max = 60))]
    app: String,
    /// When it was used.
    time: Option<Instant>,
    /// Kind.
    #[serde(default)]
    #[schemars(length(max = 200))]
    kind: String,
    /// How much.
    units: Option<i64>,
    /// Why it is mended like that.
    #[serde(default)]
    #[schemars(length(max = 500))]
    note: String,
}

/// An event that does not count.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct DiscardForm {
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 500))]
    note: String,
}

/// What was decided.
#[derive(Debug, Serialize, JsonSchema)]
struct DecidedView {
    /// The event.
    id: Id,
    /// `taken` or `discarded`.
    state: String,
}

fn mend<A: Asks>(call: &Call, form: MendForm) -> Answer<DecidedView> {
    let mended = Mended { meter: form.meter.trim().into(), subject: form.app.trim().into(), at: form.time, dims: form.kind.trim().into(), units: form.units };
    decide::<A>(call, Decision::Take(mended), form.note, "capabilities-said-event-taken")
}

fn discard<A: Asks>(call: &Call, form: DiscardForm) -> Answer<DecidedView> {
    decide::<A>(call, Decision::Discard, form.note, "capabilities-said-event-discarded")
}

fn decide<A: Asks>(call: &Call, decision: Decision, note: String, said: &'static str) -> Answer<DecidedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.decide_usage", move |tx| {
        let decided = crate::decide_usage::<A>(tx, &who, &id, &decision, &note)?;
        Ok(Reply::done(format!("/quarantine/{id}"), DecidedView { id: decided.id, state: decided.state.as_str().into() }).say(said))
    })
}

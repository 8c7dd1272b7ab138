//! The event log: search by subject, kind, actor and day, newest first; and one event with its data and its seal.
//!
//! Invariant: a page looks at a bounded number of events and says where it stopped; events of nodes without the right are left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Event, Read, Seal};
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet};
use words::{Acting, Day, Fault, Id, Instant, Never, Node};

use crate::rights;

/// Events on a page.
const PAGE: usize = 50;
/// Events read at a time, and how often, for one page.
const WINDOW: i64 = 500;
const WINDOWS: usize = 20;

/// Which events.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct LogQuery {
    /// What they are about.
    #[serde(default)]
    #[schemars(length(max = 300))]
    subject: String,
    /// Beginning of their kind.
    #[serde(default)]
    #[schemars(length(max = 100))]
    kind: String,
    /// Who did it: an id, or a name that fits one person.
    #[serde(default)]
    #[schemars(length(max = 100))]
    actor: String,
    /// First day.
    from: Option<Day>,
    /// Last day.
    until: Option<Day>,
    /// Number of the event before which to go on.
    cursor: Option<i64>,
}

/// An event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct EventRow {
    /// Id.
    id: Id,
    /// Place in the sealed log.
    seq: Option<i64>,
    /// When.
    at: Instant,
    /// Kind.
    kind: String,
    /// Who.
    actor: Id,
    /// Their name; nothing for the system and those without one.
    actor_name: Option<String>,
    /// The official in whose place they acted.
    on_behalf_of: Option<Id>,
    /// Where.
    node: Node,
    /// What it is about.
    subject: String,
    /// The event that led to it.
    cause: Option<Id>,
}

/// A page of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LogView {
    /// Filter in force.
    subject: String,
    /// Filter in force.
    kind: String,
    /// Filter in force.
    actor: String,
    /// Filter in force.
    from: Option<Day>,
    /// Filter in force.
    until: Option<Day>,
    /// Newest first.
    events: Vec<EventRow>,
    /// Events that were looked at for this page.
    looked_at: i64,
    /// Number of the newest sealed event.
    head: i64,
}

/// Rows with the names of who did it.
pub(super) fn rows(read: &Read, events: Vec<Event>) -> Result<Vec<EventRow>, Fault> {
    let actors: Vec<Id> = events.iter().map(|event| event.actor.clone()).collect();
    let names: BTreeMap<Id, String> = identity::person_names(read, &actors)?;
    let row = |event: Event| EventRow {
        actor_name: names.get(&event.actor).cloned(),
        id: event.id,
        seq: event.seq,
        at: event.at,
        kind: event.kind,
        actor: event.actor,
        on_behalf_of: event.on_behalf_of,
        node: event.node,
        subject: event.subject,
        cause: event.cause,
    };
    Ok(events.into_iter().map(row).collect())
}

pub(super) fn list(call: &Call, query: LogQuery) -> Answer<LogView> {
    let who = call.acting()?;
    let (view, next) = call.read::<_, Never>(|read| {
        let head = read.head()?.map_or(0, |seal| seal.seq_to);
        let found = search(read, &who, &query, head)?;
        let events = rows(read, found.events)?;
        let q = query.clone();
        Ok((LogView { subject: q.subject, kind: q.kind, actor: q.actor, from: q.from, until: q.until, events, looked_at: found.looked_at, head }, found.next))
    })?;
    let sheet = sheet(&view.events);
    Ok(Reply::page("portal/audit.html", view).next(next.map(|seq| seq.to_string())).sheet(sheet))
}

struct Found {
    events: Vec<Event>,
    looked_at: i64,
    next: Option<i64>,
}

/// Walks back through the log in windows until a page is full, the first day is passed, or enough was looked at.
fn search(read: &Read, who: &Acting, query: &LogQuery, head: i64) -> Result<Found, Fault> {
    let actor = actor(read, &query.actor)?;
    let newest = match query.until {
        Some(day) => before(read, head, day.end())?,
        None => head,
    };
    let mut to = query.cursor.map_or(newest, |cursor| newest.min(cursor - 1));
    let mut found = Found { events: Vec::new(), looked_at: 0, next: None };
    for _ in 0..WINDOWS {
        if to < 1 {
            return Ok(found);
        }
        let from = (to - WINDOW).max(0);
        for event in read.events_since(from, to - from)?.into_iter().rev() {
            found.looked_at += 1;
            if query.from.is_some_and(|day| event.at < day.start()) {
                return Ok(found);
            }
            let seq = event.seq.unwrap_or(0);
            if fits(&event, query, actor.as_ref()) && who.can(rights::AUDIT, &event.node) {
                found.events.push(event);
            }
            if found.events.len() == PAGE {
                found.next = (seq > 1).then_some(seq);
                return Ok(found);
            }
        }
        to = from;
    }
    found.next = (to > 0).then_some(to + 1);
    Ok(found)
}

/// Whom an actor's filter means: nobody in particular, one person, or an id that nobody has.
fn actor(read: &Read, text: &str) -> Result<Option<Id>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut hits = identity::find_people(read, text, 2)?;
    Ok(Some(if hits.len() == 1 { hits.remove(0) } else { Id::fixed(text) }))
}

fn fits(event: &Event, query: &LogQuery, actor: Option<&Id>) -> bool {
    (query.subject.is_empty() || event.subject == query.subject.trim())
        && event.kind.starts_with(query.kind.trim())
        && actor.is_none_or(|actor| event.actor == *actor)
}

/// Number of the last event before a moment: halves the log until it is found.
fn before(read: &Read, head: i64, moment: Instant) -> Result<i64, Fault> {
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let at = read.events_since(middle - 1, 1)?.first().map(|event| event.at);
        if at.is_some_and(|at| at < moment) { low = middle } else { high = middle - 1 }
    }
    Ok(low)
}

fn sheet(events: &[EventRow]) -> Sheet {
    let columns = ["portal-col-seq", "portal-col-at", "portal-col-event-kind", "portal-col-actor", "portal-col-node", "portal-col-subject"];
    Sheet::new("events", &columns).rows(events.iter().map(|event| {
        let actor = event.actor_name.clone().unwrap_or_else(|| event.actor.to_string());
        vec![event.seq.into(), event.at.into(), (&event.kind).into(), actor.into(), event.node.as_str().into(), (&event.subject).into()]
    }))
}

/// The seal of an event.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SealView {
    /// Number of the batch.
    batch: i64,
    /// Its hash.
    hash: String,
}

/// One event.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EventView {
    /// The event.
    event: EventRow,
    /// Its facts, laid out; nothing if they belong to a case that whoever looks may not see.
    data: Option<String>,
    /// Rows that its transaction changed: name and SHA-256.
    rows: BTreeMap<String, Option<String>>,
    /// The seal that holds it; nothing until it is sealed.
    seal: Option<SealView>,
    /// Subject, for its trail.
    trail: String,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<EventView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read::<_, Never>(|read| {
        let Some(event) = read.event(&id)?.filter(|event| who.can(rights::AUDIT, &event.node)) else { return Ok(None) };
        let seal = seal_of(read, &event)?;
        let closed = super::is_closed(read, &who, &event.node);
        let (data, changed) = ((!closed).then(|| laid_out(&event.data)), serde_json::from_str(&event.rows).unwrap_or_default());
        let event = rows(read, vec![event])?.pop();
        Ok(event.map(|event| EventView { data, rows: changed, seal, trail: event.subject.clone(), event }))
    })?;
    Ok(Reply::page("portal/event.html", view.ok_or_else(Problem::absent)?))
}

/// The batch that holds the event: the one before the first that was sealed after it, or the head.
fn seal_of(read: &Read, event: &Event) -> Result<Option<SealView>, Fault> {
    if event.seq.is_none() {
        return Ok(None);
    }
    let view = match read.first_seal_after(&event.id)? {
        Some(next) => Some(SealView { batch: next.batch - 1, hash: next.prev_hash }),
        None => read.head()?.map(|Seal { batch, hash, .. }| SealView { batch, hash }),
    };
    Ok(view)
}

fn laid_out(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}

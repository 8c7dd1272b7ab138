//! Every SQL sentence about events that wait for a person.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::event::{Doubt, KEPT_CHARS, UsageEvent};
use crate::quarantine::{QuarantineState, Quarantined};

const ONE: &str = "select * from metering_quarantine where id = $1";
const OF_SENDER: &str = "select * from metering_quarantine where sender = $1 and state = $2 and id < $3 order by id desc limit $4";
const ALL_IN: &str = "select * from metering_quarantine where state = $1 and id < $2 order by id desc limit $3";
const WAITING: &str = "select count(*) as n from metering_quarantine where sender = $1 and state = 'waiting'";
const WAITING_IN: &str = "select count(*) as n, cast(coalesce(sum(units), 0) as bigint) as units from metering_quarantine
     where counted_at >= $1 and counted_at < $2 and state = 'waiting'";
/// Waits without an event, an event without what waits, and what of the discarded the reasons say.
const LOOSE: &str = "select count(*) as n from metering_quarantine q where state = 'waiting' and not exists (select 1 from metering_event e
     where e.sender = q.sender and e.source = q.source and e.id = q.event and e.outcome = 'quarantined')";
const LOST: &str = "select count(*) as n from metering_event e where outcome = 'quarantined' and not exists (select 1 from metering_quarantine q
     where q.sender = e.sender and q.source = e.source and q.event = e.id and q.state = 'waiting')";
const DISCARDED: &str = "select count(*) as n, cast(coalesce(sum(units), 0) as bigint) as units from metering_quarantine where state = 'discarded'";
const SAID: &str =
    "select cast(coalesce(sum(count), 0) as bigint) as n, cast(coalesce(sum(units), 0) as bigint) as units from metering_reason where reason = 'discarded'";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ONE, OF_SENDER, ALL_IN, WAITING, WAITING_IN, LOOSE, LOST, DISCARDED, SAID];

fn quarantined_of(row: &Row) -> Result<Quarantined, Fault> {
    let state: String = row.get("state")?;
    Ok(Quarantined {
        id: row.get("id")?,
        sender: row.get("sender")?,
        source: row.get("source")?,
        event: row.get("event")?,
        doubt: row.get("doubt")?,
        body: row.get("body")?,
        units: row.get("units")?,
        counted_at: row.get("counted_at")?,
        state: QuarantineState::parse(&state).ok_or_else(|| Fault::new(format!("state of an event {state}")))?,
        note: row.get("note")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
        made_at: row.get("made_at")?,
    })
}

/// An event is laid aside; until somebody decides it is counted in that hour with these units.
pub(crate) fn insert(tx: &mut Tx, sender: &Id, event: &UsageEvent, doubt: Doubt, units: i64, counted_at: Instant) -> Result<Id, Fault> {
    let (id, now) = (tx.id("qtn"), tx.now());
    let body: String = event.body.chars().take(KEPT_CHARS).collect();
    let columns = [
        ("id", (&id).into()),
        ("sender", sender.into()),
        ("source", (&event.source).into()),
        ("event", (&event.id).into()),
        ("doubt", doubt.as_str().into()),
        ("body", body.into()),
        ("units", units.into()),
        ("counted_at", counted_at.into()),
        ("state", QuarantineState::Waiting.as_str().into()),
        ("note", "".into()),
        ("decided_by", Value::Null),
        ("decided_at", Value::Null),
        ("made_at", now.into()),
    ];
    tx.insert("metering_quarantine", &columns)?;
    Ok(id)
}

pub(crate) fn one(read: &Read, id: &Id) -> Result<Option<Quarantined>, Fault> {
    read.row(ONE, &params![id])?.as_ref().map(quarantined_of).transpose()
}

/// Newest first; of one sender or of all.
pub(crate) fn list(read: &Read, sender: Option<&Id>, state: QuarantineState, before: &str, limit: i64) -> Result<Vec<Quarantined>, Fault> {
    let rows = match sender {
        Some(sender) => read.rows(OF_SENDER, &params![sender, state.as_str(), before, limit])?,
        None => read.rows(ALL_IN, &params![state.as_str(), before, limit])?,
    };
    rows.iter().map(quarantined_of).collect()
}

pub(crate) fn decided(tx: &mut Tx, one: &Quarantined) -> Result<(), Fault> {
    let sql = "update metering_quarantine set state = $2, note = $3, decided_by = $4, decided_at = $5 where id = $1";
    let values = params![&one.id, one.state.as_str(), &one.note, one.decided_by.as_ref(), one.decided_at];
    tx.change("metering_quarantine", sql, &values).map(drop)
}

/// How many events of a sender wait.
pub(crate) fn waiting(read: &Read, sender: &Id) -> Result<i64, Fault> {
    read.row(WAITING, &params![sender])?.map_or(Ok(0), |row| row.get("n"))
}

fn sum(read: &Read, sql: &str, values: &[Value]) -> Result<(i64, i64), Fault> {
    read.row(sql, values)?.map_or(Ok((0, 0)), |row| Ok((row.get("n")?, row.get("units")?)))
}

/// Events that wait and are counted in this time: how many, and their units.
pub(crate) fn waiting_in(read: &Read, from: Instant, to: Instant) -> Result<(i64, i64), Fault> {
    sum(read, WAITING_IN, &params![from, to])
}

/// What is wrong between events, those that wait, and what was discarded.
pub(crate) fn wrong(read: &Read) -> Result<Vec<String>, Fault> {
    let count = |sql: &str| read.row(sql, &[])?.map_or(Ok(0), |row| row.get::<i64>("n"));
    let (loose, lost) = (count(LOOSE)?, count(LOST)?);
    let (discarded, said) = (sum(read, DISCARDED, &[])?, sum(read, SAID, &[])?);
    let mut wrong = Vec::new();
    if loose + lost > 0 {
        wrong.push(format!("{loose} wait and are no events that wait, {lost} are events that wait and are not here"));
    }
    if discarded != said {
        wrong.push(format!("{discarded:?} events and units were discarded, the rollups say {said:?}"));
    }
    Ok(wrong)
}

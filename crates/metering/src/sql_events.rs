//! Every SQL sentence about usage that capabilities meter themselves.

use std::collections::HashMap;
use std::sync::LazyLock;

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::event::{EventOutcome, UsageEvent};
use crate::many::{Insert, Lookup};
use crate::usage_event::EventRow;

static KNOWN: LazyLock<Lookup> = LazyLock::new(|| {
    let select = "select e.source, e.id, e.body_hash, e.outcome from wanted w join metering_event e on e.sender = $1 and e.source = w.source and e.id = w.id";
    Lookup::new(&["source", "id"], select)
});
static PUT: LazyLock<Insert> = LazyLock::new(|| {
    let columns = ["sender", "source", "id", "body_hash", "subject", "meter", "dims", "at", "units", "outcome"];
    Insert::new("metering_event", &columns, "")
});
const DECIDE: &str =
    "update metering_event set subject = $4, meter = $5, dims = $6, at = $7, units = $8, outcome = $9 where sender = $1 and source = $2 and id = $3";
const OF_SUBJECT: &str = "select * from metering_event where subject = $1 and at >= $2 and at < $3 and outcome = 'taken' and (at, id, source) < ($4, $5, $6)
     order by at desc, id desc, source desc limit $7";
const OF_METER: &str =
    "select * from metering_event where subject = $1 and at >= $2 and at < $3 and meter = $8 and outcome = 'taken' and (at, id, source) < ($4, $5, $6)
     order by at desc, id desc, source desc limit $7";
const SWEEP: &str =
    "delete from metering_event where (sender, source, id) in (select sender, source, id from metering_event where at < $1 and outcome <> 'quarantined'
     order by at limit $2)";
const ANY: &str = "select id from metering_event where outcome <> 'quarantined' limit 1";
/// Rollups of hours whose events are all kept, beside what these events add up to; only where they differ.
const DIFFER: &str = "select r.subject, r.meter, r.dims, r.hour, r.accepted, r.units, e.events, e.units as event_units from metering_rollup r
     left join (select subject, meter, dims, (at / 3600000000) * 3600000000 as hour, count(*) as events, cast(sum(units) as bigint) as units
     from metering_event where outcome = 'taken' and at >= $1 group by subject, meter, dims, (at / 3600000000) * 3600000000) e
     on e.subject = r.subject and e.meter = r.meter and e.dims = r.dims and e.hour = r.hour
     where r.hour >= $1 and r.meter <> '' and r.meter not like '%.calls' and (e.events is null or e.events <> r.accepted or e.units <> r.units
     or r.accepted <> r.billable or r.units <> r.units_accepted) order by r.hour, r.subject, r.meter, r.dims limit 20";
const ROLLUPS: &str = "select count(*) as n from metering_rollup where hour >= $1 and meter <> '' and meter not like '%.calls'";
const STRAY: &str = "select count(*) as n from metering_event e where at >= $1 and outcome = 'taken' and not exists (select 1 from metering_rollup r
     where r.subject = e.subject and r.meter = e.meter and r.dims = e.dims and r.hour = (e.at / 3600000000) * 3600000000)";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) fn all() -> Vec<&'static str> {
    vec![KNOWN.single(), PUT.single(), DECIDE, OF_SUBJECT, OF_METER, SWEEP, ANY, DIFFER, ROLLUPS, STRAY]
}

/// Source and id of an event, as it is known.
pub(crate) type Name = (String, String);

/// Hashes and outcomes of those of these events that came before.
pub(crate) fn known(read: &Read, sender: &Id, events: &[UsageEvent]) -> Result<HashMap<Name, (String, EventOutcome)>, Fault> {
    let key = |event: &UsageEvent, all: &mut Vec<Value>| all.extend(params![&event.source, &event.id]);
    let one = |row: &Row| Ok(((row.get("source")?, row.get("id")?), (row.get("body_hash")?, outcome_of(row)?)));
    KNOWN.rows(read, &sender.into(), events, key)?.iter().map(one).collect()
}

/// Hash of an event that came before.
pub(crate) fn hash(read: &Read, sender: &Id, source: &str, id: &str) -> Result<Option<String>, Fault> {
    let rows = KNOWN.rows(read, &sender.into(), &[(source, id)], |(source, id), all| all.extend(params![*source, *id]))?;
    rows.first().map(|row| row.get("body_hash")).transpose()
}

fn outcome_of(row: &Row) -> Result<EventOutcome, Fault> {
    let text: String = row.get("outcome")?;
    EventOutcome::parse(&text).ok_or_else(|| Fault::new(format!("outcome of an event {text}")))
}

/// An event that came, with the moment and the units that it is kept under.
pub(crate) struct Fresh<'a> {
    pub event: &'a UsageEvent,
    pub at: Instant,
    pub units: i64,
    pub outcome: EventOutcome,
}

pub(crate) fn put(tx: &mut Tx, sender: &Id, fresh: &[Fresh<'_>]) -> Result<(), Fault> {
    PUT.put(tx, fresh, |one, all| {
        let event = one.event;
        all.extend(params![sender, &event.source, &event.id, &event.body_hash, &event.subject, &event.meter, &event.dims]);
        all.extend(params![one.at, one.units, one.outcome.as_str()]);
    })
}

/// A person decided: the event is kept as it is counted now.
pub(crate) fn decide(tx: &mut Tx, sender: &Id, decided: &Fresh<'_>) -> Result<(), Fault> {
    let event = decided.event;
    let values = params![sender, &event.source, &event.id, &event.subject, &event.meter, &event.dims, decided.at, decided.units, decided.outcome.as_str()];
    match tx.execute(DECIDE, &values)? {
        1 => Ok(()),
        count => Err(Fault::new(format!("{count} events {} of {}", event.id, event.source))),
    }
}

/// Which events are looked at.
pub(crate) struct Wanted<'a> {
    pub subject: &'a str,
    /// All, if missing.
    pub meter: Option<&'a str>,
    pub from: Instant,
    pub to: Instant,
    /// Those before this one: moment, id, source.
    pub before: Option<(Instant, String, String)>,
}

/// Events of a subject that count, newest first.
pub(crate) fn of_subject(read: &Read, wanted: &Wanted<'_>, limit: i64) -> Result<Vec<EventRow>, Fault> {
    let (at, id, source) = wanted.before.clone().unwrap_or_else(|| (wanted.to, String::new(), String::new()));
    let mut values = params![wanted.subject, wanted.from, wanted.to, at, id, source, limit].to_vec();
    let sql = match wanted.meter {
        Some(meter) => {
            values.push(meter.into());
            OF_METER
        }
        None => OF_SUBJECT,
    };
    read.rows(sql, &values)?.iter().map(row_of).collect()
}

fn row_of(row: &Row) -> Result<EventRow, Fault> {
    Ok(EventRow {
        source: row.get("source")?,
        id: row.get("id")?,
        subject: row.get("subject")?,
        meter: row.get("meter")?,
        dims: row.get("dims")?,
        at: row.get("at")?,
        units: row.get("units")?,
    })
}

/// Forgets events whose time is over; those that wait for a person stay.
pub(crate) fn sweep(tx: &mut Tx, before: Instant, limit: i64) -> Result<i64, Fault> {
    let gone = tx.execute(SWEEP, &params![before, limit])?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

/// Is any event kept that can be forgotten one day?
pub(crate) fn any(read: &Read) -> Result<bool, Fault> {
    Ok(read.row(ANY, &[])?.is_some())
}

/// Where a rollup does not say what its events say, and how.
pub(crate) fn differing(read: &Read, from: Instant) -> Result<Vec<(String, String)>, Fault> {
    let differs = |row: &Row| {
        let text = |column: &str| row.get::<String>(column);
        let number = |column: &str| row.get::<Option<i64>>(column).map(Option::unwrap_or_default);
        let place = format!("{}/{}/{}/{}", text("subject")?, text("meter")?, text("dims")?, number("hour")?);
        let (accepted, units) = (number("accepted")?, number("units")?);
        Ok((place, format!("says {accepted} events, {units} units; the events kept say {} and {}", number("events")?, number("event_units")?)))
    };
    read.rows(DIFFER, &params![from])?.iter().map(differs).collect()
}

pub(crate) fn rollups(read: &Read, from: Instant) -> Result<i64, Fault> {
    read.row(ROLLUPS, &params![from])?.map_or(Ok(0), |row| row.get("n"))
}

/// Events that no rollup knows.
pub(crate) fn stray(read: &Read, from: Instant) -> Result<i64, Fault> {
    read.row(STRAY, &params![from])?.map_or(Ok(0), |row| row.get("n"))
}

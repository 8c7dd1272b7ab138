//! Every SQL sentence about events, deliveries and attempts; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::message::DeliveryState;

const DUE: &str = "select d.endpoint, min(d.id) as id, d.next_at from callbacks_delivery d
     join (select w.endpoint, min(w.next_at) as next_at from callbacks_delivery w join callbacks_endpoint e on e.id = w.endpoint
         where w.state = 'waiting' and w.next_at <= $1 and e.state = 'on' group by w.endpoint order by 2 limit 256) o
     on o.endpoint = d.endpoint and o.next_at = d.next_at
     where d.state = 'waiting' group by d.endpoint, d.next_at order by d.next_at";
const SOURCE: &str = "select source from callbacks_site where id = 'here'";
const DELIVERY_AT: &str = "select d.*, v.kind, v.body from callbacks_delivery d join callbacks_event v on v.id = d.event where d.id = $1";
const DELIVERIES_OF: &str = "select d.*, v.kind, '' as body from callbacks_delivery d join callbacks_event v on v.id = d.event
     where d.endpoint = $1 and ($2 = '' or d.state = $2) and ($3 = '' or d.id < $3) order by d.id desc limit $4";
const ATTEMPTS_OF: &str = "select * from callbacks_attempt where delivery = $1 order by number desc limit 100";
const FAILED_OF: &str = "select id from callbacks_delivery where endpoint = $1 and state = 'failed' and made_at >= $2 order by id limit 200";
const EVENT_AT: &str = "select id from callbacks_event where id = $1";
const OLD: &str = "select id from callbacks_event where made_at < $1 order by made_at limit 200";
const TAKEN: &str = "select d.id, (select cast(count(*) as bigint) from callbacks_attempt a where a.delivery = d.id and a.status between 200 and 299) as taken
     from callbacks_delivery d where d.state = 'delivered' and d.id > $1 order by d.id limit 500";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SOURCE, DUE, DELIVERY_AT, DELIVERIES_OF, ATTEMPTS_OF, FAILED_OF, EVENT_AT, OLD, TAKEN];

/// An event for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub id: Id,
    pub endpoint: Id,
    pub event: Id,
    pub kind: String,
    /// Empty in lists.
    pub body: String,
    pub state: DeliveryState,
    pub attempts: i64,
    pub next_at: Instant,
    pub made_at: Instant,
}

/// What came of sending it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub number: i64,
    pub at: Instant,
    pub took_ms: i64,
    pub status: Option<i64>,
    pub said: String,
}

/// A delivery that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub id: Id,
    pub endpoint: Id,
    pub next_at: Instant,
}

fn delivery_of(row: &Row) -> Result<Delivery, Fault> {
    let state: String = row.get("state")?;
    Ok(Delivery {
        id: row.get("id")?,
        endpoint: row.get("endpoint")?,
        event: row.get("event")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
        state: DeliveryState::parse(&state).ok_or_else(|| Fault::new(format!("delivery state {state}")))?,
        attempts: row.get("attempts")?,
        next_at: row.get("next_at")?,
        made_at: row.get("made_at")?,
    })
}

fn attempt_of(row: &Row) -> Result<Attempt, Fault> {
    let number: i64 = row.get("number")?;
    Ok(Attempt { number, at: row.get("at")?, took_ms: row.get("took_ms")?, status: row.get("status")?, said: row.get("said")? })
}

/// The oldest of each endpoint, oldest first, at most 256.
pub(crate) fn due(read: &Read, now: Instant) -> Result<Vec<Due>, Fault> {
    let due = |row: &Row| Ok(Due { id: row.get("id")?, endpoint: row.get("endpoint")?, next_at: row.get("next_at")? });
    read.rows(DUE, &params![now])?.iter().map(due).collect()
}

pub(crate) fn delivery(read: &Read, id: &Id) -> Result<Option<Delivery>, Fault> {
    read.row(DELIVERY_AT, &params![id])?.as_ref().map(delivery_of).transpose()
}

/// Newest first, of a state if one is named, before the cursor.
pub(crate) fn deliveries_of(read: &Read, endpoint: &Id, state: Option<DeliveryState>, before: &str, limit: i64) -> Result<Vec<Delivery>, Fault> {
    let state = state.map_or("", DeliveryState::as_str);
    read.rows(DELIVERIES_OF, &params![endpoint, state, before, limit])?.iter().map(delivery_of).collect()
}

pub(crate) fn attempts_of(read: &Read, delivery: &Id) -> Result<Vec<Attempt>, Fault> {
    read.rows(ATTEMPTS_OF, &params![delivery])?.iter().map(attempt_of).collect()
}

pub(crate) fn failed_since(read: &Read, endpoint: &Id, since: Instant) -> Result<Vec<Id>, Fault> {
    read.rows(FAILED_OF, &params![endpoint, since])?.iter().map(|row| row.get("id")).collect()
}

/// Where events come from.
pub(crate) fn source(read: &Read) -> Result<String, Fault> {
    read.row(SOURCE, &[])?.map_or(Ok(String::new()), |row| row.get("source"))
}

pub(crate) fn source_put(tx: &mut Tx, source: &str) -> Result<(), Fault> {
    let sql = "insert into callbacks_site (id, source) values ('here', $1) on conflict (id) do update set source = excluded.source";
    tx.execute(sql, &params![source]).map(drop)
}

/// Was it published before?
pub(crate) fn event_known(read: &Read, id: &Id) -> Result<bool, Fault> {
    Ok(read.row(EVENT_AT, &params![id])?.is_some())
}

pub(crate) fn event_insert(tx: &mut Tx, id: &Id, owner: &Id, kind: &str, body: &str) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "insert into callbacks_event (id, owner, kind, body, made_at) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &params![id, owner, kind, body, now]).map(drop)
}

pub(crate) fn delivery_insert(tx: &mut Tx, endpoint: &Id, event: &Id) -> Result<Id, Fault> {
    let (id, now) = (tx.id("cbd"), tx.now());
    let sql = "insert into callbacks_delivery (id, endpoint, event, state, attempts, next_at, made_at) values ($1, $2, $3, 'waiting', 0, $4, $4)";
    tx.execute(sql, &params![&id, endpoint, event, now])?;
    Ok(id)
}

/// Takes a due delivery until then; `false` if another has taken it.
pub(crate) fn delivery_lease(tx: &mut Tx, due: &Due, until: Instant) -> Result<bool, Fault> {
    let sql = "update callbacks_delivery set next_at = $3 where id = $1 and state = 'waiting' and next_at = $2";
    Ok(tx.execute(sql, &params![&due.id, due.next_at, until])? > 0)
}

pub(crate) fn delivery_put(tx: &mut Tx, id: &Id, state: DeliveryState, attempts: i64, next_at: Instant) -> Result<(), Fault> {
    let sql = "update callbacks_delivery set state = $2, attempts = $3, next_at = $4 where id = $1";
    tx.execute(sql, &params![id, state.as_str(), attempts, next_at]).map(drop)
}

/// Whatever waits for an endpoint that is paused or taken away has failed.
pub(crate) fn deliveries_give_up(tx: &mut Tx, endpoint: &Id) -> Result<(), Fault> {
    tx.execute("update callbacks_delivery set state = 'failed' where endpoint = $1 and state = 'waiting'", &params![endpoint]).map(drop)
}

pub(crate) fn attempt_insert(tx: &mut Tx, delivery: &Id, attempt: &Attempt) -> Result<(), Fault> {
    let sql = "insert into callbacks_attempt (delivery, number, at, took_ms, status, said) values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &params![delivery, attempt.number, attempt.at, attempt.took_ms, attempt.status, &attempt.said]).map(drop)
}

/// Takes away what was published before then, at most 200 events; returns how many.
pub(crate) fn events_drop(tx: &mut Tx, before: Instant) -> Result<usize, Fault> {
    let old: Vec<Id> = tx.rows(OLD, &params![before])?.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?;
    for id in &old {
        tx.execute("delete from callbacks_attempt where delivery in (select id from callbacks_delivery where event = $1)", &params![id])?;
        tx.execute("delete from callbacks_delivery where event = $1", &params![id])?;
        tx.execute("delete from callbacks_event where id = $1", &params![id])?;
    }
    Ok(old.len())
}

/// Deliveries that count as taken, after the cursor, and whether an attempt says so.
pub(crate) fn check_taken(read: &Read, after: &str) -> Result<Vec<(String, bool)>, Fault> {
    read.rows(TAKEN, &params![after])?.iter().map(|row| Ok((row.get("id")?, row.get::<i64>("taken")? > 0))).collect()
}

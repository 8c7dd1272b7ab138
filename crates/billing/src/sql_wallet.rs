//! SQL of lots, what is set aside, budgets and top-ups; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::budget::Budget;
use crate::lot::{Lot, Origin};
use crate::month::Month;
use crate::reserves::Reserve;
use crate::sql::month_at;
use crate::top_up::{TopUp, TopUpState};

const LOTS: &str = "select * from billing_lot where customer = $1 and left_minor > 0 order by id limit 2000";
const LOTS_ALL: &str = "select * from billing_lot where customer = $1 and id < $2 order by id desc limit $3";
const EXPIRED: &str = "select * from billing_lot where left_minor > 0 and expires_on < $1 order by id limit $2";
const LOTS_AFTER: &str = "select * from billing_lot where id > $1 order by id limit 500";
const HELD: &str = "select lot, held_minor from billing_held where subject = $1 and held_minor > 0 order by lot limit 500";
const HELD_SUMS: &str = "select subject, cast(sum(held_minor) as bigint) as n from billing_held group by subject order by subject limit 10000";
const RESERVES: &str = "select * from billing_reserve where subject = $1 and month >= $2 order by month, meter limit 500";
const RESERVES_ALL: &str =
    "select subject, month, cast(sum(limit_minor) as bigint) as limit_minor from billing_reserve group by subject, month order by subject, month limit 10000";
const TO_LOOK_AFTER: &str = "select case when exists (select 1 from billing_subscription where mode = 'prepaid' and (end_at is null or end_at > $1))
     or exists (select 1 from billing_budget where budget_minor < 9223372036854775807) or exists (select 1 from billing_lot where left_minor > 0 and expires_on is not null) then 1 else 0 end as n";
const BUDGET: &str = "select * from billing_budget where subject = $1";
const BUDGETS_AFTER: &str = "select * from billing_budget where subject > $1 order by subject limit $2";
const LIMITED: &str = "select subject from billing_budget where hard = 1 order by subject limit 100000";
const TOP_UP: &str = "select * from billing_topup where id = $1";
const TOP_UP_BY: &str = "select * from billing_topup where reference = $1";
const TOP_UPS: &str = "select * from billing_topup where customer = $1 order by id desc limit 50";
const SPENT: &str = "select cast(coalesce(sum(c.total_minor), 0) as bigint) as n from billing_charge c join billing_subscription s on s.id = c.subscription
     where s.subject = $1 and c.source = $2 and c.mode = 'prepaid' and c.voided = 0";

const BESIDE: &str = "select minor from billing_beside where subject = $1 and month = $2";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    LOTS,
    LOTS_ALL,
    EXPIRED,
    LOTS_AFTER,
    HELD,
    HELD_SUMS,
    RESERVES,
    RESERVES_ALL,
    TO_LOOK_AFTER,
    BUDGET,
    BUDGETS_AFTER,
    LIMITED,
    TOP_UP,
    TOP_UP_BY,
    TOP_UPS,
    SPENT,
    BESIDE,
];

fn lot_of(row: &Row) -> Result<Lot, Fault> {
    let origin: String = row.get("origin")?;
    Ok(Lot {
        id: row.get("id")?,
        customer: row.get("customer")?,
        priority: row.get("priority")?,
        expires_on: row.get("expires_on")?,
        subjects: row.json("subjects")?,
        origin: Origin::parse(&origin).ok_or_else(|| Fault::new(format!("billing_lot.origin {origin}")))?,
        amount_minor: row.get("amount_minor")?,
        left_minor: row.get("left_minor")?,
        reason: row.get("reason")?,
        made_at: row.get("made_at")?,
    })
}

fn lots_of(rows: &[Row]) -> Result<Vec<Lot>, Fault> {
    rows.iter().map(lot_of).collect()
}

/// Lots of a customer that are not empty.
pub(crate) fn lots(read: &Read, customer: &Id) -> Result<Vec<Lot>, Fault> {
    lots_of(&read.rows(LOTS, &params![customer])?)
}

/// All lots of a customer, newest first.
pub(crate) fn lots_all(read: &Read, customer: &Id, before: &str, limit: i64) -> Result<Vec<Lot>, Fault> {
    lots_of(&read.rows(LOTS_ALL, &params![customer, before, limit])?)
}

/// Lots that are over and not empty.
pub(crate) fn expired(read: &Read, today: words::Day, limit: i64) -> Result<Vec<Lot>, Fault> {
    lots_of(&read.rows(EXPIRED, &params![today, limit])?)
}

pub(crate) fn lots_after(read: &Read, id: &str) -> Result<Vec<Lot>, Fault> {
    lots_of(&read.rows(LOTS_AFTER, &params![id])?)
}

pub(crate) fn lot_insert(tx: &mut Tx, lot: &Lot) -> Result<(), Fault> {
    let columns = [
        ("id", (&lot.id).into()),
        ("customer", (&lot.customer).into()),
        ("priority", lot.priority.into()),
        ("expires_on", lot.expires_on.into()),
        ("subjects", serde_json::to_string(&lot.subjects).map_err(Fault::new)?.into()),
        ("origin", lot.origin.as_str().into()),
        ("amount_minor", lot.amount_minor.into()),
        ("left_minor", lot.left_minor.into()),
        ("reason", (&lot.reason).into()),
        ("made_at", lot.made_at.into()),
    ];
    tx.insert("billing_lot", &columns).map(drop)
}

/// Adds to what is left of a lot (takes from it, below zero).
pub(crate) fn lot_add(tx: &mut Tx, lot: &Id, minor: i64) -> Result<(), Fault> {
    tx.change("billing_lot", "update billing_lot set left_minor = left_minor + $2 where id = $1", &params![lot, minor]).map(drop)
}

/// Is there a wallet that pays, or paid since a moment, a budget, or a lot that may expire?
pub(crate) fn to_look_after(read: &Read, since: Instant) -> Result<bool, Fault> {
    read.row(TO_LOOK_AFTER, &params![since])?.map_or(Ok(false), |row| Ok(row.get::<i64>("n")? != 0))
}

/// What is set aside for a subject, by lot.
pub(crate) fn held(read: &Read, subject: &str) -> Result<Vec<(Id, i64)>, Fault> {
    read.rows(HELD, &params![subject])?.iter().map(|row| Ok((row.get("lot")?, row.get("held_minor")?))).collect()
}

/// Sets aside of a lot for a subject (frees it, below zero).
pub(crate) fn held_add(tx: &mut Tx, subject: &str, lot: &Id, minor: i64) -> Result<(), Fault> {
    let sql = "insert into billing_held (subject, lot, held_minor) values ($1, $2, $3)
         on conflict (subject, lot) do update set held_minor = billing_held.held_minor + excluded.held_minor";
    tx.change("billing_held", sql, &params![subject, lot, minor]).map(drop)
}

/// What is set aside, by subject.
pub(crate) fn held_sums(read: &Read) -> Result<Vec<(String, i64)>, Fault> {
    read.rows(HELD_SUMS, &[])?.iter().map(|row| Ok((row.get("subject")?, row.get("n")?))).collect()
}

/// Calls that were admitted before, by month and meter.
pub(crate) fn reserves(read: &Read, subject: &str, since: Month) -> Result<Vec<Reserve>, Fault> {
    let of =
        |row: &Row| Ok(Reserve { month: month_at(row, "month")?, meter: row.get("meter")?, calls: row.get("calls")?, limit_minor: row.get("limit_minor")? });
    read.rows(RESERVES, &params![subject, since.to_string()])?.iter().map(of).collect()
}

/// What is taken of limits, by subject and month.
pub(crate) fn reserves_all(read: &Read) -> Result<Vec<(String, Month, i64)>, Fault> {
    read.rows(RESERVES_ALL, &[])?.iter().map(|row| Ok((row.get("subject")?, month_at(row, "month")?, row.get("limit_minor")?))).collect()
}

pub(crate) fn reserve_put(tx: &mut Tx, subject: &str, one: &Reserve) -> Result<(), Fault> {
    let sql = "insert into billing_reserve (subject, meter, month, calls, limit_minor) values ($1, $2, $3, $4, $5)
         on conflict (subject, meter, month) do update set calls = excluded.calls, limit_minor = excluded.limit_minor";
    tx.change("billing_reserve", sql, &params![subject, &one.meter, one.month.to_string(), one.calls, one.limit_minor]).map(drop)
}

/// What wallets were charged for calls of a subject in a month, which were admitted before, fen.
pub(crate) fn spent_on_calls(read: &Read, subject: &str, source: Month) -> Result<i64, Fault> {
    let spent: i64 = read.row(SPENT, &params![subject, source.to_string()])?.map_or(Ok(0), |row| row.get("n"))?;
    let beside: i64 = read.row(BESIDE, &params![subject, source.to_string()])?.map_or(Ok(0), |row| row.get("minor"))?;
    Ok(spent - beside)
}

/// So much more was charged for what nobody admitted before, fen.
pub(crate) fn beside_add(tx: &mut Tx, subject: &str, source: Month, minor: i64) -> Result<(), Fault> {
    let sql = "insert into billing_beside (subject, month, minor) values ($1, $2, $3)
         on conflict (subject, month) do update set minor = billing_beside.minor + excluded.minor";
    tx.change("billing_beside", sql, &params![subject, source.to_string(), minor]).map(drop)
}

fn budget_of(row: &Row) -> Result<Budget, Fault> {
    Ok(Budget {
        subject: row.get("subject")?,
        customer: row.get("customer")?,
        budget_minor: row.get("budget_minor")?,
        hard: row.get("hard")?,
        month: row.get("month")?,
        told: row.get("told")?,
    })
}

pub(crate) fn budget(read: &Read, subject: &str) -> Result<Option<Budget>, Fault> {
    read.row(BUDGET, &params![subject])?.as_ref().map(budget_of).transpose()
}

pub(crate) fn budgets_after(read: &Read, subject: &str, limit: i64) -> Result<Vec<Budget>, Fault> {
    read.rows(BUDGETS_AFTER, &params![subject, limit])?.iter().map(budget_of).collect()
}

/// Subjects with a limit that holds.
pub(crate) fn limited(read: &Read) -> Result<Vec<String>, Fault> {
    read.rows(LIMITED, &[])?.iter().map(|row| row.get("subject")).collect()
}

pub(crate) fn budget_put(tx: &mut Tx, budget: &Budget, by: &Id, at: Instant) -> Result<(), Fault> {
    let sql = "insert into billing_budget (subject, customer, budget_minor, hard, month, told, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (subject) do update set customer = excluded.customer, budget_minor = excluded.budget_minor, hard = excluded.hard, month = excluded.month,
         told = excluded.told, set_by = excluded.set_by, set_at = excluded.set_at";
    let values = params![&budget.subject, &budget.customer, budget.budget_minor, budget.hard, &budget.month, budget.told, by, at];
    tx.change("billing_budget", sql, &values).map(drop)
}

pub(crate) fn budget_told(tx: &mut Tx, subject: &str, month: Month, told: i64) -> Result<(), Fault> {
    tx.change("billing_budget", "update billing_budget set month = $2, told = $3 where subject = $1", &params![subject, month.to_string(), told]).map(drop)
}

fn top_up_of(row: &Row) -> Result<TopUp, Fault> {
    let state: String = row.get("state")?;
    Ok(TopUp {
        id: row.get("id")?,
        customer: row.get("customer")?,
        reference: row.get("reference")?,
        amount_minor: row.get("amount_minor")?,
        paid_minor: row.get("paid_minor")?,
        state: TopUpState::parse(&state).ok_or_else(|| Fault::new(format!("billing_topup.state {state}")))?,
        asked_at: row.get("asked_at")?,
    })
}

pub(crate) fn top_up(read: &Read, id: &Id) -> Result<Option<TopUp>, Fault> {
    read.row(TOP_UP, &params![id])?.as_ref().map(top_up_of).transpose()
}

pub(crate) fn top_up_by(read: &Read, reference: &str) -> Result<Option<TopUp>, Fault> {
    read.row(TOP_UP_BY, &params![reference])?.as_ref().map(top_up_of).transpose()
}

/// Newest first.
pub(crate) fn top_ups(read: &Read, customer: &Id) -> Result<Vec<TopUp>, Fault> {
    read.rows(TOP_UPS, &params![customer])?.iter().map(top_up_of).collect()
}

pub(crate) fn top_up_insert(tx: &mut Tx, top_up: &TopUp, by: &Id) -> Result<(), Fault> {
    let columns = [
        ("id", (&top_up.id).into()),
        ("customer", (&top_up.customer).into()),
        ("reference", (&top_up.reference).into()),
        ("amount_minor", top_up.amount_minor.into()),
        ("paid_minor", top_up.paid_minor.into()),
        ("state", top_up.state.as_str().into()),
        ("asked_by", by.into()),
        ("asked_at", top_up.asked_at.into()),
    ];
    tx.insert("billing_topup", &columns).map(drop)
}

pub(crate) fn top_up_write(tx: &mut Tx, top_up: &TopUp) -> Result<(), Fault> {
    let sql = "update billing_topup set paid_minor = $2, state = $3 where id = $1";
    tx.change("billing_topup", sql, &params![&top_up.id, top_up.paid_minor, top_up.state.as_str()]).map(drop)
}

//! Every SQL sentence of this crate; rows never leave this file.

use std::collections::BTreeMap;

use store::{Read, Row, Tx, params};
use words::{Day, Fault, Id};

use crate::quote::{Order, Quote, Quoted};
use crate::upgrade::{Upgrade, UpgradeState};

const QUOTE: &str = "select * from tariffs_quote where id = $1";
const QUOTES_OF: &str = "select * from tariffs_quote where person = $1 and id < $2 order by id desc limit $3";
const QUOTES_BETWEEN: &str = "select * from tariffs_quote where book = $1 and made_on >= $2 and made_on <= $3 order by made_on, id limit $4";
const QUOTES_ALL: &str = "select * from tariffs_quote where id > $1 order by id limit 500";
const ORDER: &str = "select * from tariffs_order where id = $1";
const ORDER_OF: &str = "select * from tariffs_order where quote = $1";
const ORDERS_OF: &str = "select * from tariffs_order where person = $1 order by id desc limit 100";
const ORDERS_TO: &str =
    "select * from tariffs_order where book = $1 and placed_on <= $2 and (withdrawn_on is null or withdrawn_on > $2) and id < $3 order by id desc limit $4";
const UPGRADE: &str = "select * from tariffs_upgrade where id = $1";
const UPGRADE_OF_CASE: &str = "select * from tariffs_upgrade where case_id = $1";
const UPGRADE_LIVE: &str = "select id from tariffs_upgrade where contract = $1 and state in ('applied', 'granted') limit 1";
const UPGRADES_OF: &str = "select * from tariffs_upgrade where person = $1 order by id desc limit 100";
const UPGRADES_TO: &str = "select * from tariffs_upgrade where state = 'granted' and decided_on <= $1 order by decided_on desc, id desc limit $2";
const COUNT_QUOTES: &str = "select book, count(*) as n, count(distinct person) as persons from tariffs_quote where made_on <= $1 group by book order by book";
const COUNT_ORDERS: &str = "select o.book, count(*) as n, count(distinct o.person) as persons, cast(coalesce(sum(q.saved_minor), 0) as bigint) as saved
     from tariffs_order o join tariffs_quote q on q.id = o.quote
     where o.placed_on <= $1 and (o.withdrawn_on is null or o.withdrawn_on > $1) group by o.book order by o.book";
const COUNT_UPGRADES: &str = "select count(*) as n, count(distinct firm) as firms, cast(coalesce(sum(saved_minor), 0) as bigint) as saved
     from tariffs_upgrade where state = 'granted' and decided_on <= $1";
const CHECK_ORDERS: &str = "select o.id, case when o.person = q.person and o.book = q.book then 1 else 0 end as fits
     from tariffs_order o join tariffs_quote q on q.id = o.quote order by o.id";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    QUOTE,
    QUOTES_OF,
    QUOTES_BETWEEN,
    QUOTES_ALL,
    ORDER,
    ORDER_OF,
    ORDERS_OF,
    ORDERS_TO,
    UPGRADE,
    UPGRADE_OF_CASE,
    UPGRADE_LIVE,
    UPGRADES_OF,
    UPGRADES_TO,
    COUNT_QUOTES,
    COUNT_ORDERS,
    COUNT_UPGRADES,
    CHECK_ORDERS,
];

/// What is kept of both bills and the question, beside the columns.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    previous: Option<String>,
    after: rating::Rated,
    before: Option<rating::Rated>,
}

fn quote_of(row: &Row) -> Result<Quote, Fault> {
    let (question, bill): (String, String) = (row.get("question")?, row.get("bill")?);
    let kept: Kept = serde_json::from_str(&bill).map_err(Fault::new)?;
    let quoted = Quoted {
        book: row.get("book")?,
        version: row.get("version")?,
        previous: kept.previous,
        question: serde_json::from_str(&question).map_err(Fault::new)?,
        after: kept.after,
        before: kept.before,
        saved_minor: row.get("saved_minor")?,
    };
    Ok(Quote { id: row.get("id")?, person: row.get("person")?, quoted, made_on: row.get("made_on")?, made_at: row.get("made_at")? })
}

fn order_from(row: &Row) -> Result<Order, Fault> {
    Ok(Order {
        id: row.get("id")?,
        quote: row.get("quote")?,
        person: row.get("person")?,
        book: row.get("book")?,
        placed_on: row.get("placed_on")?,
        placed_at: row.get("placed_at")?,
        withdrawn_on: row.get("withdrawn_on")?,
    })
}

fn upgrade_from(row: &Row) -> Result<Upgrade, Fault> {
    let state: String = row.get("state")?;
    Ok(Upgrade {
        id: row.get("id")?,
        person: row.get("person")?,
        firm: row.get("firm")?,
        contract: row.get("contract")?,
        contract_until: row.get("contract_until")?,
        mbps: row.get("mbps")?,
        to_mbps: row.get("to_mbps")?,
        saved_minor: row.get("saved_minor")?,
        state: UpgradeState::parse(&state).ok_or_else(|| Fault::new(format!("upgrade state {state}")))?,
        case: row.get("case_id")?,
        number: row.get("number")?,
        reason: row.get("reason")?,
        applied_on: row.get("applied_on")?,
        applied_at: row.get("applied_at")?,
        decided_on: row.get("decided_on")?,
    })
}

pub(crate) fn quote(read: &Read, id: &Id) -> Result<Option<Quote>, Fault> {
    read.row(QUOTE, &params![id])?.as_ref().map(quote_of).transpose()
}

/// Newest first, before this id.
pub(crate) fn quotes_of(read: &Read, person: &Id, before: &str, limit: i64) -> Result<Vec<Quote>, Fault> {
    read.rows(QUOTES_OF, &params![person, before, limit])?.iter().map(quote_of).collect()
}

pub(crate) fn quotes_between(read: &Read, book: &str, from: Day, until: Day, limit: i64) -> Result<Vec<Quote>, Fault> {
    read.rows(QUOTES_BETWEEN, &params![book, from, until, limit])?.iter().map(quote_of).collect()
}

/// All of them, in pieces, after this id.
pub(crate) fn quotes_all(read: &Read, after: &str) -> Result<Vec<(Quote, Option<i64>, i64)>, Fault> {
    let rows = read.rows(QUOTES_ALL, &params![after])?;
    rows.iter().map(|row| Ok((quote_of(row)?, row.get("before_minor")?, row.get("after_minor")?))).collect()
}

pub(crate) fn order(read: &Read, id: &Id) -> Result<Option<Order>, Fault> {
    read.row(ORDER, &params![id])?.as_ref().map(order_from).transpose()
}

pub(crate) fn order_of(read: &Read, quote: &Id) -> Result<Option<Order>, Fault> {
    read.row(ORDER_OF, &params![quote])?.as_ref().map(order_from).transpose()
}

pub(crate) fn orders_of(read: &Read, person: &Id) -> Result<Vec<Order>, Fault> {
    read.rows(ORDERS_OF, &params![person])?.iter().map(order_from).collect()
}

/// Standing on a day, newest first, before this id.
pub(crate) fn orders_to(read: &Read, book: &str, day: Day, before: &str, limit: i64) -> Result<Vec<Order>, Fault> {
    read.rows(ORDERS_TO, &params![book, day, before, limit])?.iter().map(order_from).collect()
}

pub(crate) fn upgrade(read: &Read, id: &Id) -> Result<Option<Upgrade>, Fault> {
    read.row(UPGRADE, &params![id])?.as_ref().map(upgrade_from).transpose()
}

pub(crate) fn upgrade_of_case(read: &Read, case: &Id) -> Result<Option<Upgrade>, Fault> {
    read.row(UPGRADE_OF_CASE, &params![case])?.as_ref().map(upgrade_from).transpose()
}

/// Has the contract an upgrade, or was one asked for?
pub(crate) fn upgrade_live(read: &Read, contract: &str) -> Result<bool, Fault> {
    Ok(read.row(UPGRADE_LIVE, &params![contract])?.is_some())
}

pub(crate) fn upgrades_of(read: &Read, person: &Id) -> Result<Vec<Upgrade>, Fault> {
    read.rows(UPGRADES_OF, &params![person])?.iter().map(upgrade_from).collect()
}

pub(crate) fn upgrades_to(read: &Read, day: Day, limit: i64) -> Result<Vec<Upgrade>, Fault> {
    read.rows(UPGRADES_TO, &params![day, limit])?.iter().map(upgrade_from).collect()
}

/// Count, distinct persons, by book.
pub(crate) fn count_quotes(read: &Read, day: Day) -> Result<BTreeMap<String, (i64, i64)>, Fault> {
    read.rows(COUNT_QUOTES, &params![day])?.iter().map(|row| Ok((row.get("book")?, (row.get("n")?, row.get("persons")?)))).collect()
}

/// Count, distinct persons, saved, by book.
pub(crate) fn count_orders(read: &Read, day: Day) -> Result<BTreeMap<String, (i64, i64, i64)>, Fault> {
    let rows = read.rows(COUNT_ORDERS, &params![day])?;
    rows.iter().map(|row| Ok((row.get("book")?, (row.get("n")?, row.get("persons")?, row.get("saved")?)))).collect()
}

/// Count, distinct firms, saved.
pub(crate) fn count_upgrades(read: &Read, day: Day) -> Result<(i64, i64, i64), Fault> {
    let row = read.row(COUNT_UPGRADES, &params![day])?;
    row.map_or(Ok((0, 0, 0)), |row| Ok((row.get("n")?, row.get("firms")?, row.get("saved")?)))
}

/// All orders: are they of their quote?
pub(crate) fn check_orders(read: &Read) -> Result<Vec<(Id, bool)>, Fault> {
    read.rows(CHECK_ORDERS, &[])?.iter().map(|row| Ok((row.get("id")?, row.get::<i64>("fits")? == 1))).collect()
}

pub(crate) fn quote_insert(tx: &mut Tx, quote: &Quote) -> Result<(), Fault> {
    let quoted = &quote.quoted;
    let kept = Kept { previous: quoted.previous.clone(), after: quoted.after.clone(), before: quoted.before.clone() };
    let columns = [
        ("id", (&quote.id).into()),
        ("person", (&quote.person).into()),
        ("book", (&quoted.book).into()),
        ("version", (&quoted.version).into()),
        ("question", serde_json::to_string(&quoted.question).map_err(Fault::new)?.into()),
        ("before_minor", quoted.before.as_ref().map(|before| before.total.minor).into()),
        ("after_minor", quoted.after.total.minor.into()),
        ("saved_minor", quoted.saved_minor.into()),
        ("bill", serde_json::to_string(&kept).map_err(Fault::new)?.into()),
        ("made_on", quote.made_on.into()),
        ("made_at", quote.made_at.into()),
    ];
    tx.insert("tariffs_quote", &columns).map(drop)
}

fn state(order: &Order) -> &'static str {
    if order.withdrawn_on.is_some() { "withdrawn" } else { "placed" }
}

pub(crate) fn order_insert(tx: &mut Tx, order: &Order) -> Result<(), Fault> {
    let columns = [
        ("id", (&order.id).into()),
        ("quote", (&order.quote).into()),
        ("person", (&order.person).into()),
        ("book", (&order.book).into()),
        ("state", state(order).into()),
        ("placed_on", order.placed_on.into()),
        ("placed_at", order.placed_at.into()),
    ];
    tx.insert("tariffs_order", &columns).map(drop)
}

pub(crate) fn order_write(tx: &mut Tx, order: &Order) -> Result<(), Fault> {
    let sql = "update tariffs_order set state = $2, withdrawn_on = $3 where id = $1";
    tx.change("tariffs_order", sql, &params![&order.id, state(order), order.withdrawn_on]).map(drop)
}

pub(crate) fn upgrade_insert(tx: &mut Tx, upgrade: &Upgrade) -> Result<(), Fault> {
    let columns = [
        ("id", (&upgrade.id).into()),
        ("person", (&upgrade.person).into()),
        ("firm", (&upgrade.firm).into()),
        ("contract", (&upgrade.contract).into()),
        ("contract_until", upgrade.contract_until.into()),
        ("mbps", upgrade.mbps.into()),
        ("to_mbps", upgrade.to_mbps.into()),
        ("saved_minor", upgrade.saved_minor.into()),
        ("state", upgrade.state.as_str().into()),
        ("reason", "".into()),
        ("applied_on", upgrade.applied_on.into()),
        ("applied_at", upgrade.applied_at.into()),
    ];
    tx.insert("tariffs_upgrade", &columns).map(drop)
}

pub(crate) fn upgrade_write(tx: &mut Tx, upgrade: &Upgrade) -> Result<(), Fault> {
    let sql = "update tariffs_upgrade set state = $2, case_id = $3, number = $4, reason = $5, decided_on = $6 where id = $1";
    let values = params![&upgrade.id, upgrade.state.as_str(), upgrade.case.clone(), upgrade.number.clone(), &upgrade.reason, upgrade.decided_on];
    tx.change("tariffs_upgrade", sql, &values).map(drop)
}

#[cfg(test)]
mod tests {
    use store::testing::temp;
    use store::{Migration, Part};

    #[test]
    fn every_sentence_compiles() {
        static PART: Part = Part {
            migrations: &[Migration { name: "20261128_tariffs", sql: include_str!("../migrations/20261128_tariffs.sql") }],
            free: &[("tariffs_quote", "a test"), ("tariffs_order", "a test"), ("tariffs_upgrade", "a test")],
            ..Part::named("tariffs")
        };
        temp(&[&PART]).prepares(super::ALL);
    }
}

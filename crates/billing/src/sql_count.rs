//! SQL of sums, for the conservation report and for checks; rows never leave this file.

use store::{Read, params};
use words::{Fault, Id};

use crate::asks::Sum;
use crate::charge::Charge;
use crate::month::Month;
use crate::sql::charge_of;

const RATED: &str = "select cast(coalesce(sum(calls), 0) as bigint) as calls, cast(coalesce(sum(units), 0) as bigint) as units from billing_charge
     where source = $1 and voided = 0";
const MONEY: &str = "select cast(coalesce(sum(total_minor), 0) as bigint) as total,
     cast(coalesce(sum(case when invoice is not null then total_minor else 0 end), 0) as bigint) as invoiced,
     cast(coalesce(sum(case when mode = 'prepaid' then drawn_minor else 0 end), 0) as bigint) as drawn,
     cast(coalesce(sum(case when mode = 'prepaid' then total_minor - drawn_minor else 0 end), 0) as bigint) as short
     from billing_charge where period = $1";
const INVOICED: &str = "select cast(coalesce(sum(total_minor), 0) as bigint) as n from billing_invoice where period = $1";
const CREDITED: &str =
    "select cast(coalesce(sum(c.total_minor), 0) as bigint) as n from billing_credit c join billing_invoice i on i.id = c.invoice where i.period = $1";
const DRAWS: &str = "select * from billing_charge where period = $1 and mode = 'prepaid' and id > $2 order by id limit 500";
const IN_PERIOD: &str = "select id from billing_invoice where period = $1 and id > $2 order by id limit 500";
const NUMBERS: &str = "select substr(number, 1, 7) as series, count(*) as n, max(number) as last from billing_invoice group by substr(number, 1, 7) order by 1";
const SETTLED: &str = "select cast(coalesce(sum(net_minor), 0) as bigint) as n from billing_charge where settled = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[RATED, MONEY, INVOICED, CREDITED, DRAWS, IN_PERIOD, NUMBERS, SETTLED];

/// What was charged of the use of a month.
pub(crate) fn rated(read: &Read, source: Month) -> Result<Sum, Fault> {
    let row = read.row(RATED, &params![source.to_string()])?.ok_or_else(|| Fault::new("no sums"))?;
    Ok(Sum { count: row.get("calls")?, units: row.get("units")? })
}

/// Charges of a month of bills, fen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    pub total: i64,
    pub invoiced: i64,
    pub drawn: i64,
    pub short: i64,
}

pub(crate) fn money(read: &Read, period: Month) -> Result<Sums, Fault> {
    let row = read.row(MONEY, &params![period.to_string()])?.ok_or_else(|| Fault::new("no sums"))?;
    Ok(Sums { total: row.get("total")?, invoiced: row.get("invoiced")?, drawn: row.get("drawn")?, short: row.get("short")? })
}

fn one(read: &Read, sql: &str, value: &str) -> Result<i64, Fault> {
    read.row(sql, &params![value])?.map_or(Ok(0), |row| row.get("n"))
}

/// Invoices of a month, fen.
pub(crate) fn invoiced(read: &Read, period: Month) -> Result<i64, Fault> {
    one(read, INVOICED, &period.to_string())
}

/// Credit notes to invoices of a month, fen.
pub(crate) fn credited(read: &Read, period: Month) -> Result<i64, Fault> {
    one(read, CREDITED, &period.to_string())
}

/// What a statement settled without tax, fen.
pub(crate) fn settled(read: &Read, statement: &Id) -> Result<i64, Fault> {
    one(read, SETTLED, statement.as_str())
}

pub(crate) fn draws(read: &Read, period: Month, after: &str) -> Result<Vec<Charge>, Fault> {
    read.rows(DRAWS, &params![period.to_string(), after])?.iter().map(charge_of).collect()
}

pub(crate) fn invoices_in(read: &Read, period: Month, after: &str) -> Result<Vec<Id>, Fault> {
    read.rows(IN_PERIOD, &params![period.to_string(), after])?.iter().map(|row| row.get("id")).collect()
}

/// Series of invoices: `HC-2026`, how many, and the last number.
pub(crate) fn numbers(read: &Read) -> Result<Vec<(String, i64, String)>, Fault> {
    read.rows(NUMBERS, &[])?.iter().map(|row| Ok((row.get("series")?, row.get("n")?, row.get("last")?))).collect()
}

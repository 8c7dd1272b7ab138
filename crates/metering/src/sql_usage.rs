//! Every SQL sentence that adds rollups up for those who look at them.

use std::sync::{Arc, LazyLock};

use store::{Read, Row, params};
use words::{Fault, Instant};

use crate::rollup::{Counts, Place};
use crate::sql::{SUMMED, counts_of};

/// Rows of a sum at most.
const MOST: i64 = 1_000;

/// The first moment of the hour's day in Shanghai, which lies eight hours ahead.
const DAY: &str = "((hour + 28800000000) / 86400000000) * 86400000000 - 28800000000";

fn sum(shown: &str, wanted: &str, by: &str, order: &str) -> String {
    let sums: Vec<String> = SUMMED.iter().map(|column| format!("cast(sum({column}) as bigint) as {column}")).collect();
    format!("select {shown}, {} from metering_rollup where {wanted} $1 and hour >= $2 and hour < $3 group by {by} order by {order} limit $4", sums.join(", "))
}

static BY_KIND: LazyLock<String> = LazyLock::new(|| sum("'' as subject, meter, dims, cast(0 as bigint) as hour", "subject =", "meter, dims", "meter, dims"));
static BY_DAY: LazyLock<String> =
    LazyLock::new(|| sum(&format!("'' as subject, '' as meter, '' as dims, {DAY} as hour"), "meter like '%.calls' and subject =", DAY, DAY));
static BY_CALLER: LazyLock<String> =
    LazyLock::new(|| sum("subject, '' as meter, '' as dims, cast(0 as bigint) as hour", "meter =", "subject", "sum(accepted) desc, subject"));
static METER_BY_KIND: LazyLock<String> =
    LazyLock::new(|| sum("'' as subject, meter, dims, cast(0 as bigint) as hour", "meter =", "meter, dims", "meter, dims"));
/// One number of each meter: what is asked of all hours there are must not add up thirty.
const ACCEPTED: &str =
    "select meter, cast(sum(accepted) as bigint) as accepted from metering_rollup where hour >= $1 and hour < $2 group by meter order by meter limit 100000";
static BY_SUBJECT: LazyLock<String> = LazyLock::new(|| sum("subject, '' as meter, '' as dims, cast(0 as bigint) as hour", "subject >", "subject", "subject"));
/// What stands below the name of a capability, but calls: `/` comes right after `.`.
static OWN_METERS: LazyLock<String> = LazyLock::new(|| {
    let wanted = "meter not like '%.calls' and meter < replace($1, '.', '/') and meter >";
    sum("'' as subject, meter, dims, cast(0 as bigint) as hour", wanted, "meter, dims", "meter, dims")
});
const REASONS: &str = "select kind, reason, cast(sum(count) as bigint) as count from metering_reason where subject = $1 and hour >= $2 and hour < $3
     group by kind, reason order by kind, reason limit $4";
const TOTALS: &str = "select cast(coalesce(sum(accepted), 0) as bigint) as accepted, cast(coalesce(sum(billable), 0) as bigint) as billable,
     cast(coalesce(sum(free), 0) as bigint) as free, cast(coalesce(sum(units), 0) as bigint) as units, cast(coalesce(sum(units_accepted), 0) as bigint) as units_accepted
     from metering_rollup where hour >= $1 and hour < $2";
const IGNORED: &str = "select reason, cast(sum(count) as bigint) as count, cast(sum(units) as bigint) as units from metering_reason
     where kind = 'ignored' and hour >= $1 and hour < $2 group by reason order by reason";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) fn all() -> Vec<&'static str> {
    vec![&BY_KIND, &BY_DAY, &BY_SUBJECT, &BY_CALLER, &METER_BY_KIND, &OWN_METERS, REASONS, TOTALS, ACCEPTED, IGNORED]
}

fn sums(read: &Read, sql: &str, of: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    let one = |row: &Row| {
        let text = |column: &str| row.get::<String>(column).map(Arc::from);
        Ok((Place { subject: text("subject")?, meter: text("meter")?, dims: text("dims")?, hour: row.get("hour")? }, counts_of(row)?))
    };
    read.rows(sql, &params![of, from, to, MOST])?.iter().map(one).collect()
}

pub(crate) fn by_kind(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    sums(read, &BY_KIND, subject, from, to)
}

pub(crate) fn by_day(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    sums(read, &BY_DAY, subject, from, to)
}

/// Meter, and how many were taken in, over everybody.
pub(crate) fn accepted(read: &Read, from: Instant, to: Instant) -> Result<Vec<(String, i64)>, Fault> {
    read.rows(ACCEPTED, &params![from, to])?.iter().map(|row| Ok((row.get("meter")?, row.get("accepted")?))).collect()
}

/// The next subjects after one.
pub(crate) fn by_subject(read: &Read, after: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    sums(read, &BY_SUBJECT, after, from, to)
}

pub(crate) fn by_caller(read: &Read, meter: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    sums(read, &BY_CALLER, meter, from, to)
}

pub(crate) fn meter_by_kind(read: &Read, meter: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    sums(read, &METER_BY_KIND, meter, from, to)
}

/// What a capability metered itself, by meter and kind.
pub(crate) fn own_meters(read: &Read, slug: &str, from: Instant, to: Instant) -> Result<Vec<(Place, Counts)>, Fault> {
    sums(read, &OWN_METERS, &format!("{slug}."), from, to)
}

/// Kind, reason and how often.
pub(crate) fn reasons(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<(String, String, i64)>, Fault> {
    let rows = read.rows(REASONS, &params![subject, from, to, MOST])?;
    rows.iter().map(|row| Ok((row.get("kind")?, row.get("reason")?, row.get("count")?))).collect()
}

/// Accepted, billable, free, and units of what was accepted and billed.
pub(crate) fn totals(read: &Read, from: Instant, to: Instant) -> Result<[i64; 5], Fault> {
    let row = read.row(TOTALS, &params![from, to])?.ok_or_else(|| Fault::new("a sum without a row"))?;
    Ok([row.get("accepted")?, row.get("billable")?, row.get("free")?, row.get("units_accepted")?, row.get("units")?])
}

/// Reason, how often, and units.
pub(crate) fn ignored(read: &Read, from: Instant, to: Instant) -> Result<Vec<(String, i64, i64)>, Fault> {
    let rows = read.rows(IGNORED, &params![from, to])?;
    rows.iter().map(|row| Ok((row.get("reason")?, row.get("count")?, row.get("units")?))).collect()
}

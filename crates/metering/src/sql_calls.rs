//! Every SQL sentence that looks at single calls.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::call::CallRow;

const CALL: &str = "select * from metering_call where request = $1";
const LATEST: &str = "select * from metering_call where app = $1 and request < $2 order by request desc limit $3";
const SWEEP: &str = "delete from metering_call where request in (select request from metering_call where request < $1 order by request limit $2)";
/// Rollups of hours whose calls are all kept, beside what these calls add up to; only where they differ.
const DIFFER: &str = "select r.subject, r.meter, r.dims, r.hour, r.accepted, r.billable, c.accepted as calls, c.billable as calls_billable from metering_rollup r
     left join (select app, meter, dims, (at / 3600000000) * 3600000000 as hour, count(*) as accepted,
     cast(sum(case when outcome = 'answered' and status < 500 then 1 else 0 end) as bigint) as billable,
     cast(sum(case when outcome = 'answered' and status >= 500 then 1 else 0 end) as bigint) as free,
     cast(sum(bytes_in) as bigint) as bytes_in, cast(sum(bytes_out) as bigint) as bytes_out
     from metering_call where at >= $1 group by app, meter, dims, (at / 3600000000) * 3600000000) c
     on c.app = r.subject and c.meter = r.meter and c.dims = r.dims and c.hour = r.hour
     where r.hour >= $1 and r.meter like '%.calls' and (c.accepted is null or c.accepted <> r.accepted or c.billable <> r.billable or c.free <> r.free
     or r.accepted <> r.billable + r.free + r.ignored or c.bytes_in <> r.bytes_in or c.bytes_out <> r.bytes_out) order by r.hour, r.subject, r.meter, r.dims limit 20";
const ANY: &str = "select request from metering_call limit 1";
const ROLLUPS: &str = "select count(*) as n from metering_rollup where hour >= $1";
const STRAY: &str = "select count(*) as n from metering_call c where at >= $1 and not exists (select 1 from metering_rollup r
     where r.subject = c.app and r.meter = c.meter and r.dims = c.dims and r.hour = (c.at / 3600000000) * 3600000000)";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[CALL, LATEST, SWEEP, ANY, DIFFER, ROLLUPS, STRAY];

fn call_of(row: &Row) -> Result<CallRow, Fault> {
    Ok(CallRow {
        request: row.get("request")?,
        app: row.get("app")?,
        key: row.get("access_key")?,
        meter: row.get("meter")?,
        dims: row.get("dims")?,
        at: row.get("at")?,
        outcome: row.get("outcome")?,
        status: row.get("status")?,
        bytes_in: row.get("bytes_in")?,
        bytes_out: row.get("bytes_out")?,
        wait_us: row.get("wait_us")?,
        total_us: row.get("total_us")?,
    })
}

pub(crate) fn call(read: &Read, request: &Id) -> Result<Option<CallRow>, Fault> {
    read.row(CALL, &params![request])?.as_ref().map(call_of).transpose()
}

pub(crate) fn latest(read: &Read, app: &Id, before: &str, limit: i64) -> Result<Vec<CallRow>, Fault> {
    read.rows(LATEST, &params![app, before, limit])?.iter().map(call_of).collect()
}

/// Request ids sort by their moment, so those made before it are those below the first id that could be made at it.
pub(crate) fn sweep(tx: &mut Tx, before: Instant, limit: i64) -> Result<i64, Fault> {
    let bound = Id::new("req", before.millis(), [0; 10]);
    let gone = tx.execute(SWEEP, &params![bound, limit])?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

/// Is any call kept?
pub(crate) fn any(read: &Read) -> Result<bool, Fault> {
    Ok(read.row(ANY, &[])?.is_some())
}

/// A rollup that does not say what its calls say.
pub(crate) struct Differs {
    pub row: String,
    pub says: String,
}

pub(crate) fn differing(read: &Read, from: Instant) -> Result<Vec<Differs>, Fault> {
    let differs = |row: &Row| {
        let text = |column: &str| row.get::<String>(column);
        let number = |column: &str| row.get::<Option<i64>>(column).map(Option::unwrap_or_default);
        Ok(Differs {
            row: format!("{}/{}/{}/{}", text("subject")?, text("meter")?, text("dims")?, number("hour")?),
            says: format!(
                "says {} calls, {} billable; the calls kept say {} and {}",
                number("accepted")?,
                number("billable")?,
                number("calls")?,
                number("calls_billable")?
            ),
        })
    };
    read.rows(DIFFER, &params![from])?.iter().map(differs).collect()
}

pub(crate) fn rollups(read: &Read, from: Instant) -> Result<i64, Fault> {
    read.row(ROLLUPS, &params![from])?.map_or(Ok(0), |row| row.get("n"))
}

/// Calls that no rollup knows.
pub(crate) fn stray(read: &Read, from: Instant) -> Result<i64, Fault> {
    read.row(STRAY, &params![from])?.map_or(Ok(0), |row| row.get("n"))
}

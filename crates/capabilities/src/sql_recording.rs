//! Every SQL sentence about what is recorded of calls.

use std::collections::BTreeMap;

use store::{Read, Tx, Value, params};
use words::{Fault, Id, Instant};

const UNTIL: &str = "select until_at from capabilities_recording where app = $1 and until_at > $2";
const LAST_UNTIL: &str = "select until_at from capabilities_recording where app = $1";
const ALL_UNTIL: &str = "select app, until_at from capabilities_recording where until_at > $1 limit 100000";
const SEALED: &str = "select sealed from capabilities_record where request = $1 and app = $2 and ends_at > $3";

const NTH: &str = "select request from capabilities_record where app = $1 order by request desc limit 1 offset $2";
const OVER: &str = "delete from capabilities_record where request in (select request from capabilities_record where ends_at <= $1 order by ends_at limit $2)";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[UNTIL, LAST_UNTIL, ALL_UNTIL, SEALED, NTH, OVER];

/// Until when calls of an app are recorded; nothing if they are not.
pub(crate) fn until(read: &Read, app: &Id) -> Result<Option<Instant>, Fault> {
    read.row(UNTIL, &params![app, read.now()])?.map(|row| row.get("until_at")).transpose()
}

/// Until when they were recorded last, though that may be over.
pub(crate) fn last_until(read: &Read, app: &Id) -> Result<Option<Instant>, Fault> {
    read.row(LAST_UNTIL, &params![app])?.map(|row| row.get("until_at")).transpose()
}

/// The same of all apps of which calls are recorded.
pub(crate) fn all_until(read: &Read) -> Result<BTreeMap<Id, Instant>, Fault> {
    read.rows(ALL_UNTIL, &params![read.now()])?.iter().map(|row| Ok((row.get("app")?, row.get("until_at")?))).collect()
}

/// Calls of an app are recorded until then.
pub(crate) fn set_until(tx: &mut Tx, app: &Id, until: Instant) -> Result<(), Fault> {
    let changed = tx.change("capabilities_recording", "update capabilities_recording set until_at = $2 where app = $1", &params![app, until])?;
    if !changed.is_empty() {
        return Ok(());
    }
    let columns: [(&str, Value); 2] = [("app", app.into()), ("until_at", until.into())];
    tx.insert("capabilities_recording", &columns).map(drop)
}

/// Keeps what was recorded of a call; what came before under its id stays.
pub(crate) fn keep(tx: &mut Tx, request: &Id, app: &Id, sealed: Vec<u8>, ends_at: Instant) -> Result<(), Fault> {
    let sql = "insert into capabilities_record (request, app, sealed, ends_at) values ($1, $2, $3, $4) on conflict (request) do nothing";
    tx.execute(sql, &params![request, app, sealed, ends_at]).map(drop)
}

/// What was recorded of a call, sealed.
pub(crate) fn sealed(read: &Read, request: &Id, app: &Id) -> Result<Option<Vec<u8>>, Fault> {
    read.row(SEALED, &params![request, app, read.now()])?.map(|row| row.get("sealed")).transpose()
}

/// Forgets so much of what is over; says how much that was.
pub(crate) fn forget_over(tx: &mut Tx, most: i64) -> Result<i64, Fault> {
    let now = tx.now();
    let gone = tx.execute(OVER, &params![now, most])?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

/// Forgets of an app what came before its newest calls; request ids are in the order of time.
pub(crate) fn forget_older(tx: &mut Tx, app: &Id, newest: i64) -> Result<(), Fault> {
    let Some(row) = tx.row(NTH, &params![app, newest])? else { return Ok(()) };
    let last: Id = row.get("request")?;
    tx.execute("delete from capabilities_record where app = $1 and request <= $2", &params![app, last]).map(drop)
}

/// Forgets everything of an app.
pub(crate) fn forget_app(tx: &mut Tx, app: &Id) -> Result<(), Fault> {
    tx.execute("delete from capabilities_record where app = $1", &params![app]).map(drop)
}

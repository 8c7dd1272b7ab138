//! Every SQL sentence about gateways that were seen.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::gateway::{GatewayReport, GatewaySeen};

const SEEN: &str = "select * from capabilities_gateway order by name, id limit 1000";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SEEN];

pub(crate) fn put(tx: &mut Tx, seen: &GatewaySeen) -> Result<(), Fault> {
    let sql = "insert into capabilities_gateway (id, name, address, apart, change_number, key_count, version, clock_off_ms, began_at, seen_at, stopped_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (id) do update set name = excluded.name, address = excluded.address, apart = excluded.apart, change_number = excluded.change_number,
         key_count = excluded.key_count, version = excluded.version, clock_off_ms = excluded.clock_off_ms, began_at = excluded.began_at,
         seen_at = excluded.seen_at, stopped_at = excluded.stopped_at";
    let said = &seen.said;
    let (began_at, apart) = (Instant::from_micros(said.began_us), i64::from(said.apart));
    let values =
        params![&said.id, &said.name, &said.address, apart, said.change, said.keys, &said.version, seen.clock_off_ms, began_at, seen.seen_at, seen.stopped_at];
    tx.execute(sql, &values).map(drop)
}

pub(crate) fn forget_before(tx: &mut Tx, moment: Instant) -> Result<(), Fault> {
    tx.execute("delete from capabilities_gateway where seen_at < $1", &params![moment]).map(drop)
}

pub(crate) fn all(read: &Read) -> Result<Vec<GatewaySeen>, Fault> {
    read.rows(SEEN, &[])?.iter().map(seen).collect()
}

fn seen(row: &Row) -> Result<GatewaySeen, Fault> {
    let (began_at, apart, id): (Instant, i64, Id) = (row.get("began_at")?, row.get("apart")?, row.get("id")?);
    let stopped_at: Option<Instant> = row.get("stopped_at")?;
    let said = GatewayReport {
        id,
        name: row.get("name")?,
        address: row.get("address")?,
        apart: apart != 0,
        change: row.get("change_number")?,
        keys: row.get("key_count")?,
        version: row.get("version")?,
        began_us: began_at.micros(),
        now_us: None,
        stops: stopped_at.is_some(),
    };
    Ok(GatewaySeen { said, clock_off_ms: row.get("clock_off_ms")?, seen_at: row.get("seen_at")?, stopped_at })
}

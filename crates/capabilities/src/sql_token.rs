//! Every SQL sentence about tokens of a minute.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::feed::{KeyLine, Proof};

const TOKEN: &str = "select * from capabilities_token where id = $1";
const ALIVE: &str = "select * from capabilities_token where ends_at > $1 order by id limit 10000";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[TOKEN, ALIVE];

/// Gateways know it as a key that ends soon and may call one capability.
fn line(row: &Row, now: Instant) -> Result<KeyLine, Fault> {
    let ends_at: Instant = row.get("ends_at")?;
    Ok(KeyLine {
        hash: row.get("hash")?,
        id: row.get("id")?,
        app: row.get("app")?,
        capabilities: vec![row.get("capability")?],
        nets: Vec::new(),
        ends_at: Some(ends_at.micros()),
        revoked: ends_at <= now,
        proof: Proof::Text,
    })
}

pub(crate) fn token(read: &Read, id: &Id) -> Result<Option<KeyLine>, Fault> {
    let now = read.now();
    read.row(TOKEN, &params![id])?.map(|row| line(&row, now)).transpose()
}

pub(crate) fn alive(read: &Read) -> Result<Vec<KeyLine>, Fault> {
    let now = read.now();
    read.rows(ALIVE, &params![now])?.iter().map(|row| line(row, now)).collect()
}

pub(crate) fn insert(tx: &mut Tx, id: &Id, app: &Id, capability: &str, hash: &str, ends_at: Instant) -> Result<(), Fault> {
    let sql = "insert into capabilities_token (id, app, capability, hash, ends_at) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &params![id, app, capability, hash, ends_at]).map(drop)
}

pub(crate) fn forget(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    tx.execute("delete from capabilities_token where id = $1", &params![id]).map(drop)
}

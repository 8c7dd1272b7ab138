//! Every SQL sentence about the token endpoint: keys that sign, assertions that were used.

use store::{Read, Row, Tx, Value, params, sha256};
use words::{Fault, Id, Instant};

const SIGNERS: &str = "select * from capabilities_signer where ends_at is null or ends_at > $1 order by made_at, id limit 20";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SIGNERS];

/// A key that signs tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignerRow {
    pub id: Id,
    /// What it is made of, sealed.
    pub sealed: Vec<u8>,
    /// Its public part, base64url.
    pub public: String,
    pub made_at: Instant,
}

fn signer_of(row: &Row) -> Result<SignerRow, Fault> {
    Ok(SignerRow { id: row.get("id")?, sealed: row.get("sealed")?, public: row.get("public_key")?, made_at: row.get("made_at")? })
}

/// Those whose tokens are believed, oldest first.
pub(crate) fn signers(read: &Read, now: Instant) -> Result<Vec<SignerRow>, Fault> {
    read.rows(SIGNERS, &params![now])?.iter().map(signer_of).collect()
}

pub(crate) fn signer_insert(tx: &mut Tx, one: &SignerRow) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("sealed", one.sealed.clone().into()),
        ("public_key", (&one.public).into()),
        ("made_at", one.made_at.into()),
        ("ends_at", Value::Null),
    ];
    tx.insert("capabilities_signer", &columns).map(drop)
}

/// It is not known any more from then on, if no earlier end was set.
pub(crate) fn signer_end(tx: &mut Tx, id: &Id, at: Instant) -> Result<(), Fault> {
    tx.change("capabilities_signer", "update capabilities_signer set ends_at = coalesce(ends_at, $2) where id = $1", &params![id, at]).map(drop)
}

/// Uses an assertion up; false if it was used before. What is over is forgotten.
pub(crate) fn assertion_use(tx: &mut Tx, app: &Id, jti: &str, until: Instant) -> Result<bool, Fault> {
    let now = tx.now();
    tx.execute("delete from capabilities_assertion where ends_at <= $1", &params![now])?;
    let id = sha256(&format!("{app} {jti}"));
    let sql = "insert into capabilities_assertion (id, ends_at) values ($1, $2) on conflict (id) do nothing";
    Ok(tx.execute(sql, &params![id, until])? == 1)
}

//! Every SQL sentence about certificates; what a key is read with stands in `sql.rs`.

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::certificate::Certificate;

const KNOWN: &str = "select id from capabilities_certificate where fingerprint = $1";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[KNOWN];

/// What belongs to a credential that is a certificate.
pub(crate) fn certificate_of(row: &Row) -> Result<Option<Certificate>, Fault> {
    let Some(fingerprint) = row.get::<Option<String>>("fingerprint")? else { return Ok(None) };
    Ok(Some(Certificate { fingerprint, subject: row.get("subject")?, begins_at: row.get("not_before")?, ends_at: row.get("not_after")? }))
}

/// Is it registered, wherever, also if it was revoked?
pub(crate) fn is_known(read: &Read, fingerprint: &str) -> Result<bool, Fault> {
    Ok(read.row(KNOWN, &params![fingerprint])?.is_some())
}

pub(crate) fn certificate_insert(tx: &mut Tx, key: &Id, one: &Certificate) -> Result<(), Fault> {
    let columns = [
        ("id", key.into()),
        ("fingerprint", (&one.fingerprint).into()),
        ("subject", (&one.subject).into()),
        ("not_before", one.begins_at.into()),
        ("not_after", one.ends_at.into()),
    ];
    tx.insert("capabilities_certificate", &columns).map(drop)
}

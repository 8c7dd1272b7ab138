//! The kept replies of `Idempotency-Key`.

use store::{Read, Tx, params};
use words::Fault;

/// A kept reply: the hash of its request, and the sealed reply.
pub(crate) struct KeptRow {
    pub request_hash: String,
    pub reply: Vec<u8>,
}

/// Every sentence of this crate, for the test that prepares them.
#[cfg(test)]
pub(crate) const SENTENCES: &[&str] = &[FIND, KEEP, ALIVE];

const FIND: &str = "select request_hash, reply from webkit_idempotency where actor = $1 and key_text = $2 and step = $3";
const KEEP: &str = "insert into webkit_idempotency (actor, key_text, step, request_hash, reply, kept_at) values ($1, $2, $3, $4, $5, $6)";
const ALIVE: &str = "select count(*) as kept from webkit_idempotency where actor = ''";

pub(crate) fn kept_find(read: &Read, actor: &str, key: &str, step: i64) -> Result<Option<KeptRow>, Fault> {
    let row = read.row(FIND, &params![actor, key, step])?;
    row.map(|row| Ok(KeptRow { request_hash: row.get("request_hash")?, reply: row.get("reply")? })).transpose()
}

pub(crate) fn kept_insert(tx: &mut Tx, actor: &str, key: &str, step: i64, kept: KeptRow) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(KEEP, &params![actor, key, step, kept.request_hash, kept.reply, now])?;
    Ok(())
}

/// Does the database answer, with our tables in it?
pub(crate) fn is_alive(read: &Read) -> Result<(), Fault> {
    read.row(ALIVE, &[]).map(|_| ())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sentence_is_in_the_portable_subset() {
        store::testing::temp(&[&crate::PART]).prepares(super::SENTENCES);
    }
}

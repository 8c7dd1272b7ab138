//! Sealing: committed batches get their place and their hash over the batch before, outside the transactions that posted them.
//!
//! A chain head updated by every posting would queue all writers; so one job follows behind, 250 ms after the first unsealed batch.

use ring::digest::{Context, SHA256};
use store::{Job, JobRun, Tx};
use words::{Acting, Fault};

use crate::sql;
use crate::told::Sealed;

/// The job that seals.
pub(crate) const JOB: &str = "ledger.seal";
/// Batches sealed in one go.
const AT_ONCE: usize = 500;

/// Seals up to 500 batches, oldest first; how many there were.
pub fn seal(tx: &mut Tx) -> Result<usize, Fault> {
    let open = sql::batches_open(tx, AT_ONCE as i64)?;
    let head = sql::batch_last(tx)?.and_then(|batch| batch.seal);
    let (mut seq, mut hash) = head.map_or((0, String::new()), |seal| (seal.seq_to, seal.hash));
    for batch in &open {
        let seal = chained(batch, seq, &hash);
        sql::batch_seal(tx, &batch.id, &seal)?;
        (seq, hash) = (seal.seq_to, seal.hash);
    }
    if !open.is_empty() {
        tx.tell(&Acting::system("clock"), &Sealed { seq, hash })?;
    }
    Ok(open.len())
}

/// The job: seals, and comes back at once if there may be more.
pub(crate) fn run(tx: &mut Tx, _: &JobRun) -> Result<(), Fault> {
    if seal(tx)? == AT_ONCE { tx.later(Job::new(JOB, "seal")) } else { Ok(()) }
}

/// The seal of a batch that follows `prev`.
pub(crate) fn chained(batch: &sql::Batch, seq: i64, prev: &str) -> sql::BatchSeal {
    let (seq_from, seq_to) = (seq + 1, seq + batch.transfers);
    let mut hash = Context::new(&SHA256);
    for text in [prev, &batch.id, &batch.first_id, &batch.last_id, &batch.content] {
        hash.update(&(text.len() as u32).to_be_bytes());
        hash.update(text.as_bytes());
    }
    for number in [seq_from, seq_to, batch.made_at.micros()] {
        hash.update(&number.to_be_bytes());
    }
    sql::BatchSeal { seq_from, seq_to, prev_hash: prev.to_owned(), hash: hex::encode(hash.finish()) }
}

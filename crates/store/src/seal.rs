//! Sealing: committed events get their place in the log and each batch its hash over the batch before.

use ring::digest::{Context, SHA256};
use words::{Fault, Instant};

use crate::conn::Conn;
use crate::{Event, Read, Row, params};

/// A sealed batch of the log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Seal {
    /// Number of the batch, from 1.
    pub batch: i64,
    /// First event.
    pub seq_from: i64,
    /// Last event.
    pub seq_to: i64,
    /// Hash of the batch before (hex), empty for the first.
    pub prev_hash: String,
    /// SHA-256 (hex) over the previous hash and the canonical form of each event.
    pub hash: String,
    /// When.
    pub at: Instant,
}

impl Seal {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            batch: row.get("batch")?,
            seq_from: row.get("seq_from")?,
            seq_to: row.get("seq_to")?,
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
            at: row.get("at")?,
        })
    }
}

/// A hash under construction for the batch that follows `prev`.
pub(crate) fn begin(prev: &str) -> Context {
    let mut hash = Context::new(&SHA256);
    hash.update(prev.as_bytes());
    hash
}

/// The end of the chain, with the batch that is being filled.
pub(crate) struct Head {
    batch: i64,
    seq: i64,
    from: i64,
    hash: String,
    open: Context,
}

impl Head {
    pub(crate) fn load(read: &Read) -> Result<Self, Fault> {
        let (batch, seq, hash) = read.head()?.map_or((0, 0, String::new()), |seal| (seal.batch, seal.seq_to, seal.hash));
        Ok(Self { batch, seq, from: seq + 1, open: begin(&hash), hash })
    }

    pub(crate) fn next_seq(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }

    pub(crate) fn add(&mut self, event: &Event) {
        event.digest_into(&mut self.open);
    }

    /// Writes the seal of what was added; nothing if nothing was.
    pub(crate) fn close(&mut self, conn: &Conn, now: Instant) -> Result<(), Fault> {
        if self.seq < self.from {
            return Ok(());
        }
        let hash = hex::encode(self.open.clone().finish());
        self.batch += 1;
        let sql = "insert into store_seal (batch, seq_from, seq_to, prev_hash, hash, at) values ($1, $2, $3, $4, $5, $6)";
        conn.execute(sql, &params![self.batch, self.from, self.seq, &self.hash, &hash, now])?;
        self.open = begin(&hash);
        self.hash = hash;
        self.from = self.seq + 1;
        Ok(())
    }
}

/// PostgreSQL: events commit unsealed from many connections; one sealer at a time numbers what has been committed.
pub(crate) fn seal_committed(read: &Read) -> Result<usize, Fault> {
    // The row of the newest seal is the lock between sealers of several processes.
    read.conn.rows("select name from store_lock where name = 'seal' for update", &[])?;
    let found = read.rows("select * from store_event where seq is null order by id limit 2000", &[])?;
    let mut head = Head::load(read)?;
    for row in &found {
        let mut event = Event::from_row(row)?;
        event.seq = Some(head.next_seq());
        read.conn.execute("update store_event set seq = $2 where id = $1", &params![&event.id, event.seq])?;
        head.add(&event);
    }
    head.close(&read.conn, read.now())?;
    Ok(found.len())
}

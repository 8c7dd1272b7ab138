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
#[derive(Clone)]
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

/// Events in one seal of PostgreSQL at most; whoever sealed so many looks again at once.
pub(crate) const AT_MOST: usize = 2_000;

/// Events numbered by one statement: few sizes, so that few statements are prepared.
const AT_ONCE: [usize; 4] = [250, 50, 10, 1];

/// PostgreSQL: events commit unsealed from many connections; one sealer at a time numbers what has been committed.
pub(crate) fn seal_committed(read: &Read) -> Result<usize, Fault> {
    // The row of the newest seal is the lock between sealers of several processes.
    read.conn.rows("select name from store_lock where name = 'seal' for update", &[])?;
    let found = read.rows("select * from store_event where seq is null order by id limit $1", &params![AT_MOST as i64])?;
    let mut head = Head::load(read)?;
    let events = found.iter().map(Event::from_row).collect::<Result<Vec<_>, _>>()?;
    let mut rest = events.as_slice();
    while let Some(size) = AT_ONCE.into_iter().find(|size| *size <= rest.len()) {
        let (some, others) = rest.split_at(size);
        number(read, &mut head, some)?;
        rest = others;
    }
    head.close(&read.conn, read.now())?;
    Ok(found.len())
}

/// Gives each of these its number, all in one statement.
fn number(read: &Read, head: &mut Head, events: &[Event]) -> Result<(), Fault> {
    let pair = |n: usize| format!("(cast(${} as text), cast(${} as bigint))", 2 * n + 1, 2 * n + 2);
    let pairs: Vec<String> = (0..events.len()).map(pair).collect();
    let mut values = Vec::with_capacity(2 * events.len());
    for event in events {
        let event = Event { seq: Some(head.next_seq()), ..event.clone() };
        values.extend(params![&event.id, event.seq]);
        head.add(&event);
    }
    let sql = format!("update store_event set seq = n.seq from (values {}) as n (id, seq) where store_event.id = n.id", pairs.join(", "));
    read.conn.execute(&sql, &values).map(drop)
}

//! Publishes the head of the log, hourly or on demand: whoever kept an anchor notices later that the log was rewritten.
//!
//! Tells `desk.anchored`. Job `desk.anchor`, key `hourly`, comes back every hour once enabled. Invariant: a published anchor never changes.

use store::{Checked, Finding, Job, JobRun, Read, Tx};
use words::{Acting, Fault, Instant, Node};

use crate::notice::Anchor;
use crate::sql_notice as sql;
use crate::told::Anchored;

const JOB: &str = "desk.anchor";
const KEY: &str = "hourly";
const HOUR: i64 = 3_600 * 1_000_000;

/// Publishes the newest seal; nothing if the log holds nothing new since the last anchor (whose own event does not count).
pub fn anchor(tx: &mut Tx, who: &Acting) -> Result<Option<Anchor>, Fault> {
    let Some(head) = tx.head()? else { return Ok(None) };
    let last = sql::anchors(tx, 1)?.first().map_or(0, |anchor| anchor.seq_to + 1);
    if head.seq_to <= last {
        return Ok(None);
    }
    let anchor = Anchor { batch: head.batch, seq_to: head.seq_to, hash: head.hash, made_at: tx.now() };
    sql::anchor_insert(tx, &anchor)?;
    let told =
        Anchored { subject: format!("seal/{}", anchor.batch), node: Node::group(), batch: anchor.batch, seq_to: anchor.seq_to, hash: anchor.hash.clone() };
    tx.tell(who, &told)?;
    Ok(Some(anchor))
}

/// Anchors hourly from the next full hour on.
pub fn enable_anchors(tx: &mut Tx) -> Result<(), Fault> {
    let at = next_hour(tx.now());
    tx.later(Job::new(JOB, KEY).at(at))
}

/// Stops the hourly anchors.
pub fn disable_anchors(tx: &mut Tx) -> Result<(), Fault> {
    tx.cancel_job(JOB, KEY)
}

/// The newest anchors.
pub fn anchors(read: &Read, limit: i64) -> Result<Vec<Anchor>, Fault> {
    sql::anchors(read, limit)
}

pub(crate) fn run_anchor(tx: &mut Tx, _: &JobRun) -> Result<(), Fault> {
    anchor(tx, &Acting::system("clock"))?;
    enable_anchors(tx)
}

fn next_hour(now: Instant) -> Instant {
    Instant::from_micros((now.micros().div_euclid(HOUR) + 1) * HOUR)
}

/// Every published anchor is still a seal of the log.
pub(crate) fn check_anchors(read: &Read) -> Result<Checked, Fault> {
    let rewritten = |batch: i64| Finding::new("store_seal", batch.to_string(), "is not as it was published: the log was rewritten");
    Checked::each(sql::anchors_held(read)?, |(batch, held)| Ok((!held).then(|| rewritten(batch))))
}

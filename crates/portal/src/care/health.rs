//! How the house is: database, version, heads of the log, counts.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Fault, Instant, Never, Node};

use crate::rights;

/// The newest seal of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HeadView {
    /// Number of the batch.
    batch: i64,
    /// Number of the last event.
    seq: i64,
    /// Hash.
    hash: String,
    /// When.
    at: Instant,
}

/// A count.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CountView {
    /// Text key.
    label: &'static str,
    /// How many; `-1` if there are more than were counted.
    count: i64,
    /// Up to how many were counted.
    most: i64,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HealthView {
    /// Version of the program.
    version: &'static str,
    /// `sqlite` or `postgres`.
    database: &'static str,
    /// Tables there are.
    tables: i64,
    /// The moment, by the clock of the database.
    now: Instant,
    /// Pack in force: id, version, content hash.
    pack: String,
    /// Its hash.
    pack_hash: String,
    /// Stamp of pack and confirmed changes.
    stamp: String,
    /// Newest seal; nothing in an empty log.
    head: Option<HeadView>,
    /// Newest published anchor.
    anchored: Option<i64>,
    /// Counts.
    counts: Vec<CountView>,
    /// Ready to serve?
    ready: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<HealthView> {
    let who = call.acting()?;
    who.may(rights::JOBS, &Node::group())?;
    let database = if call.db().folder().join("hechuang.db").exists() { "sqlite" } else { "postgres" };
    let ready = call.door().ready().is_ok();
    let view = call.read::<_, Never>(|read| Ok(view(read, database, ready)?))?;
    Ok(Reply::page("portal/health.html", view))
}

fn view(read: &Read, database: &'static str, ready: bool) -> Result<HealthView, Fault> {
    let programme = packs::current(read)?;
    let about = &programme.pack.about;
    Ok(HealthView {
        version: env!("CARGO_PKG_VERSION"),
        database,
        tables: read.table_names()?.len() as i64,
        now: read.now(),
        pack: format!("{} {}", about.id, about.version),
        pack_hash: programme.pack.hash.clone(),
        stamp: programme.stamp.clone(),
        head: read.head()?.map(|seal| HeadView { batch: seal.batch, seq: seal.seq_to, hash: seal.hash, at: seal.at }),
        anchored: desk::anchors(read, 1)?.first().map(|anchor| anchor.batch),
        counts: counts(read)?,
        ready,
    })
}

fn counts(read: &Read) -> Result<Vec<CountView>, Fault> {
    let count = |label, found: usize, most: i64| CountView { label, count: if found as i64 >= most { -1 } else { found as i64 }, most };
    let cases: i64 = programme::count_by_state(read, "incubation.self")?.iter().map(|(_, count)| count).sum();
    Ok(vec![
        CountView { label: "portal-health-events", count: read.head()?.map_or(0, |seal| seal.seq_to), most: i64::MAX },
        CountView { label: "portal-health-projects", count: cases, most: i64::MAX },
        count("portal-health-places", identity::places(read)?.len(), i64::MAX),
        count("portal-health-accounts", ledger::balances(read, "", "", 10_000)?.len(), 10_000),
        count("portal-health-due", read.jobs("due", 1_000)?.len(), 1_000),
        count("portal-health-failed", read.jobs("failed", 1_000)?.len(), 1_000),
    ])
}

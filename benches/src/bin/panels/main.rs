//! Drawing 4,000 panels of 5 from 1,000 experts of 20,000 people, under conflicts and a load cap, the generator of the scene included.
//!
//! While the panels are drawn, somebody else makes a small change every 5 ms and is timed.
//! Invariant: every panel is full, nobody sits against a conflict or above the cap, and `verify` finds nothing.

mod scene;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use benches::{Ask, Done, Figures, Ground, Timing, must, processor_time, sure};
use review::{RoundDraft, open_rounds};
use scene::{Scene, Size};
use store::{Db, Migration, Options, Part, params, verify};
use words::{Acting, Failure, Fault};

/// Rounds that are opened (and then drawn) in one transaction: so few that others come in between.
const PIECE: usize = 12;
/// What would be quicker alone, and keeps others waiting.
const LARGE_PIECE: usize = 40;

/// Where the small change of somebody else goes.
const BESIDE: Part = Part {
    name: "bench",
    migrations: &[Migration { name: "1_bench", sql: "create table bench_note (id text primary key, note text not null);\n" }],
    free: &[("bench_note", "measured without hashes")],
    ..Part::named("bench")
};

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let ground = Ground::below(&ask.data)?;
    let size = if ask.quick { Size { people: 2_000, experts: 200, projects: 400 } } else { Size { people: 20_000, experts: 1_000, projects: 4_000 } };
    let mut figures = Figures::of(format!("panels of 5: {} projects, {} people, {} experts", size.projects, size.people, size.experts));
    let tenth = size.projects / 10;
    let each = Run::of(&ground, "each", Size { projects: tenth, ..size }, 1)?;
    figures.row(format!("peer: {tenth} panels, a transaction for each round"), each.text(), "");
    let large = Run::of(&ground, "large", size, LARGE_PIECE)?;
    figures.row(format!("tried: all, {LARGE_PIECE} rounds a transaction"), large.text(), "");
    let run = Run::of(&ground, "pieces", size, PIECE)?;
    figures.row(format!("all, {PIECE} rounds a transaction: opened, frozen, drawn, seated"), run.text(), "");
    figures.row("the generator: people, teams, conflicts", seconds(run.generated), "");
    figures.row("together", seconds(run.generated + run.drawn), "< 10 s");
    figures.row("a small change of others meanwhile", run.beside.text(), "p99 < 100 ms");
    figures.row("conflicts that kept an expert out", benches::thousands(run.conflicts as f64), "");
    figures.row("panels of the least and the most called expert", format!("{} and {}", run.loads.0, run.loads.1), format!("≤ {}", size.cap()));
    figures.row("verify afterwards: nothing found", seconds(run.verified), "");
    figures.print();
    Ok(())
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

struct Run {
    generated: Duration,
    drawn: Duration,
    /// Time of processors in `drawn`.
    used: Duration,
    verified: Duration,
    beside: Timing,
    conflicts: usize,
    loads: (i64, i64),
}

impl Run {
    fn text(&self) -> String {
        format!("{} ({} of processor); others wait p99 {:.0} ms", seconds(self.drawn), seconds(self.used), self.beside.percentile(99).as_secs_f64() * 1_000.0)
    }

    fn of(ground: &Ground, name: &str, size: Size, piece: usize) -> Done<Self> {
        let db = Db::open(Options::at(ground.folder(name), vec![&review::PART, &BESIDE]))?;
        let begun = Instant::now();
        let drafts = Scene::rolled(size, 7).drafts(db.clock().now());
        let generated = begun.elapsed();
        let conflicts = drafts.iter().map(|draft| draft.conflicts.len()).sum();
        db.start_worker()?;
        let (begun, used) = (Instant::now(), processor_time());
        let (drawn, beside) = beside(&db, || open_all(&db, drafts, piece))?;
        drawn?;
        let (drawn, used) = (begun.elapsed(), processor_time().saturating_sub(used));
        let loads = check(&db, size)?;
        let begun = Instant::now();
        let report = sure(db.read(|read| Ok(verify(read, &[&review::PART, &BESIDE])?)))?;
        must(report.is_clean(), format!("verify: {:?}", report.first()))?;
        Ok(Self { generated, drawn, used, verified: begun.elapsed(), beside, conflicts, loads })
    }
}

/// Opens the rounds piece by piece and waits until the worker has drawn the last.
fn open_all(db: &Db, drafts: Vec<RoundDraft>, piece: usize) -> Done {
    let wanted = drafts.len() as i64;
    for drafts in drafts.chunks(piece) {
        let drafts = drafts.to_vec();
        db.write("bench.open", move |tx| open_rounds(tx, &Acting::system("bench"), &drafts)).map_err(|failure| Fault::new(format!("{failure:?}")))?;
    }
    let begun = Instant::now();
    while count(db, "select count(*) as n from review_round where state = 'reviewing'")? < wanted {
        must(begun.elapsed() < Duration::from_secs(120), "not all panels are drawn after two minutes")?;
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Somebody else's small changes for as long as the work lasts.
fn beside<T: Send>(db: &Db, work: impl FnOnce() -> T + Send) -> Done<(T, Timing)> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| -> Done<Timing> {
            let (begun, mut waits) = (Instant::now(), Vec::new());
            while !over.load(Ordering::SeqCst) {
                let asked = Instant::now();
                sure(db.write("bench.beside", |tx| {
                    let id = tx.id("nte");
                    Ok(tx.execute("insert into bench_note (id, note) values ($1, $2)", &params![id, "beside"]).map(drop)?)
                }))?;
                waits.push(asked.elapsed());
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(Timing::of_waits(waits, begun.elapsed()))
        });
        let done = work();
        over.store(true, Ordering::SeqCst);
        let timing = other.join().map_err(|_| Fault::new("the other caller panicked"))??;
        Ok((done, timing))
    })
}

fn count(db: &Db, sql: &str) -> Done<i64> {
    db.read::<_, words::Never>(|read| Ok(read.row(sql, &[])?.map_or(Ok(0), |row| row.get("n"))?)).map_err(Failure::into_fault)
}

/// Full panels, no conflict, no one above the cap; least and greatest load.
fn check(db: &Db, size: Size) -> Done<(i64, i64)> {
    let rows = sure(db.read(|read| Ok(read.rows("select person from review_assignment", &[])?)))?;
    must(rows.len() == size.projects * 5, format!("{} seats for {} panels", rows.len(), size.projects))?;
    let mut loads: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        *loads.entry(row.get("person")?).or_insert(0) += 1;
    }
    let (least, most) = (loads.values().min().copied().unwrap_or(0), loads.values().max().copied().unwrap_or(0));
    must(most <= size.cap(), format!("someone sits on {most} panels"))?;
    let sql = "select count(*) as n from review_assignment a join review_candidate c on c.round = a.round and c.person = a.person where c.severity = 'block'";
    must(count(db, sql)? == 0, "someone sits against a conflict")?;
    Ok((least, most))
}

//! Durable transfers a second in batches of 1,000 on SQLite, over 10,000 accounts and with one account in every transfer.
//!
//! Each batch, one transaction: 960 new postings, 20 with keys of a batch before, 10 holds, and those 10 resolved (posted or voided in turn).
//! Sealing runs beside it. Invariant: every transfer that is counted is there afterwards, and the ledger's own check finds nothing.

mod batch;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use batch::{ACCOUNTS, Batch, PER_BATCH, fill};
use benches::{Ask, Crowd, Done, Figures, Ground, Timing, must, sure, syncs_a_second, thousands};
use ledger::Book;
use store::{Db, Options};
use words::Fault;

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let ground = Ground::below(&ask.data)?;
    let book = Book::parse(&[("book.toml", include_str!("book.toml"))]).map_err(|mistakes| Fault::new(format!("{mistakes:?}")))?;
    let book = Arc::new(book);
    let mut figures = Figures::of("ledger on SQLite: durable transfers in batches of 1,000");
    figures.row("peer: the disk, 4 KiB appended and synced", format!("{} a second", thousands(syncs_a_second(&ground)?)), "");
    let single = Run::of(&ask, &ground, &book, Load { name: "single", hot: false, batched: false })?;
    figures.row("peer: the same transfers, one a transaction, one caller", single.text(), "");
    let uniform = Run::of(&ask, &ground, &book, Load { name: "uniform", hot: false, batched: true })?;
    figures.row("uniform over 10,000 accounts", uniform.text(), "≥ 25,000, aim 50,000");
    let hot = Run::of(&ask, &ground, &book, Load { name: "hot", hot: true, batched: true })?;
    figures.row("one account in every transfer", hot.text(), "");
    figures.row("hot ÷ uniform", format!("{:.2}", hot.rate / uniform.rate), "≥ 0.8");
    figures.row("batches ÷ one a transaction", format!("{:.1} ×", uniform.rate / single.rate), "");
    figures.row("the ledger's check afterwards: nothing found", uniform.checked, "");
    figures.print();
    Ok(())
}

#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    hot: bool,
    batched: bool,
}

struct Run {
    rate: f64,
    timing: Timing,
    checked: String,
}

impl Run {
    fn of(ask: &Ask, ground: &Ground, book: &Arc<Book>, load: Load) -> Done<Self> {
        let db = Db::open(Options::at(ground.folder(load.name), vec![&ledger::PART]))?;
        fill(&db, book)?;
        db.start_worker()?;
        let (callers, moved) = (if load.batched { 2 } else { 1 }, AtomicU64::new(ACCOUNTS as u64));
        let (names, kept) = (AtomicU64::new(0), Mutex::new(Vec::new()));
        let crowd = Crowd { callers, time: ask.time };
        let timing = crowd.run(|dice| {
            let name = names.fetch_add(1, Ordering::SeqCst);
            let again = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let batch = if load.batched { Batch::rolled(dice, name, load.hot, again) } else { Batch::single(dice, name) };
            let repeats = if load.batched { batch.to_repeat() } else { Vec::new() };
            moved.fetch_add(batch.post(&db, book)?, Ordering::SeqCst);
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = repeats;
            Ok(())
        })?;
        let rate = timing.rate * if load.batched { PER_BATCH as f64 } else { 1.0 };
        std::thread::sleep(Duration::from_millis(1_500)); // the sealer catches up
        let checked = check(&db, moved.into_inner())?;
        Ok(Self { rate, timing, checked })
    }

    fn text(&self) -> String {
        let ms = |percent| self.timing.percentile(percent).as_secs_f64() * 1_000.0;
        format!("{} a second; a transaction p50 {:.1} ms, p99 {:.1} ms", thousands(self.rate), ms(50), ms(99))
    }
}

fn check(db: &Db, moved: u64) -> Done<String> {
    let begun = Instant::now();
    let (checked, there, open) = sure(db.read(|read| {
        let count = |sql: &str| read.row(sql, &[])?.map_or(Ok(0), |row| row.get::<i64>("n"));
        let there = count("select count(*) as n from ledger_transfer")?;
        Ok((ledger::check(read)?, there, count("select count(*) as n from ledger_batch where hash is null")?))
    }))?;
    must(checked.findings.is_empty(), format!("the ledger's check: {:?}", checked.findings.first()))?;
    must(there == moved as i64, format!("{moved} transfers counted and {there} there"))?;
    must(open == 0, format!("{open} batches are not sealed"))?;
    Ok(format!("{} transfers in {:.1} s", thousands(there as f64), begun.elapsed().as_secs_f64()))
}

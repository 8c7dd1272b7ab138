//! Durable usage events a second on SQLite, in batches of 500, each looked for among those that came before: five of a batch came with another.
//!
//! A batch is one transaction: look-up, insert, rollups. Beside it the same rows by bare inserts under the same primary key. Invariant: every event that was counted is there
//! once, the rollups say as many units as were told, and `verify` finds nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant as Moment;

use benches::{Ask, Crowd, Dice, Done, Figures, Ground, Timing, must, sure, syncs_a_second, thousands};
use metering::UsageEvent;
use store::{Db, Migration, Options, Part, params};
use words::{Acting, Failure, Id, Instant, Never};

/// New events of a batch, and those that come again.
const NEW: u64 = 495;
const AGAIN: u64 = 5;
const SENDERS: usize = 4;
const APPS: u64 = 200;

static PEER: Part = Part {
    migrations: &[Migration {
        name: "20260101_peer",
        sql: "create table peer_event (sender text not null, source text not null, id text not null, hash text not null, subject text not null, meter text not null, dims text not null, at bigint not null, units bigint not null, primary key (sender, source, id));\n",
    }],
    free: &[("peer_event", "a peer")],
    ..Part::named("peer")
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
    let mut figures = Figures::of("metering on SQLite: new usage events in batches of 500, four senders at once, one in a hundred comes again");
    figures.row("peer: the disk, 4 KiB appended and synced", format!("{} a second", thousands(syncs_a_second(&ground)?)), "");
    let bare = Run::of(&ask, &ground, "bare", put)?;
    figures.row("peer: the same rows by bare inserts, no look-up, no rollups", bare.text(), "");
    let taken = Run::of(&ask, &ground, "taken", take)?;
    figures.row("taken in, durable, each once", taken.text(), "≥ 20,000");
    figures.row("taken in ÷ bare", format!("{:.2}", taken.timing.rate / bare.timing.rate), "");
    figures.row("events, rollups, and verify: nothing found", taken.check()?, "");
    figures.print();
    Ok(())
}

/// What was done, and with what.
struct Run {
    db: Db,
    timing: Timing,
}

impl Run {
    fn of(ask: &Ask, ground: &Ground, name: &str, work: fn(&Db, Vec<UsageEvent>) -> Done) -> Done<Self> {
        let db = Db::open(Options::at(ground.folder(name), vec![&metering::PART, &PEER]))?;
        db.start_worker()?;
        let (batches, now) = (AtomicU64::new(0), db.clock().now());
        let crowd = Crowd { callers: SENDERS, time: ask.time };
        let timing = crowd.run(|dice| work(&db, batch(batches.fetch_add(1, Ordering::SeqCst), name == "taken", now, dice)))?;
        Ok(Self { db, timing })
    }

    fn text(&self) -> String {
        let ms = |percent| self.timing.percentile(percent).as_secs_f64() * 1_000.0;
        format!("{} a second; a batch p50 {:.1} ms, p99 {:.1} ms", thousands(self.timing.rate * NEW as f64), ms(50), ms(99))
    }

    fn check(&self) -> Done<String> {
        let begun = Moment::now();
        let (events, told) = (self.timing.all * NEW, (0..self.timing.all * NEW).map(units).sum::<i64>());
        let (rows, sums) = sure(self.db.read(|read| {
            let rows: i64 = read.row("select count(*) as n from metering_event", &[])?.map_or(Ok(0), |row| row.get("n"))?;
            Ok((rows, metering::totals(read, Instant::from_micros(0), Instant::from_micros(i64::MAX / 2))?))
        }))?;
        must(rows as u64 == events, format!("{events} events told and {rows} there"))?;
        must(sums.accepted as u64 == events && sums.units == told, format!("{events} events and {told} units told, the rollups say {sums:?}"))?;
        let report = sure(self.db.read(|read| Ok(store::verify(read, &[&metering::PART, &PEER])?)))?;
        must(report.is_clean(), format!("verify: {:?}", report.first()))?;
        Ok(format!("{} events in {:.1} s", thousands(events as f64), begun.elapsed().as_secs_f64()))
    }
}

fn units(event: u64) -> i64 {
    i64::try_from(event % 7 + 1).unwrap_or(1)
}

/// The events of a batch in any order; with some of the batch before the last, wherever its sender is with it.
fn batch(nth: u64, again: bool, now: Instant, dice: &mut Dice) -> Vec<UsageEvent> {
    let before = nth.saturating_sub(2) * NEW;
    let again = if again { before..before + AGAIN } else { 0..0 };
    let mut events: Vec<UsageEvent> = (nth * NEW..(nth + 1) * NEW).chain(again).map(|nth| event(nth, now)).collect();
    for at in (1..events.len()).rev() {
        events.swap(at, dice.below(at + 1));
    }
    events
}

/// Spread over apps, kinds and the last day. Ids are as those of a sender that makes them of its time.
fn event(nth: u64, now: Instant) -> UsageEvent {
    let app = u8::try_from(nth % APPS).unwrap_or(0);
    let id = format!("{:016x}", nth);
    UsageEvent {
        source: "sms.example/meter/1".into(),
        meter: "sms.parts".into(),
        subject: Id::new("app", 1, [app; 10]).to_string(),
        at: Some(now.plus_seconds(-i64::try_from(nth * 7 % 86_400).unwrap_or(0))),
        dims: if nth.is_multiple_of(3) { "intl".into() } else { "cn".into() },
        units: Some(units(nth)),
        body: String::new(),
        body_hash: format!("{:064x}", nth ^ 0x5bd1),
        id,
    }
}

fn sender() -> Id {
    Id::new("cap", 1, [9; 10])
}

fn take(db: &Db, events: Vec<UsageEvent>) -> Done {
    let taken = db.write("bench.take_events", move |tx| metering::take_events(tx, &Acting::system("bench"), &sender(), &events, &|_| None).map(drop));
    taken.map_err(Failure::into_fault)
}

/// One row a statement, one transaction a batch.
fn put(db: &Db, events: Vec<UsageEvent>) -> Done {
    let sql = "insert into peer_event (sender, source, id, hash, subject, meter, dims, at, units) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let put = db.write::<_, Never>("bench.put", move |tx| {
        for one in &events {
            tx.execute(sql, &params![sender(), &one.source, &one.id, &one.body_hash, &one.subject, &one.meter, &one.dims, one.at, one.units])?;
        }
        Ok(())
    });
    put.map_err(Failure::into_fault)
}

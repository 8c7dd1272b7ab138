//! The invoice run of a month: 10,000 subscriptions of as many customers with 1,000,000 hours of usage, on SQLite.
//!
//! The meter is a table of the bench. Invariant: the invoices sum to what a plain sum of the usage comes to, the conservation law holds, and a second run makes nothing.

mod ground;

use std::time::{Duration, Instant};

use benches::{Ask, Dice, Done, Figures, Ground, must, processor_time, sure, thousands};
use billing::{Billing, Month, Opening, PaidBy};
use ground::{METER, Meter};
use store::{Clock, Db, Options, Part, params};
use words::{Acting, Failure, Fault, Id, Never};

static BILLING: Part = Billing::<Meter>::PART;

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn month() -> Done<Month> {
    Month::parse("2026-09").ok_or_else(|| Fault::new("a month"))
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let (subscriptions, rows) = if ask.quick { (500, 20) } else { (10_000, 100) };
    let ground = Ground::below(&ask.data)?;
    let clock = Clock::frozen(month()?.start());
    let parts = vec![&webkit::PART, &desk::PART, &ledger::PART, &METER, &BILLING];
    let db = Db::open(Options { clock: clock.clone(), ..Options::at(ground.folder("billing"), parts) })?;
    let mut figures =
        Figures::of(format!("billing: {} subscriptions, {} rows of usage", thousands(subscriptions as f64), thousands((subscriptions * rows) as f64)));
    let naive = fill(&db, subscriptions, rows)?;
    clock.set(month()?.end().plus_seconds(90_000));
    let (begun, used) = (Instant::now(), processor_time());
    begin(&db)?;
    db.run_due()?;
    let (took, cpu) = (begun.elapsed(), processor_time().saturating_sub(used));
    figures.row("the run: read, rated, charged, numbered, posted, told", seconds(took), "< 60 s");
    figures.row("processor time of it", seconds(cpu), "");
    figures.row("rows of usage a second", thousands((subscriptions * rows) as f64 / took.as_secs_f64()), "");
    begin(&db)?;
    db.run_due()?;
    let report = sure(db.read(|read| Ok(billing::conservation::<Meter>(read, month()?)?)))?;
    must(report.invoiced_minor == naive, format!("the invoices sum to {} fen and the peer to {naive}", report.invoiced_minor))?;
    must(report.laws.iter().all(|law| law.holds), format!("{:?}", report.laws))?;
    figures.row("invoices are what the peer says, once; the laws hold", format!("{} fen", thousands(naive as f64)), "equal");
    figures.print();
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn begin(db: &Db) -> Done {
    let month = month()?;
    let begun = db.write("bench.begin", move |tx| billing::begin_run::<Meter>(tx, &Acting::system("bench"), month));
    begun.map(drop).map_err(Failure::into_fault)
}

/// Subscriptions and their usage. Gives what they cost by a plain sum, fen: a thousand free, then two fen a call; nobody reaches the next tier.
fn fill(db: &Db, subscriptions: usize, rows: usize) -> Done<i64> {
    let (mut dice, mut naive) = (Dice::seeded(7), 0);
    for chunk in (0..subscriptions).collect::<Vec<_>>().chunks(100) {
        let mut usage = Vec::new();
        for nth in chunk {
            let hours: Vec<(i64, i64)> = (0..rows).map(|row| (row as i64 * 7, dice.below(900) as i64 + 1)).collect();
            naive += (hours.iter().map(|(_, units)| units).sum::<i64>() - 1_000).max(0) * 2;
            usage.push((*nth, hours));
        }
        let start = month()?.start();
        let filled = db.write::<_, Never>("bench.fill", move |tx| {
            for (nth, hours) in &usage {
                let subject = format!("app_{nth:06}");
                let id = |prefix: &str| Id::new(prefix, *nth as i64 + 1, [1; 10]);
                let (customer, billing, from) = (id("per"), PaidBy::Invoice, start);
                let opening = Opening {
                    id: id("sub"),
                    customer,
                    subject: subject.clone(),
                    meters: vec!["calls".into()],
                    book: "capability".into(),
                    plan: None,
                    billing,
                    payee: None,
                    discount: None,
                    from,
                };
                billing::open_subscription::<Meter>(tx, &Acting::system("bench"), &opening).map_err(Failure::into_fault)?;
                for (hour, units) in hours {
                    let at = start.plus_seconds(hour * 3_600);
                    tx.execute("insert into meter_used (subject, hour, units) values ($1, $2, $3)", &params![&subject, at, *units])?;
                }
            }
            Ok(())
        });
        sure(filled)?;
    }
    Ok(naive)
}

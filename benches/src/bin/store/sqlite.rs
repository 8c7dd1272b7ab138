//! SQLite: 256 callers through the group commit, beside the same use case one at a time.

use std::time::Instant;

use benches::{Ask, Crowd, Done, Figures, Ground, Timing, must, sure, syncs_a_second, thousands};
use store::{Db, Options, Part, verify};

use crate::deed::{self, COVERED, PLAIN};

pub(crate) fn measure(ask: &Ask, ground: &Ground) -> Done {
    let mut figures = Figures::of("store on SQLite: durable use cases of four statements");
    figures.row("peer: the disk, 4 KiB appended and synced", format!("{} a second", thousands(syncs_a_second(ground)?)), "");
    let plain = Runs::of(ask, ground, &PLAIN, false)?;
    figures.row("one at a time", plain.alone.text(), "");
    figures.row("16 callers", plain.sixteen.text(), "");
    figures.row("256 callers", plain.many.text(), "≥ 20,000");
    figures.row("256 callers ÷ one at a time", format!("{:.1} ×", plain.many.rate / plain.alone.rate), "≥ 8 ×");
    figures.row("verify afterwards: nothing found", plain.verified.clone(), "");
    let covered = Runs::of(ask, ground, &COVERED, true)?;
    figures.row("every row hashed: one at a time", covered.alone.text(), "");
    figures.row("every row hashed: 256 callers", covered.many.text(), "");
    figures.row("every row hashed: 256 callers ÷ one at a time", format!("{:.1} ×", covered.many.rate / covered.alone.rate), "");
    figures.row("every row hashed: verify afterwards: nothing found", covered.verified, "");
    figures.print();
    Ok(())
}

struct Runs {
    alone: Timing,
    sixteen: Timing,
    many: Timing,
    verified: String,
}

impl Runs {
    fn of(ask: &Ask, ground: &Ground, part: &'static Part, covered: bool) -> Done<Self> {
        let db = Db::open(Options::at(ground.folder(if covered { "covered" } else { "plain" }), vec![part]))?;
        db.start_worker()?;
        deed::fill(&db, covered)?;
        let run = |callers: usize| Crowd { callers, time: ask.time }.run(|dice| deed::transfer(&db, dice, covered));
        let (alone, sixteen, many) = (run(1)?, run(16)?, run(256)?);
        deed::check(&db, alone.all + sixteen.all + many.all)?;
        let begun = Instant::now();
        let report = sure(db.read(|read| Ok(verify(read, &[part])?)))?;
        must(report.is_clean(), format!("verify: {:?}", report.first()))?;
        let events = report.checks.first().map_or(0, |check| check.looked_at);
        let verified = format!("{} events in {:.1} s", thousands(events as f64), begun.elapsed().as_secs_f64());
        Ok(Self { alone, sixteen, many, verified })
    }
}

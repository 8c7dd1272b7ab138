//! Rating calls: 8,000 prefixes, 200,000 subscribers with a tally each, one core; and the bill of each subscriber.
//!
//! Invariant: the bills sum to what a plain sum of begun minutes at the price of each prefix comes to.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

use benches::{Ask, Dice, Done, Figures, must, processor_time, thousands};
use rating::{Book, Tally, Terms, Usage, bill};
use words::{Day, Fault};

/// Destinations of the book, each with one prefix.
const PREFIXES: usize = 8_000;

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let (subscribers, calls) = if ask.quick { (20_000, 200_000) } else { (200_000, 4_000_000) };
    let mut figures = Figures::of(format!(
        "rating: {} calls of {} subscribers, {} prefixes, 60/60, one core",
        thousands(calls as f64),
        thousands(subscribers as f64),
        thousands(PREFIXES as f64)
    ));
    let begun = processor_time();
    let book = Book::parse("books/bench.toml", &text()).map_err(|mistakes| Fault::new(format!("{mistakes:?}")))?;
    figures.row("the book: read, checked, indexed", format!("{:.2} s", since(begun).as_secs_f64()), "");
    let calls = generate(calls, subscribers)?;
    let naive = peer(&calls, &mut figures);
    one_by_one(&book, &calls[..calls.len() / 40], &mut figures)?;
    let (tallies, took) = count(&book, &calls, subscribers)?;
    figures.row("counted into the tally of each subscriber", rate(calls.len(), took), "≥ 500,000");
    let begun = processor_time();
    let terms = Terms::on(day()?);
    let (mut lines, mut total) = (0usize, 0i64);
    for tally in &tallies {
        let rated = bill(&book, tally, &terms).map_err(|refusal| Fault::new(format!("{refusal:?}")))?;
        total += rated.total.minor;
        lines += rated.lines.len();
    }
    let billed = since(begun);
    figures.row("billed: every subscriber, a line for each destination, explained", rate(tallies.len(), billed), "");
    figures.row("counted and billed together", rate(calls.len(), took + billed), "≥ 500,000");
    must(total == naive, format!("the bills sum to {total} fen and the peer to {naive}"))?;
    figures.row("the bills are what the peer says", format!("{} fen in {} lines", thousands(total as f64), thousands(lines as f64)), "equal");
    figures.print();
    Ok(())
}

/// Processor time: other work on the machine does not count.
fn since(begun: Duration) -> Duration {
    processor_time().saturating_sub(begun).max(Duration::from_millis(1))
}

fn rate(count: usize, took: Duration) -> String {
    format!("{} a second of processor", thousands(count as f64 / took.as_secs_f64()))
}

fn day() -> Done<Day> {
    Day::parse("2017-05-02").map_err(|_| Fault::new("a day"))
}

/// Fen a minute of a destination.
fn price(destination: usize) -> i64 {
    [49, 99, 188, 688][destination % 4]
}

fn prefix(destination: usize) -> String {
    format!("00{}", 10_000 + destination)
}

fn text() -> String {
    let mut text = String::from("[book]\nkey='bench'\nzh='测'\nen='Bench'\ncurrency='CNY/2'\n");
    for at in 0..PREFIXES {
        let _ = write!(text, "[[destination]]\nkey='d{at}'\nzh='目的地'\nen='There'\nprefixes=['{}']\ngroups=['p{}']\n", prefix(at), price(at));
    }
    text += "[[version]]\nkey='v'\nzh='版'\nen='V'\nfrom='2017-01-01'\n[[version.entry]]\nkey='call'\nzh='通话'\nen='Call'\nmeter='voice.seconds'\ndemo=true\n[version.entry.charge]\nmodel='time_block'\nfirst=60\nnext=60\nper=60\n";
    for fen in [49, 99, 188, 688] {
        let _ = write!(text, "[[version.entry.charge.rows]]\nprice='{}.{:02}'\nto=['p{fen}']\n", fen / 100, fen % 100);
    }
    text
}

struct Call {
    subscriber: usize,
    destination: usize,
    usage: Usage<'static>,
}

/// A subscriber calls three destinations, as people do.
fn generate(count: usize, subscribers: usize) -> Done<Vec<Call>> {
    let (mut dice, start) = (Dice::seeded(7), day()?.start());
    let call = |_| {
        let subscriber = dice.below(subscribers);
        let destination = (subscriber * 37 + dice.below(3) * 1_009) % PREFIXES;
        let at = start.plus_seconds(dice.below(20 * 86_400) as i64);
        let target = Cow::Owned(format!("{}{:07}", prefix(destination), dice.below(10_000_000)));
        Call { subscriber, destination, usage: Usage { meter: "voice.seconds".into(), at, quantity: 1 + dice.below(900) as i64, target } }
    };
    Ok((0..count).map(call).collect())
}

/// The same sum without a book, prefixes or explanations: what can be had at most.
fn peer(calls: &[Call], figures: &mut Figures) -> i64 {
    let begun = processor_time();
    let sum = calls.iter().map(|call| (call.usage.quantity + 59) / 60 * price(call.destination)).sum();
    figures.row("peer: a loop that knows each price, and nothing else", rate(calls.len(), since(begun)), "");
    sum
}

/// Each call a bill of its own, as for a prepaid call that is charged at once.
fn one_by_one(book: &Book, calls: &[Call], figures: &mut Figures) -> Done {
    let terms = Terms::on(day()?);
    let begun = processor_time();
    for call in calls {
        let rated = rating::rate(book, std::slice::from_ref(&call.usage), &terms).map_err(|refusal| Fault::new(format!("{refusal:?}")))?;
        must(rated.total.minor == (call.usage.quantity + 59) / 60 * price(call.destination), "a call costs what it costs")?;
    }
    figures.row("each call a bill of its own, explained", rate(calls.len(), since(begun)), "");
    Ok(())
}

fn count(book: &Book, calls: &[Call], subscribers: usize) -> Done<(Vec<Tally>, Duration)> {
    let mut tallies = vec![Tally::new(); subscribers];
    let begun = processor_time();
    for call in calls {
        tallies[call.subscriber].add(book, &call.usage).map_err(|refusal| Fault::new(format!("{refusal:?}")))?;
    }
    Ok((tallies, since(begun)))
}

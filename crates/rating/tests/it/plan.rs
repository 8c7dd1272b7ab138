//! The books of the built-in pack, worked out from the plan by hand.

use rating::{Book, Books, Price, Terms, Usage, rate};
use words::Instant;

use crate::hand::{at, day};

macro_rules! files {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../../packs/shuangchuang/books/", $name)))),*] };
}

fn books() -> Books {
    Books::parse(files!["idd.toml", "line.toml", "renwo.toml", "roaming.toml", "sme.toml"])
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.iter().map(|mistake| format!("{mistake}\n")).collect::<String>()))
}

fn fen(book: &Book, usage: Usage<'_>, plan: &str) -> i64 {
    let mut terms = Terms::on(usage.at.day());
    terms.plan = (!plan.is_empty()).then(|| plan.to_owned());
    rate(book, &[usage], &terms).unwrap_or_else(|refusal| panic!("{refusal:?}")).total.minor
}

const BEFORE: &str = "2017-04-30T15:59:59Z";
const AFTER: &str = "2017-04-30T16:00:00Z";

#[test]
fn seventy_destinations_cost_what_the_plan_says_from_the_first_of_may() {
    let books = books();
    let idd = books.get("idd").unwrap();
    let mut counted = std::collections::BTreeMap::new();
    for destination in idd.destinations() {
        let call = |moment: &str| fen(idd, Usage::new("voice.seconds", at(moment), 60).to(&destination.prefixes[0]), "");
        *counted.entry((call(BEFORE), call(AFTER))).or_insert(0) += 1;
    }
    let by_new = |fen: i64| counted.iter().filter(|((_, new), _)| *new == fen).map(|(_, n)| n).sum::<i32>();
    assert_eq!((by_new(49), by_new(99)), (21, 49));
    assert!(counted.keys().all(|(old, _)| [688, 188].contains(old)), "{counted:?}");
    // 002822 leads to 22, its longer 0028225 to 01; a begun minute counts whole.
    let call = |number: &'static str, seconds| fen(idd, Usage::new("voice.seconds", at(AFTER), seconds).to(number), "");
    assert_eq!([call("+2822 0000", 61), call("+2822 5000", 61)], [198, 98]);
    let tax = rate(idd, &[Usage::new("voice.seconds", at(AFTER), 60).to("d01")], &Terms::on(day("2017-05-01"))).unwrap().tax.unwrap();
    assert_eq!((tax.rate.to_string(), tax.tax.minor), ("11%".into(), 5));
}

#[test]
fn belt_and_road_costs_what_the_plan_says() {
    let books = books();
    let roaming = books.get("roaming").unwrap();
    let voice = roaming.destinations().iter().filter(|one| roaming.price_to("2017-05", "voice", &one.key) == Price::parse("0.99")).count();
    let data: Vec<Price> = roaming.destinations().iter().filter_map(|one| roaming.price_to("2017-05", "data", &one.key)).collect();
    assert_eq!((voice, data.len()), (64, 53));
    assert!(data.iter().all(|price| ["30.00", "60.00", "90.00"].contains(&price.to_string().as_str())));
    assert_eq!(fen(roaming, Usage::new("roam.bytes", at(AFTER), i64::from(u32::MAX)).to("r53"), ""), 9_000);
}

#[test]
fn a_book_under_an_older_version_prices_any_day() {
    let books = books();
    let old = books.get("idd").unwrap().under("2016").unwrap();
    let moment = |text: &str| Instant::parse(text).unwrap();
    for day in ["2017-04-30T00:00:00Z", "2026-11-22T00:00:00Z"] {
        assert_eq!(fen(&old, Usage::new("voice.seconds", moment(day), 60).to("d01"), ""), 688);
    }
    assert!(books.get("idd").unwrap().under("1999").is_none());
}

#[test]
fn plans_are_charged_by_month_or_by_day_and_slow_down_rather_than_cost_more() {
    let books = books();
    let (renwo, gib) = (books.get("renwo").unwrap(), 1i64 << 30);
    assert_eq!(fen(renwo, Usage::new("data.bytes", at(AFTER), 500 * gib), "yong"), 9_800);
    // 38 a month; 2 GiB free, 2 at 0.10 a MiB, 1 at 0.05.
    assert_eq!(fen(renwo, Usage::new("data.bytes", at(AFTER), 5 * gib), "fan"), 3_800 + 20_480 + 5_120);
    assert_eq!(fen(books.get("sme").unwrap(), Usage::new("line.months", at("2017-05-17T00:00:00Z"), 3).to("street"), "50"), 29_400);
}

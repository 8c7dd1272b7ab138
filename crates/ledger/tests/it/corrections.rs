//! Keys, reversals, two times, closed months, statements.

use ledger::{AsOf, Posting};
use words::{Day, Failure, Instant};

use crate::{Bench, bench, code, posting, who};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn allocate(key: &str, amount: i64) -> Posting {
    posting("unit.appropriate", key).id("unit", "zj").amount("amount", amount)
}

#[test]
fn a_key_posts_once_for_ever() {
    let bench = bench();
    let first = bench.post(allocate("k", 5)).expect("posted");
    let again = bench.post(allocate("k", 5).note("other words")).expect("the same");
    assert!(again.repeated && again.id == first.id && again.moved == first.moved);
    assert_eq!(code(bench.post(allocate("k", 6))), "ledger-key-reused");
    let batch = bench.post_many(vec![allocate("m", 1), allocate("m", 1)]).expect("twice in a batch");
    assert!(!batch[0].repeated && batch[1].repeated && batch[0].id == batch[1].id);
    for key in ["", "open:unit:zj:budget", "reverse:x"] {
        assert_eq!(code(bench.post(allocate(key, 1))), "ledger-key-wrong", "{key}");
    }
    assert_eq!(bench.at("unit:zj:budget"), 6);
    bench.assert_sound();
}

#[test]
fn one_refusal_stops_all_or_only_itself() {
    let bench = bench();
    let escrow = |key: &str, amount: i64| posting("bounty.escrow", key).id("unit", "zj").id("case", key).amount("amount", amount);
    let all = move || vec![allocate("a", 10), escrow("b", 11), escrow("c", 10)];
    let stopped = bench.post_many(all()).expect_err("short");
    assert!(matches!(&stopped, Failure::Refused(stopped) if stopped.at == 1), "{stopped:?}");
    assert_eq!(bench.at("unit:zj:budget"), 0);
    let book = bench.book.clone();
    let each = bench.temp.db.write::<_, words::Never>("each", move |tx| Ok(ledger::post_each(tx, &book, &who(), all())?)).expect("each for itself");
    assert_eq!(each.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!((bench.at("unit:zj:budget"), bench.at("escrow:challenge:c"), bench.at("escrow:challenge:b")), (0, 10, 0));
    bench.assert_sound();
}

#[test]
fn a_posting_is_moved_back_exactly_and_once() {
    let bench = bench();
    let paid = bench.post(allocate("a", 100)).expect("posted").id.expect("an id");
    bench.post(posting("bounty.escrow", "b").id("unit", "zj").id("case", "c").amount("amount", 60)).expect("spent");
    assert_eq!(code(bench.reverse(&paid, "mistake")), "ledger-short");
    bench.post(posting("bounty.release", "r").id("unit", "zj").id("case", "c")).expect("back");
    let back = bench.reverse(&paid, "mistake").expect("reversed");
    assert_eq!(bench.at("unit:zj:budget"), 0);
    assert!(bench.reverse(&paid, "mistake").expect("the same again").repeated);
    assert_eq!(code(bench.reverse(&paid, "another reason")), "ledger-already-reversed");
    assert_eq!(code(bench.reverse(&back.id.expect("an id"), "and back")), "ledger-not-reversible");
    bench.assert_sound();
}

/// I21: as of a moment is a replay stopped there; as of a day counts business days.
#[test]
fn balances_are_known_as_of_two_times() {
    let bench = bench();
    let mut moments: Vec<(Instant, i64)> = Vec::new();
    for n in 0..40i64 {
        bench.temp.clock.set(bench.now().plus_seconds(3_600));
        bench.post(allocate(&format!("a{n}"), n + 1).effective(day("2026-08-20").plus_days((n * 7 % 30) as i32))).expect("posted");
        moments.push((bench.now(), bench.at("unit:zj:budget")));
    }
    for (at, balance) in &moments {
        let seen = bench.look(|read| Ok((ledger::balance_as_of(read, "unit:zj:budget", AsOf::Moment(*at))?, ledger::trial_balance(read, AsOf::Moment(*at))?)));
        assert_eq!(seen.0, *balance);
        assert!(seen.1.lines.iter().any(|line| line.path == "unit:zj:budget" && line.balance.minor == *balance));
    }
    for ahead in 0..30 {
        let until = day("2026-08-20").plus_days(ahead);
        let expected: i64 = (0..40i64).filter(|n| n * 7 % 30 <= i64::from(ahead)).map(|n| n + 1).sum();
        assert_eq!(bench.look(|read| Ok(ledger::balance_as_of(read, "unit:zj:budget", AsOf::Day(until))?)), expected);
    }
    bench.assert_sound();
}

#[test]
fn a_statement_is_paged_without_gap_and_leads_to_its_causes() {
    let bench = bench();
    bench.post_many((0..25).map(|n| allocate(&format!("a{n}"), 10)).collect()).expect("posted");
    let mut numbers = Vec::new();
    let mut before: Option<String> = None;
    loop {
        let page = bench.look(|read| Ok(ledger::statement(read, "unit:zj:budget", before.as_deref(), 10)?));
        numbers.extend(page.entries.iter().map(|entry| (entry.number, entry.after.minor)));
        before = page.next;
        if before.is_none() {
            let posting = bench.look(|read| Ok(ledger::posting(read, &page.entries[0].posting)?)).expect("the posting");
            assert_eq!((posting.cause.kind.as_str(), posting.legs.len()), ("test", 1));
            break;
        }
    }
    assert_eq!(numbers, (1..=25).rev().map(|n| (n, n * 10)).collect::<Vec<_>>());
}

fn close(bench: &Bench, month: &'static str) -> words::Outcome<ledger::Period, ledger::LedgerRefusal> {
    bench.temp.db.write("close", move |tx| ledger::close_month(tx, &who(), month))
}

#[test]
fn nothing_posts_into_a_closed_month() {
    let bench = bench();
    bench.post(allocate("a", 5).effective(day("2026-08-31"))).expect("last month");
    for month in ["2026-09", "2026-13", "x", "2027-01"] {
        assert_eq!(code(bench.temp.db.write("close", move |tx| ledger::close_month(tx, &who(), month))), "ledger-period-not-over", "{month}");
    }
    let closed = close(&bench, "2026-08").expect("closed");
    assert_eq!(close(&bench, "2026-08").expect("again").hash, closed.hash);
    assert_eq!(code(bench.post(allocate("b", 5).effective(day("2026-08-01")))), "ledger-period-closed");
    bench.post(allocate("c", 5)).expect("this month");
    let paid = bench.post(allocate("a", 5).effective(day("2026-08-31"))).expect("the same as then");
    bench.reverse(&paid.id.expect("an id"), "late").expect("reversed in this month");
    assert_eq!(bench.look(|read| Ok(ledger::closed_months(read)?)).len(), 1);
    bench.assert_sound();
}

//! Whatever comes again, overlaps or is missing: every entry counts once.

use metering::{Ending, Entry, ShipmentRefusal};
use words::Failure;

use crate::world::*;

/// Calls of two apps, one after the other, each settled three entries later; some end badly.
fn entries(calls: i64) -> Vec<Entry> {
    let (mut entries, mut waiting) = (Vec::new(), std::collections::VecDeque::new());
    for n in 0..calls {
        entries.push(admitted(n, 1 + u8::from(n % 3 == 0)));
        waiting.push_back(entries.len() as i64);
        if waiting.len() > 2 {
            settle(&mut entries, waiting.pop_front().expect("one waits"), n);
        }
    }
    while let Some(of) = waiting.pop_front() {
        settle(&mut entries, of, calls);
    }
    entries
}

fn settle(entries: &mut Vec<Entry>, of: i64, n: i64) {
    entries.push(match n % 7 {
        0 => ended(of, Ending::CallerGone, 200),
        1 => settled(of, 503),
        2 => ended(of, Ending::Refused("gateway-upstream-slow".into()), 504),
        _ => settled(of, 200),
    });
}

#[test]
fn shipments_that_repeat_and_overlap_count_once() {
    let (world, log) = (world(), log(0));
    let all = entries(300);
    let (mut seed, mut sent) = (11u64, 0usize);
    let mut dice = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).expect("a number") % below
    };
    while sent < all.len() {
        let first = sent.saturating_sub(dice(40));
        let until = (sent + dice(30)).min(all.len());
        let wanted = take(&world, &log, first as i64 + 1, &all[first..until.max(first)]).expect("taken in");
        sent = sent.max(until);
        assert_eq!(wanted, sent as i64 + 1);
    }
    assert_eq!(take(&world, &log, 1, &all).expect("all of it again"), all.len() as i64 + 1);
    let (first, second) = (counted(&world, 1), counted(&world, 2));
    assert_eq!((first.0, second.0), (200, 100));
    let billable = all.iter().filter(|entry| matches!(entry, Entry::Settled(end) if end.ending == Ending::Answered && end.status < 500)).count() as i64;
    assert_eq!(first.1 + second.1, billable);
    let (from, to) = (words::Instant::from_micros(0), words::Instant::from_micros(i64::MAX / 2));
    let totals = read(&world, |read| metering::totals(read, from, to));
    assert!(totals.is_whole() && totals.accepted == 300 && totals.billable == billable && totals.ignored.len() == 2, "{totals:?}");
    let kinds = read(&world, |read| metering::usage_by_kind(read, app(1).as_str(), from, to));
    let days = read(&world, |read| metering::usage_by_day(read, app(1).as_str(), from, to));
    let callers = read(&world, |read| metering::usage_by_caller(read, "echo.calls", from, to));
    assert_eq!((kinds[0].counts.accepted, days[0].counts, days[0].from.day().to_string()), (200, kinds[0].counts, "2026-09-01".to_owned()));
    assert_eq!(
        callers.iter().map(|sum| (sum.subject.clone(), sum.counts.accepted)).collect::<Vec<_>>(),
        [(app(1).to_string(), 200), (app(2).to_string(), 100)]
    );
    world.assert_clean();
}

#[test]
fn where_entries_are_missing_nothing_is_taken_in_and_it_is_told_which() {
    let (world, log) = (world(), log(0));
    let all = entries(10);
    take(&world, &log, 1, &all[..5]).expect("taken in");
    let refused = take(&world, &log, 7, &all[6..]).expect_err("a gap");
    assert_eq!(refused.refusal(), Some(&ShipmentRefusal::Gap { wanted: 6 }));
    assert_eq!(counted(&world, 1).0 + counted(&world, 2).0, 1, "the others are open");
    take(&world, &log, 6, &all[5..]).expect("and then it goes on");
    assert_eq!(counted(&world, 1).0 + counted(&world, 2).0, 10);
    assert_eq!(take(&world, &log, 99, &[]).expect_err("a gap, even of nothing").refusal(), Some(&ShipmentRefusal::Gap { wanted: 21 }));
    world.assert_clean();
}

#[test]
fn what_is_open_when_a_log_ends_is_listed_and_never_billed() {
    let (world, log) = (world(), log(3));
    let entries = [admitted(1, 1), admitted(2, 1), settled(1, 200), refused(1, "gateway-rate", 5)];
    take(&world, &log, 1, &entries).expect("taken in");
    let early = close(&world, &log, 7).expect_err("three entries never came");
    assert_eq!(early.refusal(), Some(&ShipmentRefusal::Gap { wanted: 5 }));
    assert_eq!(close(&world, &log, 4).expect("closed"), 1);
    assert_eq!(close(&world, &log, 4).expect("and again"), 1);
    assert_eq!(counted(&world, 1), (2, 1), "taken in, and not billed");
    let listed = read(&world, |read| metering::open_at_kill(read, words::Instant::from_micros(0), 10));
    assert_eq!(listed.iter().map(|call| call.request.clone()).collect::<Vec<_>>(), [request(2)]);
    assert_eq!(take(&world, &log, 5, &[settled(2, 200)]).expect_err("too late").refusal(), Some(&ShipmentRefusal::Closed));
    assert_eq!(take(&world, &log, 1, &entries).expect("what is known already may come again"), 5);
    world.assert_clean();
}

#[test]
fn what_settles_nothing_is_a_fault_and_leaves_nothing() {
    let (world, log) = (world(), log(0));
    take(&world, &log, 1, &[admitted(1, 1), settled(1, 200)]).expect("taken in");
    for of in [1, 2, 77] {
        assert!(matches!(take(&world, &log, 3, &[admitted(2, 1), settled(of, 200)]), Err(Failure::Broken(_))), "{of}");
    }
    assert_eq!(counted(&world, 1), (1, 1));
    world.assert_clean();
}

#[test]
fn verify_names_a_rollup_that_was_altered_and_a_position_that_moved() {
    let (world, log) = (world(), log(0));
    take(&world, &log, 1, &entries(20)).expect("taken in");
    world.assert_clean();
    world.tamper("update metering_rollup set billable = billable + 1, ignored = ignored - 1");
    assert_eq!(world.verify().first().map(|finding| finding.place.clone()).as_deref(), Some("metering_rollup"));
    world.tamper("update metering_rollup set billable = billable - 1, ignored = ignored + 1");
    world.tamper("update metering_log set next_seq = next_seq + 1");
    assert_eq!(world.verify().first().map(|finding| finding.place.clone()).as_deref(), Some("metering_log"));
    world.tamper("update metering_log set next_seq = next_seq - 1");
    world.tamper("delete from metering_rollup where subject in (select min(subject) from metering_rollup)");
    assert_eq!(world.verify().first().map(|finding| finding.place.clone()).as_deref(), Some("metering_call"));
}

#[test]
fn lost_entries_are_given_up_listed_and_told() {
    let (world, log) = (world(), log(0));
    take(&world, &log, 1, &[admitted(1, 1), settled(1, 200), admitted(2, 1)]).expect("taken in");
    let (given_up, kept) = (log.clone(), log.clone());
    let lost = world.db.write("metering.lose_entries", move |tx| metering::lose_entries(tx, &given_up, 6)).expect("given up");
    assert_eq!(lost, 2);
    // Entry 4 admitted a call and is lost; so is whoever it was of.
    take(&world, &log, 6, &[settled(4, 200), admitted(3, 1), settled(7, 200)]).expect("and it goes on");
    assert_eq!(counted(&world, 1), (2, 2));
    assert_eq!(close(&world, &kept, 8).expect("closed"), 1, "the call whose end is lost was open");
    let told = read(&world, |read| Ok(read.newest_of(kept.gateway.as_str(), &["metering.entries_lost"])?.is_some()));
    assert!(told);
    world.assert_clean();
    world.tamper("update metering_lost set next_seq = 5");
    assert_eq!(world.verify().first().map(|finding| finding.place.clone()).as_deref(), Some("metering_lost"));
}

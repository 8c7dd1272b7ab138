//! Usage that capabilities meter themselves: each event once, nothing lost, what cannot be understood decided by a person.

use metering::{Decision, DecisionRefusal, Doubt, EventFate, EventOutcome, EventRefusal, Mended, QuarantineState, Quarantined, Terms, UsageEvent};
use store::testing::Temp;
use words::{Acting, Failure, Id, Instant, Never, Refusal};

use crate::world::*;

fn sender() -> Id {
    Id::new("cap", 1, [5; 10])
}

/// Event `n` of two units, so many seconds after the morning of the test.
fn event(n: i64, seconds: i64) -> UsageEvent {
    UsageEvent {
        source: "sms.example/meter".into(),
        id: format!("e{n}"),
        meter: "sms.parts".into(),
        subject: app(1).to_string(),
        at: Some(Instant::from_micros(AT).plus_seconds(seconds)),
        dims: if n % 2 == 0 { "cn".into() } else { String::new() },
        units: Some(2),
        body: format!("{{\"n\":{n}}}"),
        body_hash: format!("h{n}"),
    }
}

/// Only `sms.parts` is declared, and only the first two apps are there.
fn judge(event: &UsageEvent) -> Option<Doubt> {
    let known = [app(1), app(2)].iter().any(|app| app.as_str() == event.subject);
    if event.meter != "sms.parts" { Some(Doubt::Meter) } else { (!known).then_some(Doubt::Subject) }
}

fn send(world: &Temp, events: &[UsageEvent]) -> Result<Vec<EventFate>, Failure<EventRefusal>> {
    let events = events.to_vec();
    world.db.write("test", move |tx| metering::take_events(tx, &Acting::system("test"), &sender(), &events, &judge))
}

fn decide(world: &Temp, id: &Id, decision: Decision, note: &'static str) -> Result<Quarantined, Failure<DecisionRefusal>> {
    let id = id.clone();
    world.db.write("test", move |tx| metering::decide_event(tx, &Acting::system("test"), &id, &decision, note, &judge))
}

fn refused<T: std::fmt::Debug, R: Refusal + Clone>(result: Result<T, Failure<R>>) -> R {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn outcomes(fates: &[EventFate]) -> Vec<(EventOutcome, bool)> {
    fates.iter().map(|fate| (fate.outcome, fate.duplicate)).collect()
}

fn totals(world: &Temp) -> metering::Totals {
    let totals = read(world, |read| metering::totals(read, Instant::from_micros(0), Instant::from_micros(i64::MAX / 2)));
    assert!(totals.is_whole(), "{totals:?}");
    totals
}

/// An hour after the morning of the test.
fn begun() -> Temp {
    let world = world();
    world.run_until(Instant::from_micros(AT).plus_seconds(3_600));
    world
}

fn waiting(world: &Temp) -> Vec<Quarantined> {
    read(world, |read| metering::quarantine(read, Some(&sender()), QuarantineState::Waiting, None, 100))
}

#[test]
fn batches_that_repeat_and_overlap_count_once() {
    let world = begun();
    let all: Vec<UsageEvent> = (0..700).map(|n| event(n, n)).collect();
    for (from, until) in [(0, 300), (100, 500), (450, 700), (0, 700)] {
        let fates = send(&world, &all[from..until]).expect("taken in");
        assert_eq!(fates.len(), until - from);
        assert!(fates.iter().all(|fate| fate.outcome == EventOutcome::Taken));
    }
    let within = [event(900, 5), event(901, 5), event(900, 5)];
    let taken = EventOutcome::Taken;
    assert_eq!(outcomes(&send(&world, &within).expect("taken in")), [(taken, false), (taken, false), (taken, true)], "twice in one batch is once");
    assert_eq!(counted(&world, 1), (702, 702));
    let sums = totals(&world);
    assert_eq!((sums.accepted, sums.billable, sums.units, sums.units_accepted), (702, 702, 1_404, 1_404));
    let kinds = read(&world, |read| metering::own_meters(read, "sms", Instant::from_micros(0), Instant::from_micros(i64::MAX / 2)));
    assert_eq!(
        kinds.iter().map(|sum| (sum.meter.as_str(), sum.dims.as_str(), sum.counts.units)).collect::<Vec<_>>(),
        [("sms.parts", "", 702), ("sms.parts", "cn", 702)]
    );
    assert!(read(&world, |read| metering::own_meters(read, "sm", Instant::from_micros(0), Instant::from_micros(i64::MAX / 2))).is_empty());
    let (from, to) = (Instant::from_micros(AT), Instant::from_micros(AT).plus_seconds(3_600));
    let newest = read(&world, |read| metering::events_of(read, app(1).as_str(), Some("sms.parts"), (from, to), None, 400));
    let last = newest.last().expect("the last");
    let after = Some((last.at, last.id.clone(), last.source.clone()));
    let rest = read(&world, |read| metering::events_of(read, app(1).as_str(), None, (from, to), after, 400));
    assert_eq!((newest.len() + rest.len(), rest.last().map(|event| event.id.clone()), newest[0].at > rest[0].at), (702, Some("e0".into()), true));
    world.assert_clean();
}

#[test]
fn the_same_id_with_another_body_is_a_conflict_and_nothing_is_taken() {
    let world = begun();
    send(&world, &[event(1, 0)]).expect("taken in");
    let other = UsageEvent { units: Some(3), body_hash: "other".into(), ..event(1, 0) };
    let refusal = refused(send(&world, &[event(2, 0), other.clone(), event(1, 0)]));
    assert_eq!((refusal.code(), refusal.status()), ("metering-event-conflict", 409));
    assert_eq!(refusal.parts(), [(Some("/1".into()), "metering-event".into(), vec![("id", "e1".into())])], "it is named");
    assert_eq!(counted(&world, 1), (1, 1), "nothing of the batch");
    let twins = [event(3, 0), UsageEvent { body_hash: "x".into(), ..event(3, 0) }];
    assert_eq!(refused(send(&world, &twins)).code(), "metering-event-conflict", "also within a batch");
    let elsewhere = UsageEvent { source: "another".into(), ..other };
    assert_eq!(outcomes(&send(&world, &[elsewhere]).expect("another source")), [(EventOutcome::Taken, false)]);
    world.assert_clean();
}

#[test]
fn what_is_too_old_nameless_or_too_much_is_refused() {
    let world = begun();
    let day = 86_400;
    let refusal = refused(send(&world, &[event(1, 0), event(2, -62 * day)]));
    assert_eq!((refusal.code(), refusal.status(), refusal.parts().len()), ("metering-event-old", 422, 1));
    send(&world, &[event(2, 3_600 - 62 * day)]).expect("just in time");
    let nameless = UsageEvent { id: String::new(), ..event(1, 0) };
    assert_eq!(refused(send(&world, &[nameless])).code(), "metering-event-nameless");
    assert_eq!(refused(send(&world, &[])).code(), "metering-events-many");
    let many: Vec<UsageEvent> = (0..1_001).map(|n| event(n, 0)).collect();
    assert_eq!(refused(send(&world, &many)).code(), "metering-events-many");
    world.assert_clean();
}

#[test]
fn what_cannot_be_understood_waits_is_counted_and_is_decided_once() {
    let world = begun();
    let wrong = [
        UsageEvent { at: None, ..event(1, 0) },
        UsageEvent { units: None, ..event(2, 0) },
        UsageEvent { meter: "sms.minutes".into(), ..event(3, 0) },
        UsageEvent { subject: app(7).to_string(), ..event(4, 0) },
        event(5, 0),
    ];
    let fates = send(&world, &wrong).expect("taken in");
    let doubts = [Some(Doubt::Time), Some(Doubt::Units), Some(Doubt::Meter), Some(Doubt::Subject), None];
    assert_eq!(fates.iter().map(|fate| fate.doubt).collect::<Vec<_>>(), doubts);
    let again = send(&world, &wrong[..1]).expect("again");
    assert_eq!(outcomes(&again), [(EventOutcome::Quarantined, true)], "the same answer");
    let sums = totals(&world);
    assert_eq!((sums.accepted, sums.billable, sums.quarantined, sums.units_quarantined, sums.units_accepted), (5, 1, 4, 6, 8));
    let there = waiting(&world);
    assert_eq!(there.iter().map(|one| one.event.as_str()).collect::<Vec<_>>(), ["e4", "e3", "e2", "e1"], "newest first");
    world.assert_clean();

    let mended = |units| Mended { meter: "sms.parts".into(), subject: app(2).to_string(), at: wrong[4].at, dims: "cn".into(), units };
    let take = |units| Decision::Take(mended(units));
    assert_eq!(refused(decide(&world, &there[3].id, take(Some(2)), " ")), DecisionRefusal::NoteNeeded);
    assert_eq!(refused(decide(&world, &there[3].id, take(None), "看日志")), DecisionRefusal::Doubtful { doubt: Doubt::Units });
    let elsewhere = Decision::Take(Mended { subject: app(9).to_string(), ..mended(Some(1)) });
    assert_eq!(refused(decide(&world, &there[3].id, elsewhere, "看日志")), DecisionRefusal::Doubtful { doubt: Doubt::Subject });
    let long_ago = Decision::Take(Mended { at: Some(Instant::from_micros(AT).plus_seconds(-70 * 86_400)), ..mended(Some(1)) });
    assert_eq!(refused(decide(&world, &there[3].id, long_ago, "看日志")), DecisionRefusal::TooOld);
    let taken = decide(&world, &there[3].id, take(Some(5)), "按发送日志更正").expect("taken");
    assert_eq!((taken.state, taken.note.as_str(), taken.decided_by.is_some()), (QuarantineState::Taken, "按发送日志更正", true));
    decide(&world, &there[2].id, Decision::Discard, "测试数据").expect("discarded");
    for id in [&there[2].id, &there[3].id] {
        assert_eq!(refused(decide(&world, id, Decision::Discard, "再来")), DecisionRefusal::Decided);
    }
    let sums = totals(&world);
    assert_eq!(
        (sums.accepted, sums.billable, sums.units, sums.quarantined, sums.ignored.clone()),
        (5, 2, 7, 2, vec![("discarded".to_owned(), 1, 0)]),
        "{sums:?}"
    );
    assert_eq!(counted(&world, 2), (1, 1), "it counts where it was mended to");
    assert_eq!(outcomes(&send(&world, &wrong[..2]).expect("again")), [(EventOutcome::Taken, true), (EventOutcome::Discarded, true)]);
    assert_eq!(read(&world, |read| metering::waiting(read, &sender())), 2);
    world.assert_clean();
}

#[test]
fn events_are_kept_as_long_as_they_would_be_taken_in_again() {
    let world = begun();
    let set = |accept_days| {
        let terms = Terms { call_days: 7, accept_days };
        world.db.write::<_, Never>("metering.set_terms", move |tx| Ok(metering::set_terms(tx, &terms)?)).map_err(Failure::into_fault).expect("terms");
    };
    set(10);
    let (first, waits) = (event(1, 0), UsageEvent { meter: "sms.nosuch".into(), ..event(2, 0) });
    send(&world, &[first.clone(), waits.clone()]).expect("taken in");
    let day = |n: i64| Instant::from_micros(AT).plus_seconds(n * 86_400);
    world.run_until(day(10));
    assert_eq!(outcomes(&send(&world, std::slice::from_ref(&first)).expect("known")), [(EventOutcome::Taken, true)]);
    world.run_until(day(12));
    set(62);
    assert_eq!(
        refused(send(&world, std::slice::from_ref(&first))).code(),
        "metering-event-old",
        "it is forgotten, so it must not come again, whatever the days are now"
    );
    assert_eq!(outcomes(&send(&world, &[waits]).expect("known")), [(EventOutcome::Quarantined, true)], "what waits is not forgotten");
    assert_eq!(counted(&world, 1), (1, 1), "what was counted stays");
    world.assert_clean();
    let there = waiting(&world).remove(0);
    decide(&world, &there.id, Decision::Discard, "没有这个计量项").expect("discarded");
    world.run_until(day(80));
    world.assert_clean();
}

#[test]
fn verify_names_a_rollup_of_events_that_was_altered() {
    let world = begun();
    send(&world, &[event(1, 0), event(2, 0), UsageEvent { at: None, ..event(3, 0) }]).expect("taken in");
    world.assert_clean();
    let named = |world: &Temp| world.verify().first().map(|finding| finding.place.clone()).unwrap_or_default();
    world.tamper("update metering_rollup set units = units + 1, units_accepted = units_accepted + 1");
    assert_eq!(named(&world), "metering_rollup");
    world.tamper("update metering_rollup set units = units - 1, units_accepted = units_accepted - 1");
    world.tamper("update metering_event set outcome = 'taken' where id = 'e3'");
    assert!(["metering_event", "metering_quarantine", "metering_rollup"].contains(&named(&world).as_str()));
    world.tamper("update metering_event set outcome = 'quarantined' where id = 'e3'");
    world.tamper("update metering_quarantine set units = 99");
    assert_eq!(named(&world), "metering_quarantine", "what people decide of is covered");
}

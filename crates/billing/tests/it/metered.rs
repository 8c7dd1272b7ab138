//! What a capability meters itself is held to wallet and limit: before the work, if it asks; from then on, if it only tells.

use billing::{Opening, PaidBy, ReserveRefusal};
use proptest::prelude::*;
use store::testing::Temp;
use words::{Failure, Never};

use crate::wallets::top_up;
use crate::world::*;

const MONTH: &str = "2026-09";

/// App 1 subscribes messages: calls cost as any, a part five fen.
fn messages(mode: PaidBy) -> Temp {
    let world = world();
    open(&world, Opening { meters: vec!["sms.calls".into()], ..opening(1, 1, mode) });
    world
}

fn parts(world: &Temp, units: i64) -> Result<billing::Reserved, Failure<ReserveRefusal>> {
    tried(world, move |tx| billing::reserve_whole::<Ground>(tx, &office(1), &app(1), "sms.parts", units))
}

fn calls(world: &Temp, calls: i64) -> Result<billing::Reserved, Failure<ReserveRefusal>> {
    tried(world, move |tx| billing::reserve::<Ground>(tx, &office(1), &app(1), "sms.calls", calls))
}

fn free(world: &Temp, meter: &'static str, units: i64) {
    done(world, move |tx| Ok::<_, Failure<Never>>(billing::release::<Ground>(tx, &office(1), &app(1), meter, month(MONTH), units)?));
}

fn unasked(world: &Temp, units: i64) {
    done(world, move |tx| Ok::<_, Failure<Never>>(billing::note_used::<Ground>(tx, &office(1), &app(1), "sms.parts", month(MONTH), units)?));
}

fn limit(world: &Temp, minor: i64) {
    done(world, move |tx| billing::set_budget::<Ground>(tx, &member(1), &app(1), Some(minor), true));
}

fn held(world: &Temp) -> i64 {
    balance(world, &format!("wallet:held:{}", app(1)))
}

fn short(world: &Temp) -> i64 {
    seen(world, |read| billing::short_of(read, &person(1)))
}

#[test]
fn work_is_paid_for_as_a_whole_or_not_done() {
    let world = messages(PaidBy::Prepaid);
    assert_eq!(refusal(parts(&world, 1)), ReserveRefusal::WalletShort { left: "0.00".into() });
    top_up(&world, 1, 52);
    assert_eq!(refusal(parts(&world, 11)), ReserveRefusal::WalletShort { left: "0.52".into() });
    assert_eq!(parts(&world, 10).map(|reserved| (reserved.calls, reserved.held_minor)), Ok((10, 50)));
    free(&world, "sms.parts", 4);
    assert_eq!(held(&world), 30, "what was not sent is free again");
    limit(&world, 40);
    assert_eq!(refusal(parts(&world, 3)), ReserveRefusal::LimitReached { limit: "0.40".into() });
    assert_eq!(parts(&world, 2).map(|reserved| reserved.held_minor), Ok(10));
    // A thousand calls are free, whatever parts cost; the next is not.
    assert_eq!(calls(&world, 1_001).map(|reserved| (reserved.calls, reserved.held_minor)), Ok((1_000, 0)));
    meter(&world, &app(1), "sms.parts", hour(MONTH, 10), 8);
    meter(&world, &app(1), "sms.calls", hour(MONTH, 10), 1_000);
    world.run_until(hour(MONTH, 12));
    assert_eq!((held(&world), short(&world)), (0, 0), "what was set aside paid for it");
    bill(&world, MONTH);
    let report = seen(&world, |read| billing::conservation::<Ground>(read, month(MONTH)));
    assert_eq!((report.charged_minor, report.drawn_minor, short(&world)), (40, 40, 0));
    world.assert_clean();
}

#[test]
fn usage_that_is_only_told_counts_and_stops_what_comes_after_it() {
    let world = messages(PaidBy::Invoice);
    limit(&world, 1_000);
    assert_eq!(calls(&world, 1_100).map(|reserved| reserved.calls), Ok(1_100), "a hundred of them cost two yuan");
    unasked(&world, 100);
    assert_eq!(calls(&world, 1_000).map(|reserved| reserved.calls), Ok(150), "five yuan are gone");
    // Told at once what costs more than is left: it happened, and counts; nothing more is admitted.
    unasked(&world, 7);
    assert_eq!(refusal(calls(&world, 1)), ReserveRefusal::LimitReached { limit: "10.00".into() });
    assert_eq!(refusal(parts(&world, 1)), ReserveRefusal::LimitReached { limit: "10.00".into() });
    limit(&world, 1_036);
    assert_eq!(refusal(calls(&world, 1)), ReserveRefusal::LimitReached { limit: "10.36".into() }, "the limit has to pay for what was told, and for the next");
    limit(&world, 1_037);
    assert_eq!(calls(&world, 5).map(|reserved| reserved.calls), Ok(1));
    meter(&world, &app(1), "sms.parts", hour(MONTH, 10), 107);
    meter(&world, &app(1), "sms.calls", hour(MONTH, 10), 1_251);
    bill(&world, MONTH);
    assert_eq!(invoices(&world, 1)[0].document.money.total, 535 + 502, "ten yuan, and what was told at once beyond them");
    world.assert_clean();
}

#[test]
fn told_usage_takes_what_the_wallet_has_and_the_rest_is_owed() {
    let world = messages(PaidBy::Prepaid);
    top_up(&world, 1, 300);
    assert_eq!(calls(&world, 1_050).map(|reserved| reserved.held_minor), Ok(100));
    unasked(&world, 50);
    assert_eq!(held(&world), 300, "two yuan of two and a half");
    assert_eq!(refusal(calls(&world, 1)), ReserveRefusal::WalletShort { left: "0.00".into() });
    meter(&world, &app(1), "sms.parts", hour(MONTH, 10), 50);
    meter(&world, &app(1), "sms.calls", hour(MONTH, 11), 1_050);
    world.run_until(hour(MONTH, 14));
    assert_eq!((held(&world), short(&world)), (0, 50));
    top_up(&world, 1, 60);
    assert_eq!(short(&world), 0);
    assert_eq!(calls(&world, 100).map(|reserved| (reserved.calls, reserved.held_minor)), Ok((5, 10)));
    world.assert_clean();
}

#[test]
fn sends_at_once_never_pass_the_limit() {
    for mode in [PaidBy::Prepaid, PaidBy::Invoice] {
        let world = messages(mode);
        top_up(&world, 1, 10_000);
        limit(&world, 501);
        let sent: i64 = std::thread::scope(|scope| {
            let send = |by: i64| {
                let world = &world;
                scope.spawn(move || {
                    let reserve = |units: i64| if parts(world, units).is_ok() { units } else { 0 };
                    (0..30).map(|nth| reserve(1 + (nth + by) % 3)).sum::<i64>()
                })
            };
            let all: Vec<_> = (0..4).map(send).collect();
            all.into_iter().map(|one| one.join().expect("a sender")).sum()
        });
        assert_eq!(sent, 100, "a hundred parts of five fen, and a fen is left");
        meter(&world, &app(1), "sms.parts", hour(MONTH, 10), sent);
        bill(&world, MONTH);
        let report = seen(&world, |read| billing::conservation::<Ground>(read, month(MONTH)));
        assert_eq!((report.charged_minor, short(&world)), (500, 0));
        world.assert_clean();
    }
}

#[derive(Debug, Clone)]
enum Step {
    TopUp(i64),
    Calls(i64),
    /// So many parts, of which the network refuses some (in a thousand).
    Send(i64, i64),
    /// Of the calls that were admitted, so many in a thousand are made.
    Use(i64),
    Hour,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1i64..2_000).prop_map(Step::TopUp),
        (1i64..1_500).prop_map(Step::Calls),
        (1i64..120, 0i64..=1_000).prop_map(|(parts, refused)| Step::Send(parts, refused)),
        (0i64..=1_000).prop_map(Step::Use),
        Just(Step::Hour),
    ];
    proptest::collection::vec(step, 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_calls_and_sends_passes_wallet_or_limit(steps in steps(), limited in proptest::option::of(50i64..2_000)) {
        let world = messages(PaidBy::Prepaid);
        if let Some(minor) = limited {
            limit(&world, minor);
        }
        let (mut paid, mut admitted, mut made, mut sent, mut now) = (0, 0, 0, 0, 1);
        for step in steps {
            match step {
                Step::TopUp(minor) => {
                    top_up(&world, 1, minor);
                    paid += minor;
                }
                Step::Calls(wanted) => admitted += calls(&world, wanted).map_or(0, |reserved| reserved.calls),
                Step::Send(wanted, refused) => {
                    if parts(&world, wanted).is_ok() {
                        let back = wanted * refused / 1_000;
                        free(&world, "sms.parts", back);
                        meter(&world, &app(1), "sms.parts", hour(MONTH, now), wanted - back);
                        sent += wanted - back;
                    }
                }
                Step::Use(part) => {
                    let more = (admitted - made) * part / 1_000;
                    meter(&world, &app(1), "sms.calls", hour(MONTH, now), more);
                    made += more;
                }
                Step::Hour => {
                    now += 1;
                    world.run_until(hour(MONTH, now).plus_seconds(120));
                }
            }
            prop_assert_eq!(short(&world), 0, "the wallet was passed");
        }
        bill(&world, MONTH);
        let report = seen(&world, |read| billing::conservation::<Ground>(read, month(MONTH)));
        prop_assert_eq!((short(&world), held(&world)), (0, 0));
        prop_assert_eq!(report.charged_minor, (made - 1_000).max(0) * 2 + sent * 5);
        prop_assert!(report.charged_minor <= paid && limited.is_none_or(|limit| report.charged_minor <= limit));
        world.assert_clean();
    }
}

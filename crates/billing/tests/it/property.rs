//! Whatever comes in which order, in which parts and how late: it costs what a naive model says, nothing is charged twice, and no wallet is passed.

use billing::{PaidBy, due};
use proptest::prelude::*;
use words::Failure;

use crate::wallets::top_up;
use crate::world::*;

/// 1,000 free, then 0.02, from 101,001 calls on 0.015, from 1,001,001 on 0.01: fen, half up.
fn naive(calls: i64) -> i64 {
    let paid = (calls - 1_000).max(0);
    let parts = [(100_000, 20), (900_000, 15), (i64::MAX, 10)];
    let (mut left, mut tenths) = (paid, 0);
    for (size, price) in parts {
        tenths += left.min(size) * price;
        left = (left - size).max(0);
    }
    (tenths + 5) / 10
}

fn used(nth: i64, units: i64) -> billing::Used {
    billing::Used { meter: "calls".into(), dims: String::new(), target: String::new(), hour: hour("2026-09", nth), billable: units, free: 0, units }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_split_and_order_costs_what_the_naive_model_says(mut parts in proptest::collection::vec((0i64..720, 0i64..60_000), 0..40), cut in 0usize..40) {
        let world_book = BOOKS.get("capability").expect("the book");
        let subscription = plain_subscription();
        let rows = |parts: &[(i64, i64)]| parts.iter().map(|(nth, units)| used(*nth, *units)).collect::<Vec<_>>();
        let sum: i64 = parts.iter().map(|(_, units)| units).sum();
        let whole = due(world_book, &subscription, month("2026-09"), &rows(&parts), true).expect("a price");
        prop_assert_eq!(whole.money.total, naive(sum));
        prop_assert_eq!(whole.money.net + whole.money.tax, whole.money.total);
        // Charged in two parts, the first at any time, in any order.
        parts.reverse();
        let first = due(world_book, &subscription, month("2026-09"), &rows(&parts[..cut.min(parts.len())]), false).expect("a price");
        let mut charged = billing::Charged::default();
        let part = first.less(&charged).expect("a rest");
        let mut total = 0;
        if let Some(part) = &part {
            total += part.money.total;
            charged.add(&part.detail, part.money, part.sum).expect("a sum");
        }
        if let Some(rest) = whole.less(&charged).expect("a rest") {
            total += rest.money.total;
            charged.add(&rest.detail, rest.money, rest.sum).expect("a sum");
        }
        prop_assert_eq!(total, naive(sum));
        prop_assert_eq!(whole.less(&charged).expect("a rest"), None);
    }
}

fn plain_subscription() -> billing::Subscription {
    let opening = opening(1, 1, PaidBy::Invoice);
    billing::Subscription {
        id: opening.id,
        customer: opening.customer,
        subject: opening.subject,
        meters: opening.meters,
        book: opening.book,
        plan: None,
        billing: opening.billing,
        payee: None,
        discount: None,
        from: opening.from,
        end: None,
    }
}

#[derive(Debug, Clone)]
enum Step {
    TopUp(i64),
    Reserve(i64),
    /// Of what was admitted and is not used, so many in a thousand.
    Use(i64),
    Release(i64),
    Hour,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1i64..5_000).prop_map(Step::TopUp),
        (1i64..3_000).prop_map(Step::Reserve),
        (0i64..=1_000).prop_map(Step::Use),
        (0i64..=1_000).prop_map(Step::Release),
        Just(Step::Hour),
    ];
    proptest::collection::vec(step, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_admitted_can_always_be_paid(steps in steps(), several in any::<bool>(), limit in proptest::option::of(100i64..4_000)) {
        let world = world();
        open(&world, opening(1, 1, PaidBy::Prepaid));
        if several {
            let mut more = opening(2, 1, PaidBy::Prepaid);
            (more.subject, more.meters, more.book) = (app(1), vec!["maps".into()], "plain".into());
            open(&world, more);
        }
        if let Some(limit) = limit {
            done(&world, move |tx| billing::set_budget::<Ground>(tx, &member(1), &app(1), Some(limit), true));
        }
        let (mut paid, mut admitted, mut made, mut now) = (0, [0, 0], [0, 0], 1);
        for (nth, step) in steps.into_iter().enumerate() {
            // Turn by turn the dear meter and the cheap one.
            let at = usize::from(several && nth % 2 == 0);
            let of = ["calls", "maps"][at];
            match step {
                Step::TopUp(minor) => {
                    top_up(&world, 1, minor);
                    paid += minor;
                }
                Step::Reserve(calls) => {
                    let reserved = tried(&world, move |tx| billing::reserve::<Ground>(tx, &office(1), &app(1), of, calls));
                    admitted[at] += match reserved {
                        Ok(reserved) => reserved.calls,
                        Err(Failure::Refused(_)) => 0,
                        Err(other) => panic!("{other:?}"),
                    };
                }
                Step::Use(part) => {
                    let calls = (admitted[at] - made[at]) * part / 1_000;
                    meter(&world, &app(1), of, hour("2026-09", now), calls);
                    made[at] += calls;
                }
                Step::Release(part) => {
                    let calls = (admitted[at] - made[at]) * part / 1_000;
                    done(&world, move |tx| Ok::<_, Failure<words::Never>>(billing::release::<Ground>(tx, &office(1), &app(1), of, month("2026-09"), calls)?));
                    admitted[at] -= calls;
                }
                Step::Hour => {
                    now += 1;
                    world.run_until(hour("2026-09", now).plus_seconds(120));
                }
            }
            prop_assert_eq!(seen(&world, |read| billing::short_of(read, &person(1))), 0, "the wallet was passed");
        }
        bill(&world, "2026-09");
        prop_assert_eq!(seen(&world, |read| billing::short_of(read, &person(1))), 0, "the wallet was passed");
        let report = seen(&world, |read| billing::conservation::<Ground>(read, month("2026-09")));
        prop_assert!(report.charged_minor <= paid);
        prop_assert!(limit.is_none_or(|limit| report.charged_minor <= limit));
        prop_assert_eq!(report.rated.units, made[0] + made[1]);
        prop_assert_eq!(balance(&world, &format!("wallet:held:{}", app(1))), 0);
        world.assert_clean();
    }
}

/// Wherever a run breaks, it goes on where it was, and nothing is charged twice.
#[test]
fn a_run_that_is_cut_off_anywhere_charges_nothing_twice() {
    let world = world();
    for n in 1..=3 {
        open(&world, opening(n, n, if n == 3 { PaidBy::Prepaid } else { PaidBy::Invoice }));
        meter(&world, &app(n), "calls", hour("2026-09", 5), 1_000 + 100 * n as i64);
    }
    world.run_until(month("2026-09").end().plus_seconds(23 * 3_600));
    world.try_each_statement(30);
    bill(&world, "2026-09");
    let tried = world.tried();
    assert!(tried.values().map(|tried| tried.broken).sum::<u32>() > 60, "{tried:?}");
    world.try_each_statement(0);
    for n in 1..=2 {
        assert_eq!(invoices(&world, n).iter().map(|invoice| invoice.document.money.total).collect::<Vec<_>>(), vec![200 * n as i64]);
    }
    let report = seen(&world, |read| billing::conservation::<Ground>(read, month("2026-09")));
    assert_eq!((report.charged_minor, report.invoiced_minor, report.open_minor), (1_200, 600, 600));
    world.assert_clean();
}

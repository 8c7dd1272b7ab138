//! Quotes, orders, counts and replays.

use rating::{RateRefusal, Usage};
use tariffs::{Benefit, OrderRefusal, Question, benefits, quote, replay};
use words::{Failure, Never};

use crate::world::*;

#[test]
fn a_quote_says_before_after_and_saved() {
    let minor = |question: &Question, key: &str| {
        let quoted = quote(book(key), question).unwrap();
        (quoted.before.map(|before| before.total.minor), quoted.after.total.minor, quoted.saved_minor)
    };
    // d01: 6.88 → 0.49; d22: 1.88 → 0.99.
    assert_eq!(minor(&call_to("d01", "2017-05-01"), "idd"), (Some(8_256), 588, 7_668));
    assert_eq!(minor(&call_to("+2822 5000", "2017-05-01"), "idd"), (Some(8_256), 588, 7_668));
    assert_eq!(minor(&call_to("d22", "2017-05-01"), "idd"), (Some(2_256), 1_188, 1_068));
    // On the last day of the old prices there is nothing before them.
    assert_eq!(minor(&call_to("d01", "2017-04-30"), "idd"), (None, 8_256, 0));
    let trip = Question { target: "r45".into(), days: 3, megabytes: 500, minutes: 2, ..Question::on(day("2017-05-02")) };
    assert_eq!(minor(&trip, "roaming"), (Some(3 * 500 * 300 + 598), 3 * 9_000 + 198, 3 * 500 * 300 + 598 - 27_198));
    let plan = Question { plan: Some("yong".into()), megabytes: 20_000, ..Question::on(day("2027-06-01")) };
    assert_eq!(minor(&plan, "renwo"), (Some(580_000), 9_800, 570_200));
    // From the 21st on: ten days of thirty.
    let late = Question { by_days: true, coupon: Some("DEMO10".into()), ..Question { on: day("2027-06-21"), ..plan } };
    assert_eq!(minor(&late, "renwo"), (Some(580_000), 2_940, 577_060));
    let early = quote(book("idd"), &call_to("d01", "2015-12-31")).unwrap_err();
    assert_eq!(early, RateRefusal::NoVersion { day: day("2015-12-31") });
    assert_eq!(quote(book("idd"), &call_to("0049", "2017-05-01")).unwrap_err(), RateRefusal::NoTarget { target: "0049".into() });
}

#[test]
fn whom_somebody_calls_is_not_stored() {
    let world = world();
    let quote = kept(&world, 1, "idd", call_to("+2822 5000 1234", "2027-06-06"));
    assert_eq!(quote.quoted.question.target, "d01");
    let rows = world.db.read::<_, Never>(|read| Ok(read.rows("select question, bill from tariffs_quote", &[])?)).unwrap();
    let (question, bill): (String, String) = (rows[0].get("question").unwrap(), rows[0].get("bill").unwrap());
    assert!(!question.contains("1234") && !bill.contains("1234"));
    world.assert_clean();
}

#[test]
fn a_quote_is_ordered_once_by_whose_it_is_while_its_prices_hold() {
    let world = world();
    let quote = kept(&world, 1, "idd", call_to("d01", "2027-06-06"));
    let order = |n: usize, id: &words::Id| {
        let id = id.clone();
        tried(&world, move |tx| tariffs::place_order(tx, &member(n), book("idd"), &id))
    };
    assert!(matches!(order(2, &quote.id), Err(Failure::Absent)));
    let placed = order(1, &quote.id).unwrap_or_else(|_| panic!("ordered"));
    assert_eq!(refusal(order(1, &quote.id)), OrderRefusal::Ordered);
    let old = kept(&world, 1, "idd", call_to("d01", "2017-04-30"));
    assert_eq!(refusal(order(1, &old.id)), OrderRefusal::Outdated { version: "2016".into() });
    let withdraw = |n: usize| {
        let id = placed.id.clone();
        tried(&world, move |tx| tariffs::withdraw_order(tx, &member(n), &id))
    };
    assert!(matches!(withdraw(2), Err(Failure::Absent)));
    assert_eq!(withdraw(1).unwrap_or_else(|_| panic!("withdrawn")).withdrawn_on, Some(day("2027-06-06")));
    assert_eq!(refusal(withdraw(1)), OrderRefusal::Withdrawn);
    world.assert_clean();
}

#[test]
fn benefits_are_counted_to_a_day_and_forget_what_was_taken_back() {
    let world = world();
    ordered(&world, 1, "idd", call_to("d01", "2027-06-06"));
    ordered(&world, 1, "idd", call_to("d22", "2027-06-06"));
    let taken_back = ordered(&world, 2, "idd", call_to("d01", "2027-06-06"));
    kept(&world, 3, "idd", call_to("d01", "2027-06-06"));
    world.clock.set(day("2027-06-08").start());
    done(&world, move |tx| tariffs::withdraw_order(tx, &member(2), &taken_back.id));
    let count = |on: &str| {
        let on = day(on);
        world.db.read::<_, Never>(|read| Ok(benefits(read, &["idd", "sme"], on)?)).unwrap()
    };
    let all = Benefit { quotes: 4, quoted: 3, orders: 3, customers: 2, beneficiaries: 2, saved_minor: 2 * 7_668 + 1_068, ..Benefit::default() };
    assert_eq!(count("2027-06-05"), vec![Benefit::default(); 2]);
    assert_eq!(count("2027-06-06"), vec![all, Benefit::default()]);
    assert_eq!(count("2027-06-07")[0], all);
    assert_eq!(count("2027-06-08")[0], Benefit { orders: 2, customers: 1, beneficiaries: 1, saved_minor: 7_668 + 1_068, ..all });
    world.assert_clean();
}

#[test]
fn a_replay_prices_the_same_usages_under_every_version() {
    let questions = [call_to("d01", "2027-06-06"), call_to("d22", "2027-06-06")];
    let usages = [
        Usage::new("voice.seconds", day("2027-06-06").start(), 61).to("d01"),
        Usage::new("voice.seconds", day("2027-06-06").start(), 60).to("0049"),
        Usage::new("sms", day("2027-06-06").start(), 1),
    ];
    let replayed = replay(book("idd"), &questions, &usages, day("2027-06-30"));
    let short: Vec<_> = replayed.iter().map(|one| (one.version.as_str(), one.priced, one.total.minor, one.unpriced.len())).collect();
    assert_eq!(short, vec![("2016", 3, 8_256 + 2_256 + 1_376, 2), ("2017-05", 3, 588 + 1_188 + 98, 2)]);
}

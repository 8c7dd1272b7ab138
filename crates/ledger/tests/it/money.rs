//! The plan's sums: 70/30 to the fen, 40/60 of the fund.

use ledger::{Posting, Ratio};
use words::Rounding;

use crate::{bench, code, posting};

/// 200,000 pays and months: paid and deferred are the due, and neither is below zero.
#[test]
fn paid_and_deferred_are_always_the_due() {
    let (seventy, mut seed) = (Ratio { numerator: 70, denominator: 100, rounding: Rounding::HalfUp }, 0x9e37_79b9_7f4a_7c15u64);
    for _ in 0..200_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (base, days, month) = ((seed >> 20) as i64 % 10_000_000, (seed >> 8) as i64 % 32, 28 + (seed >> 4) as i64 % 4);
        let due = Rounding::HalfUp.divide(i128::from(base) * i128::from(days.min(month)), i128::from(month)).expect("a due");
        let paid = seventy.of(due).expect("a part");
        let deferred = due - paid;
        assert!(paid >= 0 && deferred >= 0 && paid + deferred == due, "{due}");
        // Half up to the fen: 10 × paid is within 5 of 7 × due, and a half goes up.
        assert!((-5 < 7 * due - 10 * paid) && (7 * due - 10 * paid < 5 || 7 * due - 10 * paid == -5) || 10 * paid - 7 * due == 5, "{due} {paid}");
    }
}

fn month(n: i64, due: i64, paid: i64, deferred: i64) -> Posting {
    let whose = posting("pay.withhold", &format!("pay:{n}")).id("unit", "zj").id("person", "per_1").id("case", "cas_1");
    whose.amount("due", due).amount("paid", paid).amount("deferred", deferred)
}

#[test]
fn six_months_of_pay_are_made_up_and_the_deferred_account_ends_at_zero() {
    let bench = bench();
    for n in 0..6 {
        bench.post(month(n, 2_000_000, 1_400_000, 600_000)).expect("a month");
    }
    assert_eq!((bench.at("payable:payroll"), bench.at("deferred_pay:per_1:cas_1")), (8_400_000, 3_600_000));
    assert_eq!(code(bench.post(month(7, 100, 70, 31))), "ledger-sum-differs");
    let release = || posting("pay.release", "release:cas_1:per_1").id("person", "per_1").id("case", "cas_1");
    assert_eq!(code(bench.post(release().amount("amount", 5))), "ledger-not-empty");
    let released = bench.post(release()).expect("the release");
    assert_eq!(released.moved_to("payable:payroll"), 3_600_000);
    assert_eq!((bench.at("payable:payroll"), bench.at("deferred_pay:per_1:cas_1")), (12_000_000, 0));
    assert!(bench.post(release()).expect("again").repeated);
    bench.assert_sound();
}

#[test]
fn releasing_what_does_not_exist_posts_nothing_and_says_so() {
    let bench = bench();
    bench.post(posting("pay.withhold.begin", "begin").id("person", "per_1").id("case", "cas_1")).expect("opened");
    for template in ["pay.release", "pay.extinguish", "grant.uncommit"] {
        let mut nothing = posting(template, template).id("case", "cas_1");
        if template != "grant.uncommit" {
            nothing = nothing.id("person", "per_1");
        }
        if template == "pay.extinguish" {
            nothing = nothing.id("unit", "zj");
        }
        let done = bench.post(nothing).expect("no refusal");
        assert!(done.is_nothing() && done.moved.is_empty(), "{template}");
    }
    bench.assert_sound();
}

#[test]
fn extinguishing_gives_the_accrual_back_to_the_unit() {
    let bench = bench();
    let split = posting("pay.withhold.split", "pay").id("unit", "zj").id("person", "per_1").id("case", "cas_1").amount("due", 1_000_001);
    bench.post(split).expect("a month");
    assert_eq!((bench.at("payable:payroll"), bench.at("deferred_pay:per_1:cas_1")), (700_001, 300_000));
    bench.post(posting("pay.extinguish", "end").id("unit", "zj").id("person", "per_1").id("case", "cas_1")).expect("the end");
    assert_eq!((bench.at("payroll:cost:zj"), bench.at("deferred_pay:per_1:cas_1")), (-700_001, 0));
    bench.assert_sound();
}

#[test]
fn the_fund_is_split_and_its_envelopes_are_capped() {
    let bench = bench();
    let appropriate = |key: &str, total: i64| posting("fund.appropriate", key).amount("total", total);
    bench.post(appropriate("one", 60_000_000_001)).expect("600 million and a fen");
    assert_eq!((bench.at("fund:rd"), bench.at("fund:incentive")), (24_000_000_000, 36_000_000_001));
    assert_eq!(code(bench.post(appropriate("too much", 40_000_000_001))), "ledger-short");
    bench.post(appropriate("the rest", 39_999_999_999)).expect("a thousand million in all");
    assert_eq!((bench.at("quota:fund:rd"), bench.at("quota:fund:incentive")), (0, 0));
    let across = posting("fund.transfer", "lead:1").id("source", "incentive").id("target", "rd").amount("amount", 5);
    bench.post(across).expect("the leading group may");
    assert_eq!(bench.at("fund:rd"), 40_000_000_005);
    assert_eq!(code(bench.post(posting("fund.transfer", "lead:2").id("source", "rd").id("target", "rd").amount("amount", 5))), "ledger-same-account");
    bench.post(posting("fund.amend", "more").id("envelope", "rd").amount("amount", 400)).expect("R-40");
    bench.post(appropriate("more", 1)).expect_err("the incentive envelope is still full");
    bench.assert_sound();
}

//! Holds: counted against the balance, resolved once, expired at their second.

use words::Id;

use crate::{Bench, bench, code, posting};

fn with_grant() -> Bench {
    let bench = bench();
    bench.post(posting("fund.appropriate", "fund").amount("total", 100_000)).expect("the fund");
    bench.post(posting("grant.commit", "grant").id("case", "cas_1").amount("amount", 1_000)).expect("the grant");
    bench
}

fn spend(bench: &Bench, key: &str, amount: i64, seconds: i64) -> Result<Id, &'static str> {
    let asked = posting("grant.spend", key).id("case", "cas_1").amount("amount", amount);
    match bench.hold(asked, bench.now().plus_seconds(seconds)) {
        Ok(held) => Ok(held.id.expect("an id")),
        refused => Err(code(refused)),
    }
}

#[test]
fn what_is_held_cannot_be_spent_and_the_rest_comes_back() {
    let bench = with_grant();
    let hold = spend(&bench, "h1", 700, 3600).expect("held");
    assert_eq!((bench.at("project:cas_1:grant"), bench.available("project:cas_1:grant")), (1_000, 300));
    assert_eq!(spend(&bench, "h2", 301, 3600), Err("ledger-short"));
    assert_eq!(code(bench.post(posting("grant.spend", "p").id("case", "cas_1").amount("amount", 301))), "ledger-short");
    assert_eq!(code(bench.post_hold(&hold, Some(701))), "ledger-hold-exceeded");
    bench.post_hold(&hold, Some(500)).expect("posted in part");
    assert_eq!((bench.at("project:cas_1:spend"), bench.available("project:cas_1:grant")), (500, 500));
    assert!(bench.post_hold(&hold, Some(500)).expect("the same again").repeated);
    assert_eq!(code(bench.void_hold(&hold)), "ledger-hold-resolved");
    assert_eq!(code(bench.void_hold(&Id::fixed("pst_none"))), "absent");
    bench.assert_sound();
}

#[test]
fn a_hold_expires_at_its_second_and_not_before() {
    let bench = with_grant();
    let hold = spend(&bench, "h1", 700, 60).expect("held");
    bench.temp.run_until(bench.now().plus_seconds(59));
    assert_eq!(bench.available("project:cas_1:grant"), 300);
    bench.temp.clock.set(bench.now().plus_seconds(1));
    assert_eq!(code(bench.post_hold(&hold, None)), "ledger-hold-expired");
    bench.temp.settle();
    assert_eq!(bench.available("project:cas_1:grant"), 1_000);
    assert_eq!(code(bench.post_hold(&hold, None)), "ledger-hold-resolved");
    assert_eq!(spend(&bench, "h3", 1, 0), Err("ledger-hold-too-long"));
    assert_eq!(spend(&bench, "h4", 1, 91 * 86_400), Err("ledger-hold-too-long"));
    bench.assert_sound();
}

#[test]
fn an_award_is_held_with_its_ceiling() {
    let bench = bench();
    bench.post(posting("fund.appropriate", "fund").amount("total", 1_000_000_000)).expect("the fund");
    let award = |key: &str, total: i64| posting("award.pay", key).id("case", "cas_1").amount("total", total).parts("recipients", vec![("per_1".into(), total)]);
    // The chain passes through an account that is empty while all is held, so the award cannot be held: a hold does not count as income.
    assert_eq!(code(bench.hold(award("a", 5), bench.now().plus_seconds(60))), "ledger-short");
    let stake = |key: &str| posting("equity_incentive.grant", key).id("case", "cas_1").id("party", "org_1").amount("amount", 70);
    let hold = bench.hold(stake("e"), bench.now().plus_seconds(60)).expect("held").id.expect("an id");
    bench.void_hold(&hold).expect("voided");
    assert_eq!(bench.at("equity_incentive:cas_1:org_1"), 0);
    bench.assert_sound();
}

//! Flows of the plan: awards under their ceiling, bounties, 和米 rounds.

use ledger::Posting;

use crate::{Bench, bench, code, posting};

fn funded() -> Bench {
    let bench = bench();
    bench.post(posting("fund.appropriate", "fund").amount("total", 10_000_000_000)).expect("the fund");
    bench
}

fn award(key: &str, case: &str, total: i64) -> Posting {
    let parts = vec![("per_1".to_owned(), total / 2), ("per_2".to_owned(), total - total / 2)];
    Posting::new("award.pay", key, "award", &words::Id::fixed(key)).id("case", case).amount("total", total).parts("recipients", parts)
}

/// Scenario 11: two schemes, one ceiling.
#[test]
fn awards_of_a_project_stay_within_two_million_yuan_whatever_the_scheme() {
    let bench = funded();
    bench.post(award("exit", "cas_1", 150_000_000)).expect("1.5 million");
    assert_eq!(code(bench.post(award("major", "cas_1", 50_000_001))), "ledger-short");
    let reward =
        |total| posting("promotion.reward", "roll").id("case", "cas_1").amount("total", total).shares("shares", vec![("zj".into(), 2), ("js".into(), 1)]);
    assert_eq!(code(bench.post(reward(50_000_001))), "ledger-short");
    bench.post(award("major", "cas_1", 50_000_000)).expect("exactly 2 million");
    assert_eq!(code(bench.post(reward(1))), "ledger-short");
    bench.post(award("other", "cas_2", 200_000_000)).expect("another project has its own ceiling");
    assert_eq!((bench.at("award:project:cas_1"), bench.at("quota:award:project:cas_1"), bench.at("quota:award:used")), (0, 0, 400_000_000));
    assert_eq!(bench.at("payable:per_1") + bench.at("payable:per_2"), 400_000_000);
    assert_eq!(code(bench.post(award("odd", "cas_3", 5).amount("total", 6))), "ledger-sum-differs");
    bench.assert_sound();
}

#[test]
fn a_reversed_award_gives_its_ceiling_back_and_no_more() {
    let bench = funded();
    let paid = bench.post(award("exit", "cas_1", 200_000_000)).expect("2 million");
    bench.reverse(paid.id.as_ref().expect("an id"), "wrong project").expect("reversed");
    assert_eq!((bench.at("quota:award:project:cas_1"), bench.at("payable:per_1"), bench.at("award:project:cas_1")), (200_000_000, 0, 0));
    assert_eq!(code(bench.post(award("again", "cas_1", 200_000_001))), "ledger-short");
    bench.post(award("right", "cas_1", 200_000_000)).expect("once more");
    bench.assert_sound();
}

/// Scenario 3, and the last fen.
#[test]
fn a_bounty_is_paid_by_shares_or_goes_back_to_the_fen() {
    let bench = funded();
    bench.post(posting("unit.allocate", "budget").id("unit", "zj").amount("amount", 1_000)).expect("a budget");
    for case in ["cas_1", "cas_2"] {
        bench.post(posting("bounty.escrow", case).id("unit", "zj").id("case", case).amount("amount", 100)).expect("in escrow");
    }
    let shares = vec![("per_1".to_owned(), 1), ("per_2".to_owned(), 1), ("per_3".to_owned(), 1)];
    bench.post(posting("bounty.pay", "pay").id("case", "cas_1").shares("shares", shares)).expect("paid");
    assert_eq!(["per_1", "per_2", "per_3"].map(|person| bench.at(&format!("payable:{person}"))), [34, 33, 33]);
    bench.post(posting("bounty.release", "back").id("unit", "zj").id("case", "cas_2")).expect("back");
    assert_eq!((bench.at("unit:zj:budget"), bench.at("escrow:challenge:cas_2")), (900, 0));
    assert_eq!(code(bench.post(posting("bounty.escrow", "big").id("unit", "zj").id("case", "cas_3").amount("amount", 901))), "ledger-short");
    bench.assert_sound();
}

#[test]
fn a_season_grants_once_and_nothing_else_makes_hemi() {
    let bench = bench();
    let grant = |key: &str| posting("hemi.grant", key).id("season", "2026-3").id("person", "per_1").amount("amount", 1_000);
    bench.post(grant("one")).expect("granted");
    assert_eq!(code(bench.post(grant("two"))), "ledger-short");
    assert_eq!((bench.at("hemi:wallet:per_1"), bench.at("hemi:pool"), bench.at("hemi:issued")), (1_000, 1_000, -2_000));
    assert_eq!(code(bench.post(posting("hemi.buy", "x").amount("amount", 5))), "ledger-unknown-template");
    // A word that would reach into another account is no part of a path.
    let inject = posting("hemi.stake", "inject").id("case", "cas_1:per_9").id("person", "per_1").amount("amount", 1);
    assert_eq!(code(bench.post(inject)), "ledger-variable-wrong");
    assert_eq!(code(bench.post(posting("hemi.stake", "neg").id("case", "cas_1").id("person", "per_1").amount("amount", -1))), "ledger-negative");
    bench.assert_sound();
}

/// Checklist §13: 200 backers with 1,000 和米 each on 12 projects, 4 of which succeed.
#[test]
fn two_hundred_backers_on_twelve_projects_leave_everything_at_zero() {
    let bench = bench();
    let person = |n: usize| format!("per_{n}");
    let grants = (0..200).map(|n| posting("hemi.grant", &format!("grant:{n}")).id("season", "s1").id("person", person(n)).amount("amount", 1_000)).collect();
    bench.post_many(grants).expect("the season");
    let stake = |case: usize, n: usize, amount: i64| {
        posting("hemi.stake", &format!("stake:{case}:{n}")).id("case", format!("cas_{case}")).id("person", person(n)).amount("amount", amount)
    };
    let stakes = (0..200).flat_map(|n| (0..5).map(move |at| stake((n * 7 + at * 5) % 12, n, 200))).collect();
    bench.post_many(stakes).expect("all stakes");
    assert_eq!(bench.at("hemi:wallet:per_7"), 0);
    let late: Vec<Posting> = vec![stake(1, 301, 0), stake(2, 300, 1)];
    assert_eq!(code(bench.post_many(late)), "ledger-short");
    for case in 0..12 {
        let template = if case % 3 == 0 { "hemi.settle.success" } else { "hemi.settle.failure" };
        let prefix = format!("hemi:stake:cas_{case}:");
        let open = bench.look(|read| Ok(ledger::balances(read, &prefix, "", 1_000)?));
        let settle = |path: &str| {
            let backer = path.rsplit(':').next().unwrap_or_default();
            posting(template, &format!("settle:{case}:{backer}")).id("case", format!("cas_{case}")).id("person", backer)
        };
        bench.post_many(open.iter().map(|balance| settle(&balance.path)).collect()).expect("settled");
    }
    let all = bench.look(|read| Ok(ledger::balances(read, "hemi:", "", 10_000)?));
    assert_eq!(all.iter().map(|balance| balance.posted.minor).sum::<i64>(), 0);
    assert!(all.iter().filter(|balance| balance.path != "hemi:issued").all(|balance| balance.posted.minor >= 0));
    let wallets: i64 = all.iter().filter(|balance| balance.path.starts_with("hemi:wallet:")).map(|balance| balance.posted.minor).sum();
    let staked_well = 200_000 - bench.at("hemi:burned");
    assert_eq!(wallets, 2 * staked_well);
    assert!(bench.at("hemi:pool") >= wallets, "all that was won can be backed and doubled again");
    bench.assert_sound();
}

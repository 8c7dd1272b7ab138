//! Awards from nomination to payment.

use awards::{AwardRefusal, AwardState, NoticeState};
use ledger::Posting;
use words::{Acting, Failure, Id};

use crate::world::*;

const FUND: i64 = 6_000_000_000;

fn over(already: &str, asked: &str) -> AwardRefusal {
    AwardRefusal::OverCap { cap: "2,000,000.00".into(), already: already.into(), asked: asked.into() }
}

#[test]
fn an_award_is_paid_to_the_fen_once() {
    let world = world(FUND);
    let award = ready(&world, 1, "exit", 90, 100_000_001 - 1);
    let paid = pay(&world, 2, &award.id).expect("paid");
    assert_eq!((paid.state, paid.level.as_deref()), (AwardState::Paid, Some("first")));
    assert_eq!((payable(&world, 1), payable(&world, 2), payable(&world, 3)), (33_340_000, 33_330_000, 33_330_000));
    assert_eq!(balance(&world, "fund:incentive"), FUND - 100_000_000);
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::State { state: "paid".into() });
    let odd = ready(&world, 2, "exit", 60, 101);
    pay(&world, 2, &odd.id).expect("paid");
    assert_eq!(
        (payable(&world, 1), payable(&world, 2), payable(&world, 3)),
        (33_340_000 + 34, 33_330_000 + 34, 33_330_000 + 33),
        "the largest remainder gets the odd fen"
    );
    world.assert_clean();
}

/// nothing without success; R-24: graded before it is paid.
#[test]
fn awards_follow_success_and_a_grade() {
    let world = world(FUND);
    assert_eq!(
        refusal(refused(&world, |tx| awards::open_award(tx, &office(1), draft(1, "exit", "failure")))),
        AwardRefusal::NotSuccessful { outcome: "failure".into() }
    );
    assert!(matches!(refused(&world, |tx| awards::open_award(tx, &member(1), draft(1, "exit", "success"))), Err(Failure::Denied(_))));
    let award = opened(&world, 1, "exit");
    assert_eq!(refusal(refused(&world, |tx| awards::open_award(tx, &office(1), draft(1, "exit", "success")))), AwardRefusal::Exists { scheme: "exit".into() });
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::State { state: "nominated".into() });
    let asked = AwardRefusal::OverLevel { level: words::Bilingual::new("second 级", "second"), max: "500,000.00".into(), asked: "500,000.01".into() };
    assert_eq!(refusal(grade(&world, &award.id, 89, 50_000_001)), asked);
    grade(&world, &award.id, 89, 50_000_000).expect("graded");
    world.assert_clean();
}

#[test]
fn everything_that_is_missing_refuses_in_order() {
    let world = world(FUND);
    let award = opened(&world, 1, "exit");
    grade(&world, &award.id, 80, 10_000_000).expect("graded");
    assert_eq!(refusal(pay(&world, 1, &award.id)), AwardRefusal::SecondPerson);
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::ShareSum { sum: "0.00".into() });
    assert_eq!(refusal(agree(&world, &award.id, 2, 0)), AwardRefusal::NothingProposed);
    assert_eq!(refusal(propose(&world, &award.id, [3_333, 3_333, 3_333])), AwardRefusal::ShareSum { sum: "99.99".into() });
    assert_eq!(propose(&world, &award.id, [5_000, 5_000, 0]).expect("proposed").proposal, 1);
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::NotAgreed { missing: 2 });
    agree(&world, &award.id, 2, 1).expect("agreed");
    assert_eq!(agree(&world, &award.id, 7, 1).unwrap_err(), Failure::Absent);
    propose(&world, &award.id, [4_000, 3_000, 3_000]).expect("another proposal");
    assert_eq!(agree(&world, &award.id, 2, 1).unwrap_err(), Failure::Stale, "nobody agrees to what no longer stands");
    agree(&world, &award.id, 2, 2).expect("agreed");
    agree(&world, &award.id, 3, 2).expect("agreed");
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::NoticeNotClear { notice: "none".into() });
    notice(&world, &award.id, NoticeState::Objected);
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::NoticeNotClear { notice: "objected".into() });
    notice(&world, &award.id, NoticeState::Clear);
    let id = award.id.clone();
    let mut conflicted = office(2);
    conflicted.person = person(3);
    assert_eq!(refusal(refused(&world, move |tx| awards::pay_award(tx, &BOOK, &conflicted, &terms(), &id))), AwardRefusal::Conflicted);
    assert_eq!(world.db.read(|read| awards::agreed_shares(read, &award.id)).expect("a sum"), 10_000);
    pay(&world, 2, &award.id).expect("paid");
    world.assert_clean();
}

/// Scenario 11: two schemes, together over two million; the refusal names ceiling, awarded and asked.
#[test]
fn two_schemes_share_one_ceiling() {
    let world = world(FUND);
    let first = ready(&world, 1, "exit", 95, 150_000_000);
    let second = opened(&world, 1, "conversion");
    assert_eq!(refusal(grade(&world, &second.id, 90, 50_000_001)), over("1,500,000.00", "500,000.01"), "what is on its way counts");
    pay(&world, 2, &first.id).expect("paid");
    assert_eq!(refusal(grade(&world, &second.id, 90, 50_000_001)), over("1,500,000.00", "500,000.01"));
    grade(&world, &second.id, 90, 50_000_000).expect("exactly the ceiling");
    let third = opened(&world, 1, "major");
    assert_eq!(refusal(grade(&world, &third.id, 60, 1)), over("2,000,000.00", "0.01"));
    assert!(grade(&world, &opened(&world, 2, "exit").id, 95, 200_000_000).is_ok(), "another project has its own");
    world.assert_clean();
}

/// The quota of the ledger has the last word, whoever used it up.
#[test]
fn a_reward_from_elsewhere_counts_too() {
    let world = world(FUND);
    let award = ready(&world, 1, "exit", 95, 150_000_000);
    let elsewhere = Posting::new("promotion.reward", "promotion:1", "test", &Id::fixed("test"))
        .id("case", project(1))
        .amount("total", 60_000_000)
        .shares("shares", vec![("per_x".into(), 1)]);
    done(&world, move |tx| ledger::post(tx, &BOOK, &Acting::system("test"), elsewhere.clone()));
    assert_eq!(refusal(pay(&world, 2, &award.id)), over("600,000.00", "1,500,000.00"));
    assert_eq!((payable(&world, 1), world.db.read(|read| awards::awarded(read, &project(1))).expect("a sum")), (0, 60_000_000));
    world.assert_clean();
}

#[test]
fn a_short_fund_refuses_with_both_numbers() {
    let world = world(6_000_000);
    let award = ready(&world, 1, "exit", 80, 6_000_001);
    assert_eq!(refusal(pay(&world, 2, &award.id)), AwardRefusal::FundShort { asked: "60,000.01".into(), available: "60,000.00".into() });
    world.assert_clean();
}

#[test]
fn a_paid_award_is_reversed_by_another_person_and_frees_the_ceiling() {
    let world = world(FUND);
    let award = ready(&world, 1, "exit", 95, 200_000_000);
    pay(&world, 2, &award.id).expect("paid");
    let reverse = |by: usize, reason: &'static str| {
        let id = award.id.clone();
        refused(&world, move |tx| awards::reverse_award(tx, &office(by), &id, reason))
    };
    assert_eq!(refusal(reverse(2, "评级有误")), AwardRefusal::SecondPerson);
    assert_eq!(refusal(reverse(3, "")), AwardRefusal::ReasonNeeded);
    assert_eq!(reverse(3, "评级有误").expect("reversed").state, AwardState::Reversed);
    assert_eq!((payable(&world, 1), balance(&world, "fund:incentive")), (0, FUND));
    let anew = ready(&world, 1, "exit", 95, 200_000_000);
    pay(&world, 2, &anew.id).expect("paid anew");
    let settle = Posting::new("payable.settle", "settle:1", "test", &Id::fixed("test")).id("party", person(1));
    done(&world, move |tx| ledger::post(tx, &BOOK, &Acting::system("finance"), settle.clone()));
    let id = anew.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| awards::reverse_award(tx, &office(3), &id, "x"))), AwardRefusal::PaidOut);
    world.assert_clean();
}

#[test]
fn an_award_may_be_refused_and_a_tampered_one_is_found() {
    let world = world(FUND);
    let award = opened(&world, 1, "exit");
    let id = award.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| awards::refuse_award(tx, &office(2), &id, ""))), AwardRefusal::ReasonNeeded);
    let id = award.id.clone();
    assert_eq!(done(&world, move |tx| awards::refuse_award(tx, &office(2), &id, "评价未达标准")).state, AwardState::Refused);
    let paid = ready(&world, 1, "exit", 60, 5_000_000);
    pay(&world, 2, &paid.id).expect("paid");
    world.assert_clean();
    world.tamper("update awards_share set paid_minor = paid_minor + 1 where paid_minor > 0");
    assert!(!world.verify().is_clean());
}

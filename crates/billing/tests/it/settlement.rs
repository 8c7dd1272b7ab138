//! What owners of capabilities are owed: contracts, statements, disputes, payouts, and the closing of a month.

use billing::{BankAnswers, ContractDraft, Discount, PaidBy, RunRefusal, SettlementRefusal, ShareTerms, StatementState};
use words::Id;

use crate::world::*;

fn terms(share_bp: i64, guarantee_minor: i64, cap_minor: Option<i64>, withheld_bp: i64) -> ShareTerms {
    ShareTerms { share_bp, guarantee_minor, cap_minor, withheld_bp }
}

fn propose(
    world: &store::testing::Temp,
    by: usize,
    subscription: Option<Id>,
    terms: ShareTerms,
    from: &'static str,
) -> Result<billing::Contract, words::Failure<SettlementRefusal>> {
    let draft = ContractDraft { payee: person(80), subscription, terms, from: month(from), reason: "合作协议".into() };
    tried(world, move |tx| billing::propose_contract(tx, &office(by), draft.clone()))
}

fn decide(world: &store::testing::Temp, by: usize, contract: &Id) -> Result<billing::Contract, words::Failure<SettlementRefusal>> {
    let contract = contract.clone();
    tried(world, move |tx| billing::decide_contract(tx, &office(by), &contract, true))
}

fn sign(world: &store::testing::Temp, by: usize, statement: &Id) -> Result<billing::Statement, words::Failure<SettlementRefusal>> {
    let statement = statement.clone();
    tried(world, move |tx| billing::sign_statement::<Ground>(tx, &office(by), &statement))
}

#[test]
fn a_month_of_an_owner_is_settled_signed_disputed_and_paid() {
    let world = world();
    let first = open(&world, opening(1, 1, PaidBy::Invoice));
    open(&world, opening(2, 2, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 6_000);
    meter(&world, &app(2), "calls", hour("2026-09", 5), 1_333);
    let own = propose(&world, 1, Some(first.id.clone()), terms(9_000, 0, None, 0), "2026-09").expect("proposed");
    assert_eq!(refusal(decide(&world, 1, &own.id)), SettlementRefusal::SecondPerson);
    decide(&world, 2, &own.id).expect("agreed");
    assert_eq!(refusal(decide(&world, 2, &own.id)), SettlementRefusal::Decided);
    let all = propose(&world, 1, None, terms(7_000, 0, None, 600), "2026-09").expect("proposed");
    decide(&world, 2, &all.id).expect("agreed");
    assert_eq!(refusal(propose(&world, 1, None, terms(10_001, 0, None, 0), "2026-09")), SettlementRefusal::Terms);
    let early = tried(&world, |tx| billing::prepare_statements::<Ground>(tx, &office(1), month("2026-09")));
    assert_eq!(refusal(early), SettlementRefusal::NotBilled { month: "2026-09".into() });
    bill(&world, "2026-09");
    assert_eq!(done(&world, |tx| billing::prepare_statements::<Ground>(tx, &office(1), month("2026-09"))), 1);
    let statement = seen(&world, |read| billing::statements_in(read, month("2026-09"))).remove(0);
    let settled = &statement.text.settled;
    // 100.00 with 6 % inside is 94.34 net; 6.66 is 6.28.
    let lines: Vec<_> = settled.lines.iter().map(|line| (line.gross_minor, line.share_bp, line.share_minor)).collect();
    assert_eq!(lines, vec![(9_434, 9_000, 8_491), (628, 7_000, 440)]);
    assert_eq!((settled.share_minor, settled.withheld_minor, settled.payable_minor, settled.platform_minor), (8_931, 536, 8_395, 1_131));
    let close = |by: usize| tried(&world, move |tx| billing::close_period::<Ground>(tx, &office(by), month("2026-09")));
    assert_eq!(refusal(close(2)), RunRefusal::NotSigned { count: 1 });
    assert_eq!(refusal(sign(&world, 1, &statement.id)), SettlementRefusal::SecondPerson);
    let signed = sign(&world, 2, &statement.id).expect("signed");
    assert_eq!((signed.state, signed.hash == statement.hash), (StatementState::Signed, true));
    assert_eq!(refusal(sign(&world, 3, &statement.id)), SettlementRefusal::Signed);
    let payee = person(80);
    let of = |kind: &str| balance(&world, &format!("{kind}:{payee}"));
    assert_eq!((of("payable"), of("withheld"), of("revenue"), balance(&world, "revenue:platform")), (8_395, 536, 0, 1_131));
    assert_eq!(refusal(propose(&world, 1, None, terms(5_000, 0, None, 0), "2026-09")), SettlementRefusal::FromMonth { month: "2026-09".into() });
    dispute(&world, &statement.id, &first.id);
    assert_eq!(of("payable"), 8_495);
    payouts(&world);
    assert_eq!((of("payable"), of("paid")), (0, 8_495));
    close(2).expect("closed");
    world.assert_clean();
}

fn dispute(world: &store::testing::Temp, statement: &Id, line: &Id) {
    let raise = |by: usize, line: Id| {
        let statement = statement.clone();
        tried(world, move |tx| billing::dispute_line::<Ground>(tx, &member(by), &statement, &line, "少计了一百次调用"))
    };
    assert!(matches!(raise(1, line.clone()), Err(words::Failure::Absent)), "whose it is not does not see it");
    assert_eq!(refusal(raise(80, Id::fixed("sub_x"))), SettlementRefusal::Line);
    let dispute = raise(80, line.clone()).expect("raised");
    assert_eq!(refusal(raise(80, line.clone())), SettlementRefusal::Disputed);
    let resolve = |minor: i64| {
        let id = dispute.id.clone();
        tried(world, move |tx| billing::resolve_dispute::<Ground>(tx, &office(2), &id, "核实无误，补差", minor))
    };
    assert_eq!(refusal(resolve(-9_000_000)), SettlementRefusal::PaidOut);
    resolve(100).expect("resolved");
    assert_eq!(refusal(resolve(100)), SettlementRefusal::Resolved);
}

fn payouts(world: &store::testing::Temp) {
    let send = || tried(world, |tx| billing::send_payout::<Ground>(tx, &office(1)));
    let payout = send().expect("sent");
    assert_eq!((payout.total_minor, balance(world, &format!("payout:clearing:{}", payout.id))), (8_495, 8_495));
    assert_eq!(refusal(send()), SettlementRefusal::NothingPayable);
    let answer = |payout: &billing::Payout, answers: BankAnswers| {
        let id = payout.id.clone();
        tried(world, move |tx| billing::answer_payout::<Ground>(tx, &office(1), &id, &answers))
    };
    assert!(matches!(answer(&payout, BankAnswers::new()), Err(words::Failure::Refused(SettlementRefusal::ReturnFile { .. }))));
    let item = seen(world, |read| billing::payout_items(read, &payout.id)).remove(0);
    let failed: BankAnswers = [(item.reference.clone(), (false, "账号不符".to_owned()))].into();
    assert!(answer(&payout, failed.clone()).expect("answered").answered);
    assert_eq!((balance(world, &format!("payout:clearing:{}", payout.id)), balance(world, &format!("payable:{}", person(80)))), (0, 8_495));
    answer(&payout, failed).expect("the same file again changes nothing");
    let again = send().expect("sent again");
    let item = seen(world, |read| billing::payout_items(read, &again.id)).remove(0);
    answer(&again, [(item.reference, (true, String::new()))].into()).expect("answered");
    assert_eq!(balance(world, &format!("payout:clearing:{}", again.id)), 0);
}

#[test]
fn a_statement_that_no_longer_says_what_it_would_is_not_signed() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 6_000);
    bill(&world, "2026-09");
    done(&world, |tx| billing::prepare_statements::<Ground>(tx, &office(1), month("2026-09")));
    let statement = seen(&world, |read| billing::statements_in(read, month("2026-09"))).remove(0);
    let invoice = invoices(&world, 1).remove(0).id;
    done(&world, move |tx| billing::credit_invoice::<Ground>(tx, &office(1), &invoice, "测试", false));
    assert_eq!(refusal(sign(&world, 2, &statement.id)), SettlementRefusal::Changed);
    world.assert_clean();
}

/// A guarantee raises, a cap cuts; less than nothing waits.
#[test]
fn guarantee_and_cap_hold() {
    let world = world();
    let mut early = opening(1, 1, PaidBy::Invoice);
    early.discount = Some(Discount { percent: rating::Percent::parse("100%").expect("a part"), until: words::Day::parse("2026-10-01").expect("a day") });
    open(&world, early);
    let contract = propose(&world, 1, None, terms(5_000, 5_000, Some(6_000), 0), "2026-09").expect("proposed");
    decide(&world, 2, &contract.id).expect("agreed");
    meter(&world, &app(1), "calls", hour("2026-09", 5), 6_000);
    meter(&world, &app(1), "calls", hour("2026-10", 5), 20_000);
    bill(&world, "2026-09");
    bill(&world, "2026-10");
    for of in ["2026-09", "2026-10"] {
        assert_eq!(done(&world, move |tx| billing::prepare_statements::<Ground>(tx, &office(1), month(of))), 1, "{of}");
        let statement = seen(&world, |read| billing::statements_in(read, month(of))).remove(0);
        sign(&world, 2, &statement.id).expect("signed");
    }
    let of = |text: &str| {
        let settled = seen(&world, |read| billing::statements_in(read, month(text))).remove(0).text.settled;
        (settled.gross_minor, settled.share_minor, settled.raise_minor, settled.cut_minor, settled.payable_minor)
    };
    // Everything was free in September; in October 380.00 with tax inside are 358.49.
    assert_eq!((of("2026-09"), of("2026-10")), ((0, 0, 5_000, 0, 5_000), (35_849, 17_925, 0, 11_925, 6_000)));
    assert_eq!((balance(&world, &format!("payable:{}", person(80))), balance(&world, "settlement:guarantee")), (11_000, -5_000));
    world.assert_clean();
}

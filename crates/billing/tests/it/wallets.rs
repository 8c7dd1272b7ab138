//! Money paid before: top-ups, bank statements, lots, what is set aside, limits.

use billing::{Assignment, GiftDraft, InvoiceState, Origin, PaidBy, ReceiptRefusal, ReserveRefusal, RowEnd, StatementDraft};
use words::{Day, Id};

use crate::invoices::bank_row;
use crate::world::*;

pub fn take(world: &store::testing::Temp, hash: &str, rows: Vec<billing::BankRow>) -> Vec<RowEnd> {
    let draft = StatementDraft { name: "bank.csv".into(), hash: hash.into(), rows: rows.len() as i64 };
    let results = done(world, move |tx| billing::take_statement::<Ground>(tx, &office(1), &draft, &rows));
    results.into_iter().map(|result| result.end).collect()
}

pub fn top_up(world: &store::testing::Temp, customer: usize, minor: i64) {
    let asked = done(world, move |tx| billing::ask_top_up::<Ground>(tx, &member(customer), &person(customer), minor));
    let number = format!("T{}", asked.id);
    assert_eq!(take(world, &number, vec![bank_row(&number, &asked.reference, minor)]), vec![RowEnd::TopUp]);
}

fn left(world: &store::testing::Temp, customer: usize) -> i64 {
    seen(world, |read| billing::lots_of(read, &person(customer))).iter().map(|lot| lot.left_minor).sum()
}

#[test]
fn a_bank_statement_pays_what_it_names_and_lists_the_rest() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    open(&world, opening(2, 2, PaidBy::Prepaid));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 6_000);
    bill(&world, "2026-09");
    let invoice = invoices(&world, 1).remove(0);
    let asked = done(&world, |tx| billing::ask_top_up::<Ground>(tx, &member(2), &person(2), 50_000));
    let rows = vec![
        bank_row("A1", &format!("货款 {}", invoice.document.reference), 4_000),
        bank_row("A2", &invoice.document.reference, 6_500),
        bank_row("A3", &asked.reference, 50_000),
        bank_row("A4", "没有写参考号", 777),
        bank_row("A5", &format!("{} {}", invoice.document.reference, asked.reference), 1),
        bank_row("A6", "支出", -5),
        bank_row("A1", &invoice.document.reference, 4_000),
    ];
    let ends = take(&world, "h1", rows.clone());
    assert_eq!(ends, vec![RowEnd::Invoice, RowEnd::Invoice, RowEnd::TopUp, RowEnd::Listed, RowEnd::Listed, RowEnd::Outgoing, RowEnd::Known]);
    assert_eq!(take(&world, "h1", rows.clone()), [RowEnd::Known; 5].into_iter().chain([RowEnd::Outgoing, RowEnd::Known]).collect::<Vec<_>>());
    let now = invoices(&world, 1).remove(0);
    assert_eq!((now.state, now.paid_minor, now.open_minor()), (InvoiceState::Paid, 10_000, 0));
    let lots = seen(&world, |read| billing::lots_of(read, &person(1)));
    assert_eq!(lots.iter().map(|lot| (lot.origin, lot.left_minor)).collect::<Vec<_>>(), vec![(Origin::Overpaid, 500)]);
    assert_eq!(left(&world, 2), 50_000);
    let listed = seen(&world, billing::receipts_listed);
    assert_eq!(listed.iter().map(|receipt| receipt.left_minor).collect::<Vec<_>>(), vec![777, 1]);
    let assign =
        |receipt: Id, to: Assignment, reason: &'static str| tried(&world, move |tx| billing::assign_receipt::<Ground>(tx, &office(1), &receipt, &to, reason));
    assert_eq!(refusal(assign(listed[0].id.clone(), Assignment::Wallet(person(2)), "")), ReceiptRefusal::ReasonNeeded);
    assert_eq!(refusal(assign(listed[0].id.clone(), Assignment::Reference(invoice.document.reference.clone()), "x")), ReceiptRefusal::NothingOwed);
    assign(listed[0].id.clone(), Assignment::Wallet(person(2)), "电话核实").expect("assigned");
    assert_eq!(refusal(assign(listed[0].id.clone(), Assignment::Return, "再退")), ReceiptRefusal::Assigned);
    assign(listed[1].id.clone(), Assignment::Return, "误付").expect("returned");
    assert_eq!((left(&world, 2), balance(&world, "bank:returned")), (50_777, 1));
    // A credit note of a paid invoice gives the money back as a lot.
    let id = invoice.id.clone();
    let note = done(&world, move |tx| billing::credit_invoice::<Ground>(tx, &office(1), &id, "退回", false));
    assert!(note.lot.is_some() && left(&world, 1) == 10_500);
    world.assert_clean();
}

#[test]
fn a_wallet_pays_for_what_was_used_and_later_for_what_was_short() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Prepaid));
    top_up(&world, 1, 3_000);
    let gift = GiftDraft {
        customer: person(1),
        amount_minor: 500,
        expires_on: Some(Day::parse("2026-09-20").expect("a day")),
        subjects: vec![app(1)],
        reason: "试用".into(),
    };
    done(&world, move |tx| billing::give_lot::<Ground>(tx, &office(1), &gift));
    meter(&world, &app(1), "calls", hour("2026-09", 10), 1_100);
    world.run_until(hour("2026-09", 24));
    // The gift pays first.
    assert_eq!(left(&world, 1), 3_300);
    world.run_until(hour("2026-09", 24 * 21));
    assert_eq!(left(&world, 1), 3_000, "what was left of the gift is over");
    meter(&world, &app(1), "calls", hour("2026-09", 24 * 22), 2_000);
    world.run_until(hour("2026-09", 24 * 23));
    assert_eq!((left(&world, 1), seen(&world, |read| billing::short_of(read, &person(1)))), (0, 1_000));
    top_up(&world, 1, 1_500);
    assert_eq!((left(&world, 1), seen(&world, |read| billing::short_of(read, &person(1)))), (500, 0));
    bill(&world, "2026-09");
    assert_eq!(invoices(&world, 1), Vec::new());
    let report = seen(&world, |read| billing::conservation::<Ground>(read, month("2026-09")));
    assert_eq!((report.charged_minor, report.drawn_minor, report.open_minor), (4_200, 4_200, 0));
    world.assert_clean();
}

fn reserve(world: &store::testing::Temp, calls: i64) -> Result<billing::Reserved, words::Failure<ReserveRefusal>> {
    tried(world, move |tx| billing::reserve::<Ground>(tx, &office(1), &app(1), "calls", calls))
}

#[test]
fn no_more_calls_are_admitted_than_a_wallet_can_pay() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Prepaid));
    // The free thousand needs no money.
    assert_eq!(reserve(&world, 600).map(|reserved| (reserved.calls, reserved.held_minor)), Ok((600, 0)));
    assert_eq!(reserve(&world, 600).map(|reserved| (reserved.calls, reserved.held_minor)), Ok((400, 0)));
    assert_eq!(refusal(reserve(&world, 1)), ReserveRefusal::WalletShort { left: "0.00".into() });
    top_up(&world, 1, 101);
    // 0.02 a call, 1.01 yuan: fifty, and a half that rounds up is not there.
    assert_eq!(reserve(&world, 100).map(|reserved| (reserved.calls, reserved.held_minor)), Ok((50, 100)));
    assert_eq!((left(&world, 1), balance(&world, &format!("wallet:held:{}", app(1)))), (1, 100));
    done(&world, |tx| Ok::<_, words::Failure<words::Never>>(billing::release::<Ground>(tx, &office(1), &app(1), "calls", month("2026-09"), 20)?));
    assert_eq!(left(&world, 1), 41);
    meter(&world, &app(1), "calls", hour("2026-09", 10), 1_030);
    world.run_until(hour("2026-09", 12));
    assert_eq!((left(&world, 1), balance(&world, &format!("wallet:held:{}", app(1)))), (41, 0));
    bill(&world, "2026-09");
    assert_eq!(seen(&world, |read| billing::short_of(read, &person(1))), 0);
    world.assert_clean();
}

#[test]
fn a_spending_limit_holds_and_its_percents_are_told() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    done(&world, |tx| billing::set_budget::<Ground>(tx, &member(1), &app(1), Some(1_000), true));
    assert_eq!(reserve(&world, 10_000).map(|reserved| reserved.calls), Ok(1_500));
    assert_eq!(refusal(reserve(&world, 1)), ReserveRefusal::LimitReached { limit: "10.00".into() });
    done(&world, |tx| billing::set_budget::<Ground>(tx, &member(1), &app(1), Some(1_100), true));
    assert_eq!(reserve(&world, 10_000).map(|reserved| reserved.calls), Ok(50));
    done(&world, |tx| billing::set_budget::<Ground>(tx, &member(1), &app(1), Some(500), true));
    assert_eq!(refusal(reserve(&world, 1)), ReserveRefusal::LimitReached { limit: "5.00".into() });
    done(&world, |tx| billing::set_budget::<Ground>(tx, &member(1), &app(1), Some(1_000), true));
    meter(&world, &app(1), "calls", hour("2026-09", 10), 1_400);
    world.run_until(hour("2026-09", 14));
    meter(&world, &app(1), "calls", hour("2026-09", 15), 100);
    world.run_until(hour("2026-09", 18));
    assert_eq!(seen(&world, |read| desk::unread_count(read, &person(1))), 2, "at 80 % and at 100 %, once each");
    bill(&world, "2026-09");
    assert_eq!(invoices(&world, 1)[0].document.money.total, 1_000);
    world.assert_clean();
}

#[test]
fn what_was_set_aside_for_calls_pays_for_calls_only() {
    let world = world();
    open(&world, billing::Opening { meters: vec!["sms.calls".into()], ..opening(1, 1, PaidBy::Prepaid) });
    top_up(&world, 1, 1_000);
    let reserved = done(&world, |tx| billing::reserve::<Ground>(tx, &member(1), &app(1), "sms.calls", 1_400));
    assert_eq!((reserved.calls, reserved.held_minor), (1_400, 800), "a thousand are free, two fen each");
    // 40 parts cost 2.00 yuan: all that is left besides.
    let now = seen(&world, |read| Ok(read.now()));
    meter(&world, &app(1), "sms.parts", words::Instant::from_micros(metering_hour(now)), 40);
    world.run_until(now.plus_seconds(2 * 3_600));
    assert_eq!(left(&world, 1), 0);
    assert_eq!(balance(&world, &format!("wallet:held:{}", app(1))), 800, "calls that were admitted can still be paid");
    meter(&world, &app(1), "sms.calls", words::Instant::from_micros(metering_hour(now.plus_seconds(2 * 3_600))), 1_400);
    world.run_until(now.plus_seconds(5 * 3_600));
    assert_eq!((balance(&world, &format!("wallet:held:{}", app(1))), seen(&world, |read| billing::short_of(read, &person(1)))), (0, 0));
    // More parts than the wallet has are owed, and paid by what comes.
    meter(&world, &app(1), "sms.parts", words::Instant::from_micros(metering_hour(now.plus_seconds(5 * 3_600))), 10);
    world.run_until(now.plus_seconds(8 * 3_600));
    assert_eq!(seen(&world, |read| billing::short_of(read, &person(1))), 50);
    top_up(&world, 1, 60);
    assert_eq!((seen(&world, |read| billing::short_of(read, &person(1))), left(&world, 1)), (0, 10));
    world.assert_clean();
}

fn metering_hour(at: words::Instant) -> i64 {
    at.micros().div_euclid(3_600_000_000) * 3_600_000_000
}

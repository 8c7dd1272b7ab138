//! From use to invoice, credit note, reminder and suspension.

use billing::{Discount, InvoiceState, PaidBy};
use rating::Percent;
use words::{Day, Failure, Id};

use crate::world::*;

#[test]
fn a_month_is_billed_to_the_fen_and_once() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 100_500);
    meter(&world, &app(1), "calls", hour("2026-09", 700), 1_500);
    bill(&world, "2026-09");
    let all = invoices(&world, 1);
    assert_eq!(all.len(), 1);
    let document = &all[0].document;
    // 1,000 are free; 100,000 at 0.02 and 1,000 at 0.015, tax of 6 % inside.
    assert_eq!((document.number.as_str(), document.money.total, document.money.tax), ("HC-2026-000001", 201_500, 11_406));
    assert_eq!((document.money.net, document.taxes[0].tax_minor, all[0].state), (190_094, 11_406, InvoiceState::Open));
    assert_eq!(document.parts[0].detail.lines[0].quantity, 102_000);
    let receivable = format!("receivable:{}:{}", person(1), all[0].id);
    assert_eq!((balance(&world, &receivable), balance(&world, "tax:output"), balance(&world, &format!("revenue:{}", person(80)))), (-201_500, 11_406, 190_094));
    assert_eq!(balance(&world, "billing:clearing:2026-09"), 0);
    // The run again, and the whole month once more: nothing.
    done(&world, |tx| billing::begin_run::<Ground>(tx, &office(1), month("2026-09")));
    world.settle();
    assert_eq!(invoices(&world, 1).len(), 1);
    bill(&world, "2026-10");
    assert_eq!(invoices(&world, 1).len(), 1);
    world.assert_clean();
}

#[test]
fn what_comes_in_within_the_grace_is_in_time_and_what_comes_later_is_a_correction_of_its_month() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 1_100);
    world.run_until(month("2026-09").end().plus_seconds(23 * 3_600));
    assert_eq!(invoices(&world, 1), Vec::new());
    meter(&world, &app(1), "calls", hour("2026-09", 6), 100);
    bill(&world, "2026-09");
    assert_eq!(invoices(&world, 1)[0].document.money.total, 400);
    meter(&world, &app(1), "calls", hour("2026-09", 7), 50);
    meter(&world, &app(1), "calls", hour("2026-10", 7), 1_001);
    bill(&world, "2026-10");
    let second = &invoices(&world, 1)[0].document;
    let parts: Vec<_> = second.parts.iter().map(|part| (part.source.to_string(), part.correction, part.sum.units, part.money.total)).collect();
    assert_eq!(parts, vec![("2026-09".into(), true, 50, 100), ("2026-10".into(), false, 1_001, 2)]);
    assert_eq!((second.period.to_string(), second.money.total), ("2026-10".into(), 102));
    world.assert_clean();
}

#[test]
fn tax_on_top_follows_the_month_of_use_and_fees_the_days_that_were_held() {
    let world = world();
    let mut with_fee = opening(1, 1, PaidBy::Invoice);
    (with_fee.book, with_fee.plan, with_fee.from) = ("plain".into(), Some("fee".into()), hour("2026-09", 24 * 15));
    open(&world, with_fee);
    meter(&world, &app(1), "calls", hour("2026-09", 24 * 20), 10);
    bill(&world, "2026-09");
    let first = &invoices(&world, 1)[0].document;
    // Half of 30.00 and 3.33, with 6 % on top.
    assert_eq!((first.money.net, first.money.tax, first.money.total), (1_833, 110, 1_943));
    meter(&world, &app(1), "calls", hour("2026-09", 24 * 21), 20);
    bill(&world, "2026-10");
    let second = &invoices(&world, 1)[0].document;
    let rates: Vec<_> = second.taxes.iter().map(|tax| (tax.of.rate.to_string(), tax.net_minor, tax.tax_minor)).collect();
    // 30 calls in September cost 9.99 in all, of which 3.33 were charged; October its fee.
    assert_eq!(rates, vec![("6%".into(), 666, 40), ("9%".into(), 3_000, 270)]);
    world.assert_clean();
}

#[test]
fn an_early_discount_is_a_line_of_its_own_and_ends_on_its_day() {
    let world = world();
    let mut early = opening(1, 1, PaidBy::Invoice);
    early.book = "plain".into();
    early.discount = Some(Discount { percent: Percent::parse("50%").expect("a part"), until: Day::parse("2026-09-11").expect("a day") });
    open(&world, early);
    meter(&world, &app(1), "calls", hour("2026-09", 0), 100);
    meter(&world, &app(1), "calls", hour("2026-09", 240), 100);
    bill(&world, "2026-09");
    let document = &invoices(&world, 1)[0].document;
    let lines: Vec<_> = document.parts[0].detail.lines.iter().map(|line| (line.key.as_str(), line.amount_minor)).collect();
    assert_eq!(lines, vec![("1/calls/", 6_660), ("discount", -1_665)]);
    assert_eq!(document.money.total, 4_995 + 300);
    world.assert_clean();
}

#[test]
fn a_free_subscription_is_counted_and_costs_nothing() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Free));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 50_000);
    meter(&world, "nobody", "calls", hour("2026-09", 5), 3);
    bill(&world, "2026-09");
    assert_eq!(invoices(&world, 1), Vec::new());
    let report = seen(&world, |read| billing::conservation::<Ground>(read, month("2026-09")));
    assert_eq!((report.rated.units, report.waiting.units, report.metered.accepted.count), (50_000, 3, 50_003 + 2 + 9));
    assert!(report.laws.iter().all(|law| law.holds) && report.billed, "{report:?}");
    world.assert_clean();
}

#[test]
fn a_credit_note_reverses_exactly_and_may_bill_anew() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 2_000);
    bill(&world, "2026-09");
    let invoice = invoices(&world, 1)[0].clone();
    let credit = |by: usize, reason: &'static str, again: bool| {
        let id = invoice.id.clone();
        tried(&world, move |tx| billing::credit_invoice::<Ground>(tx, &office(by), &id, reason, again))
    };
    assert_eq!(refusal(credit(1, " ", false)), billing::InvoiceRefusal::ReasonNeeded);
    let note = credit(1, "重复计量", true).expect("a note");
    assert_eq!((note.number.as_str(), note.total_minor, note.lot), ("HCR-2026-000001", 2_000, None));
    assert_eq!(refusal(credit(1, "再来", false)), billing::InvoiceRefusal::Credited { number: "HCR-2026-000001".into() });
    assert_eq!((balance(&world, &format!("receivable:{}:{}", person(1), invoice.id)), balance(&world, "tax:output")), (0, 0));
    let now = invoices(&world, 1)[0].clone();
    assert_eq!((now.state, now.hash == invoice.hash, now.document == invoice.document), (InvoiceState::Credited, true, true));
    bill(&world, "2026-10");
    let again = &invoices(&world, 1)[0].document;
    assert_eq!((again.money.total, again.parts[0].source.to_string()), (2_000, "2026-09".into()));
    world.assert_clean();
    let stranger = invoice.id.clone();
    assert!(matches!(tried(&world, move |tx| billing::credit_invoice::<Ground>(tx, &member(1), &stranger, "x", false)), Err(Failure::Denied(_))));
}

#[test]
fn who_does_not_pay_is_reminded_then_suspended_and_let_in_again_on_payment() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 6_000);
    bill(&world, "2026-09");
    let invoice = invoices(&world, 1)[0].clone();
    let due = invoice.document.due_on;
    world.run_until(due.plus_days(11).start());
    assert_eq!(invoices(&world, 1)[0].reminded, 2);
    assert!(!seen(&world, |read| billing::is_suspended(read, &person(1))));
    world.run_until(due.plus_days(21).start());
    assert!(seen(&world, |read| billing::is_suspended(read, &person(1))));
    assert_eq!(refusal(tried(&world, |tx| billing::reserve::<Ground>(tx, &office(1), &app(1), "calls", 10))), billing::ReserveRefusal::Suspended);
    let told = seen(&world, |read| read.newest_of(person(1).as_str(), &["billing.customer_suspended", "billing.customer_resumed"])).expect("told");
    assert!(told.kind == "billing.customer_suspended" && told.data.contains("app_0001"), "{told:?}");
    pay(&world, "B1", &invoice.document.reference, invoice.document.money.total - 1);
    assert!(seen(&world, |read| billing::is_suspended(read, &person(1))), "a part is not enough");
    pay(&world, "B2", &invoice.document.reference, 1);
    assert!(!seen(&world, |read| billing::is_suspended(read, &person(1))));
    let told = seen(&world, |read| read.newest_of(person(1).as_str(), &["billing.customer_suspended", "billing.customer_resumed"])).expect("told");
    assert_eq!(told.kind, "billing.customer_resumed");
    let inbox = seen(&world, |read| desk::unread_count(read, &person(1)));
    assert_eq!(inbox, 5, "the invoice, two reminders, suspended, let in again");
    world.assert_clean();
}

fn pay(world: &store::testing::Temp, number: &str, memo: &str, minor: i64) {
    let rows = vec![bank_row(number, memo, minor)];
    let draft = billing::StatementDraft { name: "bank.csv".into(), hash: format!("hash-{number}"), rows: 1 };
    done(world, move |tx| billing::take_statement::<Ground>(tx, &office(1), &draft, &rows));
}

pub fn bank_row(number: &str, memo: &str, amount_minor: i64) -> billing::BankRow {
    let day = Day::parse("2026-11-20").expect("a day");
    billing::BankRow { row: 2, number: number.into(), day, amount_minor, payer: "某公司".into(), account: "6222000011112222".into(), memo: memo.into() }
}

/// Plan changes at once: an hour belongs to one of the two.
#[test]
fn an_hour_belongs_to_one_subscription() {
    let world = world();
    let first = open(&world, opening(1, 1, PaidBy::Invoice));
    let mut second = opening(2, 1, PaidBy::Invoice);
    (second.subject, second.book, second.from) = (app(1), "plain".into(), at("2026-09-10T05:20:00Z"));
    let asked = second.clone();
    let overlap = refusal(tried(&world, move |tx| billing::open_subscription::<Ground>(tx, &office(1), &asked)));
    assert_eq!(overlap, billing::SubscriptionRefusal::Overlap { other: first.id.to_string() });
    let id: Id = first.id.clone();
    done(&world, move |tx| billing::end_subscription(tx, &office(1), &id, at("2026-09-10T05:20:00Z")));
    let opened = open(&world, second);
    assert_eq!(opened.from, at("2026-09-10T06:00:00Z"));
    meter(&world, &app(1), "calls", at("2026-09-10T05:00:00Z"), 1_500);
    meter(&world, &app(1), "calls", at("2026-09-10T06:00:00Z"), 1_000);
    bill(&world, "2026-09");
    let document = &invoices(&world, 1)[0].document;
    assert_eq!(document.parts.iter().map(|part| (part.sum.units, part.money.total)).collect::<Vec<_>>(), vec![(1_500, 1_000), (1_000, 35_298)]);
    world.assert_clean();
}

#[test]
fn what_a_capability_meters_itself_is_billed_with_its_calls() {
    let world = world();
    open(&world, billing::Opening { meters: vec!["sms.calls".into()], ..opening(1, 1, PaidBy::Invoice) });
    meter(&world, &app(1), "sms.calls", hour("2026-09", 5), 2_000);
    meter(&world, &app(1), "sms.parts", hour("2026-09", 6), 300);
    meter(&world, &app(1), "other.parts", hour("2026-09", 6), 7_000);
    bill(&world, "2026-09");
    let invoice = invoices(&world, 1).remove(0);
    let lines: Vec<(String, i64, i64)> =
        invoice.document.parts[0].detail.lines.iter().map(|line| (line.meter.clone(), line.quantity, line.amount_minor)).collect();
    assert_eq!(lines, [("calls".to_owned(), 2_000, 2_000), ("parts".to_owned(), 300, 1_500)], "a thousand calls are free, a part is five fen");
    // Late parts are a correction of their month.
    meter(&world, &app(1), "sms.parts", hour("2026-09", 7), 10);
    bill(&world, "2026-10");
    let late = invoices(&world, 1).remove(0);
    assert_eq!((late.document.money.total, late.document.parts[0].source.to_string()), (50, "2026-09".to_owned()));
    world.assert_clean();
}

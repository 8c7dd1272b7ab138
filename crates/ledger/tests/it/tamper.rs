//! One value changed behind its back: noticed, and the row is named.

use crate::{Bench, bench, posting};

fn lived() -> Bench {
    let bench = bench();
    bench.post(posting("fund.appropriate", "fund").amount("total", 1_000_000_000)).expect("the fund");
    bench.post(posting("grant.commit", "grant").id("case", "cas_1").amount("amount", 1_000)).expect("the grant");
    let hold = bench.hold(posting("grant.spend", "h").id("case", "cas_1").amount("amount", 10), bench.now().plus_seconds(60)).expect("held");
    bench.post_hold(&hold.id.expect("an id"), Some(7)).expect("posted");
    bench.hold(posting("grant.spend", "open").id("case", "cas_1").amount("amount", 10), bench.now().plus_seconds(600)).expect("held");
    let award = posting("award.pay", "award").id("case", "cas_1").amount("total", 500).parts("recipients", vec![("per_1".into(), 500)]);
    bench.post(award.note("why")).expect("the award");
    let wrong = bench.post(posting("unit.appropriate", "wrong").id("unit", "zj").amount("amount", 3)).expect("posted");
    bench.reverse(&wrong.id.expect("an id"), "mistake").expect("reversed");
    bench.temp.db.write("close", |tx| ledger::close_month(tx, &crate::who(), "2026-08")).expect("closed");
    bench.assert_sound();
    bench
}

/// What verify finds first, as (place, row).
fn found(bench: &Bench) -> (String, String) {
    let finding = bench.temp.verify().first().cloned().expect("it is noticed");
    (finding.place.clone(), finding.row.clone())
}

#[test]
fn a_changed_value_in_any_column_of_a_transfer_is_noticed() {
    let statements = [
        "update ledger_transfer set posted = posted + 1 where posting_key = 'grant'",
        "update ledger_transfer set pending = pending + 1 where posting_key = 'h'",
        "update ledger_transfer set effective = '2026-01-01' where posting_key = 'grant'",
        "update ledger_transfer set note = 'because' where posting_key = 'award'",
        "update ledger_transfer set note = null where posting_key = 'award'",
        "update ledger_transfer set cause_id = 'other' where posting_key = 'award'",
        "update ledger_transfer set made_by = 'other' where posting_key = 'award'",
        "update ledger_transfer set credit = 'payable:per_2' where credit = 'payable:per_1'",
        "update ledger_transfer set debit_prev = null where debit_prev is not null and posting_key = 'award'",
        "update ledger_transfer set credit_after = 5 where posting_key = 'grant'",
        "update ledger_transfer set guards = null where guards is not null",
        "update ledger_transfer set refers = 'pst_0' where kind = 'reverse'",
        "update ledger_transfer set made_at = made_at + 1 where posting_key = 'grant'",
        "update ledger_transfer set posting_key = 'grant2' where posting_key = 'grant'",
        "update ledger_transfer set template = 'grant.spend' where posting_key = 'grant'",
        "delete from ledger_transfer where posting_key = 'grant'",
    ];
    for statement in statements {
        let bench = lived();
        bench.temp.tamper(statement);
        assert_eq!(found(&bench).0, "ledger_transfer", "{statement}");
    }
}

#[test]
fn a_changed_value_elsewhere_is_noticed_and_named() {
    let statements = [
        ("update ledger_account set cr_posted = cr_posted + 1 where path = 'payable:per_1'", "ledger_account", "payable:per_1"),
        ("update ledger_account set entries = entries + 1 where path = 'payable:per_1'", "ledger_account", "payable:per_1"),
        ("delete from ledger_account where path = 'payable:per_1'", "ledger_account", "payable:per_1"),
        ("update ledger_hold set state = 'voided' where state = 'open'", "ledger_hold", ""),
        ("delete from ledger_hold where state = 'posted'", "ledger_hold", ""),
        ("update ledger_batch set content = 'x' where seq_from = 1", "ledger_batch", ""),
        ("update ledger_batch set hash = 'x' where seq_from = 1", "ledger_batch", ""),
        ("update ledger_batch set made_at = 5 where seq_from = 1", "ledger_batch", ""),
        ("delete from ledger_batch where seq_from = 1", "ledger_batch", ""),
        ("update ledger_period set hash = 'x'", "ledger_period", "2026-08"),
    ];
    for (statement, place, row) in statements {
        let bench = lived();
        bench.temp.tamper(statement);
        let (found_place, found_row) = found(&bench);
        assert_eq!(found_place, place, "{statement}");
        assert!(row.is_empty() || found_row == row, "{statement}: {found_row}");
    }
}

/// The finding leads to the row itself, not only to its batch.
#[test]
fn the_row_that_was_changed_is_named() {
    let bench = lived();
    bench.temp.tamper("update ledger_transfer set posted = 1001 where posting_key = 'grant'");
    let (_, row) = found(&bench);
    let named = bench.look(|read| Ok(read.row("select id from ledger_transfer where posting_key = 'grant'", &[])?.expect("the row").get::<String>("id")?));
    assert_eq!(row, named);
}

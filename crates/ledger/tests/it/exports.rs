//! The journal in other forms.

use ledger::Format;

use crate::{Bench, bench, posting};

fn lived() -> Bench {
    let bench = bench();
    bench.post(posting("fund.appropriate", "fund").amount("total", 100_000_005).note("a \"note\"; with\nlines")).expect("the fund");
    bench.post(posting("hemi.grant", "g").id("season", "2026-3").id("person", "per_1").amount("amount", 1_000)).expect("hemi");
    bench.hold(posting("grant.commit", "h").id("case", "cas_1").amount("amount", 10), bench.now().plus_seconds(60)).expect("held");
    bench
}

fn text(bench: &Bench, format: Format) -> String {
    let mut out = Vec::new();
    bench.look(|read| Ok(ledger::export(read, format, &mut out)?));
    String::from_utf8(out).expect("text")
}

#[test]
fn hledger_and_beancount_balance_and_leave_holds_out() {
    let bench = lived();
    let hledger = text(&bench, Format::Hledger);
    assert!(
        hledger.contains("2026-09-01 * (pst_")
            && hledger.contains("    fund:rd    -400000.02 \"CNY\"")
            && hledger.contains("    appropriation:fund    600000.03 \"CNY\""),
        "{hledger}"
    );
    assert!(!hledger.contains("grant.commit"));
    let beancount = text(&bench, Format::Beancount);
    assert!(
        beancount.contains("2026-09-01 open Equity:Xhemi:Xwallet:Xper-5f1 HEMI\n") && beancount.contains("  Equity:Xfund:Xrd  -400000.02 CNY\n"),
        "{beancount}"
    );
    assert!(beancount.contains("QUOTA.AWARD") || !beancount.contains("QUOTA:"));
    if let Ok(folder) = std::env::var("LEDGER_EXPORTS") {
        std::fs::write(format!("{folder}/x.journal"), hledger).expect("written");
        std::fs::write(format!("{folder}/x.beancount"), beancount).expect("written");
    }
}

#[test]
fn the_csv_has_one_line_a_transfer_with_as_many_fields_as_its_head() {
    let csv = text(&lived(), Format::Csv);
    let plain = csv.replace("\"a \"\"note\"\"; with\nlines\"", "note");
    let lines: Vec<&str> = plain.trim_end().split("\r\n").collect();
    assert!(lines.iter().all(|line| line.split(',').count() == 17), "{csv}");
    assert!(lines.iter().any(|line| line.contains(",hold,") && line.contains(",0.00,0.10,")));
}

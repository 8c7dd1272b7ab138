//! Books: what loads, what does not, and that money and 和米 never meet.

use std::collections::BTreeSet;

use ledger::{AssetKind, Book, LedgerRefusal, Mistake, VarType};
use words::Refusal;

use crate::FILES;

const GROUND: &str = r#"
asset = [ { code = "CNY/2", kind = "money", zh = "元", en = "yuan" }, { code = "HEMI/0", kind = "token", zh = "和米", en = "hemi" }, { code = "QUOTA:X/0", kind = "quota", zh = "额", en = "quota" } ]
account = [
  { path = "cash:{p}", asset = "CNY/2", zh = "a", en = "a" }, { path = "bank:all", asset = "CNY/2", zh = "a", en = "a" },
  { path = "wallet:{p}", asset = "HEMI/0", zh = "a", en = "a" }, { path = "pool:all", asset = "HEMI/0", zh = "a", en = "a" },
  { path = "limit:{p}", asset = "QUOTA:X/0", zh = "a", en = "a" }, { path = "limit_used:all", asset = "QUOTA:X/0", zh = "a", en = "a" },
]
"#;

fn mistakes(template: &str) -> Vec<&'static str> {
    let text = format!("[[template]]\nid = \"t\"\nzh = \"a\"\nen = \"a\"\n{template}");
    match Book::parse(&[("ground.toml", GROUND), ("t.toml", &text)]) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|mistake: &Mistake| mistake.code).collect(),
    }
}

#[test]
fn the_plans_book_loads_and_has_every_template_of_the_checklist() {
    let book = Book::parse(FILES).expect("the plan's book");
    let named = "fund.appropriate grant.commit grant.spend grant.uncommit pay.withhold.begin pay.withhold pay.release pay.extinguish bounty.escrow bounty.pay bounty.release \
        award.pay fund.commit fund.call fund.distribute fund.write_off hemi.grant hemi.stake hemi.unstake hemi.settle.success hemi.settle.failure \
        promotion.reward crowd.settle equity_incentive.grant fund.transfer";
    let missing: Vec<&str> = named.split_whitespace().filter(|id| book.template(id).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for template in book.templates() {
        assert!(!template.name.zh.is_empty() && !template.name.en.is_empty(), "{}", template.id);
    }
}

#[test]
fn no_template_takes_money_and_gives_hemi() {
    let money = "{ from = \"cash:{p}\", to = \"bank:all\", amount = \"a\" }";
    let hemi = "{ from = \"pool:all\", to = \"wallet:{p}\", amount = \"a\" }";
    let vars = "vars = { p = \"id\", a = \"amount\" }";
    assert_eq!(mistakes(&format!("{vars}\nlegs = [{money}]")), [""; 0]);
    assert_eq!(mistakes(&format!("{vars}\nlegs = [{{ from = \"cash:{{p}}\", to = \"wallet:{{p}}\", amount = \"a\" }}]")), ["ledger-book-crossing"]);
    assert_eq!(mistakes(&format!("{vars}\nlegs = [{money}, {hemi}]")), ["ledger-book-crossing"]);
    assert_eq!(mistakes(&format!("{vars}\nlegs = [{{ from = \"cash:{{p}}\", to = \"limit:{{p}}\", amount = \"a\" }}]")), ["ledger-book-crossing"]);
    let listed = "vars = { p = [\"x\"], w = [\"cash\", \"wallet\"], a = \"amount\" }\nlegs = [{ from = \"{w}:{p}\", to = \"bank:all\", amount = \"a\" }]";
    assert_eq!(mistakes(listed).first(), Some(&"ledger-book-account"));
}

#[test]
fn a_book_with_mistakes_names_them_all() {
    let with = |legs: &str| mistakes(&format!("vars = {{ p = \"id\", a = \"amount\" }}\nlegs = [{legs}]"));
    assert_eq!(with("{ from = \"cash:{p}\", to = \"bank:{p}\", amount = \"a\" }"), ["ledger-book-account"]);
    assert_eq!(with("{ from = \"cash:{q}\", to = \"bank:all\", amount = \"a\" }"), ["ledger-book-variable", "ledger-book-unused"]);
    assert_eq!(with("{ from = \"cash:{p}\", to = \"cash:{p}\", amount = \"a\" }"), ["ledger-book-same-account"]);
    assert_eq!(with("{ from = \"cash:{p}\", to = \"bank:all\", amount = \"p\" }").first(), Some(&"ledger-book-amount"));
    assert_eq!(with("{ from = \"cash:{p}\", to = \"bank:all\", amount = { of = \"a\", ratio = \"1/0\" } }"), ["ledger-book-amount"]);
    assert_eq!(
        with("{ from = \"cash:{p}\", to = \"bank:all\", amount = -5 }, { from = \"cash:{p}\", to = \"bank:all\", amount = \"a\" }"),
        ["ledger-book-amount"]
    );
    assert_eq!(with(""), ["ledger-book-unused", "ledger-book-legs"]);
    assert_eq!(mistakes("legs = 5"), ["ledger-book-toml"]);
    assert_eq!(
        mistakes(
            "vars = { p = \"id\", a = \"amount\" }\nlegs = [{ from = \"cash:{p}\", to = \"bank:all\", amount = \"a\" }]\nlimits = [{ quota = \"bank:all\", used = \"cash:{p}\", guards = 0 }]"
        ),
        ["ledger-book-limit"]
    );
    let twice = "account = [{ path = \"bank:{p}\", asset = \"CNY/2\", zh = \"a\", en = \"a\" }]";
    let found = Book::parse(&[("a", GROUND), ("b", twice)]).expect_err("bank:all is bank:{p}");
    assert_eq!((found[0].code, found[0].what.as_str()), ("ledger-book-overlap", "bank:all"));
}

#[test]
fn hemi_has_no_other_way_in_and_no_way_out() {
    let book = Book::parse(FILES).expect("the plan's book");
    let token = |path: &str| book.account_kind(path).and_then(|kind| book.assets().find(|def| def.asset == kind.asset)).map(|def| def.kind);
    assert_eq!(token("hemi:wallet:per_1"), Some(AssetKind::Token));
    let tokens: BTreeSet<&str> = book.templates().filter(|template| template.id.starts_with("hemi.")).map(|template| template.id.as_str()).collect();
    let mut vars = tokens.iter().filter_map(|id| book.template(id)).flat_map(|template| template.vars.values());
    assert!(vars.all(|of_type| !matches!(of_type, VarType::Shares | VarType::Parts)));
}

#[test]
fn every_refusal_has_a_title_and_a_sentence_in_both_languages() {
    let code = |text: &str| ledger::TEXTS_ZH.contains(text) && ledger::TEXTS_EN.contains(text);
    let (name, path) = (String::new(), String::new());
    use LedgerRefusal::*;
    let all = [
        KeyWrong,
        UnknownTemplate { template: name.clone() },
        VariableMissing { name: name.clone() },
        VariableUnknown { name: name.clone() },
        VariableWrong { name: name.clone() },
        Negative { name: name.clone() },
        SumDiffers { check: name.clone(), left: 0, right: 0 },
        SameAccount { path: path.clone() },
        KeyReused { key: name.clone() },
        PeriodClosed { month: name.clone() },
        AssetChanged { path: path.clone() },
        Short { path: path.clone(), asset: name.clone(), asked: 0, available: 0 },
        Over { path: path.clone(), asset: name.clone() },
        NotEmpty { path, left: 0 },
        TooLarge,
        HoldTooLong,
        HoldResolved { state: name.clone() },
        HoldExpired,
        HoldExceeded { held: 0, asked: 0 },
        HoldParts,
        NotReversible { kind: name.clone() },
        AlreadyReversed,
        PeriodNotOver { month: name },
    ];
    for refusal in all {
        let title = format!("\nproblem-{} =", refusal.code());
        assert!(code(&title) && code(&format!("\nproblem-{}-detail =", refusal.code())), "{}", refusal.code());
    }
}

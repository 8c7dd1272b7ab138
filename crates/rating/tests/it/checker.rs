//! The checker names the entry and says what is wrong with it.

use rating::{Book, Books};

use crate::hand::one_text;

fn codes(text: &str) -> Vec<String> {
    match Book::parse("books/test.toml", text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|mistake| format!("{} {}", mistake.entry, mistake.code)).collect(),
    }
}

fn of(charge: &str) -> Vec<String> {
    codes(&one_text(charge))
}

const TIER: &str = "[[version.entry.charge.tiers]]\n";

#[test]
fn each_mistake_of_an_entry_is_named() {
    let tiers = |list: &[&str]| format!("model='graduated'\n{}", list.iter().map(|tier| format!("{TIER}{tier}\nprice='1'\n")).collect::<String>());
    let row = |to: &str, more: &str| format!("[[version.entry.charge.rows]]\nprice='1'\nto=[{to}]\n{more}");
    let table = [
        (tiers(&["above=0\nup_to=10", "above=11"]), "v/e tier-gap"),
        (tiers(&["above=0\nup_to=10", "above=9"]), "v/e tier-overlap"),
        (tiers(&["above=0", "above=10"]), "v/e tier-overlap"),
        (tiers(&["above=0\nup_to=10"]), "v/e tier-gap"),
        (tiers(&["above=5"]), "v/e tier-gap"),
        (tiers(&["above=0\nup_to=0", "above=0"]), "v/e tier-empty"),
        ("model='graduated'\ntiers=[]\n".into(), "v/e tier-gap"),
        (format!("model='volume'\nmonotone=true\n{TIER}above=0\nup_to=10\nprice='2'\n{TIER}above=10\nprice='1'\n"), "v/e not-monotone"),
        (format!("model='matrix'\n{}", row("'x'", "")), "v/e unknown-destination"),
        (format!("model='matrix'\n{}{}", row("'near'", ""), row("'a'", "")), "v/e priced-twice"),
        (format!("model='matrix'\n{}", row("'a','b'", "stated=21")), "v/e count-differs"),
        ("model='matrix'\nrows=[]\n".into(), "v/e one-price-or-rows"),
        ("model='day_pass'\n".into(), "v/e one-price-or-rows"),
        (format!("model='day_pass'\nprice='1'\n{}", row("'a'", "")), "v/e one-price-or-rows"),
        ("model='time_block'\nfirst=60\nnext=0\nper=60\nprice='1'\n".into(), "v/e bad-quantity"),
        ("model='package'\nprice='1'\nsize=0\n".into(), "v/e bad-quantity"),
        ("model='per_unit'\nprice='1'\nper=-1\n".into(), "v/e bad-quantity"),
        ("model='percentage'\npercent='1%'\nmin='2'\nmax='1'\n".into(), "v/e bad-bounds"),
    ];
    for (charge, wanted) in table {
        assert!(of(&charge).contains(&wanted.to_owned()), "{charge}: {:?}", of(&charge));
    }
    for shape in ["model='per_unit'\nprice='-1'\n", "model='magic'\n", "model='per_unit'\nprice='1'\nprise='2'\n", "model='per_unit'\nprice=0.5\n"] {
        assert!(of(shape).iter().any(|code| code.ends_with("bad-shape")), "{shape}: {:?}", of(shape));
    }
}

#[test]
fn each_mistake_of_a_book_is_named() {
    let fine = one_text("model='per_unit'\nprice='1'\n");
    assert_eq!(codes(&fine), Vec::<String>::new());
    let second = |from: &str| {
        format!(
            "{fine}[[version]]\nkey='w'\nzh='版'\nen='W'\nfrom='{from}'\n[[version.entry]]\nkey='e'\nzh='项'\nen='E'\nmeter='m'\ndemo=true\ncharge={{model='per_unit',price='1'}}\n"
        )
    };
    let until = |text: &str| text.replacen("from='2017-01-01'", "from='2017-01-01'\nuntil='2017-05-01'", 1);
    let table = [
        (fine.replace("currency = 'CNY/2'\n", ""), "book no-currency"),
        (fine.replace("CNY/2", "yuan"), "book bad-currency"),
        (fine.replace("demo=true\n", ""), "v/e no-source"),
        (fine.replace("meter='m'\n", ""), "v/e no-meter"),
        (fine.replace("'0015'", "'001'"), "b ambiguous-prefix"),
        (fine.replace("'0015'", "'+15'"), "b bad-prefix"),
        (fine.replace("key='c'", "key='a'"), "destination duplicate-key"),
        (fine.replace("key='c'", "key='0033'"), "0033 ambiguous-prefix"),
        (second("2018-01-01"), "w version-overlap"),
        (until(&second("2018-01-01")), "w version-gap"),
        (until(&second("2017-04-30")), "w version-overlap"),
        (fine.replace("from='2017-01-01'", "from='2017-01-01'\nuntil='2017-01-01'"), "v version-empty"),
        (fine.replace("currency", "tax='included'\ncurrency"), "tax tax-gap"),
        (format!("{fine}[[version.allowance]]\nkey='x'\nzh='赠'\nen='X'\nentries=['y']\nquantity=1\n"), "v/x unknown-entry"),
        (format!("{fine}[[coupon]]\nkey='x'\nzh='券'\nen='X'\nfrom='2017-01-01'\n"), "x bad-coupon"),
        (fine[..fine.find("[[version]]").unwrap()].to_owned(), "book no-version"),
    ];
    for (text, wanted) in table {
        assert!(codes(&text).contains(&wanted.to_owned()), "{wanted}: {:?}", codes(&text));
    }
    assert_eq!(codes(&until(&second("2017-05-01"))), Vec::<String>::new());
    let twice = Books::parse(&[("a.toml", &fine), ("b.toml", &fine)]).unwrap_err();
    assert_eq!(twice[0].to_string(), "b.toml test: duplicate-key key=\"test\"");
}

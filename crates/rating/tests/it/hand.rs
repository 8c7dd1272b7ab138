//! Worked by hand.

use rating::{Book, LineKind, Period, RateRefusal, Step, Tally, Terms, Usage, bill, rate};
use words::{Day, Instant};

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub fn book(text: &str) -> Book {
    Book::parse("books/test.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

const HEAD: &str = "[book]\nkey = 'test'\nzh = '测试'\nen = 'Test'\ncurrency = 'CNY/2'\n";

/// A book with one version and one entry of this model.
pub fn one_text(charge: &str) -> String {
    format!(
        "{HEAD}[[destination]]\nkey='a'\nzh='甲'\nen='A'\nprefixes=['001','00155']\ngroups=['near']\n[[destination]]\nkey='b'\nzh='乙'\nen='B'\nprefixes=['0015']\ngroups=['far']\n\
         [[destination]]\nkey='c'\nzh='丙'\nen='C'\n\
         [[version]]\nkey='v'\nzh='版'\nen='V'\nfrom='2017-01-01'\n[[version.entry]]\nkey='e'\nzh='项'\nen='E'\nmeter='m'\ndemo=true\n[version.entry.charge]\n{charge}"
    )
}

pub fn one(charge: &str) -> Book {
    book(&one_text(charge))
}

fn total(book: &Book, usages: &[(i64, &str)]) -> i64 {
    let moment = at("2017-05-02T04:00:00Z");
    let usages: Vec<Usage> = usages.iter().map(|(quantity, target)| Usage::new("m", moment, *quantity).to(target)).collect();
    rate(book, &usages, &Terms::on(day("2017-05-02"))).unwrap().total.minor
}

const BY_PREFIX: &str = "model='time_block'\nfirst=60\nnext=60\nper=60\n[[version.entry.charge.rows]]\nprice='0.49'\nto=['near']\nstated=1\n[[version.entry.charge.rows]]\nprice='0.99'\nto=['b']\n";

#[test]
fn calls_are_priced_by_the_longest_prefix_in_whole_minutes() {
    let book = one(BY_PREFIX);
    for (seconds, number, fen) in [(60, "001777", 49), (61, "+1 777", 98), (61, "00157", 198), (1, "001-55-9", 49), (0, "001", 0), (180, "b", 297)] {
        assert_eq!(total(&book, &[(seconds, number)]), fen, "{seconds} {number}");
    }
    let to = |target: &'static str| rate(&book, &[Usage::new("m", at("2017-05-02T04:00:00Z"), 60).to(target)], &Terms::on(day("2017-05-02"))).unwrap_err();
    for target in ["c", "0049", "", "甲", "+", "x1"] {
        assert_eq!(to(target), RateRefusal::NoTarget { target: target.into() });
    }
}

#[test]
fn every_model_costs_what_it_says() {
    let tiers = "[[version.entry.charge.tiers]]\nabove=0\nup_to=10\nprice='1'\n[[version.entry.charge.tiers]]\nabove=10\nup_to=100\nprice='0.5'\nflat='3'\n[[version.entry.charge.tiers]]\nabove=100\nprice='0.105'\n";
    let table: Vec<(String, Vec<(i64, i64)>)> = vec![
        ("model='per_unit'\nprice='0.005'\n".into(), vec![(0, 0), (1, 1), (3, 2), (1000, 500)]),
        ("model='per_unit'\nprice='0.29'\nper=1024\n".into(), vec![(1024, 29), (512, 15), (1, 0)]),
        (format!("model='graduated'\n{tiers}"), vec![(0, 0), (10, 1000), (11, 1350), (100, 5800), (101, 5811), (103, 5832)]),
        (format!("model='volume'\n{tiers}"), vec![(10, 1000), (11, 850), (100, 5300), (101, 1061)]),
        ("model='package'\nprice='5'\nsize=100\nfree=50\n".into(), vec![(50, 0), (51, 500), (150, 500), (151, 1000)]),
        ("model='percentage'\npercent='0.6%'\nfixed='0.1'\nfree_count=1\nmin='0.2'\nmax='5'\n".into(), vec![(0, 20), (10_000, 60), (1_000_000, 500)]),
        ("model='matrix'\n[[version.entry.charge.rows]]\nprice='2'\nto=['a','c']\n".into(), vec![]),
        ("model='day_pass'\nprice='30'\n".into(), vec![(0, 0), (5, 3000)]),
        ("model='flat'\nprice='18'\n".into(), vec![(0, 1800), (9, 1800)]),
        ("model='unlimited'\nprice='98'\nfair_use=10\n".into(), vec![(0, 9800), (99, 9800)]),
    ];
    for (charge, rows) in table {
        let book = one(&charge);
        for (quantity, fen) in rows {
            assert_eq!(total(&book, &[(quantity, "")]), fen, "{charge} {quantity}");
        }
    }
    assert_eq!(total(&one("model='matrix'\n[[version.entry.charge.rows]]\nprice='2'\nto=['a','c']\n"), &[(3, "c"), (1, "0019")]), 800);
}

#[test]
fn a_day_with_two_zones_costs_the_dearer_once() {
    let rows = "[[version.entry.charge.rows]]\nprice='30'\nto=['a']\n[[version.entry.charge.rows]]\nprice='60'\nto=['b']\n";
    let moments = [("2017-05-01T20:00:00Z", "a"), ("2017-05-02T03:00:00Z", "b"), ("2017-05-02T15:59:59Z", "a"), ("2017-05-02T16:00:00Z", "a")];
    let usages: Vec<Usage> = moments.iter().map(|(moment, zone)| Usage::new("m", at(moment), 7).to(zone)).collect();
    // The second and the third of May in Shanghai: 60 and 30.
    let rated = rate(&one(&format!("model='day_pass'\n{rows}")), &usages, &Terms::on(day("2017-05-31"))).unwrap();
    assert_eq!(rated.total.minor, 9_000);
    assert_eq!(rated.lines[0].why, vec![Step::Days { days: 1, price: rating::Price::parse("30").unwrap(), elsewhere: 1 }]);
    let each = rate(&one(&format!("model='day_pass'\ntwo_zones='each'\n{rows}")), &usages, &Terms::on(day("2017-05-31"))).unwrap();
    assert_eq!(each.total.minor, 12_000);
}

const PLAN: &str = "[book]\nkey='p'\nzh='套'\nen='P'\ncurrency='CNY/2'\ntax='included'\n[[tax]]\nfrom='2017-01-01'\nrate='11%'\n[[tax]]\nfrom='2018-05-01'\nrate='10%'\n\
    [[coupon]]\nkey='tenth'\nzh='九折'\nen='A tenth'\npercent='10%'\nfrom='2017-01-01'\nuntil='2017-07-01'\n[[coupon]]\nkey='ten'\nzh='十元'\nen='Ten'\namount='10'\nfrom='2017-01-01'\n\
    [[version]]\nkey='old'\nzh='旧'\nen='Old'\nfrom='2017-01-01'\nuntil='2017-06-16'\n[[version.entry]]\nkey='fee'\nzh='月费'\nen='Fee'\nplan='x'\ndemo=true\ncharge={model='flat',price='30',prorate=true}\n\
    [[version]]\nkey='new'\nzh='新'\nen='New'\nfrom='2017-06-16'\n[[version.entry]]\nkey='fee'\nzh='月费'\nen='Fee'\nplan='x'\ndemo=true\ncharge={model='flat',price='15',prorate=true}\n\
    [[version.entry]]\nkey='talk'\nzh='语音'\nen='Talk'\nmeter='voice'\ndemo=true\ncharge={model='per_unit',price='0.1'}\n\
    [[version.allowance]]\nkey='free'\nzh='赠送'\nen='Free'\nentries=['talk']\nquantity=100\n[[version.commitment]]\nzh='低消'\nen='Least'\namount='20'\n";

#[test]
fn a_fee_follows_the_versions_day_by_day_and_a_minimum_is_made_up_at_the_end() {
    let (book, june) = (book(PLAN), Period::month(day("2017-06-10")));
    let mut terms = Terms::on(day("2017-06-30")).plan("x").period(june, Period { from: day("2017-06-11"), until: day("2017-07-01") });
    // Five days of thirty at 30, fifteen at 15.
    let amounts = |terms: &Terms, tally: &Tally| bill(&book, tally, terms).unwrap().lines.iter().map(|line| line.amount_minor).collect::<Vec<_>>();
    assert_eq!(amounts(&terms, &Tally::new()), vec![500, 750]);
    let mut tally = Tally::new();
    tally.add(&book, &Usage::new("voice", at("2017-06-20T00:00:00Z"), 130)).unwrap();
    assert_eq!(amounts(&terms, &tally), vec![500, 750, 300]);
    terms.closed = true;
    assert_eq!(amounts(&terms, &Tally::new()), vec![500, 750, 250]);
    terms.coupons = vec!["tenth".into(), "ten".into()];
    let rated = bill(&book, &tally, &terms).unwrap();
    assert_eq!(rated.lines.iter().map(|line| line.amount_minor).collect::<Vec<_>>(), vec![500, 750, 300, -155, -1000]);
    let tax = rated.tax.unwrap();
    // 3.95 holds 11 %: 3.95 × 11 / 111 = 0.3914…
    assert_eq!((rated.total.minor, tax.net.minor, tax.tax.minor, tax.included), (395, 356, 39, true));
    assert!(rated.lines[3..].iter().all(|line| line.kind == LineKind::Coupon));
    terms.day = day("2018-05-01");
    assert_eq!(bill(&book, &tally, &terms).unwrap_err(), RateRefusal::NoCoupon { coupon: "tenth".into() });
}

#[test]
fn what_has_no_price_says_why_and_counts_nothing() {
    let book = book(PLAN);
    let mut tally = Tally::new();
    let mut add = |meter: &'static str, moment: &str, quantity| tally.add(&book, &Usage::new(meter, at(moment), quantity)).unwrap_err();
    assert_eq!(add("voice", "2017-07-01T00:00:00Z", -1), RateRefusal::Negative);
    assert_eq!(add("voice", "2016-12-31T15:59:59Z", 1), RateRefusal::NoVersion { day: day("2016-12-31") });
    assert_eq!(add("voice", "2017-05-01T00:00:00Z", 1), RateRefusal::NoMeter { meter: "voice".into() });
    assert_eq!(tally, Tally::new());
    assert_eq!(bill(&book, &tally, &Terms::on(day("2017-06-30")).plan("y")).unwrap_err(), RateRefusal::NoPlan { plan: "y".into() });
    let other = one("model='per_unit'\nprice='1'\n");
    let mut tally = Tally::new();
    tally.add(&other, &Usage::new("m", at("2017-06-20T00:00:00Z"), i64::MAX)).unwrap();
    assert_eq!(bill(&book, &tally, &Terms::on(day("2017-06-30"))).unwrap_err(), RateRefusal::OtherBook);
    assert_eq!(tally.add(&other, &Usage::new("m", at("2017-06-20T00:00:00Z"), 1)).unwrap_err(), RateRefusal::TooLarge);
    assert_eq!(bill(&other, &tally, &Terms::on(day("2017-06-30"))).unwrap_err(), RateRefusal::TooLarge);
}

#[test]
fn tax_on_top_is_added_once_on_the_whole() {
    let text = PLAN.replace("tax='included'", "tax='excluded'");
    let rated = rate(&book(&text), &[Usage::new("voice", at("2017-06-20T00:00:00Z"), 101)], &Terms::on(day("2017-06-30"))).unwrap();
    let tax = rated.tax.unwrap();
    assert_eq!((rated.subtotal.minor, tax.tax.minor, rated.total.minor, tax.included), (10, 1, 11, false));
}

#[test]
fn a_coupon_takes_from_its_own_lines_what_those_before_it_left() {
    let coupon = |key: &str, what: &str, entries: &str| format!("[[coupon]]\nkey='{key}'\nzh='券'\nen='C'\n{what}\nfrom='2017-01-01'\nentries=[{entries}]\n");
    let coupons = coupon("half-talk", "percent='50%'", "'talk'") + &coupon("five-fee", "amount='5'", "'fee'") + &coupon("all", "percent='10%'", "");
    let book = book(&PLAN.replace("[[version]]\nkey='old'", &format!("{coupons}[[version]]\nkey='old'")));
    let mut terms = Terms::on(day("2017-06-30")).plan("x");
    terms.coupons = ["half-talk", "five-fee", "all", "five-fee"].map(str::to_owned).to_vec();
    let rated = rate(&book, &[Usage::new("voice", at("2017-06-20T00:00:00Z"), 300)], &terms).unwrap();
    // 15.00 and 20.00; half of the talk, five of the fee, a tenth of the 20.00 that are left, five again.
    assert_eq!(rated.lines.iter().map(|line| line.amount_minor).collect::<Vec<_>>(), vec![1_500, 2_000, -1_000, -500, -200, -500]);
    assert_eq!(rated.total.minor, 1_300);
}

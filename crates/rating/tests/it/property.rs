//! Whatever comes: order and split do not matter, more never costs less where it is promised, everything sums up, nothing panics.

use proptest::prelude::*;
use rating::{Book, Period, Price, Rated, Tally, Terms, Usage, bill, prorate, rate};
use words::{Day, Instant, Rounding};

use crate::hand::{day, one, one_text};
use crate::naive::{Naive, Use, fen};

fn price() -> impl Strategy<Value = i128> {
    prop_oneof![(0i128..2_000_000_000), Just(490_000_000), Just(5_000_000), Just(1)]
}

fn tiers() -> impl Strategy<Value = Vec<(i64, i128)>> {
    prop::collection::vec((1i64..60, price()), 1..4).prop_map(|steps| {
        let mut tiers: Vec<(i64, i128)> = Vec::new();
        for (width, price) in steps {
            tiers.push((tiers.last().map_or(0, |(reached, _)| *reached) + width, price));
        }
        tiers.last_mut().unwrap().0 = i64::MAX;
        tiers
    })
}

fn naive() -> impl Strategy<Value = Naive> {
    let block = (price(), prop_oneof![Just((60, 60)), Just((60, 1)), Just((30, 6)), (1i64..9, 1i64..9)], 1i128..100, price(), price());
    prop_oneof![
        (price(), 1i128..2000).prop_map(|(price, per)| Naive::PerUnit { price, per }),
        tiers().prop_map(|tiers| Naive::Graduated { tiers }),
        tiers().prop_map(|tiers| Naive::Volume { tiers }),
        (price(), 1i64..50, 0i64..50).prop_map(|(price, size, free)| Naive::Package { price, size, free }),
        block.prop_map(|(connect, (first, next), per, near, far)| Naive::Block { connect, first, next, per, prices: [near, far] }),
        (0i128..100, 0i128..100).prop_map(|(near, far)| Naive::Day { prices: [near * 1_000_000_000, far * 1_000_000_000] }),
    ]
}

fn uses() -> impl Strategy<Value = Vec<Use>> {
    prop::collection::vec((0i64..200, 0usize..2, 0i32..4), 0..12)
}

fn text(nano: i128) -> String {
    Price::from_nano(i64::try_from(nano).unwrap()).unwrap().to_string()
}

fn rows(prices: &[i128; 2]) -> String {
    let row = |price: i128, to: &str| format!("[[version.entry.charge.rows]]\nprice='{}'\nto=['{to}']\n", text(price));
    row(prices[0], "near") + &row(prices[1], "b")
}

fn charge(naive: &Naive) -> String {
    let tiers = |tiers: &[(i64, i128)]| {
        let mut above = 0;
        let mut out = String::new();
        for (up_to, price) in tiers {
            let end = if *up_to == i64::MAX { String::new() } else { format!("up_to={up_to}\n") };
            out += &format!("[[version.entry.charge.tiers]]\nabove={above}\n{end}price='{}'\n", text(*price));
            above = *up_to;
        }
        out
    };
    match naive {
        Naive::PerUnit { price, per } => format!("model='per_unit'\nprice='{}'\nper={per}\n", text(*price)),
        Naive::Graduated { tiers: of } => format!("model='graduated'\n{}", tiers(of)),
        Naive::Volume { tiers: of } => format!("model='volume'\n{}", tiers(of)),
        Naive::Package { price, size, free } => format!("model='package'\nprice='{}'\nsize={size}\nfree={free}\n", text(*price)),
        Naive::Block { connect, first, next, per, prices } => {
            format!("model='time_block'\nconnect='{}'\nfirst={first}\nnext={next}\nper={per}\n{}", text(*connect), rows(prices))
        }
        Naive::Day { prices } => format!("model='day_pass'\n{}", rows(prices)),
    }
}

fn start() -> Instant {
    day("2017-05-01").start()
}

fn usages(uses: &[Use]) -> Vec<Usage<'static>> {
    let usage = |(quantity, zone, nth): &Use| Usage::new("m", start().plus_seconds(i64::from(*nth) * 86_400 + 3_600), *quantity).to(["a", "b"][*zone]);
    uses.iter().map(usage).collect()
}

fn terms() -> Terms {
    Terms::on(day("2017-05-31"))
}

fn sums_up(rated: &Rated) {
    let lines: i64 = rated.lines.iter().map(|line| line.amount_minor).sum();
    assert_eq!(lines, rated.subtotal.minor);
    assert_eq!(rated.total.minor, rated.tax.as_ref().map_or(rated.subtotal.minor, |tax| tax.net.minor + tax.tax.minor));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn it_costs_what_the_naive_model_says(naive in naive(), uses in uses()) {
        let rated = rate(&one(&charge(&naive)), &usages(&uses), &terms()).unwrap();
        prop_assert_eq!(rated.total.minor, fen(&naive, &uses), "{:?}", naive);
        sums_up(&rated);
    }

    #[test]
    fn neither_order_nor_split_matters(naive in naive(), uses in uses(), order in any::<u64>(), cut in 0usize..12) {
        let book = one(&charge(&naive));
        let all = usages(&uses);
        let whole = rate(&book, &all, &terms()).unwrap();
        let mut mixed = all.clone();
        let mut dice = order | 1;
        for at in (1..mixed.len()).rev() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            mixed.swap(at, usize::try_from(dice >> 33).unwrap() % (at + 1));
        }
        let (early, late) = mixed.split_at(cut.min(mixed.len()));
        let mut first = Tally::new();
        early.iter().try_for_each(|usage| first.add(&book, usage)).unwrap();
        let before = bill(&book, &first, &terms()).unwrap().total.minor;
        // Kept as JSON between two bills.
        let mut first: Tally = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
        let mut second = Tally::new();
        late.iter().try_for_each(|usage| second.add(&book, usage)).unwrap();
        first.merge(&second).unwrap();
        let after = bill(&book, &first, &terms()).unwrap();
        prop_assert_eq!(&after, &whole);
        prop_assert_eq!(before + (after.total.minor - before), whole.total.minor);
    }

    #[test]
    fn what_is_counted_by_the_unit_may_be_cut_anywhere(naive in naive(), quantity in 0i64..500, cut in 0i64..500) {
        let by_use = matches!(naive, Naive::Block { .. });
        prop_assume!(!by_use);
        let (book, cut) = (one(&charge(&naive)), cut.min(quantity));
        let parts = rate(&book, &usages(&[(cut, 0, 0), (quantity - cut, 0, 0)]), &terms()).unwrap().total;
        prop_assert_eq!(parts, rate(&book, &usages(&[(quantity, 0, 0)]), &terms()).unwrap().total);
    }

    #[test]
    fn more_never_costs_less_where_it_is_promised(naive in naive(), uses in uses(), more in (0i64..200, 0usize..2, 0i32..4)) {
        let mut charge = charge(&naive);
        if matches!(naive, Naive::Volume { .. }) {
            charge = charge.replacen("model='volume'\n", "model='volume'\nmonotone=true\n", 1);
        }
        // A volume that breaks the promise is refused by the checker.
        let text = one_text(&charge);
        if let Ok(book) = Book::parse("books/test.toml", &text) {
            let before = rate(&book, &usages(&uses), &terms()).unwrap().total.minor;
            let after = rate(&book, &usages(&[&uses[..], &[more]].concat()), &terms()).unwrap().total.minor;
            prop_assert!(before <= after, "{before} > {after}");
        } else {
            let volume = matches!(naive, Naive::Volume { .. });
            prop_assert!(volume);
        }
    }

    #[test]
    fn parts_of_a_fee_sum_to_the_fee(minor in -1_000_000_000i64..1_000_000_000, of in 1i64..400, cuts in prop::collection::vec(0i64..400, 0..5)) {
        let mut cuts: Vec<i64> = cuts.into_iter().map(|cut| cut.min(of)).chain([0, of]).collect();
        cuts.sort_unstable();
        for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up, Rounding::Down] {
            let sum: i64 = cuts.windows(2).map(|pair| prorate(minor, pair[0], pair[1], of, rounding).unwrap()).sum();
            prop_assert_eq!(sum, minor);
        }
    }

    #[test]
    fn a_fee_held_in_parts_costs_the_fee(fee in 0i128..100_000_000_000, cut in 0i32..=31) {
        let book = one(&format!("model='flat'\nprice='{}'\nprorate=true\n", text(fee)));
        let may = Period::month(day("2017-05-01"));
        let part = |from: Day, until: Day| bill(&book, &Tally::new(), &terms().period(may, Period { from, until })).unwrap().total.minor;
        let at = may.from.plus_days(cut);
        prop_assert_eq!(part(may.from, at) + part(at, may.until), part(may.from, may.until));
    }

    #[test]
    fn nothing_panics(naive in naive(), quantities in prop::collection::vec(any::<i64>(), 0..4), target in "\\PC{0,12}", micros in any::<i64>(), meter in "m|x") {
        let book = one(&charge(&naive));
        let mut tally = Tally::new();
        for quantity in quantities {
            let usage = Usage { meter: meter.as_str().into(), at: Instant::from_micros(micros), quantity, target: target.as_str().into() };
            let before = tally.clone();
            if tally.add(&book, &usage).is_err() {
                prop_assert_eq!(&before, &tally);
            }
        }
        let _ = bill(&book, &tally, &terms());
    }

    #[test]
    fn any_text_is_a_book_or_a_list_of_mistakes(text in "\\PC{0,80}", naive in naive(), at in any::<prop::sample::Index>()) {
        if let Err(mistakes) = Book::parse("books/x.toml", &text) {
            prop_assert!(!mistakes.is_empty());
        }
        // A book with one character taken out.
        let whole = one_text(&charge(&naive));
        let at = at.index(whole.len());
        if whole.is_char_boundary(at) && whole.is_char_boundary(at + 1) {
            let _ = Book::parse("books/x.toml", &format!("{}{}", &whole[..at], &whole[at + 1..]));
        }
    }
}

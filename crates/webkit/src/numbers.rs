//! Numbers as people read them: full in tables, compact on cards (12.35万 / 123.5K), percentages.
//!
//! Pure. Invariant: whole-number arithmetic; halves round away from zero; at most two decimals.

use words::{Amount, Lang};

/// `1,234,567`
pub(crate) fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A whole number in few characters: 9,999 · 12.35万 · 1.5亿 · 1万亿; 999 · 123.5K · 2.31M · 1.5B · 3T.
pub fn compact(number: i64, lang: Lang) -> String {
    scaled(i128::from(number), 1, lang)
}

/// The same for an amount, in the unit that people name (yuan).
pub(crate) fn compact_amount(amount: &Amount, lang: Lang) -> String {
    let unit = 10i128.pow(u32::from(amount.asset.scale.min(18)));
    scaled(i128::from(amount.minor), unit, lang)
}

/// `number / unit`, compact.
fn scaled(number: i128, unit: i128, lang: Lang) -> String {
    let steps: &[(i128, &str)] = match lang {
        Lang::Zh => &[(1_000_000_000_000, "万亿"), (100_000_000, "亿"), (10_000, "万"), (1, "")],
        Lang::En => &[(1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"), (1, "")],
    };
    let sign = if number < 0 { "-" } else { "" };
    let size = number.abs();
    for (at, (step, name)) in steps.iter().enumerate() {
        let hundredths = rounded(size * 100, step * unit);
        // What rounds up to the next step is shown there: 99,999,999 is 1亿, not 10000万.
        let bigger = at.checked_sub(1).and_then(|above| steps.get(above));
        if let Some((above, above_name)) = bigger.filter(|(above, _)| hundredths * step >= above * 100) {
            return format!("{sign}{}{above_name}", decimals(rounded(size * 100, above * unit), false));
        }
        if size >= step * unit || *step == 1 {
            return format!("{sign}{}{name}", decimals(hundredths, *step == 1));
        }
    }
    String::new()
}

fn rounded(numerator: i128, denominator: i128) -> i128 {
    (numerator + denominator / 2) / denominator
}

fn decimals(hundredths: i128, plain: bool) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    let whole = if plain { grouped(whole) } else { whole.to_string() };
    match part {
        0 => whole,
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

/// A share as a percentage with one decimal: 0.083 → `8.3%`.
pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1}%", share * 100.0) } else { "—".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::Asset;

    #[test]
    fn compact_numbers_of_both_languages() {
        let table = [
            (0, "0", "0"),
            (999, "999", "999"),
            (9_999, "9,999", "10K"),
            (10_000, "1万", "10K"),
            (123_500, "12.35万", "123.5K"),
            (10_000_000, "1000万", "10M"),
            (99_999_999, "1亿", "100M"),
            (150_000_000, "1.5亿", "150M"),
            (2_310_000, "231万", "2.31M"),
            (1_500_000_000, "15亿", "1.5B"),
            (1_000_000_000_000, "1万亿", "1T"),
            (-123_456, "-12.35万", "-123.46K"),
        ];
        for (number, zh, en) in table {
            assert_eq!((compact(number, Lang::Zh).as_str(), compact(number, Lang::En).as_str()), (zh, en), "{number}");
        }
    }

    #[test]
    fn amounts_are_compact_in_yuan() {
        let yuan = |minor| compact_amount(&Amount { minor, asset: Asset::cny() }, Lang::Zh);
        assert_eq!((yuan(200_000_000), yuan(123_456), yuan(-5)), ("200万".into(), "1,234.56".into(), "-0.05".into()));
    }

    #[test]
    fn shares_have_one_decimal() {
        assert_eq!((percent(0.083), percent(1.0), percent(f64::NAN)), ("8.3%".into(), "100.0%".into(), "—".into()));
    }
}

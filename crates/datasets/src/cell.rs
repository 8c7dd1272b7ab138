//! A cell of a typed row. Pure.
//!
//! Invariant: what is read and written again is the same value; no float anywhere.

use serde_json::{Value, json};
use words::Day;

use crate::schema::ColumnKind;

/// Longest text.
pub(crate) const LONGEST: usize = 200;
/// Digits behind the point that are kept.
const PLACES: usize = 6;
const MILLION: i64 = 1_000_000;

/// A value of a column's type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(Box<str>),
    /// A whole number.
    Whole(i64),
    /// A decimal number in millionths.
    Decimal(i64),
    /// A day.
    Day(Day),
}

impl Cell {
    /// Reads it; `None` is no value of this type.
    pub fn read(kind: ColumnKind, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::Empty);
        }
        match kind {
            ColumnKind::Text => (text.chars().count() <= LONGEST && !text.chars().any(char::is_control)).then(|| Self::Text(text.into())),
            ColumnKind::Whole => whole(text).map(Self::Whole),
            ColumnKind::Decimal => decimal(text).map(Self::Decimal),
            ColumnKind::Day => Day::parse(text).ok().map(Self::Day),
        }
    }

    /// As it stands in a file.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Decimal(millionths) => shown(*millionths),
            Self::Day(day) => day.to_string(),
        }
    }

    /// As it stands in an answer: decimals are texts, which no reader rounds.
    pub fn json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Whole(number) => json!(number),
            other => json!(other.text()),
        }
    }
}

/// Digits, with a sign or none: no blanks, no plus, no point.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn decimal(text: &str) -> Option<i64> {
    let (minus, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole, 12) || !plain(part, PLACES) {
        return None;
    }
    let scaled: i64 = format!("{part:0<PLACES$}").parse().ok()?;
    let value = whole.parse::<i64>().ok()? * MILLION + scaled;
    Some(if minus { -value } else { value })
}

fn shown(millionths: i64) -> String {
    let (sign, size) = (if millionths < 0 { "-" } else { "" }, millionths.unsigned_abs());
    let (whole, part) = (size / MILLION.unsigned_abs(), size % MILLION.unsigned_abs());
    let part = format!("{part:06}");
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Does a text hold what names a person: a mobile number, or an identity number whose check digit fits?
pub(crate) fn looks_personal(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    runs.filter(|run| run.is_ascii()).any(|run| is_mobile(run) || is_identity(run))
}

/// Eleven digits, 13 to 19 first.
pub(crate) fn is_mobile(run: &str) -> bool {
    run.len() == 11 && run.bytes().all(|b| b.is_ascii_digit()) && run.starts_with('1') && run.as_bytes()[1] >= b'3'
}

/// Eighteen places, the last of which is the check digit of GB 11643.
fn is_identity(run: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let bytes = run.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    bytes[17].to_ascii_uppercase() == CHECK[usize::try_from(sum % 11).unwrap_or(0)]
}

/// What is left of a text that names a person.
pub(crate) fn masked(text: &str) -> String {
    text.trim().chars().next().map(|first| format!("{first}***")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_exact_and_written_as_they_are_read() {
        use ColumnKind::{Day as DayKind, Decimal, Text, Whole};
        for (kind, text, wanted) in [
            (Whole, "12", Some("12")),
            (Whole, "-9223372036854775808", Some("-9223372036854775808")),
            (Whole, "9223372036854775808", None),
            (Whole, "1.0", None),
            (Whole, "+1", None),
            (Whole, "1,000", None),
            (Decimal, "12.50", Some("12.5")),
            (Decimal, "-0.000001", Some("-0.000001")),
            (Decimal, "999999999999.999999", Some("999999999999.999999")),
            (Decimal, "1.0000001", None),
            (Decimal, "1e3", None),
            (Decimal, ".5", None),
            (Decimal, "NaN", None),
            (DayKind, "2026-02-28", Some("2026-02-28")),
            (DayKind, "2026-02-30", None),
            (DayKind, "2026/02/28", None),
            (Text, " 平江路 ", Some("平江路")),
            (Text, "a\u{7}b", None),
            (Text, "", Some("")),
        ] {
            assert_eq!(Cell::read(kind, text).map(|cell| cell.text()).as_deref(), wanted, "{text}");
        }
        assert!(Cell::read(Text, &"字".repeat(LONGEST + 1)).is_none());
        assert!(Cell::read(Decimal, "2.5") < Cell::read(Decimal, "10"), "by number, not by text");
    }

    #[test]
    fn what_names_a_person_is_seen() {
        for (text, personal) in [
            ("13800138000", true),
            ("电话：13800138000。", true),
            ("12800138000", false),
            ("138001380001", false),
            ("11010519491231002X", true),
            ("110105194912310021", false),
            ("订单 20260101", false),
            ("平江路 100 号", false),
        ] {
            assert_eq!(looks_personal(text), personal, "{text}");
        }
        assert_eq!((masked("王晓琳"), masked("")), ("王***".into(), String::new()));
    }
}

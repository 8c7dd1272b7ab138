//! Prices finer than the smallest unit of money, rates of a hundred, and exact sums that are rounded once.
//!
//! Invariant: nothing here is a float, and nothing wraps: what does not fit is `None`.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use words::Rounding;

const NANO: i64 = 1_000_000_000;

/// A price, never negative, in 10⁻⁹ of the unit that people name: `0.49` yuan. On the wire a decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Price(i64);

/// A rate in millionths: `6%` is 60,000. On the wire `6%` or `0.6%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(i64);

impl Price {
    /// From 10⁻⁹ of the unit; `None` below zero.
    pub fn from_nano(nano: i64) -> Option<Self> {
        (nano >= 0).then_some(Self(nano))
    }

    /// In 10⁻⁹ of the unit.
    pub const fn nano(self) -> i64 {
        self.0
    }

    /// Reads `0.49`: not negative, at most nine decimal places.
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text, 9).map(Self)
    }
}

impl Percent {
    /// One hundred of a hundred.
    pub const WHOLE: i64 = 1_000_000;

    /// From millionths; `None` below zero.
    pub fn from_millionths(millionths: i64) -> Option<Self> {
        (millionths >= 0).then_some(Self(millionths))
    }

    /// Millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// Reads `6%`: not negative, at most four decimal places.
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text.trim().strip_suffix('%')?.trim_end(), 4).map(Self)
    }
}

/// Digits with at most so many decimal places, as a whole number of the finest place.
fn decimal(text: &str, places: usize) -> Option<i64> {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    let fine = digits && part.len() <= places && !text.ends_with('.') && text.len() <= 40;
    fine.then(|| format!("{whole}{part:0<places$}").parse().ok()).flatten()
}

fn show(f: &mut fmt::Formatter<'_>, value: i64, unit: i64, places: usize, least: usize) -> fmt::Result {
    let part = format!("{:0places$}", value % unit);
    let kept = part.trim_end_matches('0').len().max(least);
    write!(f, "{}", value / unit)?;
    if kept > 0 { write!(f, ".{}", &part[..kept]) } else { Ok(()) }
}

/// `0.49`: at least two decimal places, no unit.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, self.0, NANO, 9, 2)
    }
}

/// `6%`, `0.6%`
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, self.0, 10_000, 4, 0)?;
        f.write_str("%")
    }
}

macro_rules! text_on_the_wire {
    ($name:ident, $pattern:literal, $example:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(concat!("expected a text such as ", $example)))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }
    };
}

text_on_the_wire!(Price, r"^\d+(\.\d{1,9})?$", "0.49");
text_on_the_wire!(Percent, r"^\d+(\.\d{1,4})?%$", "6%");

/// An exact amount of the smallest unit of money: a fraction that is rounded once, at the border of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exact {
    pub num: i128,
    /// Above zero.
    pub den: i128,
}

/// So many 10⁻⁹ units are one smallest unit of an asset of this scale.
pub(crate) fn nano_in_minor(scale: u8) -> i128 {
    10i128.pow(u32::from(9u8.saturating_sub(scale)))
}

impl Exact {
    pub(crate) fn zero(den: i128) -> Self {
        Self { num: 0, den: den.max(1) }
    }

    /// Adds `price × quantity / per`, where the denominator is `per × nano in minor`.
    pub(crate) fn add(self, price: Price, quantity: i64) -> Option<Self> {
        self.add_raw(i128::from(price.0).checked_mul(i128::from(quantity))?)
    }

    /// Adds `price` whole times `times`, whatever it is priced per.
    pub(crate) fn add_whole(self, price: Price, times: i64, per: i64) -> Option<Self> {
        self.add_raw(i128::from(price.0).checked_mul(i128::from(times))?.checked_mul(i128::from(per))?)
    }

    pub(crate) fn add_raw(self, num: i128) -> Option<Self> {
        Some(Self { num: self.num.checked_add(num)?, den: self.den })
    }

    pub(crate) fn rounded(self, rounding: Rounding) -> Option<i64> {
        rounding.divide(self.num, self.den)
    }

    /// Is anything lost by rounding?
    pub(crate) fn is_whole(self) -> bool {
        self.num % self.den == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_rates_are_read_exactly_or_not_at_all() {
        assert_eq!(Price::parse("0.49").map(Price::nano), Some(490_000_000));
        assert_eq!(Price::parse("6").map(|price| price.to_string()), Some("6.00".into()));
        assert_eq!(Price::parse("0.000000001").map(|price| price.to_string()), Some("0.000000001".into()));
        assert_eq!(Percent::parse("11%").map(Percent::millionths), Some(110_000));
        assert_eq!(Percent::parse("0.6%").map(|rate| rate.to_string()), Some("0.6%".into()));
        for text in ["", "-1", "1.", ".5", "1e3", "0.0000000001", "9999999999999", "٣", "NaN"] {
            assert_eq!(Price::parse(text), None, "{text}");
            assert_eq!(Percent::parse(&format!("{text}%")).is_some(), text == "9999999999999", "{text}");
        }
        assert_eq!(Percent::parse("6"), None);
    }
}

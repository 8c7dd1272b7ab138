//! Amounts in the smallest unit of their asset, and the one rounding function.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A unit of value: `CNY/2` (fen), `HEMI/0` (和米) and whatever a pack declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Asset {
    /// Code, upper case: `CNY`.
    pub code: String,
    /// Decimal places of the unit that people name: 2 for yuan.
    pub scale: u8,
}

impl Asset {
    /// Yuan, counted in fen.
    pub fn cny() -> Self {
        Self { code: "CNY".into(), scale: 2 }
    }

    /// 和米, whole.
    pub fn hemi() -> Self {
        Self { code: "HEMI".into(), scale: 0 }
    }

    /// Reads `CNY/2`.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, scale) = text.split_once('/')?;
        let fine = !code.is_empty() && code.len() <= 40 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b":_-.".contains(&b));
        fine.then_some(())?;
        Some(Self { code: code.to_owned(), scale: scale.parse().ok().filter(|scale| *scale <= 9)? })
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.code, self.scale)
    }
}

/// How many smallest units of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    /// In the asset's smallest unit: fen for yuan.
    pub minor: i64,
    /// Unit.
    pub asset: Asset,
}

/// A text that is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyMistake {
    /// Not a decimal number.
    NotANumber,
    /// More decimal places than the asset has.
    TooFine,
    /// Does not fit 64 bits.
    TooLarge,
}

impl Amount {
    /// Reads `2,000,000.00` (thousands separators are allowed) in the given asset; exact or refused.
    pub fn parse(text: &str, asset: &Asset) -> Result<Self, MoneyMistake> {
        let text = text.trim().replace([',', '，'], "");
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1i64, rest),
            None => (1, text.as_str()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let scale = usize::from(asset.scale);
        let fine = !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) && digits.matches('.').count() <= 1;
        if !fine || digits.ends_with('.') {
            return Err(MoneyMistake::NotANumber);
        }
        if part.len() > scale {
            return Err(MoneyMistake::TooFine);
        }
        let minor: i64 = format!("{whole}{part:0<scale$}").parse().map_err(|_| MoneyMistake::TooLarge)?;
        Ok(Self { minor: sign * minor, asset: asset.clone() })
    }

    /// Reads the form of the packs: `2000000.00 CNY`, `1000 HEMI`. Known assets only.
    pub fn parse_named(text: &str) -> Result<Self, MoneyMistake> {
        let (number, code) = text.trim().rsplit_once(' ').ok_or(MoneyMistake::NotANumber)?;
        let asset = match code {
            "CNY" => Asset::cny(),
            "HEMI" => Asset::hemi(),
            _ => return Err(MoneyMistake::NotANumber),
        };
        Self::parse(number, &asset)
    }
}

/// `1,234.56`: thousands separators, all decimal places, no unit.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.asset.scale);
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        if self.minor < 0 {
            f.write_str("-")?;
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if scale > 0 { write!(f, ".{part}") } else { Ok(()) }
    }
}

/// How a fraction of the smallest unit is rounded; only ever at the border of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 四舍五入: halves away from zero.
    #[default]
    HalfUp,
    /// Halves to the even neighbour.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

impl Rounding {
    /// `numerator / denominator` as a whole number. `None` if the denominator is not positive or the result does not fit.
    pub fn divide(self, numerator: i128, denominator: i128) -> Option<i64> {
        if denominator <= 0 {
            return None;
        }
        let (quotient, rest) = (numerator / denominator, (numerator % denominator).abs());
        let away = match self {
            Rounding::HalfUp => rest * 2 >= denominator,
            Rounding::HalfEven => rest * 2 > denominator || (rest * 2 == denominator && quotient % 2 != 0),
            Rounding::Up => rest > 0,
            Rounding::Down => false,
        };
        let step = if away { numerator.signum() } else { 0 };
        i64::try_from(quotient + step).ok()
    }
}

/// Splits an amount by weights so that the parts sum to it exactly (largest remainder; ties go to the earlier part).
///
/// `None` if the weights sum to nothing, or amount or weights are negative.
pub fn split_by_weights(minor: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    let whole = u128::try_from(minor).ok()?;
    if sum == 0 {
        return None;
    }
    let mut parts: Vec<i64> = Vec::with_capacity(weights.len());
    let mut rests: Vec<(u128, usize)> = Vec::with_capacity(weights.len());
    for (at, &weight) in weights.iter().enumerate() {
        let share = whole * u128::from(weight);
        parts.push(i64::try_from(share / sum).ok()?);
        rests.push((share % sum, at));
    }
    let missing = minor - parts.iter().sum::<i64>();
    rests.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for &(_, at) in rests.iter().take(usize::try_from(missing).ok()?) {
        parts[at] += 1;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(text: &str) -> Result<i64, MoneyMistake> {
        Amount::parse(text, &Asset::cny()).map(|amount| amount.minor)
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        assert_eq!(yuan("2,000,000.00"), Ok(200_000_000));
        assert_eq!(yuan("0.5"), Ok(50));
        assert_eq!(yuan("-12"), Ok(-1200));
        assert_eq!(yuan("1.005"), Err(MoneyMistake::TooFine));
        assert_eq!(yuan("99999999999999999999"), Err(MoneyMistake::TooLarge));
        for text in ["", ".", "1.", "1e5", "--1", "1.2.3", "￥5", "NaN", "-"] {
            assert_eq!(yuan(text), Err(MoneyMistake::NotANumber), "{text}");
        }
    }

    #[test]
    fn amounts_are_shown_in_full() {
        assert_eq!(Amount { minor: 123_456_789, asset: Asset::cny() }.to_string(), "1,234,567.89");
        assert_eq!(Amount { minor: -5, asset: Asset::cny() }.to_string(), "-0.05");
        assert_eq!(Amount { minor: 1000, asset: Asset::hemi() }.to_string(), "1,000");
    }

    #[test]
    fn one_rounding_function_four_ways() {
        let table = [(5, 2, 3, 2, 3, 2), (7, 2, 4, 4, 4, 3), (-5, 2, -3, -2, -3, -2), (1, 3, 0, 0, 1, 0), (6, 3, 2, 2, 2, 2)];
        for (n, d, half_up, half_even, up, down) in table {
            let got = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up, Rounding::Down].map(|r| r.divide(n, d).unwrap());
            assert_eq!(got, [half_up, half_even, up, down], "{n}/{d}");
        }
        assert_eq!(Rounding::HalfUp.divide(1, 0), None);
    }

    #[test]
    fn parts_sum_to_the_whole() {
        assert_eq!(split_by_weights(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split_by_weights(7, &[3, 0, 1]), Some(vec![5, 0, 2]));
        assert_eq!(split_by_weights(7, &[0, 0]), None);
        assert_eq!(split_by_weights(-7, &[1]), None);
    }
}

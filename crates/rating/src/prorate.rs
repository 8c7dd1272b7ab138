//! A fee for some days of a period.

use words::Rounding;

/// The part of an amount for the days `from`–`until` (counted from the first day of the period, the last not included) of `of` days.
///
/// Cumulative: what is due up to `until` less what is due up to `from`, so parts that meet sum to the whole, to the smallest unit.
/// `None` if the days are no days of the period or the amount is too large.
pub fn prorate(minor: i64, from: i64, until: i64, of: i64, rounding: Rounding) -> Option<i64> {
    if !(0 <= from && from <= until && until <= of && of > 0) {
        return None;
    }
    let due = |days: i64| rounding.divide(i128::from(minor) * i128::from(days), i128::from(of));
    due(until)?.checked_sub(due(from)?)
}

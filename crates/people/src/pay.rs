//! Pay during incubation: part months, the 70 % that is paid, the 30 % that is deferred. Pure, in fen.
//!
//! Invariant: paid + deferred = due, to the fen, for any base, any days.

use words::{Amount, Asset, Day, Rounding, days_between};

pub use ledger::Ratio;

use crate::refusal::PayRefusal;

/// A month, as pay runs are named: `2026-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: Day,
}

impl Month {
    /// Reads `2026-10`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 7).then(|| Day::parse(&format!("{text}-01")).ok()).flatten().map(|first| Self { first })
    }

    /// The month of a day.
    pub fn of(day: Day) -> Self {
        Self { first: day.first_of_month() }
    }

    /// First day.
    pub fn first(self) -> Day {
        self.first
    }

    /// Last day.
    pub fn last(self) -> Day {
        self.first.last_of_month()
    }

    /// Calendar days.
    pub fn days(self) -> i64 {
        self.first.days_in_month()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&words::month_of(self.first))
    }
}

/// Days of a month that are paid under the incubation rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// First day.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// Calendar days.
    pub days: i64,
}

/// The days of the month between the first and the last day of the secondment, both included; `None` if there are none.
pub fn part_of(month: Month, seconded_on: Day, ended_on: Option<Day>) -> Option<Part> {
    let from = seconded_on.max(month.first());
    let to = ended_on.map_or(month.last(), |end| end.min(month.last()));
    (from <= to).then(|| Part { from, to, days: days_between(from, to) + 1 })
}

/// What a month comes to, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pay {
    /// Due in all.
    pub due: i64,
    /// Paid now by the home unit.
    pub paid: i64,
    /// Deferred: the rest.
    pub deferred: i64,
}

/// Due by calendar days, paid rounded by the ratio, deferred the rest. `None` if it does not fit.
pub fn split(base_minor: i64, days: i64, month_days: i64, ratio: Ratio) -> Option<Pay> {
    let due = Rounding::HalfUp.divide(i128::from(base_minor) * i128::from(days), i128::from(month_days))?;
    let paid = ratio.of(due)?;
    Some(Pay { due, paid, deferred: due.checked_sub(paid)? })
}

/// Monthly pay of a frozen base under the ratio, against the local minimum wage (scenario 10; 劳动法 §48). Exact, not rounded.
pub fn above_minimum(base_minor: i64, ratio: Ratio, minimum_minor: i64) -> bool {
    i128::from(base_minor) * i128::from(ratio.numerator) >= i128::from(minimum_minor) * i128::from(ratio.denominator)
}

/// May somebody with this base be seconded in this city? `minimum` is what the table says for the city.
pub fn check_minimum(base_minor: i64, ratio: Ratio, city: &str, minimum: Option<i64>) -> Result<(), PayRefusal> {
    let minimum = minimum.ok_or_else(|| PayRefusal::NoMinimum { city: city.into() })?;
    if above_minimum(base_minor, ratio, minimum) {
        return Ok(());
    }
    let after = Rounding::Down.divide(i128::from(base_minor) * i128::from(ratio.numerator), i128::from(ratio.denominator)).unwrap_or(0);
    Err(PayRefusal::BelowMinimum { city: city.into(), after: yuan(after), minimum: yuan(minimum) })
}

/// The part of deferred pay that is given in ten-thousandths, rounded half up.
pub fn part_in(minor: i64, basis_points: i64) -> Option<i64> {
    Rounding::HalfUp.divide(i128::from(minor) * i128::from(basis_points), 10_000)
}

/// Fen as an amount of yuan.
pub fn cny(minor: i64) -> Amount {
    Amount { minor, asset: Asset::cny() }
}

pub(crate) fn yuan(minor: i64) -> String {
    cny(minor).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATIO: Ratio = Ratio { numerator: 70, denominator: 100, rounding: Rounding::HalfUp };

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_worked_example() {
        let months: Vec<Pay> = (1..=6).map(|_| split(2_000_000, 30, 30, RATIO).unwrap()).collect();
        assert_eq!(months.iter().map(|pay| pay.paid).sum::<i64>(), 8_400_000);
        assert_eq!(months.iter().map(|pay| pay.deferred).sum::<i64>(), 3_600_000);
    }

    #[test]
    fn part_months_go_by_calendar_days() {
        let part = |month: &str, from: &str, to: Option<&str>| part_of(Month::parse(month).unwrap(), day(from), to.map(day)).map(|part| part.days);
        assert_eq!(part("2026-09", "2026-09-16", None), Some(15));
        assert_eq!(part("2026-10", "2026-09-16", None), Some(31));
        assert_eq!(part("2026-10", "2026-09-16", Some("2026-10-01")), Some(1));
        assert_eq!(part("2026-11", "2026-09-16", Some("2026-10-01")), None);
        assert_eq!(part("2026-08", "2026-09-16", None), None);
        assert_eq!(part("2028-02", "2026-09-16", None), Some(29));
    }

    #[test]
    fn nothing_is_lost_for_any_base_and_days() {
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        for _ in 0..200_000 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let (base, month_days) = ((seed % 10_000_000) as i64, 28 + (seed >> 40) as i64 % 4);
            let days = 1 + (seed >> 50) as i64 % month_days;
            let pay = split(base, days, month_days, RATIO).unwrap();
            assert!(pay.paid + pay.deferred == pay.due && pay.paid >= 0 && pay.deferred >= 0, "{base} {days}/{month_days}");
        }
    }

    #[test]
    fn the_minimum_wage_is_exact_and_inclusive() {
        assert!(above_minimum(300_000, RATIO, 210_000));
        assert!(!above_minimum(299_999, RATIO, 210_000));
        let refused = check_minimum(355_714, RATIO, "hangzhou", Some(249_000)).unwrap_err();
        assert_eq!(refused, PayRefusal::BelowMinimum { city: "hangzhou".into(), after: "2,489.99".into(), minimum: "2,490.00".into() });
        assert_eq!(check_minimum(1, RATIO, "atlantis", None), Err(PayRefusal::NoMinimum { city: "atlantis".into() }));
    }

    #[test]
    fn months_are_read() {
        assert_eq!(Month::parse("2026-02").map(Month::days), Some(28));
        for text in ["2026-13", "2026-2", "26-02", "", "2026-02-01"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}

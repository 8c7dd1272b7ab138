//! A calendar month of Asia/Shanghai, as bills name it. Pure.

use std::fmt;

use rating::Period;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use words::{Day, Instant, month_of};

/// `2026-09`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Day);

impl Month {
    /// The month of a day.
    pub fn of(day: Day) -> Self {
        Self(day.first_of_month())
    }

    /// Reads `2026-09`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 7).then(|| Day::parse(&format!("{text}-01")).ok().map(Self))?
    }

    /// First day.
    pub fn first(self) -> Day {
        self.0
    }

    /// Last day.
    pub fn last(self) -> Day {
        self.0.last_of_month()
    }

    /// First moment.
    pub fn start(self) -> Instant {
        self.0.start()
    }

    /// First moment that no longer belongs to it.
    pub fn end(self) -> Instant {
        self.last().end()
    }

    /// The month after.
    pub fn next(self) -> Self {
        Self(self.last().plus_days(1))
    }

    /// The month so many before.
    pub fn back(self, months: i64) -> Self {
        (0..months.clamp(0, 1_200)).fold(self, |month, _| Self(month.0.plus_days(-1).first_of_month()))
    }

    /// Its days.
    pub fn period(self) -> Period {
        Period { from: self.0, until: self.last().plus_days(1) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&month_of(self.0))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a month such as 2026-09"))
    }
}

impl schemars::JsonSchema for Month {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Month".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-09"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_over_years() {
        let month = Month::parse("2026-12").expect("a month");
        assert_eq!((month.next().to_string(), month.back(12).to_string(), month.next().back(1)), ("2027-01".into(), "2025-12".into(), month));
        assert_eq!((month.start().to_string(), month.end().to_string()), ("2026-11-30T16:00:00Z".into(), "2026-12-31T16:00:00Z".into()));
        for wrong in ["2026-13", "2026-1", "26-01", "2026-12-01", ""] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }
}

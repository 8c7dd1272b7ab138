//! Moments, calendar days and calendar durations. The clock itself is given by `store`.
//!
//! Business days are those of Asia/Shanghai, which has been UTC+8 without summer time since 1992.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::Offset;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MICROS: i64 = 1_000_000;
const SHANGHAI: Offset = Offset::constant(8);

/// A moment: UTC microseconds since 1970. On the wire an RFC 3339 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A calendar day. On the wire `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A calendar duration in ISO 8601: `P5D`, `P2Y`, `P18M`, `PT5M`.
#[derive(Debug, Clone, Copy)]
pub struct Span(jiff::Span);

/// A text that is no moment, day or duration, or one out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeMistake;

impl Instant {
    /// From stored microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads RFC 3339: `2026-11-22T08:00:00Z`.
    pub fn parse(text: &str) -> Result<Self, TimeMistake> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| TimeMistake)?;
        Ok(Self(moment.as_microsecond()))
    }

    /// The business day (Asia/Shanghai) of the moment.
    pub fn day(self) -> Day {
        Day(SHANGHAI.to_datetime(self.stamp()).date())
    }

    /// `2026-11-22 16:05` as people in Shanghai read it.
    pub fn local_minute(self) -> String {
        SHANGHAI.to_datetime(self.stamp()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The moment a calendar duration later (months and years by the Shanghai calendar).
    pub fn plus(self, span: Span) -> Result<Self, TimeMistake> {
        let later = SHANGHAI.to_datetime(self.stamp()).checked_add(span.0).map_err(|_| TimeMistake)?;
        Ok(Self(SHANGHAI.to_timestamp(later).map_err(|_| TimeMistake)?.as_microsecond()))
    }

    /// The moment this many seconds later (earlier if negative).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS)))
    }

    fn stamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stamp().fmt(f)
    }
}

impl Day {
    /// Reads `2026-11-22`.
    pub fn parse(text: &str) -> Result<Self, TimeMistake> {
        (text.len() == 10).then_some(()).ok_or(TimeMistake)?;
        text.parse().map(Self).map_err(|_| TimeMistake)
    }

    /// The first moment of the day in Shanghai.
    pub fn start(self) -> Instant {
        let moment = SHANGHAI.to_timestamp(self.0.at(0, 0, 0, 0)).map_or(0, |stamp| stamp.as_microsecond());
        Instant(moment)
    }

    /// The first moment after the day: a period that includes this day ends before it.
    pub fn end(self) -> Instant {
        self.plus_days(1).start()
    }

    /// The day this many days later (earlier if negative); stays put at the ends of the calendar.
    pub fn plus_days(self, days: i32) -> Self {
        let within = days.clamp(-7_000_000, 7_000_000);
        Self(self.0.saturating_add(jiff::Span::new().days(within)))
    }

    /// The day a calendar duration later: the 31st plus a month is the last of a shorter month.
    pub fn plus(self, span: Span) -> Result<Self, TimeMistake> {
        self.0.checked_add(span.0).map(Self).map_err(|_| TimeMistake)
    }

    /// First day of the day's month.
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// Last day of the day's month.
    pub fn last_of_month(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// Days in the day's month.
    pub fn days_in_month(self) -> i64 {
        i64::from(self.0.days_in_month())
    }

    /// Year, month, day of month.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Span {
    /// Reads ISO 8601, not negative: `P30D`, `P18M`, `PT5M`.
    pub fn parse(text: &str) -> Result<Self, TimeMistake> {
        let span: jiff::Span = text.parse().map_err(|_| TimeMistake)?;
        if text.starts_with('P') && !span.is_negative() { Ok(Self(span)) } else { Err(TimeMistake) }
    }

    /// So many days.
    pub fn days(days: i32) -> Self {
        Self(jiff::Span::new().days(days.clamp(0, 7_000_000)))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

/// Calendar days from one day to another; negative if the second is earlier.
pub fn days_between(from: Day, to: Day) -> i64 {
    i64::from(from.0.until(to.0).map_or(0, |span| span.get_days()))
}

/// `2026-11`: the month of a day, as periods are named.
pub fn month_of(day: Day) -> String {
    let (year, month, _) = day.parts();
    format!("{year:04}-{month:02}")
}

macro_rules! text_on_the_wire {
    ($name:ident, $format:literal, $example:literal) => {
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                $name::parse(&text).map_err(|_| serde::de::Error::custom(concat!("expected a text such as ", $example)))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": $format, "examples": [$example] })
            }
        }
    };
}

text_on_the_wire!(Instant, "date-time", "2026-11-22T08:00:00Z");
text_on_the_wire!(Day, "date", "2026-11-22");
text_on_the_wire!(Span, "duration", "P30D");

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_business_day_is_that_of_shanghai() {
        assert_eq!(Instant::parse("2026-11-22T16:00:00Z").unwrap().day().to_string(), "2026-11-23");
        assert_eq!(day("2026-11-23").start().to_string(), "2026-11-22T16:00:00Z");
        assert_eq!(Instant::parse("2026-11-22T16:00:00Z").unwrap().local_minute(), "2026-11-23 00:00");
    }

    #[test]
    fn calendar_durations_keep_to_the_calendar() {
        assert_eq!(day("2026-01-31").plus(Span::parse("P1M").unwrap()).unwrap(), day("2026-02-28"));
        assert_eq!(day("2024-02-29").plus(Span::parse("P2Y").unwrap()).unwrap(), day("2026-02-28"));
        assert_eq!(days_between(day("2026-02-27"), day("2026-03-01")), 2);
        assert_eq!(days_between(day("2025-01-01"), day("2027-01-01")), 730);
        assert_eq!(month_of(day("2026-02-27")), "2026-02");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "5D", "-P5D", "P", "PXD", "P99999999Y"] {
            assert!(Span::parse(text).is_err(), "{text}");
        }
        for text in ["2026-02-30", "2026-1-1", "26-01-01", "x"] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }
}

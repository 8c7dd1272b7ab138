//! A subscription: whose usage of what is priced by which book, and who is paid for it. Pure.
//!
//! Invariant: an hour of a subject's meter belongs to one subscription at most; hours begin on the hour. Whoever subscribes a capability subscribes everything
//! that it meters: `sms.parts` with `sms.calls`.

use std::collections::BTreeMap;

use rating::{Book, Model, Percent, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

use crate::month::Month;
use crate::reserves::Admitted;

/// How it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidBy {
    /// Out of a wallet, before.
    Prepaid,
    /// By invoice, after.
    Invoice,
    /// Counted and never charged.
    Free,
}

impl PaidBy {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepaid => "prepaid",
            Self::Invoice => "invoice",
            Self::Free => "free",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Prepaid, Self::Invoice, Self::Free].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// Who is paid for what is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payee {
    /// A person or an organisation.
    pub party: Id,
}

/// A part off, for usage before a day (R-29: early use is free or cheap).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Discount {
    /// Part.
    pub percent: Percent,
    /// First day on which it no longer holds.
    pub until: Day,
}

/// A subscription to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its id, given by whoever subscribes.
    pub id: Id,
    /// Who pays: a person or an organisation.
    pub customer: Id,
    /// What is metered: an app.
    pub subject: String,
    /// Meters that it prices.
    pub meters: Vec<String>,
    /// Key of the price book.
    pub book: String,
    /// Plan of the book, if it has plans.
    pub plan: Option<String>,
    /// How it is paid.
    pub billing: PaidBy,
    /// Who is paid for it; the platform alone, if nobody.
    pub payee: Option<Payee>,
    /// Something off.
    pub discount: Option<Discount>,
    /// From when on.
    pub from: Instant,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Id.
    pub id: Id,
    /// Who pays.
    pub customer: Id,
    /// What is metered.
    pub subject: String,
    /// Meters that it prices.
    pub meters: Vec<String>,
    /// Key of the price book.
    pub book: String,
    /// Plan.
    pub plan: Option<String>,
    /// How it is paid.
    pub billing: PaidBy,
    /// Who is paid for it.
    pub payee: Option<Id>,
    /// Something off.
    pub discount: Option<Discount>,
    /// First hour.
    pub from: Instant,
    /// First hour that no longer belongs to it.
    pub end: Option<Instant>,
}

const HOUR: i64 = 3_600_000_000;

/// The hour that a moment lies in.
pub(crate) fn hour_of(at: Instant) -> Instant {
    Instant::from_micros(at.micros().div_euclid(HOUR) * HOUR)
}

/// The next full hour; the moment itself if it is one.
pub(crate) fn hour_after(at: Instant) -> Instant {
    Instant::from_micros((at.micros() + HOUR - 1).div_euclid(HOUR) * HOUR)
}

impl Subscription {
    /// Its hours within a month; `None` if there are none.
    pub fn span(&self, month: Month) -> Option<(Instant, Instant)> {
        let from = self.from.max(month.start());
        let to = self.end.map_or(month.end(), |end| end.min(month.end()));
        (from < to).then_some((from, to))
    }

    /// Its days within a month: the day it ends on belongs to what comes after; a day begun and ended is one.
    pub fn days(&self, month: Month) -> Option<Period> {
        let (from, to) = self.span(month)?;
        let first = from.day();
        Some(Period { from: first, until: to.day().max(first.plus_days(1)) })
    }

    /// Does it count this meter: one of its own, or another of the same capability?
    pub fn covers(&self, meter: &str) -> bool {
        self.meters.iter().any(|own| is_kin(own, meter))
    }

    /// What was admitted of it, by the names under which a book prices: all that its own meters count, and of what the capability meters itself so many units.
    pub(crate) fn priced<'a>(&'a self, book: &Book, admitted: &'a Admitted) -> BTreeMap<&'a str, i64> {
        let mut all = BTreeMap::new();
        for (meter, units) in admitted.beside(self) {
            let sum: &mut i64 = all.entry(priced_as(book, meter)).or_default();
            *sum = sum.saturating_add(units);
        }
        all.extend(self.meters.iter().map(|meter| (priced_as(book, meter), i64::MAX)));
        all
    }

    /// Do two of the same subject count the same meter at the same time?
    pub fn meets(&self, meters: &[String], from: Instant) -> bool {
        self.end.is_none_or(|end| from < end) && meters.iter().any(|meter| self.covers(meter))
    }
}

/// The same meter, or one with the same words before its last dot.
fn is_kin(own: &str, meter: &str) -> bool {
    let family = |meter: &str| meter.rsplit_once('.').map(|(family, _)| family.len());
    own == meter || family(own).is_some_and(|length| family(meter) == Some(length) && own.get(..length) == meter.get(..length))
}

/// Can sums of hours be priced, or does the book ask for each use?
pub(crate) fn is_by_the_hour(book: &Book, meter: &str) -> bool {
    let priced = priced_as(book, meter);
    let mut entries = book.versions().iter().flat_map(|version| &version.entries).filter(|entry| entry.meter == priced);
    !entries.any(|entry| matches!(entry.charge, Model::TimeBlock { .. } | Model::Percentage { .. }))
}

/// The name by which a book prices a meter: its own, or what stands behind its last dot. So `echo.calls` is priced as `calls`, unless the book has a price of
/// its own for it.
pub(crate) fn priced_as<'a>(book: &Book, meter: &'a str) -> &'a str {
    let own = book.versions().iter().any(|version| version.entries.iter().any(|entry| entry.meter == meter));
    if own { meter } else { last_name(meter) }
}

/// What stands behind the last dot of a meter.
pub(crate) fn last_name(meter: &str) -> &str {
    meter.rsplit_once('.').map_or(meter, |(_, last)| last)
}

/// Why entries of a book cannot price what meters count by the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Counted in blocks of each use, or with a fee of each use: an hour has no single uses.
    EachUse,
    /// More may cost less, or days cost besides: what is set aside before might not be enough.
    NotBounded,
}

/// Can the meters be priced by the hour, and set aside for before, if that is wished?
pub(crate) fn fit(book: &Book, meters: &[String], billing: PaidBy) -> Result<(), Unfit> {
    let priced: Vec<&str> = meters.iter().map(|meter| priced_as(book, meter)).collect();
    // What a later version of the capability may meter, by a price for it alone or for all of that name.
    let may = |entry: &str| meters.iter().any(|own| is_kin(own, entry) || own.contains('.') && !entry.contains('.'));
    for entry in book.versions().iter().flat_map(|version| &version.entries) {
        let own = priced.contains(&entry.meter.as_str());
        match &entry.charge {
            Model::TimeBlock { .. } | Model::Percentage { .. } if own => return Err(Unfit::EachUse),
            Model::Volume { monotone: false, .. } | Model::DayPass { .. } if billing == PaidBy::Prepaid && (own || may(&entry.meter)) => {
                return Err(Unfit::NotBounded);
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("a moment")
    }

    fn subscription(from: &str, end: Option<&str>) -> Subscription {
        Subscription {
            id: Id::fixed("sub_1"),
            customer: Id::fixed("per_1"),
            subject: "app_1".into(),
            meters: vec!["calls".into()],
            book: "capability".into(),
            plan: None,
            billing: PaidBy::Invoice,
            payee: None,
            discount: None,
            from: at(from),
            end: end.map(at),
        }
    }

    #[test]
    fn a_book_prices_a_meter_by_its_own_name_or_its_last() {
        let text = include_str!("../../../packs/shuangchuang/books/capability.toml");
        let book = |text: &str| rating::Books::parse(&[("capability.toml", text)]).expect("books").get("capability").expect("a book").clone();
        let (plain, own) = (book(text), book(&text.replacen("meter = \"calls\"", "meter = \"echo.calls\"", 1)));
        assert_eq!((priced_as(&plain, "echo.calls"), priced_as(&plain, "calls"), priced_as(&plain, "map.v2.calls")), ("calls", "calls", "calls"));
        assert_eq!((priced_as(&own, "echo.calls"), priced_as(&own, "map.calls")), ("echo.calls", "calls"));
    }

    #[test]
    fn whoever_subscribes_a_capability_subscribes_all_that_it_meters() {
        let sms = Subscription { meters: vec!["sms.calls".into()], ..subscription("2026-01-01T00:00:00Z", None) };
        for (meter, covered) in [("sms.calls", true), ("sms.parts", true), ("sms2.parts", false), ("s.parts", false), ("sms", false), ("a.sms.parts", false)] {
            assert_eq!(sms.covers(meter), covered, "{meter}");
            assert_eq!(sms.meets(&[meter.to_owned()], at("2026-02-01T00:00:00Z")), covered, "{meter}");
        }
        let plain = subscription("2026-01-01T00:00:00Z", None);
        assert!(plain.covers("calls") && !plain.covers("sms.calls") && !plain.covers("parts"), "what has no dot has no kin");
    }

    #[test]
    fn hours_and_days_of_a_month() {
        let september = Month::parse("2026-09").expect("a month");
        let whole = subscription("2026-01-01T00:00:00Z", None);
        assert_eq!(whole.span(september), Some((september.start(), september.end())));
        assert_eq!(whole.days(september).map(Period::days), Some(30));
        let part = subscription("2026-09-10T05:00:00Z", Some("2026-09-12T05:00:00Z"));
        assert_eq!(part.days(september).map(|days| (days.from.to_string(), days.days())), Some(("2026-09-10".into(), 2)));
        let brief = subscription("2026-09-10T05:00:00Z", Some("2026-09-10T07:00:00Z"));
        assert_eq!(brief.days(september).map(Period::days), Some(1));
        assert_eq!(brief.span(september.next()), None);
        assert_eq!((hour_of(at("2026-09-10T05:59:59Z")), hour_after(at("2026-09-10T05:00:01Z"))), (at("2026-09-10T05:00:00Z"), at("2026-09-10T06:00:00Z")));
        assert_eq!(hour_after(at("2026-09-10T05:00:00Z")), at("2026-09-10T05:00:00Z"));
    }
}

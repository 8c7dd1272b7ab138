//! What is asked of a book: a destination, minutes, days, data, months, a plan; and the usages that this means. Pure.
//!
//! Which of them a book wants follows from what it counts, so a new book needs no page of its own.

use rating::{Book, Model, Period, Terms, Usage, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day};

/// Bytes of a megabyte as it is priced.
const MEGABYTE: i64 = 1 << 20;

/// A question to a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Day of use: the prices of that day hold.
    pub on: Day,
    /// Number, or key of a destination.
    #[serde(default)]
    pub target: String,
    /// Minutes of a call.
    #[serde(default)]
    pub minutes: i64,
    /// Seconds besides.
    #[serde(default)]
    pub seconds: i64,
    /// How many such calls.
    #[serde(default)]
    pub calls: i64,
    /// Days of data, from the first on.
    #[serde(default)]
    pub days: i64,
    /// Megabytes: of each day, or of the month.
    #[serde(default)]
    pub megabytes: i64,
    /// Months.
    #[serde(default)]
    pub months: i64,
    /// Plan.
    #[serde(default)]
    pub plan: Option<String>,
    /// Coupon.
    #[serde(default)]
    pub coupon: Option<String>,
    /// Only the rest of this month, by days.
    #[serde(default)]
    pub by_days: bool,
}

/// A plan that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Choice {
    /// Key.
    pub value: String,
    /// Name.
    pub label: Bilingual,
}

/// What a version of a book has to know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Wants {
    /// Where to.
    pub target: bool,
    /// How long.
    pub minutes: bool,
    /// How many days.
    pub days: bool,
    /// How much data.
    pub megabytes: bool,
    /// How many months.
    pub months: bool,
    /// May the first month be paid by days?
    pub by_days: bool,
    /// Which plan.
    pub plans: Vec<Choice>,
}

impl Wants {
    /// From what it counts and how it is priced.
    pub fn of(version: &Version) -> Self {
        let mut wants = Self::default();
        for entry in &version.entries {
            let counts = |unit: &str| entry.meter.ends_with(unit);
            wants.target |= entry.charge.by_destination();
            wants.minutes |= counts(".seconds");
            wants.months |= counts(".months");
            wants.megabytes |= counts(".bytes");
            wants.days |= matches!(entry.charge, Model::DayPass { .. });
            wants.by_days |= matches!(entry.charge, Model::Flat { prorate: true, .. } | Model::Unlimited { prorate: true, .. });
            if let Some(plan) = &entry.plan
                && wants.plans.iter().all(|choice| choice.value != *plan)
            {
                wants.plans.push(Choice { value: plan.clone(), label: Bilingual::new(&entry.zh, &entry.en) });
            }
        }
        wants
    }
}

impl Question {
    /// A day with nothing asked.
    pub fn on(on: Day) -> Self {
        let target = String::new();
        Self { on, target, minutes: 0, seconds: 0, calls: 1, days: 0, megabytes: 0, months: 0, plan: None, coupon: None, by_days: false }
    }

    /// The usages it means under a version.
    pub(crate) fn usages<'q>(&'q self, version: &'q Version) -> Vec<Usage<'q>> {
        let noon = self.on.start().plus_seconds(12 * 3600);
        let mut meters: Vec<&str> = version.entries.iter().filter(|entry| self.has(entry.plan.as_deref())).map(|entry| entry.meter.as_str()).collect();
        meters.sort_unstable();
        meters.dedup();
        let mut usages = Vec::new();
        for meter in meters {
            let at = |day: i64| Usage::new(meter, noon.plus_seconds(day.saturating_mul(86_400)), 0).to(&self.target);
            let length = self.minutes.saturating_mul(60).saturating_add(self.seconds);
            if meter.ends_with(".seconds") && length > 0 {
                usages.extend((0..self.calls.clamp(1, 100)).map(|_| Usage { quantity: length, ..at(0) }));
            } else if meter.ends_with(".bytes") && (self.megabytes > 0 || self.days > 0) {
                let bytes = self.megabytes.saturating_mul(MEGABYTE).max(1);
                usages.extend((0..self.days.clamp(1, 366)).map(|day| Usage { quantity: bytes, ..at(day) }));
            } else if meter.ends_with(".months") && self.months > 0 {
                usages.push(Usage { quantity: self.months, ..at(0) });
            }
        }
        usages
    }

    fn has(&self, plan: Option<&str>) -> bool {
        plan.is_none_or(|plan| self.plan.as_deref() == Some(plan))
    }

    /// The terms under a version: its plan, if it has it; coupons only where they are wanted.
    pub(crate) fn terms(&self, version: &Version, coupon: bool) -> Terms {
        let mut terms = Terms::on(self.on);
        terms.plan = self.plan.clone().filter(|plan| version.entries.iter().any(|entry| entry.plan.as_ref() == Some(plan)));
        if self.by_days {
            let month = Period::month(self.on);
            terms = terms.period(month, Period { from: self.on, until: month.until });
        }
        terms.coupons = self.coupon.iter().filter(|key| coupon && !key.is_empty()).cloned().collect();
        terms
    }

    /// A number becomes the destination that it leads to: whom somebody calls is nobody's business here.
    pub(crate) fn without_number(mut self, book: &Book) -> Self {
        if let Some(destination) = book.destination(&self.target) {
            self.target.clone_from(&destination.key);
        }
        self
    }
}

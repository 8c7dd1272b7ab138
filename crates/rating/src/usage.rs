//! Usage, and what is asked besides: the plan, the period, the day of the bill.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Instant, days_between};

/// Something was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage<'a> {
    /// What is counted: `voice.seconds`.
    #[serde(borrow)]
    pub meter: Cow<'a, str>,
    /// When it began; the version of that moment holds.
    pub at: Instant,
    /// How much, in units of the meter.
    pub quantity: i64,
    /// Number or key of a destination; empty where the price has none.
    #[serde(borrow, default)]
    pub target: Cow<'a, str>,
}

impl<'a> Usage<'a> {
    /// Without a destination.
    pub fn new(meter: &'a str, at: Instant, quantity: i64) -> Self {
        Self { meter: meter.into(), at, quantity, target: "".into() }
    }

    /// To a number or destination.
    pub fn to(mut self, target: &'a str) -> Self {
        self.target = target.into();
        self
    }
}

/// Days from–until, the last not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// First day that no longer belongs to it.
    pub until: Day,
}

impl Period {
    /// The month of a day.
    pub fn month(day: Day) -> Self {
        Self { from: day.first_of_month(), until: day.last_of_month().plus_days(1) }
    }

    /// Days in it; none if it ends before it begins.
    pub fn days(self) -> i64 {
        days_between(self.from, self.until).max(0)
    }

    /// What both have in common.
    pub fn within(self, other: Self) -> Self {
        let (from, until) = (self.from.max(other.from), self.until.min(other.until));
        Self { from, until: until.max(from) }
    }
}

/// What a bill is asked for besides the usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Day of the bill: decides the rate of tax, the coupons that hold, and the version of a fee without a period.
    pub day: Day,
    /// Plan, if the book has plans.
    #[serde(default)]
    pub plan: Option<String>,
    /// Period that fees are for; without one a fee is charged once in full.
    #[serde(default)]
    pub period: Option<Period>,
    /// Days of the period on which the plan was held; all, if missing.
    #[serde(default)]
    pub held: Option<Period>,
    /// Coupons, in the order in which they are taken off.
    #[serde(default)]
    pub coupons: Vec<String>,
    /// Is the period over? Only then a minimum commitment is made up.
    #[serde(default)]
    pub closed: bool,
}

impl Terms {
    /// A bill of a day with nothing special.
    pub fn on(day: Day) -> Self {
        Self { day, plan: None, period: None, held: None, coupons: Vec::new(), closed: false }
    }

    /// With this plan.
    pub fn plan(mut self, plan: &str) -> Self {
        self.plan = Some(plan.to_owned());
        self
    }

    /// For this period, of which these days were held.
    pub fn period(mut self, period: Period, held: Period) -> Self {
        (self.period, self.held) = (Some(period), Some(held.within(period)));
        self
    }

    pub(crate) fn has(&self, plan: Option<&str>) -> bool {
        plan.is_none_or(|plan| self.plan.as_deref() == Some(plan))
    }
}

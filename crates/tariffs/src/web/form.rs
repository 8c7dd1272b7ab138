//! What the pages of tariffs take.

use schemars::JsonSchema;
use serde::Deserialize;
use words::Day;

use crate::ops::apply_upgrade::UpgradeDraft;
use crate::question::Question;

/// A day to look at; today, if missing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct DayQuery {
    /// Day.
    pub on: Option<Day>,
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}

/// A question to a book.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct QuestionForm {
    /// Day of use; today, if missing.
    pub on: Option<Day>,
    /// Is something asked? Without it the price list is shown alone.
    #[serde(default)]
    pub ask: bool,
    /// Key of a destination.
    #[schemars(length(max = 60))]
    pub target: Option<String>,
    /// Or a number; goes before the key.
    #[schemars(length(max = 40))]
    pub number: Option<String>,
    /// Minutes of a call.
    #[schemars(range(min = 0, max = 100_000))]
    pub minutes: Option<i64>,
    /// Seconds besides.
    #[schemars(range(min = 0, max = 59))]
    pub seconds: Option<i64>,
    /// How many such calls.
    #[schemars(range(min = 1, max = 100))]
    pub calls: Option<i64>,
    /// Days of data.
    #[schemars(range(min = 0, max = 366))]
    pub days: Option<i64>,
    /// Megabytes: of each day, or of the month.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub megabytes: Option<i64>,
    /// Months.
    #[schemars(range(min = 0, max = 120))]
    pub months: Option<i64>,
    /// Plan.
    #[schemars(length(max = 60))]
    pub plan: Option<String>,
    /// Coupon.
    #[schemars(length(max = 60))]
    pub coupon: Option<String>,
    /// Only the rest of this month, by days.
    #[serde(default)]
    pub by_days: bool,
}

impl QuestionForm {
    pub(crate) fn question(&self, today: Day) -> Question {
        let text = |given: &Option<String>| given.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Question {
            on: self.on.unwrap_or(today),
            target: text(&self.number).or_else(|| text(&self.target)).unwrap_or_default(),
            minutes: self.minutes.unwrap_or(0),
            seconds: self.seconds.unwrap_or(0),
            calls: self.calls.unwrap_or(1),
            days: self.days.unwrap_or(0),
            megabytes: self.megabytes.unwrap_or(0),
            months: self.months.unwrap_or(0),
            plan: text(&self.plan),
            coupon: text(&self.coupon),
            by_days: self.by_days,
        }
    }
}

/// Is a line upgraded?
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct CheckQuery {
    /// Mbit/s now.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub mbps: Option<i64>,
    /// Last day of the contract.
    pub contract_until: Option<Day>,
}

/// The upgrade is asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct UpgradeForm {
    /// Firm.
    #[schemars(length(min = 1, max = 100))]
    pub firm: String,
    /// Number of the contract.
    #[schemars(length(min = 1, max = 60))]
    pub contract: String,
    /// Its last day.
    pub contract_until: Day,
    /// Mbit/s now.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub mbps: i64,
}

impl UpgradeForm {
    pub(crate) fn draft(self) -> UpgradeDraft {
        UpgradeDraft { firm: self.firm, contract: self.contract, contract_until: self.contract_until, mbps: self.mbps }
    }
}

/// What is replayed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ReplayQuery {
    /// Book.
    #[schemars(length(max = 60))]
    pub book: Option<String>,
    /// Quotes kept from this day on …
    pub from: Option<Day>,
    /// … to this.
    pub until: Option<Day>,
    /// Usages besides: lines of `meter,moment,quantity,target`.
    #[schemars(length(max = 4000))]
    pub usages: Option<String>,
}

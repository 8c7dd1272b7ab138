//! What the pages of billing take.

use schemars::JsonSchema;
use serde::Deserialize;
use words::{Amount, Asset, Day, Id};

use crate::charge::InvoiceState;
use crate::month::Month;

/// Fen of a text of yuan; nothing, if it is none.
pub(crate) fn fen(text: &str) -> Option<i64> {
    Amount::parse(text, &Asset::cny()).ok().map(|amount| amount.minor)
}

/// An id of a text; one that nothing has, if it is none.
pub(crate) fn id(text: &str) -> Id {
    Id::parse(text.trim()).unwrap_or_else(|_| Id::fixed(""))
}

/// Basis points of a text of percent: `33.34`.
pub(crate) fn points(text: &str) -> Option<i64> {
    let unit = Asset { code: "PERCENT".into(), scale: 2 };
    Amount::parse(text.trim().trim_end_matches('%'), &unit).ok().map(|percent| percent.minor)
}

/// Where a list goes on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ListQuery {
    /// State.
    pub state: Option<InvoiceState>,
    /// Month.
    pub month: Option<Month>,
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}

/// Where a list goes on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct CursorQuery {
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}

/// Whose page, and where its list goes on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct PartyQuery {
    /// An organisation that one acts for; oneself, if missing.
    #[schemars(length(max = 60))]
    pub party: Option<String>,
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}

/// A month.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct MonthQuery {
    /// Month; the last one, if missing.
    pub month: Option<Month>,
}

/// A month that is named.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct MonthForm {
    /// Month.
    pub month: Month,
}

/// What was used.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct UsageQuery {
    /// Only this meter.
    #[schemars(length(max = 100))]
    pub meter: Option<String>,
}

/// A top-up.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct TopUpForm {
    /// Whose wallet.
    #[schemars(length(min = 1, max = 60))]
    pub customer: String,
    /// Yuan.
    #[schemars(length(min = 1, max = 30))]
    pub amount: String,
}

/// A budget.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct BudgetForm {
    /// App.
    #[schemars(length(min = 1, max = 100))]
    pub subject: String,
    /// Yuan a month; none, if empty.
    #[schemars(length(max = 30))]
    pub amount: Option<String>,
    /// Calls beyond it are not admitted.
    #[serde(default)]
    pub hard: bool,
}

/// Details of a customer or payee.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct DetailsForm {
    /// Whose.
    #[schemars(length(min = 1, max = 60))]
    pub party: String,
    /// Details.
    #[serde(flatten)]
    pub details: crate::Details,
}

/// Why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct CreditForm {
    /// Reason.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
    /// Charge anew what was used.
    #[serde(default)]
    pub again: bool,
}

/// A file of a bank.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct FileForm {
    /// Only say what would become of each row.
    #[serde(default)]
    pub dry: bool,
}

/// What a receipt is for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct AssignForm {
    /// A reference, the id of a customer, or `return`.
    #[schemars(length(min = 1, max = 100))]
    pub target: String,
    /// Reason.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

impl AssignForm {
    pub(crate) fn assignment(&self) -> crate::Assignment {
        match self.target.trim() {
            "return" => crate::Assignment::Return,
            text if !crate::references(text).is_empty() => crate::Assignment::Reference(text.to_owned()),
            text => crate::Assignment::Wallet(id(text)),
        }
    }
}

/// A lot that the house gives.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct GiftForm {
    /// To whom.
    #[schemars(length(min = 1, max = 60))]
    pub customer: String,
    /// Yuan.
    #[schemars(length(min = 1, max = 30))]
    pub amount: String,
    /// Last day.
    pub expires_on: Option<Day>,
    /// Reason.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

/// A line is disputed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct DisputeForm {
    /// Subscription of the line.
    #[schemars(length(min = 1, max = 60))]
    pub line: String,
    /// Reason.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

/// An answer to a dispute.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct AnswerForm {
    /// What is answered.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
    /// Yuan more (less, below zero).
    #[schemars(length(max = 30))]
    pub amount: Option<String>,
}

/// Terms to be proposed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ContractForm {
    /// Owner.
    #[schemars(length(min = 1, max = 60))]
    pub payee: String,
    /// One subscription; all, if missing.
    #[schemars(length(max = 60))]
    pub subscription: Option<String>,
    /// Percent of what is earned: `70.00`.
    #[schemars(length(min = 1, max = 10))]
    pub share: String,
    /// At least so many yuan a month.
    #[schemars(length(max = 30))]
    pub guarantee: Option<String>,
    /// At most so many yuan a month.
    #[schemars(length(max = 30))]
    pub cap: Option<String>,
    /// Percent that is withheld.
    #[schemars(length(max = 10))]
    pub withheld: Option<String>,
    /// First month.
    pub from: Month,
    /// Reason.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

impl ContractForm {
    pub(crate) fn draft(&self) -> Option<crate::ContractDraft> {
        let text = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let money = |value: &Option<String>| text(value).map_or(Some(None), |value| fen(&value).map(Some));
        let terms = crate::ShareTerms {
            share_bp: points(&self.share)?,
            guarantee_minor: money(&self.guarantee)?.unwrap_or(0),
            cap_minor: money(&self.cap)?,
            withheld_bp: text(&self.withheld).map_or(Some(0), |value| points(&value))?,
        };
        let subscription = text(&self.subscription).map(|value| id(&value));
        Some(crate::ContractDraft { payee: id(&self.payee), subscription, terms, from: self.from, reason: self.reason.clone() })
    }
}

/// A decision.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct DecisionForm {
    /// Agreed?
    #[serde(default)]
    pub agreed: bool,
}

/// A replay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ReplayQuery {
    /// Month; the last one, if missing.
    pub month: Option<Month>,
    /// Key of the book.
    #[schemars(length(max = 60))]
    pub book: Option<String>,
}

//! What the pages of awards take.

use schemars::JsonSchema;
use serde::Deserialize;
use words::{Amount, Asset, Id};

use crate::award::AwardState;
use crate::ops::grade_award::GradeDraft;
use crate::refusal::AwardRefusal;

/// Which awards.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct AwardsQuery {
    /// State.
    pub state: Option<AwardState>,
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}

/// A grade.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct GradeForm {
    /// Score of the evaluation.
    #[schemars(range(min = 0, max = 100))]
    pub score: i64,
    /// Yuan, such as `500,000.00`.
    #[schemars(length(min = 1, max = 30))]
    pub amount: String,
    /// Statement of reasons.
    #[schemars(length(min = 1, max = 4000))]
    pub statement: String,
}

impl GradeForm {
    pub(crate) fn draft(&self) -> Result<GradeDraft, AwardRefusal> {
        let amount = Amount::parse(&self.amount, &Asset::cny()).map_err(|_| AwardRefusal::AmountWrong)?;
        Ok(GradeDraft { score: self.score, amount_minor: amount.minor, statement: self.statement.clone() })
    }
}

/// A member's share.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ShareForm {
    /// Who.
    #[schemars(length(min = 1, max = 60))]
    pub person: String,
    /// Percent with at most two decimal places: `33.34`.
    #[schemars(length(min = 1, max = 10))]
    pub percent: String,
}

/// A proposal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct SharesForm {
    /// Shares; 100.00 together.
    #[schemars(length(min = 1, max = 200))]
    pub shares: Vec<ShareForm>,
}

impl SharesForm {
    pub(crate) fn proposal(&self) -> Result<Vec<(Id, i64)>, AwardRefusal> {
        let unit = Asset { code: "PERCENT".into(), scale: 2 };
        let read = |share: &ShareForm| {
            let person = Id::parse(share.person.trim()).map_err(|_| AwardRefusal::NotAMember)?;
            let percent = Amount::parse(share.percent.trim().trim_end_matches('%'), &unit).map_err(|_| AwardRefusal::ShareWrong)?;
            Ok((person, percent.minor))
        };
        self.shares.iter().map(read).collect()
    }
}

/// Which proposal is agreed to.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct AgreeForm {
    /// Its number, as shown.
    pub proposal: i64,
}

/// Why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ReasonForm {
    /// Reason.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

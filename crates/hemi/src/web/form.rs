//! What the pages of backing take.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Day;

use crate::round::RoundState;
use crate::season::SeasonDraft;

/// A stake.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct StakeForm {
    /// Whole 和米.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub amount: i64,
}

/// Which rounds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct RoundsQuery {
    /// State; open ones if not said.
    pub state: Option<PublicState>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// States of rounds that everybody may list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PublicState {
    /// Takes stakes.
    Open,
    /// Takes none any more.
    Frozen,
    /// Succeeded.
    SettledSuccess,
    /// Failed.
    SettledFailure,
    /// Given back.
    Void,
}

impl From<PublicState> for RoundState {
    fn from(state: PublicState) -> Self {
        match state {
            PublicState::Open => RoundState::Open,
            PublicState::Frozen => RoundState::Frozen,
            PublicState::SettledSuccess => RoundState::SettledSuccess,
            PublicState::SettledFailure => RoundState::SettledFailure,
            PublicState::Void => RoundState::Void,
        }
    }
}

/// A season.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct SeasonForm {
    /// Name, Chinese.
    #[schemars(length(min = 1, max = 80))]
    pub zh: String,
    /// Name, English.
    #[schemars(length(min = 1, max = 80))]
    pub en: String,
    /// First day.
    pub starts_on: Day,
    /// Last day, included.
    pub ends_on: Day,
}

impl SeasonForm {
    pub(crate) fn draft(self) -> SeasonDraft {
        SeasonDraft { zh: self.zh, en: self.en, starts_on: self.starts_on, ends_on: self.ends_on }
    }
}

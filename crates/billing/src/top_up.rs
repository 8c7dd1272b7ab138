//! A wish to pay into a wallet: found again by its reference on a bank statement. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

/// State of a top-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopUpState {
    /// Waits for the money.
    Asked,
    /// Money came; more may still come.
    Paid,
}

impl TopUpState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Paid => "paid",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Asked, Self::Paid].into_iter().find(|state| state.as_str() == text)
    }
}

/// A top-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUp {
    /// Id.
    pub id: Id,
    /// Whose wallet.
    pub customer: Id,
    /// What to write on the transfer.
    pub reference: String,
    /// Wished, fen.
    pub amount_minor: i64,
    /// Came, fen.
    pub paid_minor: i64,
    /// State.
    pub state: TopUpState,
    /// Asked at.
    pub asked_at: Instant,
}

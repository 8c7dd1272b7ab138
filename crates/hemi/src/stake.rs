//! A stake: what a person put into a round, and what became of it. Pure.
//!
//! Invariant: a stake ends once; its payout follows from its amount and the end of the round alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::round::{OnFailure, Round, RoundState};

/// What became of a stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StakeState {
    /// It lies in the round.
    Held,
    /// Taken back while the round was open.
    Withdrawn,
    /// Paid back with the reward.
    Rewarded,
    /// Gone.
    Burned,
    /// Given back without reward.
    Refunded,
}

impl StakeState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Withdrawn => "withdrawn",
            Self::Rewarded => "rewarded",
            Self::Burned => "burned",
            Self::Refunded => "refunded",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Held, Self::Withdrawn, Self::Rewarded, Self::Burned, Self::Refunded].into_iter().find(|state| state.as_str() == text)
    }
}

/// A stake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// Id.
    pub id: Id,
    /// Round.
    pub round: Id,
    /// Project of the round.
    pub project: Id,
    /// Who.
    pub person: Id,
    /// 和米, whole.
    pub amount: i64,
    /// What became of it.
    pub state: StakeState,
    /// What went into the wallet at its end, 和米.
    pub payout: i64,
    /// Made at.
    pub made_at: Instant,
    /// Ended at.
    pub ended_at: Option<Instant>,
}

/// How a stake ends when its round has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Back, with the reward from the pool.
    Reward,
    /// Gone.
    Burn,
    /// Back.
    Refund,
}

impl Ending {
    /// What an ended round means for the stakes in it; `None` while the round has no end.
    pub fn of(round: &Round) -> Option<Self> {
        match (round.state, round.on_failure) {
            (RoundState::SettledSuccess, _) => Some(Self::Reward),
            (RoundState::SettledFailure, OnFailure::Burn) => Some(Self::Burn),
            (RoundState::SettledFailure, OnFailure::Refund) | (RoundState::Void, _) => Some(Self::Refund),
            (RoundState::Draft | RoundState::Open | RoundState::Frozen, _) => None,
        }
    }

    /// State of a stake after it.
    pub fn state(self) -> StakeState {
        match self {
            Self::Reward => StakeState::Rewarded,
            Self::Burn => StakeState::Burned,
            Self::Refund => StakeState::Refunded,
        }
    }

    /// What comes back for so much, 和米.
    pub fn payout(self, multiplier: i64, staked: i64) -> i64 {
        match self {
            Self::Reward => staked.saturating_mul(multiplier),
            Self::Burn => 0,
            Self::Refund => staked,
        }
    }
}

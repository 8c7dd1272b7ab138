//! A backing round of a project: its states, and who may stake how much. Pure.
//!
//! Invariant: a round takes stakes only while open; it ends once, and what its stakes become follows from its end alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant, Node};

use crate::refusal::{RoundRefusal, StakeRefusal};

/// State of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Made, not open yet.
    Draft,
    /// Takes stakes and gives them back.
    Open,
    /// Takes none and gives none back: the project prepares its exit.
    Frozen,
    /// The project succeeded: stakes are paid back with the reward.
    SettledSuccess,
    /// The project failed: stakes are burned or given back, as the pack says.
    SettledFailure,
    /// There was nothing to decide: stakes are given back.
    Void,
}

impl RoundState {
    /// All states.
    pub const ALL: [RoundState; 6] = [Self::Draft, Self::Open, Self::Frozen, Self::SettledSuccess, Self::SettledFailure, Self::Void];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Frozen => "frozen",
            Self::SettledSuccess => "settled_success",
            Self::SettledFailure => "settled_failure",
            Self::Void => "void",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Has the round its end?
    pub fn is_end(self) -> bool {
        matches!(self, Self::SettledSuccess | Self::SettledFailure | Self::Void)
    }

    /// `Ok(false)`: it is there already, nothing to do. Backwards only from frozen to open.
    pub fn may_become(self, to: RoundState) -> Result<bool, RoundRefusal> {
        use RoundState::*;
        let fine = match (self, to) {
            (from, to) if from == to => return Ok(false),
            (Draft, Open | Frozen | SettledFailure | Void) | (Open, Frozen) | (Frozen, Open) => true,
            (Open | Frozen, SettledSuccess | SettledFailure | Void) => true,
            _ => false,
        };
        if fine { Ok(true) } else { Err(RoundRefusal::State { state: self.as_str().into(), to: to.as_str().into() }) }
    }
}

/// What becomes of stakes when the project fails (R-12: the plan does not say; a parameter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// They are gone.
    Burn,
    /// They go back into the wallet.
    Refund,
}

impl OnFailure {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Burn => "burn",
            Self::Refund => "refund",
        }
    }

    /// Reads it; also the words of the packs, `burned` and `returned`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "burn" | "burned" => Some(Self::Burn),
            "refund" | "returned" => Some(Self::Refund),
            _ => None,
        }
    }
}

/// The numbers of the pack that rule backing. A round keeps those of the day it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Equal grant to each person and season, 和米.
    pub grant_each: i64,
    /// What comes back on success, in all, as a multiple of the stake (R-12: 2).
    pub multiplier: i64,
    /// What happens on failure.
    pub on_failure: OnFailure,
    /// Smallest stake, 和米.
    pub stake_min: i64,
    /// Largest sum of one person in one project, 和米.
    pub stake_max: i64,
}

impl Terms {
    /// What the reward pool gets for each grant, so that even if every stake wins the pool is enough (checklist §13).
    pub fn pool_each(&self) -> i64 {
        self.grant_each.saturating_mul((self.multiplier - 1).max(0))
    }
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Id: that of its case, if it has one.
    pub id: Id,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Node of the project.
    pub node: Node,
    /// State.
    pub state: RoundState,
    /// Multiple on success.
    pub multiplier: i64,
    /// On failure.
    pub on_failure: OnFailure,
    /// Smallest stake, 和米.
    pub stake_min: i64,
    /// Largest sum of one person, 和米.
    pub stake_max: i64,
    /// Staked now, 和米; after the end what was staked then.
    pub held: i64,
    /// How many people have a stake.
    pub backers: i64,
    /// Why it ended.
    pub reason: String,
    /// First opened at.
    pub opened_at: Option<Instant>,
    /// Ended at.
    pub settled_at: Option<Instant>,
    /// All stakes have found their end at.
    pub paid_at: Option<Instant>,
}

/// Why somebody may not back a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// It is their own project.
    Team,
    /// They judge it, or were drawn to.
    Reviewer,
    /// They guide it.
    Mentor,
    /// They hold an office over it.
    Official,
}

impl Bar {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Reviewer => "reviewer",
            Self::Mentor => "mentor",
            Self::Official => "official",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Team, Self::Reviewer, Self::Mentor, Self::Official].into_iter().find(|bar| bar.as_str() == text)
    }
}

/// What is known when somebody wants to stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Why they may not, if so.
    pub bar: Option<Bar>,
    /// Their stakes in this round so far, 和米.
    pub staked: i64,
    /// What is in their wallet, 和米.
    pub wallet: i64,
    /// What the reward pool has beyond all that it may have to pay already, 和米.
    pub pool_free: i64,
}

impl Round {
    /// What the pool adds to a stake on success, 和米.
    pub fn reward(&self, amount: i64) -> i64 {
        amount.saturating_mul((self.multiplier - 1).max(0))
    }

    /// May this stake be made? The checks in the order of the refusals.
    pub fn admit(&self, amount: i64, standing: Standing) -> Result<(), StakeRefusal> {
        if self.state != RoundState::Open {
            return Err(StakeRefusal::RoundNotOpen { state: self.state.as_str().into() });
        }
        match standing.bar {
            Some(Bar::Team) => return Err(StakeRefusal::OwnProject),
            Some(Bar::Reviewer) => return Err(StakeRefusal::Reviewer),
            Some(Bar::Mentor) => return Err(StakeRefusal::Mentor),
            Some(Bar::Official) => return Err(StakeRefusal::Official),
            None => {}
        }
        if amount < self.stake_min.max(1) {
            return Err(StakeRefusal::TooSmall { min: self.stake_min.max(1) });
        }
        if amount > self.stake_max.saturating_sub(standing.staked) {
            return Err(StakeRefusal::TooLarge { max: self.stake_max, staked: standing.staked });
        }
        if amount > standing.wallet {
            return Err(StakeRefusal::Short { asked: amount, available: standing.wallet });
        }
        if self.reward(amount) > standing.pool_free {
            return Err(StakeRefusal::PoolShort { needed: self.reward(amount), free: standing.pool_free.max(0) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(state: RoundState) -> Round {
        Round {
            id: Id::fixed("rnd_1"),
            project: Id::fixed("prj_1"),
            number: "1".into(),
            title: "t".into(),
            node: Node::group(),
            state,
            multiplier: 2,
            on_failure: OnFailure::Burn,
            stake_min: 10,
            stake_max: 500,
            held: 0,
            backers: 0,
            reason: String::new(),
            opened_at: None,
            settled_at: None,
            paid_at: None,
        }
    }

    #[test]
    fn a_stake_is_admitted_or_refused_in_order() {
        let fine = Standing { bar: None, staked: 0, wallet: 1000, pool_free: 1000 };
        let open = round(RoundState::Open);
        assert_eq!(open.admit(500, fine), Ok(()));
        assert_eq!(open.admit(10, fine), Ok(()));
        assert_eq!(open.admit(9, fine), Err(StakeRefusal::TooSmall { min: 10 }));
        assert_eq!(open.admit(-5, fine), Err(StakeRefusal::TooSmall { min: 10 }));
        assert_eq!(open.admit(501, fine), Err(StakeRefusal::TooLarge { max: 500, staked: 0 }));
        assert_eq!(open.admit(101, Standing { staked: 400, ..fine }), Err(StakeRefusal::TooLarge { max: 500, staked: 400 }));
        assert_eq!(open.admit(200, Standing { wallet: 199, ..fine }), Err(StakeRefusal::Short { asked: 200, available: 199 }));
        assert_eq!(open.admit(200, Standing { pool_free: 199, ..fine }), Err(StakeRefusal::PoolShort { needed: 200, free: 199 }));
        assert_eq!(open.admit(1, Standing { bar: Some(Bar::Team), ..fine }), Err(StakeRefusal::OwnProject));
        assert_eq!(open.admit(1, Standing { bar: Some(Bar::Official), ..fine }), Err(StakeRefusal::Official));
        assert_eq!(open.admit(1, Standing { bar: Some(Bar::Reviewer), ..fine }), Err(StakeRefusal::Reviewer));
        assert_eq!(round(RoundState::Frozen).admit(100, fine), Err(StakeRefusal::RoundNotOpen { state: "frozen".into() }));
    }

    #[test]
    fn a_round_ends_once() {
        use RoundState::*;
        let ways: Vec<(RoundState, RoundState)> =
            RoundState::ALL.into_iter().flat_map(|from| RoundState::ALL.map(|to| (from, to))).filter(|(from, to)| from.may_become(*to) == Ok(true)).collect();
        let wanted = [
            (Draft, Open),
            (Draft, Frozen),
            (Draft, SettledFailure),
            (Draft, Void),
            (Open, Frozen),
            (Open, SettledSuccess),
            (Open, SettledFailure),
            (Open, Void),
            (Frozen, Open),
            (Frozen, SettledSuccess),
            (Frozen, SettledFailure),
            (Frozen, Void),
        ];
        assert_eq!(ways, wanted);
        assert_eq!(Void.may_become(Void), Ok(false));
    }
}

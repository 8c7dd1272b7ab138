//! The free upgrade of a leased line (S-160, R-34): who may have it, and to what. Pure.
//!
//! Invariant: up to and with the limit; the contract holds today, its last day included; one step, at least to the floor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

use crate::refusal::UpgradeRefusal;

/// What the pack says of leased lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineTerms {
    /// Speeds, Mbit/s, rising.
    pub steps: Vec<i64>,
    /// Are the steps 示范?
    pub demo: bool,
    /// Slowest line that is sold.
    pub floor_mbps: i64,
    /// Fastest line that is upgraded, inclusive.
    pub limit_mbps: i64,
    /// First day of the measure.
    pub from: Day,
}

/// The speed that a line is upgraded to, or the first reason why it is not.
pub fn step_up(terms: &LineTerms, mbps: i64, contract_until: Day, today: Day) -> Result<i64, UpgradeRefusal> {
    if today < terms.from {
        return Err(UpgradeRefusal::NotYet { from: terms.from });
    }
    if !terms.steps.contains(&mbps) {
        return Err(UpgradeRefusal::NotAStep { mbps });
    }
    if contract_until < today {
        return Err(UpgradeRefusal::ContractOver { until: contract_until });
    }
    if mbps > terms.limit_mbps {
        return Err(UpgradeRefusal::OverLimit { limit: terms.limit_mbps, mbps });
    }
    let above = terms.steps.iter().find(|step| **step > mbps && **step >= terms.floor_mbps);
    above.copied().ok_or(UpgradeRefusal::NoStepAbove)
}

/// State of an upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeState {
    /// Asked for.
    Applied,
    /// Granted.
    Granted,
    /// Declined.
    Declined,
    /// Taken back.
    Withdrawn,
}

impl UpgradeState {
    const ALL: [Self; 4] = [Self::Applied, Self::Granted, Self::Declined, Self::Withdrawn];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Granted => "granted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// An upgrade that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// Id.
    pub id: Id,
    /// Who asked for it.
    pub person: Id,
    /// Firm.
    pub firm: String,
    /// Number of the contract.
    pub contract: String,
    /// Its last day.
    pub contract_until: Day,
    /// Mbit/s before.
    pub mbps: i64,
    /// Mbit/s afterwards.
    pub to_mbps: i64,
    /// Price of the faster line less that of the slower, a month, fen.
    pub saved_minor: i64,
    /// State.
    pub state: UpgradeState,
    /// Case.
    pub case: Option<Id>,
    /// Its number.
    pub number: Option<String>,
    /// Why it was declined.
    pub reason: String,
    /// Asked for on.
    pub applied_on: Day,
    /// Asked for at.
    pub applied_at: Instant,
    /// Decided on.
    pub decided_on: Option<Day>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn one_step_up_to_and_with_the_limit_while_the_contract_holds() {
        let terms = LineTerms { steps: vec![2, 4, 10, 20, 100, 200, 500, 1000], demo: true, floor_mbps: 10, limit_mbps: 200, from: day("2017-05-17") };
        let table = [
            (2, "2017-12-31", "2017-05-17", Ok(10)),
            (10, "2017-05-17", "2017-05-17", Ok(20)),
            (200, "2017-12-31", "2017-05-17", Ok(500)),
            (10, "2017-12-31", "2017-05-16", Err(UpgradeRefusal::NotYet { from: day("2017-05-17") })),
            (10, "2017-05-16", "2017-05-17", Err(UpgradeRefusal::ContractOver { until: day("2017-05-16") })),
            (500, "2017-12-31", "2017-05-17", Err(UpgradeRefusal::OverLimit { limit: 200, mbps: 500 })),
            (15, "2017-12-31", "2017-05-17", Err(UpgradeRefusal::NotAStep { mbps: 15 })),
        ];
        for (mbps, until, today, wanted) in table {
            assert_eq!(step_up(&terms, mbps, day(until), day(today)), wanted, "{mbps} {until} {today}");
        }
        let short = LineTerms { steps: vec![10, 200], ..terms };
        assert_eq!(step_up(&short, 200, day("2017-12-31"), day("2017-05-17")), Err(UpgradeRefusal::NoStepAbove));
    }
}

//! Lots of a wallet: money paid before, and which of it pays first. Pure.
//!
//! Invariant: an expired lot pays nothing; order is by priority, then the first to expire, then id.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

/// Where a lot comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Paid in.
    TopUp,
    /// Paid too much.
    Overpaid,
    /// An invoice was taken back after it was paid, or a month cost less than was drawn.
    Refund,
    /// Given by the house.
    Given,
}

impl Origin {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::Overpaid => "overpaid",
            Self::Refund => "refund",
            Self::Given => "given",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::TopUp, Self::Overpaid, Self::Refund, Self::Given].into_iter().find(|origin| origin.as_str() == text)
    }
}

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Id.
    pub id: Id,
    /// Whose.
    pub customer: Id,
    /// Smaller pays first.
    pub priority: i64,
    /// Last day.
    pub expires_on: Option<Day>,
    /// What it pays for; everything, if nothing is named.
    pub subjects: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// What it began with, fen.
    pub amount_minor: i64,
    /// What is left of it and not set aside, fen.
    pub left_minor: i64,
    /// Why, if somebody gave it.
    pub reason: String,
    /// Made at.
    pub made_at: Instant,
}

impl Lot {
    /// May it pay for a subject on a day?
    pub fn serves(&self, subject: &str, day: Day) -> bool {
        self.expires_on.is_none_or(|last| day <= last) && (self.subjects.is_empty() || self.subjects.iter().any(|one| one == subject))
    }
}

/// Lots that may pay for a subject, as rating draws from them.
pub(crate) fn serving(lots: &[Lot], subject: &str, day: Day) -> Vec<rating::Lot> {
    let of = |lot: &Lot| rating::Lot { id: lot.id.to_string(), priority: lot.priority, expires_on: lot.expires_on, left_minor: lot.left_minor };
    lots.iter().filter(|lot| lot.serves(subject, day)).map(of).collect()
}

/// What such lots can pay, fen.
pub(crate) fn worth(lots: &[rating::Lot]) -> i64 {
    lots.iter().map(|lot| lot.left_minor.max(0)).fold(0, i64::saturating_add)
}

//! Statements of owners, disputes of their lines, and payout files. Nouns only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::contract::Settled;
use crate::month::Month;

/// State of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatementState {
    /// Waits for a second person.
    Prepared,
    /// Signed and posted; its text is frozen.
    Signed,
}

impl StatementState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Signed => "signed",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Prepared, Self::Signed].into_iter().find(|state| state.as_str() == text)
    }
}

/// The text of a statement; its hash is SHA-256 of this JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementText {
    /// Owner.
    pub payee: Id,
    /// Month.
    pub month: Month,
    /// What it comes to.
    #[serde(flatten)]
    pub settled: Settled,
}

impl StatementText {
    /// As it is stored and hashed.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A statement of a month of an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Id.
    pub id: Id,
    /// Its text.
    pub text: StatementText,
    /// SHA-256 of the text.
    pub hash: String,
    /// State.
    pub state: StatementState,
    /// Who prepared it.
    pub prepared_by: Id,
    /// When.
    pub prepared_at: Instant,
    /// Who signed it.
    pub signed_by: Option<Id>,
    /// When.
    pub signed_at: Option<Instant>,
    /// Posting.
    pub posting: Option<Id>,
    /// Payout file it went into.
    pub payout: Option<Id>,
}

/// A dispute of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Id.
    pub id: Id,
    /// Statement.
    pub statement: Id,
    /// Subscription of the line.
    pub line: Id,
    /// What the owner says.
    pub reason: String,
    /// Is it answered?
    pub resolved: bool,
    /// What the operator answers.
    pub answer: String,
    /// Fen more (less, below zero).
    pub adjust_minor: i64,
    /// Posting of the adjustment.
    pub posting: Option<Id>,
    /// By whom.
    pub raised_by: Id,
    /// When.
    pub raised_at: Instant,
    /// Answered by.
    pub resolved_by: Option<Id>,
    /// When.
    pub resolved_at: Option<Instant>,
}

/// A payout file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// Id.
    pub id: Id,
    /// Number.
    pub number: String,
    /// Has the bank answered every row?
    pub answered: bool,
    /// Fen.
    pub total_minor: i64,
    /// SHA-256 over its rows.
    pub hash: String,
    /// By whom.
    pub made_by: Id,
    /// When.
    pub made_at: Instant,
}

/// State of a row of a payout file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Waits for the bank.
    Sent,
    /// Paid.
    Paid,
    /// Not paid; it is to be paid again.
    Failed,
}

impl ItemState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Sent, Self::Paid, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }
}

/// A row of a payout file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whom.
    pub payee: Id,
    /// Reference, by which the bank answers.
    pub reference: String,
    /// Fen.
    pub amount_minor: i64,
    /// State.
    pub state: ItemState,
    /// What the bank said.
    pub reason: String,
}

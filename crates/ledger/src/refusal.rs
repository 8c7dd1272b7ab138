//! Why the ledger says no: one enum for all its use cases, variants in the order of the checks.
//!
//! Each code has two sentences in `locales/` (`problem-<code>`, `problem-<code>-detail`).

use words::Refusal;

/// The ledger says no; nothing was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerRefusal {
    /// The key is empty, longer than 200 bytes, or begins like one of our own (`open:`, `resolve:`, `reverse:`).
    KeyWrong,
    /// The book has no such template.
    UnknownTemplate {
        /// As asked.
        template: String,
    },
    /// The template needs this variable.
    VariableMissing {
        /// Name.
        name: String,
    },
    /// The template knows no such variable.
    VariableUnknown {
        /// Name.
        name: String,
    },
    /// The value is not what the template declares: another type, a bad name for an account, a value not on the list.
    VariableWrong {
        /// Name.
        name: String,
    },
    /// An amount is below zero.
    Negative {
        /// Name of the variable.
        name: String,
    },
    /// Two sums that the template wants equal differ.
    SumDiffers {
        /// The equation as the template says it.
        check: String,
        /// Left side, minor units.
        left: i64,
        /// Right side, minor units.
        right: i64,
    },
    /// A leg would move from an account to the same account.
    SameAccount {
        /// Path.
        path: String,
    },
    /// The key was used before for something else.
    KeyReused {
        /// Key.
        key: String,
    },
    /// The effective day lies in a month that is closed.
    PeriodClosed {
        /// `2026-10`
        month: String,
    },
    /// The account exists with another asset than the book now says.
    AssetChanged {
        /// Path.
        path: String,
    },
    /// The account would go below zero (holds counted).
    Short {
        /// Path.
        path: String,
        /// Asset.
        asset: String,
        /// What is asked, minor units.
        asked: i64,
        /// What is available, minor units.
        available: i64,
    },
    /// The account may only give, and would take more than it gave (holds counted).
    Over {
        /// Path.
        path: String,
        /// Asset.
        asset: String,
    },
    /// The account must be at zero after this posting and is not.
    NotEmpty {
        /// Path.
        path: String,
        /// What is left, minor units.
        left: i64,
    },
    /// A sum does not fit 64 bits.
    TooLarge,
    /// A hold must end after now and within 90 days.
    HoldTooLong,
    /// The hold is resolved already.
    HoldResolved {
        /// `posted`, `voided`, `expired`.
        state: String,
    },
    /// The hold has run out, although nobody has written it down yet.
    HoldExpired,
    /// More is asked than is held.
    HoldExceeded {
        /// Held, minor units.
        held: i64,
        /// Asked, minor units.
        asked: i64,
    },
    /// A hold with legs of different amounts can only be posted whole.
    HoldParts,
    /// A hold, a release of one or a reversal cannot be reversed.
    NotReversible {
        /// What it is.
        kind: String,
    },
    /// It was reversed before.
    AlreadyReversed,
    /// The month is not a month, or it is not over.
    PeriodNotOver {
        /// As asked.
        month: String,
    },
}

impl Refusal for LedgerRefusal {
    fn code(&self) -> &'static str {
        use LedgerRefusal::*;
        match self {
            KeyWrong => "ledger-key-wrong",
            UnknownTemplate { .. } => "ledger-unknown-template",
            VariableMissing { .. } => "ledger-variable-missing",
            VariableUnknown { .. } => "ledger-variable-unknown",
            VariableWrong { .. } => "ledger-variable-wrong",
            Negative { .. } => "ledger-negative",
            SumDiffers { .. } => "ledger-sum-differs",
            SameAccount { .. } => "ledger-same-account",
            KeyReused { .. } => "ledger-key-reused",
            PeriodClosed { .. } => "ledger-period-closed",
            AssetChanged { .. } => "ledger-asset-changed",
            Short { .. } => "ledger-short",
            Over { .. } => "ledger-over",
            NotEmpty { .. } => "ledger-not-empty",
            TooLarge => "ledger-too-large",
            HoldTooLong => "ledger-hold-too-long",
            HoldResolved { .. } => "ledger-hold-resolved",
            HoldExpired => "ledger-hold-expired",
            HoldExceeded { .. } => "ledger-hold-exceeded",
            HoldParts => "ledger-hold-parts",
            NotReversible { .. } => "ledger-not-reversible",
            AlreadyReversed => "ledger-already-reversed",
            PeriodNotOver { .. } => "ledger-period-not-over",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        use LedgerRefusal::*;
        match self {
            UnknownTemplate { template } => vec![("template", template.clone())],
            VariableMissing { name } | VariableUnknown { name } | VariableWrong { name } | Negative { name } => vec![("name", name.clone())],
            SumDiffers { check, left, right } => vec![("check", check.clone()), ("left", left.to_string()), ("right", right.to_string())],
            SameAccount { path } | AssetChanged { path } => vec![("path", path.clone())],
            KeyReused { key } => vec![("key", key.clone())],
            PeriodClosed { month } | PeriodNotOver { month } => vec![("month", month.clone())],
            Short { path, asset, asked, available } => {
                vec![("path", path.clone()), ("asset", asset.clone()), ("asked", asked.to_string()), ("available", available.to_string())]
            }
            Over { path, asset } => vec![("path", path.clone()), ("asset", asset.clone())],
            NotEmpty { path, left } => vec![("path", path.clone()), ("left", left.to_string())],
            HoldResolved { state } => vec![("state", state.clone())],
            HoldExceeded { held, asked } => vec![("held", held.to_string()), ("asked", asked.to_string())],
            NotReversible { kind } => vec![("kind", kind.clone())],
            KeyWrong | TooLarge | HoldTooLong | HoldExpired | HoldParts | AlreadyReversed => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        use LedgerRefusal::*;
        match self {
            PeriodClosed { .. } | Short { .. } | Over { .. } | NotEmpty { .. } | HoldResolved { .. } | HoldExpired | AlreadyReversed => 409,
            _ => 422,
        }
    }
}

/// A row of postings was stopped by one of them; none was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Which of the postings, from 0.
    pub at: usize,
    /// Why.
    pub why: LedgerRefusal,
}

impl Refusal for Stopped {
    fn code(&self) -> &'static str {
        self.why.code()
    }

    fn field(&self) -> Option<String> {
        Some(format!("/postings/{}", self.at))
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        self.why.args()
    }

    fn status(&self) -> u16 {
        self.why.status()
    }
}

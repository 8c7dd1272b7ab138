//! Why tariffs say no. Each code has two sentences in `locales/`.

use words::{Day, Refusal};

/// Why an order is not placed or taken back; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRefusal {
    /// The prices have changed since the quote was made.
    Outdated {
        /// Version of the quote.
        version: String,
    },
    /// It was ordered before.
    Ordered,
    /// It was taken back before.
    Withdrawn,
}

impl Refusal for OrderRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Outdated { .. } => "tariffs-quote-outdated",
            Self::Ordered => "tariffs-ordered",
            Self::Withdrawn => "tariffs-withdrawn",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Outdated { version } => vec![("version", version.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        409
    }
}

/// Why a leased line is not upgraded free of charge; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpgradeRefusal {
    /// The firm must be named.
    FirmNeeded,
    /// So must the contract.
    ContractNeeded,
    /// The measure does not hold yet.
    NotYet {
        /// First day.
        from: Day,
    },
    /// No leased line has this speed.
    NotAStep {
        /// Mbit/s.
        mbps: i64,
    },
    /// The contract is over.
    ContractOver {
        /// Its last day.
        until: Day,
    },
    /// The line is faster than the measure reaches.
    OverLimit {
        /// Limit, inclusive.
        limit: i64,
        /// Mbit/s.
        mbps: i64,
    },
    /// There is no step above.
    NoStepAbove,
    /// This contract has an upgrade, or one was asked for.
    Exists,
}

impl Refusal for UpgradeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::FirmNeeded => "tariffs-firm-needed",
            Self::ContractNeeded => "tariffs-contract-needed",
            Self::NotYet { .. } => "tariffs-upgrade-not-yet",
            Self::NotAStep { .. } => "tariffs-not-a-step",
            Self::ContractOver { .. } => "tariffs-contract-over",
            Self::OverLimit { .. } => "tariffs-over-limit",
            Self::NoStepAbove => "tariffs-no-step-above",
            Self::Exists => "tariffs-upgrade-exists",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::FirmNeeded => "/firm",
            Self::ContractNeeded | Self::Exists => "/contract",
            Self::ContractOver { .. } => "/contract_until",
            Self::NotAStep { .. } | Self::OverLimit { .. } | Self::NoStepAbove => "/mbps",
            Self::NotYet { .. } => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotYet { from } => vec![("from", from.to_string())],
            Self::NotAStep { mbps } => vec![("mbps", mbps.to_string())],
            Self::ContractOver { until } => vec![("until", until.to_string())],
            Self::OverLimit { limit, mbps } => vec![("limit", limit.to_string()), ("mbps", mbps.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Exists | Self::NotYet { .. }) { 409 } else { 422 }
    }
}

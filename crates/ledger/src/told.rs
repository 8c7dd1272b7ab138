//! What the ledger tells upstairs. Postings themselves are told by whoever caused them.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::Node;

/// The chain of batches has a new head; the event log holds it, so the chain cannot be rewritten alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Last transfer of the chain.
    pub seq: i64,
    /// SHA-256 of its batch, hex.
    pub hash: String,
}

impl Tell for Sealed {
    const KIND: &'static str = "ledger.sealed";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        "ledger".into()
    }
}

/// A month is closed; nothing posts into it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodClosed {
    /// `2026-10`
    pub month: String,
    /// SHA-256 over what each account moved in it, hex.
    pub hash: String,
}

impl Tell for PeriodClosed {
    const KIND: &'static str = "ledger.period_closed";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        format!("period:{}", self.month)
    }
}

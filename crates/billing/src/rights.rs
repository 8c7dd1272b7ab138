//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// See everybody's bills, wallets and statements.
pub const SEE: Right = "billing.see";
/// Bill months, take invoices back, take in bank statements.
pub const RUN: Right = "billing.run";
/// Propose contracts, prepare statements and payouts, answer disputes.
pub const SETTLE: Right = "billing.settle";
/// Sign statements and agree to contracts that another person prepared.
pub const SIGN: Right = "billing.sign";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[SEE, RUN, SETTLE, SIGN];

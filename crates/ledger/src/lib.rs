#![doc = include_str!("../README.md")]

mod balance;
mod book;
mod check;
mod export;
mod ops;
mod posting;
mod refusal;
mod sheet;
mod sql;
mod statement;
mod told;
mod transfer;

pub use balance::{AsOf, Balance, TrialBalance, TrialLine, available, balance, balance_as_of, balances, standing, trial_balance};
pub use book::{AccountKind, AssetDef, AssetKind, Book, Mistake, Ratio, Standing, Template, VarType};
pub use check::check;
pub use export::{Format, export};
pub use ops::close_month::{Period, close_month, closed_months};
pub use ops::hold::{hold, post_hold, void_hold};
pub use ops::post::{Moved, Posted, post, post_each, post_many};
pub use ops::reverse::reverse;
pub use ops::seal::seal;
pub use posting::{Cause, Posting, Var};
pub use refusal::{LedgerRefusal, Stopped};
pub use statement::{Entry, LegView, PostingView, Statement, posting, statement};
pub use told::{PeriodClosed, Sealed};
pub use transfer::Verb;

use store::{Check, JobKind, Migration, Part};

/// What the ledger brings to the whole.
pub const PART: Part = Part {
    name: "ledger",
    migrations: &[Migration { name: "20261122_ledger", sql: include_str!("../migrations/20261122_ledger.sql") }],
    tables: &[],
    free: &[
        ("ledger_transfer", "sealed by the chain of its own batches, whose heads are in the event log"),
        ("ledger_account", "rebuilt by verify from ledger_transfer"),
        ("ledger_hold", "rebuilt by verify from ledger_transfer"),
        ("ledger_batch", "a chain of its own, whose heads are in the event log"),
        ("ledger_period", "rebuilt by verify from ledger_transfer; the hash is also in the event log"),
    ],
    jobs: &[JobKind { name: ops::seal::JOB, run: ops::seal::run }, JobKind { name: ops::hold::JOB, run: ops::hold::expire }],
    checks: &[Check { name: "ledger", run: check }],
};

/// Texts of the refusals in Chinese, Fluent.
pub const TEXTS_ZH: &str = include_str!("../locales/zh.ftl");
/// Texts of the refusals in English, Fluent.
pub const TEXTS_EN: &str = include_str!("../locales/en.ftl");

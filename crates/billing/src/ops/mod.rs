//! The verbs of billing, one use case a file.

pub(crate) mod assign_receipt;
pub(crate) mod begin_run;
pub(crate) mod close_period;
pub(crate) mod contract;
pub(crate) mod credit_invoice;
pub(crate) mod dispute;
pub(crate) mod draw_usage;
pub(crate) mod note_used;
pub(crate) mod open_subscription;
pub(crate) mod payout;
pub(crate) mod put_details;
pub(crate) mod remind;
pub(crate) mod reserve;
pub(crate) mod set_budget;
pub(crate) mod start;
pub(crate) mod statement;
pub(crate) mod step_run;
pub(crate) mod sweep;
pub(crate) mod take_statement;
pub(crate) mod top_up;

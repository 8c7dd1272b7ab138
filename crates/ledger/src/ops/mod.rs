//! The verbs of the ledger, one use case a file.

pub(crate) mod close_month;
pub(crate) mod hold;
pub(crate) mod post;
pub(crate) mod reverse;
pub(crate) mod seal;

//! Use cases, one a file.

pub(crate) mod apply_upgrade;
pub(crate) mod decide_upgrade;
pub(crate) mod keep_quote;
pub(crate) mod place_order;

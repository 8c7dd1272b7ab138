//! The use cases, one a file.

pub(crate) mod decide_text;
pub(crate) mod opt_out;
pub(crate) mod send_messages;
pub(crate) mod submit_text;
pub(crate) mod take_reports;
pub(crate) mod withdraw_text;

//! The use cases, one a file.

pub(crate) mod agree_shares;
pub(crate) mod decide_award;
pub(crate) mod grade_award;
pub(crate) mod name_scheme;
pub(crate) mod note_notice;
pub(crate) mod open_award;
pub(crate) mod reverse_award;

//! The use cases, one a file.

pub(crate) mod anchor;
pub(crate) mod answer_objection;
pub(crate) mod attach;
pub(crate) mod choose_mail;
pub(crate) mod comment;
pub(crate) mod correct_notice;
pub(crate) mod end_notice;
pub(crate) mod follow;
pub(crate) mod index;
pub(crate) mod notify;
pub(crate) mod object;
pub(crate) mod publish_notice;
pub(crate) mod read_inbox;
pub(crate) mod remove_document;
pub(crate) mod search;
pub(crate) mod send_mail;
pub(crate) mod show_document;
pub(crate) mod sign;
pub(crate) mod todo;

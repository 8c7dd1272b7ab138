//! The use cases, one a file.

pub(crate) mod declare_kind;
pub(crate) mod export;
pub(crate) mod fact;
pub(crate) mod find;
pub(crate) mod import;
pub(crate) mod install_catalogue;
pub(crate) mod save_record;
pub(crate) mod show_records;

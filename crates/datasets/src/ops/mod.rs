//! The use cases, one a file.

pub(crate) mod host_dataset;
pub(crate) mod replace_data;

//! The use cases, one a file.

pub(crate) mod ask_return;
pub(crate) mod choose;
pub(crate) mod confirm_run;
pub(crate) mod correct_position;
pub(crate) mod export_run;
pub(crate) mod freeze_position;
pub(crate) mod go_out;
pub(crate) mod leave_early;
pub(crate) mod prepare_run;
pub(crate) mod restore;
pub(crate) mod reverse_run;
pub(crate) mod second;
pub(crate) mod settle_deferred;
pub(crate) mod step_back;
pub(crate) mod transfer;

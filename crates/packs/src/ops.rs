//! Verbs of the packs: one use case a file.

mod change;
mod current;
mod export;
mod import;
mod install;
mod propose;

pub use change::{Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState};
pub use current::current;
pub(crate) use current::verify;
pub use export::export;
pub use import::{ImportPlan, plan_import};
pub use install::{InstallRefusal, Installed, install, versions};
pub use propose::{changes, confirm_change, propose_change, withdraw_change};

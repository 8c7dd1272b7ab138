//! Verbs of the packs: one use case a file.

mod change;
mod current;
mod export;
mod import;
mod imports;
mod install;
mod propose;
mod trial;

pub use change::{Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState};
pub(crate) use current::verify;
pub use current::{as_of, current};
pub use export::{ExportTerms, export};
pub use import::{ImportPlan, plan_for, plan_import};
pub use imports::{ImportRefusal, ImportState, PackImport, Upload, apply_import, import, imports, propose_import, rehearse_import, withdraw_import};
pub use install::{InstallRefusal, Installed, file_history, install, versions};
pub use propose::{change, changes, changes_of, confirm_change, propose_change, withdraw_change};
pub use trial::{Trial, look_at, stamp_now, try_change};

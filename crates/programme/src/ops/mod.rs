//! Verbs: one use case a file.

mod assign;
mod change_team;
pub(crate) mod check_sheet;
mod fill_in;
mod import_projects;
mod migrate_cases;
mod move_case;
mod oblige;
mod open_case;
mod rectify_move;
mod ring;
mod run_case;
mod save_answers;
mod set_fact;
mod sign_paper;

pub use assign::{assign_space, record_roadshow, set_application_unit, set_grant, set_retention};
pub(crate) use change_team::put_invitation;
pub use change_team::{answer_invitation, invite_member, remove_member};
pub use check_sheet::{CheckedSheet, check_sheet};
pub use fill_in::{FieldFile, fill_in};
pub(crate) use import_projects::{FORGET, TAKE_IN, run_forget, run_take_in, to_be_submitted};
pub use import_projects::{WRITTEN_AT_ONCE, begin_import, finish_check, import_cells, new_import, take_in, visible_import, write_rows};
pub use migrate_cases::{Rehearsal, apply_migration, rehearse_migration};
pub use move_case::{MoveDraft, Moved, move_as_system, move_case};
pub(crate) use move_case::{Step, make_step};
pub(crate) use oblige::close_open as oblige_close;
pub use oblige::{ObligationDraft, discharge, discharge_key, oblige, waive};
pub use open_case::{OpenCase, open_case};
pub use rectify_move::rectify_move;
pub(crate) use ring::{CLOCK, REMIND, SETTLE, remind, ring, settle, settle_around};
pub use run_case::{assign_mentor, name_application_unit, plan_milestone};
pub(crate) use save_answers::put_answers;
pub use save_answers::{SaveAnswers, save_answers};
pub use set_fact::{set_fact, set_fact_system};
pub(crate) use sign_paper::{CONSENT, may_sign};
pub use sign_paper::{PaperRefusal, sign_paper};

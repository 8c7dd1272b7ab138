#![doc = include_str!("../README.md")]

mod archive;
mod check;
mod diff;
mod effective;
mod embedded;
mod fact;
mod files;
mod form;
mod form_answers;
mod form_schema;
mod letter;
mod load;
mod mistake;
mod ops;
mod overlay;
mod pack;
mod param;
mod part;
mod programme;
pub mod rights;
mod role;
mod rubric;
mod sql;
mod sql_import;
mod table;
pub mod told;
mod unit;
mod written;

pub use archive::{ArchiveRefusal, LARGEST_PACK, read_zip, write_zip};
pub use diff::{Changed, Entries, FieldDiff, KindDiff, PackDiff, Side, ThreeField, ThreeWay, compare, diff, three_way};
pub use embedded::{embedded, embedded_files};
pub use fact::{Base, BaseKind, Compare, Contradiction, DocumentStatus, Fact, Facts, Figure, Phase, Reading, RuleDocument, Source, Work, WorkStatus};
pub use files::{Files, content_hash};
pub use form::{Choice, Field, FieldType, Form, FormHead, Step};
pub use form_answers::FieldMistake;
pub use letter::{Letter, LetterHead, placeholders};
pub use mistake::{PackMistake, PackMistakes};
pub use ops::{
    Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState, ExportTerms, ImportPlan, ImportRefusal, ImportState, InstallRefusal, Installed, PackImport,
    Trial, Upload, apply_import, as_of, change, changes, changes_of, confirm_change, current, export, file_history, import, imports, install, look_at,
    plan_for, plan_import, propose_change, propose_import, rehearse_import, stamp_now, try_change, versions, withdraw_change, withdraw_import,
};
pub use overlay::{Misfit, Overlay, ParamOverlay, TableRows};
pub use pack::{About, Pack};
pub use param::{Param, ParamKind, ParamValue, Params, ParamsAt, ValueCode, read_ratio};
pub use part::PART;
pub use programme::{Pinned, Programme};
pub use role::{RightName, Role, RoleKind};
pub use rubric::{Anchor, Criterion, Rubric, RubricHead};
pub use table::{Cell, Column, ColumnType, Hit, Table, TableHead, TableRow};
pub use unit::{Ending, Idea, Persona, PersonaRole, Unit, UnitKind};

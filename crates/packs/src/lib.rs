#![doc = include_str!("../README.md")]

mod check;
mod diff;
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
mod table;
pub mod told;
mod unit;

pub use diff::{Changed, KindDiff, PackDiff, Side, ThreeWay, diff, three_way};
pub use embedded::{embedded, embedded_files};
pub use fact::{Base, BaseKind, Compare, Contradiction, DocumentStatus, Fact, Facts, Figure, Phase, Reading, RuleDocument, Source, Work, WorkStatus};
pub use files::{Files, content_hash};
pub use form::{Choice, Field, FieldType, Form, FormHead, Step};
pub use form_answers::FieldMistake;
pub use letter::{Letter, LetterHead, placeholders};
pub use mistake::{PackMistake, PackMistakes};
pub use ops::{
    Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState, ImportPlan, InstallRefusal, Installed, changes, confirm_change, current, export, install,
    plan_import, propose_change, versions, withdraw_change,
};
pub use overlay::{Misfit, Overlay, ParamOverlay};
pub use pack::{About, Pack};
pub use param::{Param, ParamKind, ParamValue, Params, ParamsAt, ValueCode, read_ratio};
pub use part::PART;
pub use programme::Programme;
pub use role::{RightName, Role, RoleKind};
pub use rubric::{Anchor, Criterion, Rubric, RubricHead};
pub use table::{Cell, Column, ColumnType, Hit, Table, TableHead, TableRow};
pub use unit::{Ending, Idea, Persona, PersonaRole, Unit, UnitKind};

#![doc = include_str!("../README.md")]

mod check;
mod decide;
mod definition;
mod guard;
mod migrate;
mod mistake;

pub use check::{Names, check};
pub use decide::{Actor, Decision, GuardResult, decide, explain};
pub use definition::{
    Aggregate, BUILT_IN_ACTORS, Definition, Effect, Link, Move, Obligation, Outcome, Param, Period, Review, Route, SLA, Schema, State, StateKind, TypeName,
    Typed, Uses,
};
pub use guard::{
    Answer, Arg, CaseField, CaseRef, Dec, Detail, FactSet, Facts, Guard, GuardFault, GuardMistake, Key, MAX_BYTES, MAX_DEPTH, Missing, MissingCode, Place,
    Question, ReviewField, Standing, Type, Value, Verdict,
};
pub use migrate::{Mapped, MigrationPlan, Unmappable, Unmapped, plan_migration};
pub use mistake::{Mistake, MistakeCode};

/// Sentences in Chinese (Fluent): `missing-…`, `mistake-…`.
pub const TEXTS_ZH: &str = include_str!("../locales/zh.ftl");
/// Sentences in English (Fluent).
pub const TEXTS_EN: &str = include_str!("../locales/en.ftl");

#![doc = include_str!("../README.md")]

mod access;
mod bell;
mod case;
mod checks;
mod conflict;
mod definitions;
mod documents;
mod dossier;
mod effects;
mod enter;
mod find;
mod gather;
mod import;
mod missing;
mod money;
mod notices;
mod ops;
mod paper;
mod pinned;
mod prove;
mod refusal;
mod registers;
pub mod rights;
mod rounds;
mod sql;
mod sql_find;
mod sql_import;
mod sql_look;
mod sql_sight;
pub mod told;
mod turn;
mod view;
mod web;

pub use access::{may_see, roles_in};
pub use case::{AnswerSheet, Case, CaseFact, Member, MoveMade, Obligation};
pub use conflict::conflicts;
pub use definitions::{all as definitions, definition, install_definitions, newest as newest_definition};
pub use documents::{document_sha256, document_text};
pub use import::{Import, ImportRefusal, ImportRow, ImportState, ImportTarget, MOST_ROWS, RowDraft, RowMistake, RowState};
pub use missing::MissingView;
pub use money::book;
pub use ops::*;
pub use pinned::{CaseForms, case_forms};
pub use prove::prove_pack;
pub use refusal::{CaseRefusal, Complaint, MoveRefusal};
pub use registers::install_registers;
pub use rounds::newest_round;
pub use sql_sight::Lane;
pub use view::{CaseRow, CaseView, DocumentView, FormView, HistoryView, MemberView, MoveView, StateView, case_view, rows};
pub use web::{FieldView, OptionView, StepPreview, TEMPLATES, TEXTS, preview_form, routes};

use store::{Check, JobKind, Migration, Part, Read, Table};
use words::{Acting, Fault, Id, Never, Node, Outcome};

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[
        Migration { name: "20261122_programme", sql: include_str!("../migrations/20261122_programme.sql") },
        Migration { name: "20261128_import", sql: include_str!("../migrations/20261128_import.sql") },
        Migration { name: "20261130_due", sql: include_str!("../migrations/20261130_due.sql") },
        Migration { name: "20261202_order", sql: include_str!("../migrations/20261202_order.sql") },
        Migration { name: "20261203_few", sql: include_str!("../migrations/20261203_few.sql") },
    ],
    tables: &[
        Table { name: "programme_definition", key: &["id", "version"] },
        Table { name: "programme_number", key: &["prefix"] },
        Table { name: "programme_case", key: &["id"] },
        Table { name: "programme_answer", key: &["id"] },
        Table { name: "programme_member", key: &["case_id", "person"] },
        Table { name: "programme_fact", key: &["case_id", "name", "about"] },
        Table { name: "programme_obligation", key: &["id"] },
        Table { name: "programme_move", key: &["id"] },
        Table { name: "programme_import", key: &["id"] },
        Table { name: "programme_import_row", key: &["import", "number"] },
    ],
    jobs: &[
        JobKind { name: ops::CLOCK, run: ops::ring },
        JobKind { name: ops::REMIND, run: ops::remind },
        JobKind { name: ops::SETTLE, run: ops::settle },
        JobKind { name: ops::invitation::INVITATION, run: ops::invitation::run },
        JobKind { name: ops::TAKE_IN, run: ops::run_take_in },
        JobKind { name: ops::FORGET, run: ops::run_forget },
    ],
    checks: &[Check { name: "case states and timers", run: checks::states_and_timers }],
    ..Part::named("programme")
};

/// A case, for callers above that have their own right to see it.
pub fn case(read: &Read, id: &Id) -> Outcome<Case, Never> {
    sql::case(read, id)
}

/// A case by its number.
pub fn case_by_number(read: &Read, number: &str) -> Outcome<Case, Never> {
    sql::case_by_number(read, number)
}

/// Cases that a case spawned, of one definition or of all.
pub fn children(read: &Read, id: &Id, definition: Option<&str>) -> Result<Vec<Case>, Fault> {
    sql::children(read, id, definition)
}

/// Who takes part in a case.
pub fn members(read: &Read, id: &Id) -> Result<Vec<Member>, Fault> {
    sql::members(read, id)
}

/// A fact or value of a case, or of one of its people.
pub fn fact(read: &Read, id: &Id, name: &str, about: Option<&Id>) -> Result<Option<serde_json::Value>, Fault> {
    Ok(sql::fact(read, id, name, about.map_or("", Id::as_str))?.map(|fact| fact.value))
}

/// Answers to the forms of a case.
pub fn answers(read: &Read, id: &Id) -> Result<Vec<AnswerSheet>, Fault> {
    sql::answers(read, id)
}

/// Obligations of a case.
pub fn obligations(read: &Read, id: &Id) -> Result<Vec<Obligation>, Fault> {
    sql::obligations(read, id)
}

/// Moves made on a case, oldest first.
pub fn moves(read: &Read, id: &Id) -> Result<Vec<MoveMade>, Fault> {
    sql::moves(read, id)
}

/// Filters of a list of cases; empty ones let everything through.
#[derive(Debug, Clone, Default)]
pub struct CaseQuery {
    /// Definition.
    pub definition: String,
    /// State.
    pub state: String,
    /// Base.
    pub base: Option<Node>,
    /// Somebody who leads it or takes part.
    pub person: Option<Id>,
    /// Words of title, number or summary.
    pub words: String,
    /// Id of the last case of the page before.
    pub after: String,
    /// At most so many.
    pub limit: i64,
}

impl CaseQuery {
    pub(crate) fn filter(&self) -> sql_find::CaseFilter<'_> {
        sql_find::CaseFilter {
            definition: &self.definition,
            state: &self.state,
            base: self.base.as_ref(),
            person: self.person.as_ref(),
            words: &self.words,
            after: &self.after,
            limit: self.limit.clamp(1, 1_000),
        }
    }
}

/// A page of cases, newest first. The caller leaves out what the reader may not see.
pub fn find_cases(read: &Read, query: &CaseQuery) -> Result<Vec<Case>, Fault> {
    sql_find::cases(read, &query.filter())
}

/// All cases of a definition, newest first, at most 20,000; the caller says which of them somebody may see.
pub fn cases_of(read: &Read, definition: &str) -> Result<Vec<Case>, Fault> {
    sql_look::all(read, definition)
}

/// Answers to a form that is filled in once, by case, of all cases of a definition.
pub fn sheets(read: &Read, definition: &str, form: &str) -> Result<std::collections::BTreeMap<Id, serde_json::Map<String, serde_json::Value>>, Fault> {
    sql_look::sheets(read, definition, form)
}

/// When each case of a definition came into a state for the first time; moves that were taken back do not count.
pub fn entered(read: &Read, definition: &str, state: &str) -> Result<std::collections::BTreeMap<Id, words::Instant>, Fault> {
    sql_look::entered(read, definition, state)
}

/// A board: the states with cases that somebody sees in full, each with how many there are and its first `cards`, soonest due first.
pub fn lanes(read: &Read, who: &Acting, query: &CaseQuery, cards: i64) -> Result<Vec<Lane>, Fault> {
    let definitions = definitions::all(read).map_err(words::Failure::into_fault)?.into_iter().map(|(_, definition)| definition).collect();
    sql_sight::Sight { who: Some(who), definitions }.lanes(read, &query.filter(), cards)
}

/// Titles of these cases; ids that are none of a case are left out.
pub fn titles(read: &Read, ids: &[Id]) -> Result<std::collections::BTreeMap<Id, String>, Fault> {
    sql::titles(read, ids)
}

/// The persons that these cases are about; cases about nobody, and ids of none, are left out.
pub fn abouts(read: &Read, ids: &[Id]) -> Result<std::collections::BTreeMap<Id, Id>, Fault> {
    sql::abouts(read, ids)
}

/// How many cases of a definition are in each state.
pub fn count_by_state(read: &Read, definition: &str) -> Result<Vec<(String, i64)>, Fault> {
    sql::count_by_state(read, definition)
}

#![doc = include_str!("../README.md")]

mod access;
mod bell;
mod case;
mod definitions;
mod documents;
mod dossier;
mod effects;
mod enter;
mod find;
mod gather;
mod missing;
mod money;
mod notices;
mod ops;
mod paper;
mod refusal;
pub mod rights;
mod rounds;
mod sql;
pub mod told;
mod view;
mod web;

pub use access::{may_see, roles_in};
pub use case::{AnswerSheet, Case, CaseFact, Member, MoveMade, Obligation};
pub use definitions::{all as definitions, definition, install_definitions, newest as newest_definition};
pub use documents::{document_sha256, document_text};
pub use missing::MissingView;
pub use money::book;
pub use ops::*;
pub use refusal::{CaseRefusal, Complaint, MoveRefusal};
pub use rounds::newest_round;
pub use view::{CaseRow, CaseView, DocumentView, FormView, HistoryView, MemberView, MoveView, StateView, case_view, rows};
pub use web::{TEMPLATES, TEXTS, routes};

use store::{Check, JobKind, Migration, Part, Read, Table};
use words::{Fault, Id, Never, Node, Outcome};

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261122_programme", sql: include_str!("../migrations/20261122_programme.sql") }],
    tables: &[
        Table { name: "programme_definition", key: &["id", "version"] },
        Table { name: "programme_number", key: &["prefix"] },
        Table { name: "programme_case", key: &["id"] },
        Table { name: "programme_answer", key: &["id"] },
        Table { name: "programme_member", key: &["case_id", "person"] },
        Table { name: "programme_fact", key: &["case_id", "name", "about"] },
        Table { name: "programme_obligation", key: &["id"] },
        Table { name: "programme_move", key: &["id"] },
    ],
    jobs: &[JobKind { name: ops::CLOCK, run: ops::ring }, JobKind { name: ops::REMIND, run: ops::remind }, JobKind { name: ops::SETTLE, run: ops::settle }],
    checks: &[Check { name: "case states and timers", run: check }],
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

/// A page of cases, newest first. The caller leaves out what the reader may not see.
pub fn find_cases(read: &Read, query: &CaseQuery) -> Result<Vec<Case>, Fault> {
    let filter = sql::CaseFilter {
        definition: &query.definition,
        state: &query.state,
        base: query.base.as_ref(),
        person: query.person.as_ref(),
        words: &query.words,
        after: &query.after,
        limit: query.limit.clamp(1, 1_000),
    };
    sql::cases(read, &filter)
}

/// How many cases of a definition are in each state.
pub fn count_by_state(read: &Read, definition: &str) -> Result<Vec<(String, i64)>, Fault> {
    sql::count_by_state(read, definition)
}

/// Replays the moves of every case: each must begin where the one before ended, and the state must be where the last one led.
fn check(read: &Read) -> Result<Vec<store::Finding>, Fault> {
    let mut findings = Vec::new();
    let mut after = String::new();
    loop {
        let query = CaseQuery { after: after.clone(), limit: 500, ..CaseQuery::default() };
        let page = find_cases(read, &query)?;
        for case in &page {
            check_case(read, case, &mut findings)?;
        }
        match page.last() {
            Some(last) if page.len() == 500 => after = last.id.to_string(),
            _ => return Ok(findings),
        }
    }
}

fn check_case(read: &Read, case: &Case, findings: &mut Vec<store::Finding>) -> Result<(), Fault> {
    let mut wrong = |message: String| findings.push(store::Finding::new("programme_case", case.id.as_str(), message));
    let definition = definition(read, &case.definition, case.version)?;
    let moves = sql::moves(read, &case.id)?;
    let mut state = definition.start().map(|state| state.id.clone()).unwrap_or_default();
    for made in &moves {
        if made.from != state {
            wrong(format!("move {} begins in {} but the case was in {state}", made.id, made.from));
        }
        state.clone_from(&made.to);
    }
    if state != case.state && case.version == 1 {
        wrong(format!("is in {} but its moves lead to {state}", case.state));
    }
    let due = read.job_due(ops::CLOCK, &format!("{}/{}", case.id, lifecycle::SLA))?;
    let passed = case.due_at.is_some_and(|at| at <= read.now());
    if case.due_at.is_some() && !passed && due != case.due_at {
        wrong(format!("its time ends at {:?} but the timer is set to {due:?}", case.due_at));
    }
    Ok(())
}

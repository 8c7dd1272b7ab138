//! Entering and leaving a state: its deadline, its obligations, its reminders, its to-do.

use lifecycle::{Definition, FactSet, Obligation, Period, State, StateKind};
use store::{Job, Read, Tx};
use words::{Acting, Fault, Instant, Node, Outcome, Span};

use crate::case::Case;
use crate::ops::{self, CLOCK, ObligationDraft, REMIND};
use crate::refusal::CaseRefusal;
use crate::{bell, sql, turn};

/// A clock of a case that rings.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Ring {
    pub case: words::Id,
    pub clock: String,
    /// The state at the time it was started: a state's own clock is deaf elsewhere.
    pub state: String,
}

/// A reminder of an obligation.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Remind {
    pub case: words::Id,
    pub obligation: words::Id,
    /// For an obligation that recurs: its name in the state, opened anew when this rings.
    pub again: bool,
}

/// The length of a period: as written, or as the parameter says today.
pub(crate) fn length(read: &Read, node: &Node, definition: &Definition, period: &Period) -> Result<Option<Span>, Fault> {
    if let Period::Param(param) = period {
        let programme = packs::current(read)?;
        let params = programme.params(node);
        if let Ok(span) = params.at(read.now().day()).span(param) {
            return Ok(Some(span));
        }
    }
    Ok(period.resolve(&definition.schema, &FactSet::new()))
}

/// When the state should be over.
pub(crate) fn due(read: &Read, definition: &Definition, state: &State, case: &Case) -> Result<Option<Instant>, Fault> {
    let Some(sla) = &state.sla else { return Ok(None) };
    let span = length(read, &case.node, definition, sla)?;
    Ok(span.and_then(|span| case.entered_at.plus(span).ok()))
}

/// A case has come into its state.
pub(crate) fn enter(tx: &mut Tx, case: &Case, definition: &Definition) -> Result<(), Fault> {
    let Some(state) = definition.state(&case.state) else { return Ok(()) };
    let due_at = due(tx, definition, state, case)?;
    if case.due_at != due_at {
        sql::case_put_state(tx, &Case { due_at, ..case.clone() })?;
    }
    if let Some(at) = due_at {
        let ring = Ring { case: case.id.clone(), clock: lifecycle::SLA.into(), state: case.state.clone() };
        tx.later(Job::new(CLOCK, format!("{}/{}", case.id, lifecycle::SLA)).at(at).body(&ring))?;
    }
    for obligation in &state.obligations {
        open(tx, case, definition, obligation).map_err(words::Failure::into_fault)?;
    }
    bell::todo_state(tx, case, definition, state, due_at)
}

/// Opens an obligation of the state with its reminders and, if it recurs, its next opening.
pub(crate) fn open(tx: &mut Tx, case: &Case, definition: &Definition, one: &Obligation) -> Outcome<(), CaseRefusal> {
    let now = tx.now();
    let due_at = length(tx, &case.node, definition, &one.due)?.and_then(|span| now.plus(span).ok());
    let draft = ObligationDraft {
        key: one.id.clone(),
        kind: if one.form.is_some() { "form".into() } else { "task".into() },
        zh: one.label.zh.clone(),
        en: one.label.en.clone(),
        owner_role: one.owner.clone(),
        owner: None,
        form: one.form.clone(),
        due_at,
    };
    let opened = ops::oblige(tx, &Acting::system("programme"), case, draft)?;
    for (at, period) in one.remind.iter().enumerate() {
        if let Some(at_moment) = length(tx, &case.node, definition, period)?.and_then(|span| now.plus(span).ok()) {
            let body = Remind { case: case.id.clone(), obligation: opened.id.clone(), again: false };
            tx.later(Job::new(REMIND, format!("{}/{at}", opened.id)).at(at_moment).body(&body))?;
        }
    }
    if let Some(every) = &one.every
        && let Some(next) = length(tx, &case.node, definition, every)?.and_then(|span| now.plus(span).ok())
    {
        let body = Remind { case: case.id.clone(), obligation: opened.id, again: true };
        tx.later(Job::new(REMIND, again_key(case, &one.id)).at(next).body(&body))?;
    }
    Ok(())
}

/// What leaving a state ended, kept with the move so that taking it back restores it exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Left {
    /// When the case had come into the state.
    pub entered_at: Option<Instant>,
    /// When it should have been over.
    pub due_at: Option<Instant>,
    /// Obligations that were open and were closed.
    pub obligations: Vec<words::Id>,
    /// When obligations that recur would have opened anew, by their name in the state.
    pub again: std::collections::BTreeMap<String, Instant>,
}

/// A case leaves its state: the state's clock stops and what it asked for is closed.
pub(crate) fn leave(tx: &mut Tx, who: &Acting, case: &Case, to: &str, definition: &Definition) -> Result<Left, Fault> {
    tx.cancel_job(CLOCK, &format!("{}/{}", case.id, lifecycle::SLA))?;
    let mut left = Left { entered_at: Some(case.entered_at), due_at: case.due_at, ..Left::default() };
    let Some(state) = definition.state(&case.state) else { return Ok(left) };
    // What was planned beyond the state ends with the case, also where it is being wound up.
    let over = definition.state(to).is_some_and(|state| state.kind == StateKind::End || state.concluded);
    let keys: Vec<String> = state.obligations.iter().map(|one| one.id.clone()).collect();
    for key in &keys {
        let job = again_key(case, key);
        left.again.extend(tx.job_due(REMIND, &job)?.map(|at| (key.clone(), at)));
        tx.cancel_job(REMIND, &job)?;
    }
    left.obligations = ops::oblige_close(tx, who, case, &keys, over).map_err(words::Failure::into_fault)?;
    bell::todo_done(tx, &format!("{}/state", case.id))?;
    turn::over(tx, case)?;
    Ok(left)
}

/// A case is back in a state as if it had not left: its deadline, its obligations and its timers are those from before.
pub(crate) fn restore(tx: &mut Tx, who: &Acting, case: &Case, definition: &Definition, left: &Left) -> Result<(), Fault> {
    let Some(state) = definition.state(&case.state) else { return Ok(()) };
    if let Some(at) = case.due_at {
        let ring = Ring { case: case.id.clone(), clock: lifecycle::SLA.into(), state: case.state.clone() };
        tx.later(Job::new(CLOCK, format!("{}/{}", case.id, lifecycle::SLA)).at(at).body(&ring))?;
    }
    ops::oblige_reopen(tx, who, case, &left.obligations).map_err(words::Failure::into_fault)?;
    let owed = sql::obligations(tx, &case.id)?;
    for (key, at) in &left.again {
        if let Some(last) = owed.iter().rfind(|one| one.key == *key) {
            let body = Remind { case: case.id.clone(), obligation: last.id.clone(), again: true };
            tx.later(Job::new(REMIND, again_key(case, key)).at(*at).body(&body))?;
        }
    }
    bell::todo_state(tx, case, definition, state, case.due_at)
}

fn again_key(case: &Case, key: &str) -> String {
    format!("{}/{key}/again", case.id)
}

//! Deferred pay of a project ends in one run: all of it made up on success, all of it extinguished on failure.
//!
//! Asks the ledger; tells `RunConfirmed`, `DeferredSettled`. Invariant: the balance of each member ends at exactly 0; asked again, nothing happens.

use ledger::Book;
use store::Tx;
use words::{Acting, Day, Id, Outcome};

use crate::ops::confirm_run::{post_line, settlement_lines, tell};
use crate::ops::prepare_run::{add_up, new_run, write};
use crate::pay::Month;
use crate::position::Position;
use crate::refusal::PayRefusal;
use crate::run::{Kind, Line, Run, RunState};
use crate::told::DeferredSettled;
use crate::{rights, sql, value};

/// All of it, in ten-thousandths.
pub(crate) const ALL: i64 = 10_000;

/// How deferred pay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeferredEnd {
    /// Made up: the project succeeded.
    Release,
    /// Extinguished: it did not.
    Extinguish,
}

/// Ends the deferred pay of all members of a project whose deferral is open; `on` is the last day paid under the incubation rule.
/// Gives the run, or nothing if there was nothing to move. For the reaction to the project's end, and for finance.
pub fn settle_deferred(tx: &mut Tx, book: &Book, who: &Acting, project: &Id, end: DeferredEnd, on: Day, reason: &str) -> Outcome<Option<Run>, PayRefusal> {
    let open: Vec<Position> =
        sql::positions_of_project(tx, project)?.into_iter().filter(|position| position.seconded_on.is_some() && position.release_bp.is_none()).collect();
    let Some(node) = open.first().map(|position| position.project_node.clone()) else { return Ok(None) };
    who.may(rights::PAY, &node)?;
    let (kind, basis_points) = match end {
        DeferredEnd::Release => (Kind::Release, ALL),
        DeferredEnd::Extinguish => (Kind::Extinguish, 0),
    };
    let run = new_run(tx, who, kind, node.clone(), Some(project.clone()), Month::of(on));
    let mut lines = Vec::new();
    for mut position in open {
        lines.extend(end_lines(tx, &run.id, &position, on, basis_points)?);
        position.ended_on = position.ended_on.or(Some(on));
        position.release_bp = Some(basis_points);
        sql::position_write(tx, &position)?;
    }
    let run = post_run(tx, book, who, run, lines, reason)?;
    let amount = run.as_ref().map_or(0, |run| -run.deferred_minor);
    tx.tell(who, &DeferredSettled { project: project.clone(), node, run: run.as_ref().map(|run| run.id.clone()), kind: kind.as_str().into(), amount })?;
    Ok(run)
}

/// Lines that end what is deferred for a position now.
pub(crate) fn end_lines(tx: &Tx, run: &Id, position: &Position, on: Day, basis_points: i64) -> Outcome<Vec<Line>, PayRefusal> {
    let deferred = value::deferred(tx, &position.person, &position.project)?;
    let month = Month::of(on);
    let model = Line {
        id: run.clone(),
        run: run.clone(),
        kind: Kind::Release,
        position: position.id.clone(),
        person: position.person.clone(),
        project: position.project.clone(),
        home: position.home.clone(),
        month: month.to_string(),
        from_on: position.seconded_on.unwrap_or(on),
        to_on: on,
        days: 0,
        month_days: month.days(),
        base_minor: position.base_minor,
        due_minor: 0,
        paid_minor: 0,
        deferred_minor: 0,
        posting: None,
    };
    settlement_lines(tx, &model, deferred, basis_points)
}

/// Posts a run of settlement lines at once; nothing is written if there are none.
pub(crate) fn post_run(tx: &mut Tx, book: &Book, who: &Acting, mut run: Run, mut lines: Vec<Line>, reason: &str) -> Outcome<Option<Run>, PayRefusal> {
    if lines.is_empty() {
        return Ok(None);
    }
    for line in &mut lines {
        post_line(tx, book, who, line)?;
    }
    add_up(&mut run, &lines).ok_or(PayRefusal::TooLarge)?;
    run.reason = reason.trim().to_owned();
    (run.state, run.confirmed_by, run.confirmed_at) = (RunState::Confirmed, Some(who.person.clone()), Some(tx.now()));
    write(tx, &run, &lines)?;
    tell(tx, who, &run)?;
    Ok(Some(run))
}

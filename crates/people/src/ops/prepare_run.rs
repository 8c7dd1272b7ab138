//! HR prepares the pay of a unit for a month: everybody who is away in incubation and not yet paid for it.
//!
//! Tells `RunPrepared`. Invariant: a position is in at most one run of a month that is not discarded or reversed.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Node, Outcome};

use crate::asks::Terms;
use crate::pay::{Month, check_minimum, part_of, split};
use crate::position::Position;
use crate::refusal::PayRefusal;
use crate::run::{Kind, Line, Run, RunState};
use crate::told::{RunDiscarded, RunPrepared};
use crate::{rights, sql, sql_pay};

/// Lines of one run; what is left over goes into the next.
pub const LINES: i64 = 200;

/// Which pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDraft {
    /// Home unit, with all below it.
    pub unit: Node,
    /// `2026-10`
    pub month: String,
    /// Only this project.
    pub project: Option<Id>,
}

/// A run and its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunWithLines {
    /// The run.
    pub run: Run,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// Prepares a run of at most 200 lines.
pub fn prepare_run(tx: &mut Tx, who: &Acting, terms: &Terms, draft: &RunDraft) -> Outcome<RunWithLines, PayRefusal> {
    who.may(rights::HR, &draft.unit)?;
    let month = Month::parse(&draft.month).ok_or(PayRefusal::MonthWrong)?;
    if month.first() > tx.now().day() {
        return Err(PayRefusal::MonthFuture { month: draft.month.clone() }.into());
    }
    let positions = sql::positions_to_pay(tx, &draft.unit, draft.project.as_ref(), month, LINES)?;
    let mut run = new_run(tx, who, Kind::Withhold, draft.unit.clone(), draft.project.clone(), month);
    let mut lines = Vec::new();
    for position in &positions {
        check_minimum(position.base_minor, terms.pay_ratio, &position.city, terms.minimum_wage.get(&position.city).copied())?;
        lines.extend(month_line(tx, &run.id, terms, position, month)?);
    }
    if lines.is_empty() {
        return Err(PayRefusal::NothingToPay { month: draft.month.clone() }.into());
    }
    add_up(&mut run, &lines).ok_or(PayRefusal::TooLarge)?;
    write(tx, &run, &lines)?;
    tx.tell(who, &RunPrepared { run: run.id.clone(), unit: run.unit.clone(), month: run.month.clone(), lines: run.line_count })?;
    Ok(RunWithLines { run, lines })
}

/// Drops a draft: nothing has moved.
pub fn discard_run(tx: &mut Tx, who: &Acting, run: &Id) -> Outcome<Run, PayRefusal> {
    let mut run = sql_pay::run(tx, run)?.ok_or(Failure::Absent)?;
    if !who.can(rights::PAY, &run.unit) && !who.can(rights::READ, &run.unit) {
        who.may(rights::HR, &run.unit)?;
    }
    if run.state != RunState::Draft {
        return Err(PayRefusal::State { state: run.state.as_str().into() }.into());
    }
    run.state = RunState::Discarded;
    sql_pay::run_write(tx, &run)?;
    tx.tell(who, &RunDiscarded { run: run.id.clone(), unit: run.unit.clone() })?;
    Ok(run)
}

/// The line of a position for a month, by what is known of it now; `None` if it has no day in it.
pub(crate) fn month_line(tx: &Tx, run: &Id, terms: &Terms, position: &Position, month: Month) -> Outcome<Option<Line>, PayRefusal> {
    let Some(part) = position.seconded_on.and_then(|on| part_of(month, on, position.ended_on)) else { return Ok(None) };
    let pay = split(position.base_minor, part.days, month.days(), terms.pay_ratio).ok_or(PayRefusal::TooLarge)?;
    Ok(Some(Line {
        id: tx.id("lin"),
        run: run.clone(),
        kind: Kind::Withhold,
        position: position.id.clone(),
        person: position.person.clone(),
        project: position.project.clone(),
        home: position.home.clone(),
        month: month.to_string(),
        from_on: part.from,
        to_on: part.to,
        days: part.days,
        month_days: month.days(),
        base_minor: position.base_minor,
        due_minor: pay.due,
        paid_minor: pay.paid,
        deferred_minor: pay.deferred,
        posting: None,
    }))
}

pub(crate) fn new_run(tx: &Tx, who: &Acting, kind: Kind, unit: Node, project: Option<Id>, month: Month) -> Run {
    Run {
        id: tx.id("run"),
        kind,
        unit,
        project,
        month: month.to_string(),
        state: RunState::Draft,
        line_count: 0,
        due_minor: 0,
        paid_minor: 0,
        deferred_minor: 0,
        reason: String::new(),
        prepared_by: who.person.clone(),
        prepared_at: tx.now(),
        confirmed_by: None,
        confirmed_at: None,
        exported_at: None,
        reversed_by: None,
        reversed_at: None,
        hash: String::new(),
    }
}

/// Sums the lines into the run; `None` if they do not fit.
pub(crate) fn add_up(run: &mut Run, lines: &[Line]) -> Option<()> {
    let sum = |of: fn(&Line) -> i64| lines.iter().try_fold(0i64, |sum, line| sum.checked_add(of(line)));
    run.due_minor = sum(|line| line.due_minor)?;
    run.paid_minor = sum(|line| line.paid_minor)?;
    run.deferred_minor = sum(|line| line.deferred_minor)?;
    run.line_count = i64::try_from(lines.len()).ok()?;
    Some(())
}

pub(crate) fn write(tx: &mut Tx, run: &Run, lines: &[Line]) -> Result<(), Fault> {
    sql_pay::run_insert(tx, run)?;
    lines.iter().try_for_each(|line| sql_pay::line_insert(tx, line))
}

/// The run and its lines, if who looks may see the pay of the unit.
pub fn run_with_lines(read: &Read, who: &Acting, run: &Id) -> Outcome<RunWithLines, words::Never> {
    let run = sql_pay::run(read, run)?.ok_or(Failure::Absent)?;
    if !who.can(rights::HR, &run.unit) {
        who.may_see(rights::PAY, &run.unit)?;
    }
    let lines = sql_pay::lines_of(read, &run.id)?;
    Ok(RunWithLines { run, lines })
}

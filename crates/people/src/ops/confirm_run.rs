//! Finance confirms a prepared run: another person than who prepared it, on facts that still hold. It is posted line by line.
//!
//! Asks the ledger; tells `RunConfirmed`. Invariant: who is paid late, after deferred pay was settled, has that line settled the same way at once.

use ledger::{Book, LedgerRefusal};
use store::Tx;
use words::{Acting, Day, Failure, Id, Outcome};

use crate::asks::Terms;
use crate::ops::prepare_run::{RunWithLines, add_up, month_line};
use crate::pay::{Month, part_in};
use crate::refusal::PayRefusal;
use crate::run::{Kind, Line, Run, RunState};
use crate::told::RunConfirmed;
use crate::{rights, sql, sql_pay, value};

/// Confirms and posts.
pub fn confirm_run(tx: &mut Tx, book: &Book, who: &Acting, terms: &Terms, run: &Id) -> Outcome<RunWithLines, PayRefusal> {
    let mut run = sql_pay::run(tx, run)?.ok_or(Failure::Absent)?;
    who.may(rights::PAY, &run.unit)?;
    if run.state != RunState::Draft {
        return Err(PayRefusal::State { state: run.state.as_str().into() }.into());
    }
    if who.person == run.prepared_by {
        return Err(PayRefusal::SecondPerson.into());
    }
    let prepared = sql_pay::lines_of(tx, &run.id)?;
    let month = Month::parse(&run.month).ok_or(PayRefusal::MonthWrong)?;
    let mut lines = Vec::with_capacity(prepared.len());
    for line in prepared {
        lines.extend(post_month(tx, book, who, terms, month, line)?);
    }
    (run.state, run.confirmed_by, run.confirmed_at) = (RunState::Confirmed, Some(who.person.clone()), Some(tx.now()));
    add_up(&mut run, &lines).ok_or(PayRefusal::TooLarge)?;
    sql_pay::run_write(tx, &run)?;
    tell(tx, who, &run)?;
    Ok(RunWithLines { run, lines })
}

/// Posts a month's line, if it is still what is due, and what follows from a settlement that came before it.
fn post_month(tx: &mut Tx, book: &Book, who: &Acting, terms: &Terms, month: Month, mut line: Line) -> Outcome<Vec<Line>, PayRefusal> {
    let position = sql::position(tx, &line.position)?.ok_or(Failure::Absent)?;
    let now = month_line(tx, &line.run, terms, &position, month)?.ok_or(PayRefusal::Outdated)?;
    if (now.from_on, now.to_on, now.due_minor, now.paid_minor) != (line.from_on, line.to_on, line.due_minor, line.paid_minor) {
        return Err(PayRefusal::Outdated.into());
    }
    post_line(tx, book, who, &mut line)?;
    sql_pay::line_posted(tx, &line.id, line.posting.as_ref())?;
    let mut lines = vec![line];
    if let Some(basis_points) = position.release_bp {
        lines.extend(settle_line(tx, book, who, &lines[0].clone(), basis_points)?);
    }
    Ok(lines)
}

/// Makes up and extinguishes what a line deferred, in the given part.
fn settle_line(tx: &mut Tx, book: &Book, who: &Acting, of: &Line, basis_points: i64) -> Outcome<Vec<Line>, PayRefusal> {
    let mut lines = settlement_lines(tx, of, of.deferred_minor, basis_points)?;
    for line in &mut lines {
        post_line(tx, book, who, line)?;
        sql_pay::line_insert(tx, line)?;
    }
    Ok(lines)
}

/// Lines that bring `deferred` fen to an end: a part made up, the rest extinguished. Days and base are those of `of`.
pub(crate) fn settlement_lines(tx: &Tx, of: &Line, deferred: i64, basis_points: i64) -> Outcome<Vec<Line>, PayRefusal> {
    let part = part_in(deferred, basis_points).ok_or(PayRefusal::TooLarge)?.clamp(0, deferred);
    let kind = if part == deferred { Kind::Release } else { Kind::Leave };
    let line =
        |kind, paid: i64, deferred: i64| Line { id: tx.id("lin"), kind, due_minor: 0, paid_minor: paid, deferred_minor: deferred, posting: None, ..of.clone() };
    let both = [line(kind, part, -part), line(Kind::Extinguish, 0, part - deferred)];
    Ok(both.into_iter().filter(|line| line.deferred_minor != 0).collect())
}

/// Posts a line on its last day, or today if that is yet to come, and notes the posting in it.
pub(crate) fn post_line(tx: &mut Tx, book: &Book, who: &Acting, line: &mut Line) -> Outcome<(), PayRefusal> {
    let today = tx.now().day();
    let effective: Day = if line.kind == Kind::Withhold { line.to_on.min(today) } else { today };
    line.posting = value::post(tx, book, who, line, effective).map_err(value::in_pay_words)?.id;
    Ok(())
}

pub(crate) fn tell(tx: &mut Tx, who: &Acting, run: &Run) -> Outcome<Id, PayRefusal> {
    let told = RunConfirmed {
        run: run.id.clone(),
        unit: run.unit.clone(),
        kind: run.kind.as_str().into(),
        month: run.month.clone(),
        due: run.due_minor,
        paid: run.paid_minor,
        deferred: run.deferred_minor,
    };
    Ok(tx.tell(who, &told)?)
}

pub(crate) fn as_fault<T, R>(outcome: Outcome<T, LedgerRefusal>) -> Outcome<T, R> {
    outcome.map_err(|failure| Failure::Broken(failure.into_fault()))
}

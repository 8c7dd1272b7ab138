//! Takes a sheet of projects in: written down as it was checked, then, when somebody says so, row by row into cases by a job.
//!
//! Asks the people, the form and the cases. Tells `programme.import_changed`, `programme.case_imported` and what opening a case tells.
//! Invariant: a row is a whole case or none; what a row says becomes a case once, however often a sheet comes; members consent for themselves.

use store::{Job, JobRun, Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Outcome};

use crate::case::Case;
use crate::import::{Import, ImportRefusal, ImportRow, ImportState, ImportTarget, RowMistake, RowState};
use crate::ops::{self, OpenCase, SaveAnswers, check_sheet};
use crate::refusal::CaseRefusal;
use crate::told::{CaseImported, ImportChanged};
use crate::web::PROJECT;
use crate::{bell, rights, sql, sql_import};

/// Job: the next rows of an import become cases.
pub(crate) const TAKE_IN: &str = "programme.take_in";
/// Job: what a sheet said word by word is forgotten.
pub(crate) const FORGET: &str = "programme.forget_sheet";
/// The cells of a sheet are kept so long, to show and to mend what was wrong.
const KEPT_DAYS: i32 = 30;
/// So many rows are written down in one transaction …
pub const WRITTEN_AT_ONCE: usize = 200;
/// … and so many cases opened.
const TAKEN_AT_ONCE: i64 = 20;

/// Begins an import: nothing is there yet but its head and, under the key of whoever brings it, the cells as they came.
pub fn begin_import(tx: &mut Tx, who: &Acting, import: &Import, cells: &str) -> Outcome<(), ImportRefusal> {
    who.may_anywhere(rights::IMPORT)?;
    sql_import::import_insert(tx, import)?;
    tx.personal_put(&who.person, &cells_of(&import.id), cells)?;
    let until = tx.now().day().plus_days(KEPT_DAYS).end();
    tx.later(Job::new(FORGET, import.id.as_str()).at(until))?;
    Ok(tell(tx, who, import, ImportState::Reading)?)
}

/// Writes some of its rows down.
pub fn write_rows(tx: &mut Tx, who: &Acting, import: &Import, rows: &[ImportRow]) -> Outcome<(), ImportRefusal> {
    for row in rows {
        sql_import::row_insert(tx, &import.id, row)?;
    }
    Ok(tell(tx, who, import, ImportState::Reading)?)
}

/// All rows are written down: the dry run can be looked at.
pub fn finish_check(tx: &mut Tx, who: &Acting, import: &Import) -> Outcome<Import, ImportRefusal> {
    advance(tx, who, import, ImportState::Checked)
}

/// Somebody says that the rows which are right shall become cases. Said again, nothing happens.
pub fn take_in(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Import, ImportRefusal> {
    let import = visible_import(tx, who, id)?;
    match import.state {
        ImportState::Running | ImportState::Done => return Ok(import),
        ImportState::Reading => return Err(ImportRefusal::NotChecked.into()),
        ImportState::Checked => {}
    }
    let ready = sql_import::rows(tx, id, Some(RowState::Ready), 1_000_000)?;
    if ready.is_empty() {
        return Err(ImportRefusal::NothingReady.into());
    }
    for base in ready.iter().filter_map(|row| row.draft.base.as_ref()) {
        who.may(rights::IMPORT, base)?;
    }
    sql_import::import_taken_by(tx, id, &who.person)?;
    tx.later(Job::new(TAKE_IN, id.as_str()))?;
    advance(tx, who, &import, ImportState::Running)
}

/// An import, for whoever brought it and for those who may import anywhere.
pub fn visible_import<R>(read: &Read, who: &Acting, id: &Id) -> Result<Import, Failure<R>> {
    let import: Import = sql_import::import(read, id)?;
    let all = who.can(rights::IMPORT, &words::Node::group());
    if all || import.made_by == who.person { Ok(import) } else { Err(Failure::Absent) }
}

/// The cells of a sheet as they came, while they are kept.
pub fn import_cells(read: &Read, import: &Import) -> Result<Option<String>, Fault> {
    read.personal(&import.made_by, &cells_of(&import.id))
}

fn cells_of(id: &Id) -> String {
    format!("sheet/{id}")
}

fn advance<R>(tx: &mut Tx, who: &Acting, import: &Import, state: ImportState) -> Result<Import, Failure<R>> {
    sql_import::import_state(tx, &import.id, state)?;
    tell(tx, who, import, state)?;
    sql_import::import(tx, &import.id)
}

fn tell(tx: &mut Tx, who: &Acting, import: &Import, state: ImportState) -> Result<(), Fault> {
    tx.tell(who, &ImportChanged { import: import.id.clone(), name: import.name.clone(), state: state.as_str().into(), rows: import.rows }).map(drop)
}

/// The next rows become cases; the job comes back until none is left. A row that changed for the worse since the check is wrong, not half a case.
pub(crate) fn run_take_in(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let import: Import = sql_import::import::<words::Never>(tx, &Id::fixed(run.key.clone())).map_err(Failure::into_fault)?;
    let by = sql_import::taken_by(tx, &import.id)?.unwrap_or_else(|| import.made_by.clone());
    let who = Acting { person: by, grants: Vec::new(), proved_at: None, scopes: None };
    let rows = sql_import::rows(tx, &import.id, Some(RowState::Ready), TAKEN_AT_ONCE)?;
    for row in &rows {
        let row = taken_row(tx, &who, &import, row.clone())?;
        sql_import::row_put(tx, &import.id, &row)?;
    }
    if rows.is_empty() {
        return advance::<words::Never>(tx, &who, &import, ImportState::Done).map(drop).map_err(Failure::into_fault);
    }
    tell(tx, &who, &import, ImportState::Running)?;
    tx.later(Job::new(TAKE_IN, import.id.as_str()))
}

fn taken_row(tx: &mut Tx, who: &Acting, import: &Import, row: ImportRow) -> Result<ImportRow, Fault> {
    if sql_import::taken(tx, &row.digest)?.is_some() {
        return Ok(ImportRow { state: RowState::Same, ..row });
    }
    let mistakes = no_longer_right(tx, import, &row)?;
    if !mistakes.is_empty() {
        return Ok(ImportRow { state: RowState::Wrong, mistakes, ..row });
    }
    let case = declare(tx, who, import, &row).map_err(Failure::into_fault)?;
    Ok(ImportRow { state: RowState::In, case: Some(case.id), ..row })
}

/// Looks again at what may have changed between the check and now.
fn no_longer_right(read: &Read, import: &Import, row: &ImportRow) -> Result<Vec<RowMistake>, Fault> {
    let today = read.now().day();
    let gone = |person: &Id| Ok::<bool, Fault>(!identity::is_here(read, person)? || identity::home_unit(read, person, today)?.is_none());
    let mut mistakes = Vec::new();
    for (column, person) in row.draft.lead.iter().map(|lead| ("lead", lead)).chain(row.draft.members.iter().map(|member| ("members", member))) {
        if gone(person)? {
            mistakes.push(RowMistake::new(column, "programme-import-nobody").arg("value", ""));
        }
    }
    let base = row.draft.base.as_ref().map(|base| identity::node(read, base)).transpose()?.flatten();
    if base.is_none_or(|base| base.closed_on.is_some()) {
        mistakes.push(RowMistake::new("base", "programme-import-no-place").arg("value", ""));
    }
    let form = check_sheet::form::<words::Never>(read).map_err(Failure::into_fault)?;
    let wrong = form.validate(&row.draft.answers, import.target == ImportTarget::Submitted);
    let column = |pointer: &str| pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
    mistakes.extend(wrong.into_iter().map(|mistake| RowMistake { column: column(&mistake.pointer), code: mistake.code, args: mistake.args }));
    Ok(mistakes)
}

/// Opens the case with all that the row says.
fn declare(tx: &mut Tx, who: &Acting, import: &Import, row: &ImportRow) -> Outcome<Case, CaseRefusal> {
    let absent = || CaseRefusal::NoPlace;
    let (lead, base) = (row.draft.lead.clone().ok_or_else(absent)?, row.draft.base.clone().ok_or_else(absent)?);
    let open = OpenCase { definition: PROJECT.into(), title: row.draft.title().to_owned(), base, parent: None, lead, about: None, team: true };
    let case = ops::open_case(tx, who, open)?;
    let form = check_sheet::form::<CaseRefusal>(tx)?;
    let answers = row.draft.answers.clone();
    ops::put_answers(tx, who, &case, SaveAnswers { form: form.head.key, ordinal: Some(0), answers, complete: false, revision: None })?;
    for member in &row.draft.members {
        ops::put_invitation(tx, who, &case, member)?;
    }
    let told = CaseImported {
        case: case.id.clone(),
        node: case.node.clone(),
        import: import.id.clone(),
        row: row.number,
        happened_on: row.draft.happened_on,
        target: import.target.as_str().into(),
    };
    tx.tell(who, &told)?;
    if let Some(day) = row.draft.happened_on {
        let evidence = format!("{} · {}", import.name, row.number);
        ops::set_fact_system(tx, who, &case, "happened_on", None, day.to_string().into(), &evidence)?;
    }
    bell::imported(tx, &case)?;
    Ok(case)
}

/// A project that was to arrive submitted is: its lead's move, as soon as nothing is missing. Once it has moved at all, its people move it.
pub(crate) fn to_be_submitted(read: &Read, case: &Case) -> Result<Option<String>, Fault> {
    if case.parent.is_some() {
        return Ok(None);
    }
    // Most cases came from no sheet: that is asked before all their moves are read.
    let Some((import, row)) = sql_import::origin(read, &case.id)? else { return Ok(None) };
    if !sql::moves(read, &case.id)?.is_empty() {
        return Ok(None);
    }
    let import: Import = sql_import::import::<words::Never>(read, &import).map_err(Failure::into_fault)?;
    Ok((import.target == ImportTarget::Submitted).then(|| format!("{} · {row}", import.name)))
}

/// What a sheet said word by word is forgotten; what became cases stays.
pub(crate) fn run_forget(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let import: Import = sql_import::import::<words::Never>(tx, &Id::fixed(run.key.clone())).map_err(Failure::into_fault)?;
    if tx.personal_erased(&import.made_by)? {
        return Ok(());
    }
    tx.personal_put(&import.made_by, &cells_of(&import.id), "")
}

/// A new import of a sheet that was checked.
pub fn new_import(id: Id, name: &str, cells: &str, target: ImportTarget, sheet: &ops::CheckedSheet, who: &Acting, now: Instant) -> Import {
    Import {
        id,
        name: name.chars().filter(|c| !c.is_control()).take(120).collect(),
        sha256: store::sha256(cells),
        target,
        state: ImportState::Reading,
        rows: i64::try_from(sheet.rows.len()).unwrap_or(i64::MAX),
        ignored: sheet.ignored.clone(),
        made_by: who.person.clone(),
        made_at: now,
        done_at: None,
    }
}

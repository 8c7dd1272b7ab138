//! SQL on imports of projects and their rows.

use std::collections::BTreeMap;

use store::{Read, Tx, Value, params};
use words::{Failure, Fault, Id, Node};

use crate::import::{Import, ImportRow, ImportState, RowState};

pub(crate) fn import<R>(read: &Read, id: &Id) -> Result<Import, Failure<R>> {
    let row = read.row("select * from programme_import where id = $1", &params![id])?;
    row.as_ref().map(Import::from_row).transpose()?.ok_or(Failure::Absent)
}

/// Newest first; of one person, or of all if `by` is nobody.
pub(crate) fn imports(read: &Read, by: Option<&Id>, limit: i64) -> Result<Vec<Import>, Fault> {
    let sql = "select * from programme_import where (made_by = $1 or $1 = '') order by id desc limit $2";
    read.rows(sql, &params![by.map_or("", Id::as_str), limit])?.iter().map(Import::from_row).collect()
}

pub(crate) fn import_insert(tx: &mut Tx, import: &Import) -> Result<(), Fault> {
    let pairs: [(&str, Value); 9] = [
        ("id", (&import.id).into()),
        ("name", (&import.name).into()),
        ("sha256", (&import.sha256).into()),
        ("target", import.target.as_str().into()),
        ("state", import.state.as_str().into()),
        ("row_count", import.rows.into()),
        ("ignored", serde_json::to_value(&import.ignored).map_err(Fault::new)?.into()),
        ("made_by", (&import.made_by).into()),
        ("made_at", import.made_at.into()),
    ];
    tx.insert("programme_import", &pairs).map(drop)
}

pub(crate) fn import_state(tx: &mut Tx, id: &Id, state: ImportState) -> Result<(), Fault> {
    let done_at = (state == ImportState::Done).then(|| tx.now());
    tx.change("programme_import", "update programme_import set state = $2, done_at = $3 where id = $1", &params![id, state.as_str(), done_at]).map(drop)
}

pub(crate) fn import_taken_by(tx: &mut Tx, id: &Id, who: &Id) -> Result<(), Fault> {
    tx.change("programme_import", "update programme_import set taken_by = $2 where id = $1", &params![id, who]).map(drop)
}

/// Who took the rows in.
pub(crate) fn taken_by(read: &Read, id: &Id) -> Result<Option<Id>, Fault> {
    let row = read.row("select taken_by from programme_import where id = $1", &params![id])?;
    row.map_or(Ok(None), |row| row.get("taken_by"))
}

pub(crate) fn row_insert(tx: &mut Tx, import: &Id, row: &ImportRow) -> Result<(), Fault> {
    let json = |value: Result<serde_json::Value, serde_json::Error>| value.map_err(Fault::new);
    let pairs: [(&str, Value); 7] = [
        ("import", import.into()),
        ("number", row.number.into()),
        ("state", row.state.as_str().into()),
        ("digest", (&row.digest).into()),
        ("draft", json(serde_json::to_value(&row.draft))?.into()),
        ("mistakes", json(serde_json::to_value(&row.mistakes))?.into()),
        ("warnings", json(serde_json::to_value(&row.warnings))?.into()),
    ];
    tx.insert("programme_import_row", &pairs).map(drop)
}

pub(crate) fn row_put(tx: &mut Tx, import: &Id, row: &ImportRow) -> Result<(), Fault> {
    let sql = "update programme_import_row set state = $3, mistakes = $4, case_id = $5 where import = $1 and number = $2";
    let mistakes = serde_json::to_value(&row.mistakes).map_err(Fault::new)?;
    tx.change("programme_import_row", sql, &params![import, row.number, row.state.as_str(), mistakes, row.case.as_ref()]).map(drop)
}

/// Rows in a state (in any, if none is said), in the order of the sheet.
pub(crate) fn rows(read: &Read, import: &Id, state: Option<RowState>, limit: i64) -> Result<Vec<ImportRow>, Fault> {
    let sql = "select * from programme_import_row where import = $1 and (state = $2 or $2 = '') order by number limit $3";
    read.rows(sql, &params![import, state.map_or("", RowState::as_str), limit])?.iter().map(ImportRow::from_row).collect()
}

/// How many rows are in each state.
pub(crate) fn counts(read: &Read, import: &Id) -> Result<BTreeMap<String, i64>, Fault> {
    let sql = "select state, count(*) as n from programme_import_row where import = $1 group by state order by state";
    read.rows(sql, &params![import])?.iter().map(|row| Ok((row.get("state")?, row.get("n")?))).collect()
}

/// The case that a digest became, if it did.
pub(crate) fn taken(read: &Read, digest: &str) -> Result<Option<Id>, Fault> {
    let row = read.row("select case_id from programme_import_row where digest = $1 and case_id is not null", &params![digest])?;
    row.map(|row| row.get("case_id")).transpose()
}

/// The import and row that a case came from.
pub(crate) fn origin(read: &Read, case: &Id) -> Result<Option<(Id, i64)>, Fault> {
    let row = read.row("select import, number from programme_import_row where case_id = $1", &params![case])?;
    row.map(|row| Ok((row.get("import")?, row.get("number")?))).transpose()
}

/// Number of a case of this lead with this title, if there is one.
pub(crate) fn same_title(read: &Read, definition: &str, lead: &Id, title: &str, base: &Node) -> Result<Option<String>, Fault> {
    let sql = "select number from programme_case where lead = $1 and title = $2 and definition = $3 and base = $4 order by id limit 1";
    read.row(sql, &params![lead, title, definition, base])?.map(|row| row.get("number")).transpose()
}

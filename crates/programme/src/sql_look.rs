//! Looks at all cases of a definition at once, for lists and counts of the floors above: a sentence each, no look-up a case.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use store::{Read, params};
use words::{Fault, Id, Instant};

use crate::case::Case;
use crate::sql::CASE_COLUMNS;

/// Newest of these are looked at.
const MOST: i64 = 20_000;

/// Answers to a form that is filled in once, by case.
pub(crate) fn sheets(read: &Read, definition: &str, form: &str) -> Result<BTreeMap<Id, Map<String, Value>>, Fault> {
    let sql = "select a.case_id, a.answers from programme_answer a join programme_case c on c.id = a.case_id
         where c.definition = $1 and a.form = $2 and a.ordinal = 0 order by a.case_id desc limit $3";
    read.rows(sql, &params![definition, form, MOST])?.iter().map(|row| Ok((row.get("case_id")?, row.json("answers")?))).collect()
}

/// When each case came into a state for the first time; what was taken back does not count.
pub(crate) fn entered(read: &Read, definition: &str, state: &str) -> Result<BTreeMap<Id, Instant>, Fault> {
    let sql = "select m.case_id, min(m.at) as at from programme_move m join programme_case c on c.id = m.case_id
         where c.definition = $1 and m.to_state = $2 and m.from_state <> $2 and m.rectified_by is null and m.rectifies is null
         group by m.case_id order by m.case_id desc limit $3";
    read.rows(sql, &params![definition, state, MOST])?.iter().map(|row| Ok((row.get("case_id")?, row.get("at")?))).collect()
}

/// All cases of a definition, newest first.
pub(crate) fn all(read: &Read, definition: &str) -> Result<Vec<Case>, Fault> {
    let sql = format!("select {CASE_COLUMNS} from programme_case where definition = $1 order by id desc limit $2");
    read.rows(&sql, &params![definition, MOST])?.iter().map(Case::from_row).collect()
}

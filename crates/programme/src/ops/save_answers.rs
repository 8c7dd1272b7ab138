//! Saves answers to a form of a case: a draft at every keystroke, or the whole form with everything required.

use serde_json::{Map, Value};
use store::Tx;
use words::{Acting, Id, Outcome};

use crate::case::{AnswerSheet, Case};
use crate::pinned::case_forms;
use crate::refusal::{CaseRefusal, Complaint};
use crate::told::AnswersSaved;
use crate::{access, find, ops, sql};

/// Answers to save.
#[derive(Debug, Clone)]
pub struct SaveAnswers {
    /// Form of the pack.
    pub form: String,
    /// Which time, for a form that recurs; 0 otherwise. `None`: a new one after the last.
    pub ordinal: Option<i64>,
    /// Answers to some or all fields.
    pub answers: Map<String, Value>,
    /// Must everything required be there?
    pub complete: bool,
    /// The revision that was read (`If-Match`); `None`: whatever is there.
    pub revision: Option<i64>,
}

/// Saves them, merged into what is there. A frozen form stays as it is.
pub fn save_answers(tx: &mut Tx, who: &Acting, id: &Id, save: SaveAnswers) -> Outcome<AnswerSheet, CaseRefusal> {
    let case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    access::may_fill(tx, who, &case, &save.form)?;
    put_answers(tx, who, &case, save)
}

/// The same for callers that have their own right to do so.
pub(crate) fn put_answers(tx: &mut Tx, who: &Acting, case: &Case, save: SaveAnswers) -> Outcome<AnswerSheet, CaseRefusal> {
    let id = &case.id;
    let forms = case_forms(tx, case)?;
    let form = forms.form(&save.form).ok_or_else(|| CaseRefusal::NoForm(save.form.clone()))?;
    let ordinal = match save.ordinal {
        Some(ordinal) => ordinal,
        None => sql::answers(tx, id)?.iter().filter(|sheet| sheet.form == save.form).map(|sheet| sheet.ordinal).max().unwrap_or(0) + 1,
    };
    let before = sql::answer(tx, id, &save.form, ordinal)?;
    if before.as_ref().is_some_and(|sheet| sheet.frozen) {
        return Err(CaseRefusal::Frozen(save.form).into());
    }
    if save.revision.is_some_and(|revision| revision != before.as_ref().map_or(0, |sheet| sheet.revision)) {
        return Err(words::Failure::Stale);
    }
    let mut answers = before.as_ref().map(|sheet| sheet.answers.clone()).unwrap_or_default();
    let given: Vec<String> = save.answers.keys().cloned().collect();
    answers.extend(save.answers);
    let complaints = form.validate(&asked(form, &answers, &given), save.complete).into_iter().map(complaint).collect::<Vec<_>>();
    if !complaints.is_empty() {
        return Err(CaseRefusal::Fields(complaints).into());
    }
    let complete = form.validate(&asked(form, &answers, &given), true).is_empty();
    let sheet = AnswerSheet {
        id: before.as_ref().map_or_else(|| tx.id("ans"), |sheet| sheet.id.clone()),
        form: save.form,
        ordinal,
        answers,
        complete,
        frozen: false,
        revision: before.map_or(1, |sheet| sheet.revision + 1),
        saved_by: who.person.clone(),
        saved_at: tx.now(),
    };
    sql::answer_put(tx, id, &sheet)?;
    take_title(tx, case, &sheet)?;
    let named = sql::case(tx, id)?;
    find::index_case(tx, &named)?;
    let told = AnswersSaved { case: id.clone(), node: case.node.clone(), form: sheet.form.clone(), ordinal, complete };
    tx.tell(who, &told)?;
    if complete && save.complete {
        ops::oblige::discharge_form(tx, who, case, &sheet.form)?;
        ops::settle_around(tx, case)?;
    }
    Ok(sheet)
}

/// Answers without those that an earlier version of the form asked for: they stay, and are not asked again.
fn asked(form: &packs::Form, answers: &Map<String, Value>, given: &[String]) -> Map<String, Value> {
    let counts = |key: &String| form.field(key).is_some() || given.contains(key);
    answers.iter().filter(|(key, _)| counts(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The form of the beginning names the case.
fn take_title(tx: &mut Tx, case: &Case, sheet: &AnswerSheet) -> Outcome<(), CaseRefusal> {
    let text = |key: &str| sheet.answers.get(key).and_then(Value::as_str);
    if let (Some(title), true) = (text("title"), find::takes_title(tx, case)?) {
        sql::case_put_title(tx, &case.id, title, text("summary").unwrap_or(""))?;
    }
    Ok(())
}

fn complaint(mistake: packs::FieldMistake) -> Complaint {
    let names = ["max", "min", "count", "limit", "value", "is", "name", "option", "mistake"];
    let args = mistake.args.into_iter().filter_map(|(name, value)| names.iter().find(|known| **known == name).map(|known| (*known, value)));
    (Some(mistake.pointer), mistake.code, args.collect())
}

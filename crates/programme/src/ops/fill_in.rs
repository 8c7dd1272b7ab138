//! Fills in a form as people do: files first, then the answers, then those named in it are invited, and what the form concludes is noted.
//!
//! Asks the desk for files; tells what the use cases below tell. Invariant: all or nothing.

use desk::{AttachDraft, CheckedFile};
use packs::{Field, FieldType};
use serde_json::Value;
use store::Tx;
use words::{Acting, Id, Outcome};

use crate::case::{AnswerSheet, Case};
use crate::ops::{SaveAnswers, invite_member, save_answers, set_fact_system};
use crate::pinned::case_forms;
use crate::refusal::CaseRefusal;
use crate::{definitions, rights, sql};

/// A file for a field of the form.
#[derive(Debug, Clone)]
pub struct FieldFile {
    /// Key of the field.
    pub field: String,
    /// The file, its content checked.
    pub file: CheckedFile,
}

/// Saves answers and files together.
pub fn fill_in(tx: &mut Tx, who: &Acting, id: &Id, mut save: SaveAnswers, files: &[FieldFile]) -> Outcome<AnswerSheet, CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    crate::access::may_see(tx, who, &case)?;
    for one in files {
        let kept = keep(tx, who, &case, one)?;
        let list = save.answers.entry(one.field.clone()).or_insert_with(|| Value::Array(Vec::new()));
        match list {
            Value::Array(items) => items.push(Value::String(kept.to_string())),
            single => *single = Value::String(kept.to_string()),
        }
    }
    let complete = save.complete;
    let sheet = save_answers(tx, who, id, save)?;
    invite_named(tx, who, &case, &sheet)?;
    if complete {
        conclude(tx, who, &case, &sheet)?;
    }
    Ok(sheet)
}

fn keep(tx: &mut Tx, who: &Acting, case: &Case, one: &FieldFile) -> Outcome<Id, CaseRefusal> {
    let draft = AttachDraft {
        subject: case.id.to_string(),
        node: case.node.clone(),
        kind: one.field.clone(),
        title: one.file.name.clone(),
        readers: rights::READ_ALL.into(),
    };
    let kept = desk::attach(tx, who, &draft, &one.file).map_err(|failure| failure.map(|_| CaseRefusal::BadFile(one.file.name.clone())))?;
    Ok(kept.id)
}

/// Whoever the lead names as a member is invited; nobody joins without their own consent.
fn invite_named(tx: &mut Tx, who: &Acting, case: &Case, sheet: &AnswerSheet) -> Outcome<(), CaseRefusal> {
    let open = ["draft", "returned"].contains(&case.state.as_str());
    let Some(named) = sheet.answers.get("members").and_then(Value::as_array).filter(|_| open && case.lead == who.person) else { return Ok(()) };
    let is_team = |field: &Field| field.kind == FieldType::Person && field.many;
    if !case_forms(tx, case)?.form(&sheet.form).and_then(|form| form.field("members")).is_some_and(is_team) {
        return Ok(());
    }
    let here: Vec<Id> = sql::members(tx, &case.id)?.into_iter().filter(|member| member.state != "left").map(|member| member.person).collect();
    for person in named.iter().filter_map(Value::as_str).filter_map(|text| Id::parse(text).ok()) {
        if !here.contains(&person) && person != case.lead {
            invite_member(tx, who, &case.id, &person)?;
        }
    }
    Ok(())
}

/// A form whose name is also a value of the definition gives it its verdict: the mentor's opinion.
fn conclude(tx: &mut Tx, who: &Acting, case: &Case, sheet: &AnswerSheet) -> Outcome<(), CaseRefusal> {
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    let Some(verdict) = sheet.answers.get("verdict").filter(|_| definition.schema.uses.values.contains_key(&sheet.form)) else { return Ok(()) };
    set_fact_system(tx, who, case, &sheet.form, None, verdict.clone(), sheet.id.as_str())
}

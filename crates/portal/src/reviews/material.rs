//! What is reviewed: title, summary, answers and attachments of the case.
//!
//! Invariant: in a blind round no person, no unit, no answer of the team's step, and no document by name of who brought it.

use packs::{Field, FieldType, Form};
use programme::Case;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use store::Read;
use words::{Amount, Bilingual, Fault, Id, IfAny};

/// Steps of a form whose answers say who the team is.
const ABOUT_THE_TEAM: &str = "team";

/// An answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AnswerView {
    /// Question.
    label: Bilingual,
    /// Answer in words; one entry each for a list.
    words: Vec<Bilingual>,
    /// Money, if the answer is an amount.
    money: Option<Amount>,
    /// Documents, if the answer is files.
    files: Vec<FileView>,
}

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileView {
    /// Address.
    href: String,
    /// What people call it.
    title: String,
    /// SHA-256 of its newest version.
    sha256: Option<String>,
}

/// A filled-in form.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SheetView {
    /// Name of the form.
    label: Bilingual,
    /// Answers in the order of the form.
    answers: Vec<AnswerView>,
}

/// What is reviewed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MaterialView {
    /// Number of the case; not in a blind round.
    number: Option<String>,
    /// Title.
    title: String,
    /// Summary.
    summary: String,
    /// Team; empty in a blind round.
    team: Vec<String>,
    /// Forms.
    sheets: Vec<SheetView>,
    /// Attachments.
    files: Vec<FileView>,
}

/// The material of a case.
pub(super) fn material(read: &Read, case: &Case, blind: bool) -> Result<MaterialView, Fault> {
    let files = desk::documents(read, case.id.as_str())?.into_iter().filter(|document| document.removed_at.is_none());
    Ok(MaterialView {
        number: (!blind).then(|| case.number.clone()),
        title: case.title.clone(),
        summary: case.summary.clone(),
        team: if blind { Vec::new() } else { team(read, case)? },
        sheets: sheets(read, case, blind)?,
        files: files
            .map(|document| FileView { href: format!("/files/{}", document.id), title: document.title, sha256: Some(document.newest.sha256) })
            .collect(),
    })
}

fn team(read: &Read, case: &Case) -> Result<Vec<String>, Fault> {
    let mut persons = vec![case.lead.clone()];
    persons.extend(programme::members(read, &case.id)?.into_iter().filter(|member| member.counts()).map(|member| member.person));
    let names = identity::person_names(read, &persons)?;
    persons.dedup();
    Ok(persons.iter().filter_map(|person| names.get(person).cloned()).collect())
}

fn sheets(read: &Read, case: &Case, blind: bool) -> Result<Vec<SheetView>, Fault> {
    let forms = programme::case_forms(read, case)?;
    let mut views = Vec::new();
    for sheet in programme::answers(read, &case.id)? {
        let Some(form) = forms.form(&sheet.form) else { continue };
        let fields = form.fields.iter().filter(|field| !hidden(field, blind));
        let answers: Vec<AnswerView> = fields.filter_map(|field| answer(read, field, sheet.answers.get(&field.key)?).transpose()).collect::<Result<_, _>>()?;
        views.push(SheetView { label: label(form), answers });
    }
    Ok(views.into_iter().filter(|view| !view.answers.is_empty()).collect())
}

fn label(form: &Form) -> Bilingual {
    Bilingual::new(&form.head.zh, &form.head.en)
}

fn hidden(field: &Field, blind: bool) -> bool {
    let names_somebody = matches!(field.kind, FieldType::Person | FieldType::Unit) || field.step == ABOUT_THE_TEAM;
    field.accept || (blind && names_somebody)
}

/// The answer in words; nothing if it is empty.
fn answer(read: &Read, field: &Field, value: &Value) -> Result<Option<AnswerView>, Fault> {
    let mut view = AnswerView { label: Bilingual::new(&field.zh, &field.en), words: Vec::new(), money: None, files: Vec::new() };
    let items: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    };
    for item in items {
        match field.kind {
            FieldType::Money => view.money = serde_json::from_value(item.clone()).ok(),
            FieldType::File => view.files.extend(file(read, item)?),
            _ => view.words.push(said(read, field, item)?),
        }
    }
    let empty = view.words.iter().all(|text| text.zh.is_empty()) && view.money.is_none() && view.files.is_empty();
    Ok((!empty).then_some(view))
}

fn file(read: &Read, value: &Value) -> Result<Option<FileView>, Fault> {
    let Some(id) = value.as_str().and_then(|text| Id::parse(text).ok()) else { return Ok(None) };
    let shown = |document: desk::Document| FileView { href: format!("/files/{id}"), title: document.title, sha256: Some(document.newest.sha256) };
    Ok(desk::document(read, &id).if_any()?.map(shown))
}

fn said(read: &Read, field: &Field, value: &Value) -> Result<Bilingual, Fault> {
    let plain = |text: &str| Bilingual::new(text, text);
    let text = value.as_str().unwrap_or_default();
    Ok(match (field.kind, value) {
        (FieldType::Choice | FieldType::MultiChoice, _) => field.option(text).map_or_else(|| plain(text), |option| Bilingual::new(&option.zh, &option.en)),
        (FieldType::Person, _) => match Id::parse(text) {
            Ok(id) => plain(identity::person_names(read, std::slice::from_ref(&id))?.get(&id).map_or(text, String::as_str)),
            Err(_) => plain(text),
        },
        (FieldType::Base | FieldType::Unit, _) => {
            let programme = packs::current(read)?;
            let unit = programme.pack.units.iter().find(|unit| unit.key == text || text.ends_with(&format!("/{}", unit.key)));
            unit.map_or_else(|| plain(text), |unit| Bilingual::new(&unit.zh, &unit.en))
        }
        (_, Value::Bool(yes)) => plain(if *yes { "✓" } else { "✗" }),
        (_, Value::Number(number)) => plain(&number.to_string()),
        (_, Value::String(text)) => plain(text),
        _ => plain(&value.to_string()),
    })
}

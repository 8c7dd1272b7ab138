//! A form of the pack as a page: its step, its fields with their answers, what comes before and after.
//!
//! Look-ups and pure shaping. Invariant: the form is that of the case's node today; a form frozen or not for the caller is never asked.

use packs::{FieldType, Form};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Failure, Id, Outcome};

use super::OptionView;
use super::declare::OFFERED;
use super::fields::{self, FieldView, Known};
use crate::case::{AnswerSheet, Case};
use crate::refusal::CaseRefusal;
use crate::{access, definitions, find, sql};

/// A step of the form.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StepView {
    /// Key.
    pub key: String,
    /// Label.
    pub label: Bilingual,
    /// `done`, `current`, `todo`.
    pub state: String,
}

/// The case that a form belongs to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct CaseHead {
    /// Id.
    pub id: Id,
    /// Number.
    pub number: String,
    /// Title; empty while it is a draft without one.
    pub title: String,
    /// Kind of programme.
    pub kind: Bilingual,
    /// State.
    pub state: Bilingual,
}

/// A page of a form.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct FormPage {
    /// The case.
    pub case: CaseHead,
    /// The form.
    pub form: String,
    /// What it is called.
    pub label: Bilingual,
    /// Which time, for a form that recurs; 0 otherwise.
    pub ordinal: i64,
    /// Revision of the answers; 0 before the first.
    pub revision: i64,
    /// Steps.
    pub steps: Vec<StepView>,
    /// The step that is asked now.
    pub step: StepView,
    /// Its number, from 1.
    pub step_number: usize,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// Number of the step before.
    pub before: Option<usize>,
    /// Is it the last step?
    pub last: bool,
    /// Does the step take files?
    pub takes_files: bool,
    /// Address of the form, without its step.
    pub address: String,
    /// Where likely duplicates are asked for, if this form names the case.
    pub similar_url: Option<String>,
}

/// A form of a case and the sheet that is filled in.
pub(super) struct Opened {
    pub case: Case,
    pub form: Form,
    pub ordinal: i64,
    pub sheet: Option<AnswerSheet>,
    pub fillable: bool,
}

/// Finds it. Without an ordinal: of a form that recurs the sheet that is not complete, or a new one.
pub(super) fn open(read: &Read, who: &Acting, id: &Id, key: &str, ordinal: Option<i64>) -> Outcome<Opened, CaseRefusal> {
    let case: Case = sql::case(read, id)?;
    access::may_see(read, who, &case)?;
    let form = crate::case_forms(read, &case)?.form(key).cloned().ok_or(Failure::Absent)?;
    let ordinal = match ordinal {
        Some(ordinal) => ordinal.clamp(0, 100_000),
        None => next_ordinal(read, &case, key)?,
    };
    let sheet = sql::answer(read, id, key, ordinal)?;
    let open = case.closed_at.is_none() && !sheet.as_ref().is_some_and(|sheet| sheet.frozen);
    let fillable = open && access::fills(read, who, &case, key)?;
    Ok(Opened { case, form, ordinal, sheet, fillable })
}

fn next_ordinal(read: &Read, case: &Case, key: &str) -> Outcome<i64, CaseRefusal> {
    let definition = definitions::definition(read, &case.definition, case.version)?;
    let every = definition.states.iter().flat_map(|state| &state.obligations).any(|one| one.form.as_deref() == Some(key) && one.every.is_some());
    let counted = definition.schema.uses.counts.keys().any(|name| name.strip_prefix(key).is_some_and(|rest| rest == "s" || rest.starts_with("s.")));
    if !every && !counted {
        return Ok(0);
    }
    let sheets: Vec<AnswerSheet> = sql::answers(read, &case.id)?.into_iter().filter(|sheet| sheet.form == key).collect();
    let begun = sheets.iter().find(|sheet| !sheet.complete && !sheet.frozen).map(|sheet| sheet.ordinal);
    Ok(begun.unwrap_or_else(|| sheets.iter().map(|sheet| sheet.ordinal).max().unwrap_or(0) + 1))
}

impl Opened {
    /// Address of the form with its ordinal.
    pub fn address(&self) -> String {
        format!("/cases/{}/forms/{}", self.case.id, self.form.key())
    }

    /// The query that names the sheet.
    pub fn query(&self) -> String {
        if self.ordinal == 0 { String::new() } else { format!("n={}&", self.ordinal) }
    }

    /// Number of a step, from 1.
    pub fn step_number(&self, key: &str) -> usize {
        self.form.steps.iter().position(|step| step.key == key).map_or(1, |at| at + 1)
    }

    pub fn head(&self, read: &Read) -> Outcome<CaseHead, CaseRefusal> {
        let definition = definitions::definition(read, &self.case.definition, self.case.version)?;
        let state = definition.state(&self.case.state).map(|state| state.label.clone()).unwrap_or_default();
        Ok(CaseHead { id: self.case.id.clone(), number: self.case.number.clone(), title: self.case.title.clone(), kind: definition.label.clone(), state })
    }

    /// The page of a step.
    pub fn page(&self, read: &Read, number: usize) -> Outcome<FormPage, CaseRefusal> {
        let number = number.clamp(1, self.form.steps.len().max(1));
        let answers = self.sheet.as_ref().map(|sheet| sheet.answers.clone()).unwrap_or_default();
        let (known, mut places) = (Known::of(read, &self.form, &answers)?, fields::place_options(read, &self.form)?);
        let steps: Vec<StepView> = self.form.steps.iter().enumerate().map(|(at, step)| step_view(at + 1, number, step)).collect();
        let step = steps.get(number - 1).cloned().ok_or(Failure::Absent)?;
        let own_base: Vec<OptionView> =
            places.iter().flat_map(|(_, options)| options).filter(|option| option.value == self.case.base.as_str()).cloned().collect();
        let view = |field: &packs::Field| {
            // The base where a case is run is chosen when it is opened.
            let fixed = [(FieldType::Base, own_base.clone())];
            let places = if field.key == "base" && field.kind == FieldType::Base && !own_base.is_empty() { &fixed[..] } else { &places[..] };
            let mut seen = fields::view(&known, places, field, answers.get(&field.key));
            if field.key == "channel" {
                let chosen = answers.get("channel").and_then(serde_json::Value::as_str);
                seen.options.retain(|option| OFFERED.contains(&option.value.as_str()) || chosen == Some(option.value.as_str()));
            }
            seen
        };
        let asked: Vec<FieldView> = self.form.fields_of(&step.key).map(view).collect();
        places.clear();
        let names_case = find::takes_title(read, &self.case)? && asked.iter().any(|field| field.key == "title");
        Ok(FormPage {
            case: self.head(read)?,
            form: self.form.key().to_owned(),
            label: Bilingual::new(&self.form.head.zh, &self.form.head.en),
            ordinal: self.ordinal,
            revision: self.sheet.as_ref().map_or(0, |sheet| sheet.revision),
            takes_files: asked.iter().any(|field| field.kind == FieldType::File),
            similar_url: names_case.then(|| format!("/cases/similar?but={}", self.case.id)),
            step_number: number,
            before: (number > 1).then(|| number - 1),
            last: number == steps.len(),
            address: self.address(),
            fields: asked,
            steps,
            step,
        })
    }
}

fn step_view(at: usize, number: usize, step: &packs::Step) -> StepView {
    let state = match at.cmp(&number) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "current",
        std::cmp::Ordering::Greater => "todo",
    };
    StepView { key: step.key.clone(), label: Bilingual::new(&step.zh, &step.en), state: state.into() }
}

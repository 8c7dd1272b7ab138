//! Filling in a form of the pack, step by step, with drafts that save themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Dynamic, Nothing, Problem, Reply, Routes, Upload};
use words::Id;

use super::fields::{self, Filled};
use super::form_page::{FormPage, Opened, open};
use super::seen_revision;
use crate::case::AnswerSheet;
use crate::refusal::CaseRefusal;
use crate::{SaveAnswers, fill_in};

const SAVE: &[&str] =
    &["programme-fields", "programme-no-form", "programme-frozen", "programme-team-closed", "programme-no-person", "programme-several-persons"];

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/cases/{id}/forms/{form}", "programme.form.show", Access::Person, show)
        .template("programme/form.html")
        .post("/cases/{id}/forms/{form}", "programme.form.save", Access::Person, save)
        .refusals(SAVE)
        .post("/cases/{id}/forms/{form}/draft", "programme.form.draft", Access::Person, draft)
        .refusals(SAVE)
        .post("/cases/{id}/forms/{form}/completion", "programme.form.complete", Access::Person, complete)
        .refusals(SAVE)
}

/// Which sheet, which step.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) struct FormQuery {
    /// Step, from 1.
    #[schemars(range(min = 1, max = 100))]
    step: Option<usize>,
    /// Which time, for a form that recurs.
    #[schemars(range(min = 0, max = 100_000))]
    n: Option<i64>,
}

fn show(call: &Call, query: FormQuery) -> Answer<FormPage> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (opened, page) = call.read::<_, CaseRefusal>(|read| {
        let opened = open(read, &who, &id, call.path_text("form"), query.n)?;
        let page = opened.page(read, query.step.unwrap_or(1))?;
        Ok((opened, page))
    })?;
    fillable(&opened)?;
    let revision = page.revision;
    Ok(Reply::page("programme/form.html", page).etag(revision))
}

/// A form that is closed is shown by its check page, not asked again.
fn fillable(opened: &Opened) -> Result<(), Problem> {
    if opened.fillable {
        return Ok(());
    }
    if opened.sheet.as_ref().is_some_and(|sheet| sheet.frozen) || opened.case.closed_at.is_some() {
        return Err(Problem::new(409, "programme-frozen").arg("name", &opened.form.head.zh));
    }
    Err(words::Denied { right: crate::rights::RUN, node: opened.case.node.clone(), visible: true }.into())
}

/// A sheet that was saved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SavedView {
    /// The answers.
    sheet: AnswerSheet,
    /// Where one goes on.
    next: String,
}

/// What a request to save is about.
struct Asked {
    who: words::Acting,
    id: Id,
    opened: Opened,
    filled: Filled,
    revision: Option<i64>,
}

fn asked(call: &Call, input: Upload<Dynamic>, typing: bool) -> Result<Asked, Problem> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let ordinal = input.fields.get("_n").and_then(number).or_else(|| call.query("n").and_then(|text| text.parse().ok()));
    let opened = call.read::<_, CaseRefusal>(|read| open(read, &who, &id, call.path_text("form"), ordinal))?;
    let filled = fields::read(call, &opened.form, input, typing)?;
    Ok(Asked { who, id, opened, filled, revision: seen_revision(call) })
}

fn number(value: &serde_json::Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

impl Asked {
    fn to_save(&self) -> SaveAnswers {
        SaveAnswers {
            form: self.opened.form.key().to_owned(),
            ordinal: Some(self.opened.ordinal),
            answers: self.filled.answers.clone(),
            complete: false,
            revision: self.revision,
        }
    }

    /// Where a page goes after this step.
    fn next(&self) -> String {
        let (address, query) = (self.opened.address(), self.opened.query());
        let here = self.filled.step.as_deref().map_or(self.opened.form.steps.len(), |step| self.opened.step_number(step));
        match self.filled.next.as_str() {
            "leave" => format!("/cases/{}", self.id),
            "back" => format!("{address}?{query}step={}", here.saturating_sub(1).max(1)),
            "stay" => format!("{address}?{query}step={here}"),
            "next" if here < self.opened.form.steps.len() => format!("{address}?{query}step={}", here + 1),
            _ => format!("{address}/check?{}", query.trim_end_matches('&')).trim_end_matches('?').to_owned(),
        }
    }
}

fn save(call: &Call, input: Upload<Dynamic>) -> Answer<SavedView> {
    let asked = asked(call, input, false)?;
    let (save, next) = (asked.to_save(), asked.next());
    call.write("programme.save_answers", move |tx| {
        let sheet = fill_in(tx, &asked.who, &asked.id, save.clone(), &asked.filled.files)?;
        let revision = sheet.revision;
        Ok(Reply::done(next.clone(), SavedView { sheet, next: next.clone() }).etag(revision))
    })
}

/// A draft that saved itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct DraftView {
    /// Revision of the answers now.
    revision: i64,
    /// When.
    saved_at: words::Instant,
    /// Is nothing required missing?
    complete: bool,
}

fn draft(call: &Call, input: Upload<Dynamic>) -> Answer<DraftView> {
    let asked = asked(call, input, true)?;
    let save = asked.to_save();
    call.write("programme.save_draft", move |tx| {
        let sheet = crate::save_answers(tx, &asked.who, &asked.id, save.clone())?;
        Ok(Reply::json(DraftView { revision: sheet.revision, saved_at: sheet.saved_at, complete: sheet.complete }).etag(sheet.revision))
    })
}

fn complete(call: &Call, _: Nothing) -> Answer<SavedView> {
    let asked = asked(call, Upload { fields: Dynamic::new(), files: Vec::new() }, true)?;
    let save = SaveAnswers { complete: true, answers: Dynamic::new(), ..asked.to_save() };
    call.write("programme.complete_form", move |tx| {
        let sheet = fill_in(tx, &asked.who, &asked.id, save.clone(), &[])?;
        let next = format!("/cases/{}", asked.id);
        Ok(Reply::done(next.clone(), SavedView { sheet, next }).say("programme-said-completed"))
    })
}

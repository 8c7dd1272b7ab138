//! Moves: made, made for several cases at once, taken back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Reply, Routes};
use words::{Acting, Id};

use super::{case_url, seen_revision, spoken};
use crate::case::{Case, MoveMade};
use crate::refusal::MoveRefusal;
use crate::{MoveDraft, move_case, rectify_move, sql};

const MOVE: &[&str] = &["programme-unknown-move", "programme-wrong-state", "programme-blocked", "programme-effect-refused"];
const RECTIFY: &[&str] = &["programme-not-last-move", "programme-not-rectifiable", "programme-same-person", "programme-reason-needed"];

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/cases/{id}/moves", "programme.move.make", Access::Person, make)
        .refusals(MOVE)
        .post("/cases/moves", "programme.move.make_many", Access::Person, make_many)
        .template("programme/moved.html")
        .post("/cases/{id}/rectifications", "programme.move.rectify", Access::Person, rectify)
        .refusals(RECTIFY)
}

/// A move to make.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct MoveForm {
    /// The move of the definition.
    #[serde(rename = "move")]
    #[schemars(length(min = 1, max = 80))]
    name: String,
    /// Why; required where a guard asks for it.
    #[serde(default)]
    #[schemars(length(max = 2_000))]
    reason: String,
    /// Show the confirmation page afterwards.
    #[serde(default)]
    receipt: bool,
}

/// A move that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MovedView {
    /// The case after it.
    case: Case,
    /// The record.
    made: MoveMade,
}

fn make(call: &Call, form: MoveForm) -> Answer<MovedView> {
    let (who, id, revision) = (call.acting()?, call.id("id")?, seen_revision(call));
    let done = call.write("programme.move_case", move |tx| {
        let moved = move_case(tx, &who, &id, &form.name, MoveDraft { reason: form.reason.clone(), revision })?;
        let (to, revision) = (if form.receipt { format!("/cases/{id}/receipt") } else { case_url(&id) }, moved.case.revision);
        Ok(Reply::done(to, MovedView { case: moved.case, made: moved.made }).etag(revision).say("programme-said-moved"))
    });
    done.map_err(|problem| spoken::in_language(call, problem))
}

/// One move for several cases.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ManyForm {
    /// The move of the definition.
    #[serde(rename = "move")]
    #[schemars(length(min = 1, max = 80))]
    name: String,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 2_000))]
    reason: String,
    /// The cases, at most 100.
    #[schemars(length(min = 1, max = 100))]
    cases: Vec<Id>,
}

/// How it went with one case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ResultView {
    /// Case.
    case: Id,
    /// Its number, if whoever asks may see it.
    number: Option<String>,
    /// Its title.
    title: Option<String>,
    /// Was the move made?
    moved: bool,
    /// Code of the refusal.
    code: Option<String>,
    /// What is missing, in sentences.
    missing: Vec<String>,
}

/// How it went with each.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ManyView {
    /// The move.
    #[serde(rename = "move")]
    name: String,
    /// How many moved.
    moved: usize,
    /// One line a case.
    results: Vec<ResultView>,
}

fn make_many(call: &Call, form: ManyForm) -> Answer<ManyView> {
    let who = call.acting()?;
    let results: Vec<ResultView> = form.cases.iter().map(|id| one_of_many(call, &who, id, &form)).collect();
    let view = ManyView { moved: results.iter().filter(|one| one.moved).count(), name: form.name, results };
    Ok(Reply::page("programme/moved.html", view))
}

fn one_of_many(call: &Call, who: &Acting, id: &Id, form: &ManyForm) -> ResultView {
    let seen = call.read::<Case, MoveRefusal>(|read| {
        let case = sql::case(read, id)?;
        crate::may_see::<MoveRefusal>(read, who, &case).map(|()| case)
    });
    let (acting, case, name, reason) = (who.clone(), id.clone(), form.name.clone(), form.reason.clone());
    let done = call.write("programme.move_case", move |tx| {
        move_case(tx, &acting, &case, &name, MoveDraft { reason: reason.clone(), revision: None })?;
        Ok(Reply::json(super::DoneView::yes()))
    });
    let seen = seen.ok();
    let (number, title) = (seen.as_ref().map(|case| case.number.clone()), seen.map(|case| case.title));
    match done {
        Ok(_) => ResultView { case: id.clone(), number, title, moved: true, code: None, missing: Vec::new() },
        Err(problem) => {
            let problem = spoken::in_language(call, problem);
            let said = |code: &str, args: &[(String, String)]| {
                let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                call.text_with(&format!("problem-{code}"), &args)
            };
            let mut missing: Vec<String> = problem.errors.iter().map(|error| said(&error.code, &error.args)).collect();
            if missing.is_empty() {
                missing.push(said(&problem.code, &problem.args));
            }
            ResultView { case: id.clone(), number, title, moved: false, code: Some(problem.code.to_string()), missing }
        }
    }
}

/// Why the last move is taken back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct RectifyForm {
    /// Why.
    #[schemars(length(min = 1, max = 2_000))]
    reason: String,
}

fn rectify(call: &Call, form: RectifyForm) -> Answer<Case> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.rectify_move", move |tx| {
        let case = rectify_move(tx, &who, &id, MoveDraft { reason: form.reason.clone(), revision: None })?;
        let revision = case.revision;
        Ok(Reply::done(case_url(&id), case).etag(revision).say("programme-said-rectified"))
    })
}

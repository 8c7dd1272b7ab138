//! Handlers of the pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::{Acting, Id, Never};

use crate::asks::Asks;
use crate::ops::accept_answer::accept_answer;
use crate::ops::answer_question::answer_question;
use crate::ops::ask_question::{QuestionDraft, ask_question};
use crate::ops::moderate::moderate as decide;
use crate::ops::report::report as make_report;
use crate::question::Standing;
use crate::view::{self, ChoiceView, ListOf, QuestionView, QuestionsView, ReportsView};

/// Written by one person, a minute.
const PER_MINUTE: u32 = 6;

/// Which questions have what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wanted {
    /// No answer was accepted.
    Open,
    /// An answer was accepted.
    Accepted,
    /// Nobody answered.
    Unanswered,
}

impl Wanted {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Unanswered => "unanswered",
        }
    }
}

/// Which questions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ListQuery {
    /// Words of title, text or capability.
    #[schemars(length(max = 100))]
    q: String,
    /// Capability.
    #[schemars(length(max = 60))]
    capability: String,
    /// What became of them.
    state: Option<Wanted>,
    /// Id of the last question of the page before.
    #[schemars(length(max = 60))]
    cursor: String,
}

/// An empty form.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DraftView {
    /// Capabilities that can be asked about.
    capabilities: Vec<ChoiceView>,
    /// The one that the address names.
    capability: String,
}

/// Which capability.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct DraftQuery {
    /// Its name in addresses.
    #[schemars(length(max = 60))]
    capability: String,
}

/// A question.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct QuestionForm {
    /// Capability it is about.
    #[schemars(length(min = 1, max = 60))]
    capability: String,
    /// In one line.
    #[schemars(length(min = 1, max = 120))]
    title: String,
    /// In full.
    #[schemars(length(min = 1, max = 4000))]
    body: String,
}

/// An answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct AnswerForm {
    /// In full.
    #[schemars(length(min = 1, max = 4000))]
    body: String,
}

/// Which answer is accepted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct AcceptForm {
    /// The answer; nothing: none any more.
    #[serde(default)]
    answer: Option<Id>,
}

/// What does not belong here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ReportForm {
    /// The answer; nothing: the question itself.
    #[serde(default)]
    answer: Option<Id>,
    /// Why not.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
}

/// What a moderator decides.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct StandingForm {
    /// The answer; nothing: the question itself.
    #[serde(default)]
    answer: Option<Id>,
    /// Shown or hidden.
    state: Standing,
    /// Why; needed to hide.
    #[serde(default)]
    #[schemars(length(max = 500))]
    reason: String,
}

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DoneView {
    /// The question.
    question: Id,
    /// What was written, if it is an answer.
    answer: Option<Id>,
}

fn address(question: &Id) -> String {
    format!("/questions/{question}")
}

fn writes(call: &Call) -> Result<Acting, Problem> {
    let who = call.acting()?;
    call.rate(&format!("community:{}", who.person), PER_MINUTE)?;
    Ok(who)
}

pub(super) fn list<A: Asks>(call: &Call, query: ListQuery) -> Answer<QuestionsView> {
    let of = ListOf { q: &query.q, capability: &query.capability, state: query.state.map_or("", Wanted::as_str), cursor: &query.cursor };
    let (view, next) = call.read::<_, Never>(|read| Ok(view::list::<A>(read, call.who(), &of)?))?;
    Ok(Reply::page("community/list.html", view).next(next))
}

pub(super) fn draft<A: Asks>(call: &Call, query: DraftQuery) -> Answer<DraftView> {
    let abouts = call.read::<_, Never>(|read| Ok(A::abouts(read)?))?;
    let capabilities = abouts.into_iter().map(|about| ChoiceView { value: about.slug, label: about.name }).collect();
    Ok(Reply::page("community/new.html", DraftView { capabilities, capability: query.capability }))
}

pub(super) fn ask<A: Asks>(call: &Call, form: QuestionForm) -> Answer<DoneView> {
    let who = writes(call)?;
    let draft = QuestionDraft { capability: form.capability, title: form.title, body: form.body };
    call.write("community.ask", move |tx| {
        let question = ask_question::<A>(tx, &who, &draft)?;
        Ok(Reply::created(address(&question.id), DoneView { question: question.id, answer: None }).say("community-said-asked"))
    })
}

pub(super) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<QuestionView> {
    let id = call.id("id")?;
    Ok(Reply::page("community/show.html", call.read(|read| view::show::<A>(read, call.who(), &id))?))
}

pub(super) fn answer(call: &Call, form: AnswerForm) -> Answer<DoneView> {
    let (who, id) = (writes(call)?, call.id("id")?);
    call.write("community.answer", move |tx| {
        let answer = answer_question(tx, &who, &id, &form.body)?;
        Ok(Reply::created(address(&id), DoneView { question: id.clone(), answer: Some(answer.id) }).say("community-said-answered"))
    })
}

pub(super) fn accept(call: &Call, form: AcceptForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("community.accept", move |tx| {
        let question = accept_answer(tx, &who, &id, form.answer.as_ref())?;
        Ok(Reply::done(address(&id), DoneView { question: question.id, answer: question.accepted }).say("community-said-accepted"))
    })
}

pub(super) fn report<A: Asks>(call: &Call, form: ReportForm) -> Answer<DoneView> {
    let (who, id) = (writes(call)?, call.id("id")?);
    call.write("community.report", move |tx| {
        make_report::<A>(tx, &who, &id, form.answer.as_ref(), &form.reason)?;
        Ok(Reply::created(address(&id), DoneView { question: id.clone(), answer: form.answer.clone() }).say("community-said-reported"))
    })
}

pub(super) fn reports<A: Asks>(call: &Call, _: Nothing) -> Answer<ReportsView> {
    Ok(Reply::page("community/reports.html", call.read::<_, Never>(|read| Ok(view::reports::<A>(read)?))?))
}

pub(super) fn moderate(call: &Call, form: StandingForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("community.moderate", move |tx| {
        let question = decide(tx, &who, &id, form.answer.as_ref(), form.state, &form.reason)?;
        Ok(Reply::done(address(&id), DoneView { question: question.id, answer: form.answer.clone() }).say("community-said-moderated"))
    })
}

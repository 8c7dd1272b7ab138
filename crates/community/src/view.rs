//! What is shown of questions, answers and reports.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Failure, Fault, Id, Instant, Never, Outcome};

use crate::asks::{About, Asks};
use crate::question::{Answer, Question, Standing};
use crate::rights;
use crate::sql::{self, Wanted};

/// Questions of a page.
pub(crate) const PAGE: i64 = 30;

/// A question in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuestionCard {
    /// Id.
    pub id: Id,
    /// Capability it is about.
    pub capability: String,
    /// Its name.
    pub capability_name: Option<Bilingual>,
    /// In one line.
    pub title: String,
    /// In full.
    pub body: String,
    /// Who asks, for those signed in.
    pub who: Option<String>,
    /// Is it shown?
    pub state: Standing,
    /// Why not.
    pub reason: String,
    /// Answers that are shown.
    pub answers: i64,
    /// Is one of them accepted?
    pub accepted: bool,
    /// Asked at.
    pub made_at: Instant,
    /// Is it one's own?
    pub mine: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerView {
    /// Id.
    pub id: Id,
    /// In full.
    pub body: String,
    /// Who answers, for those signed in.
    pub who: Option<String>,
    /// Does whoever answers own the capability?
    pub by_owner: bool,
    /// Is it shown?
    pub state: Standing,
    /// Why not.
    pub reason: String,
    /// Did whoever asked accept it?
    pub accepted: bool,
    /// Answered at.
    pub made_at: Instant,
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChoiceView {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: Bilingual,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuestionsView {
    /// Words in force.
    pub q: String,
    /// Filter in force.
    pub capability: String,
    /// Filter in force.
    pub state: String,
    /// Capabilities that can be asked about.
    pub capabilities: Vec<ChoiceView>,
    /// Newest first.
    pub questions: Vec<QuestionCard>,
    /// May whoever looks see what was reported?
    pub may_moderate: bool,
}

/// A question with its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuestionView {
    /// The question.
    pub question: QuestionCard,
    /// The accepted one first, then the oldest.
    pub answers: Vec<AnswerView>,
    /// May whoever looks hide it?
    pub may_moderate: bool,
}

/// A report that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportView {
    /// Question that it is or belongs to.
    pub question: Id,
    /// The answer, if it is about one.
    pub answer: Option<Id>,
    /// What it is about, in short.
    pub title: String,
    /// What was written.
    pub body: String,
    /// Why it was reported.
    pub reason: String,
    /// By whom.
    pub who: String,
    /// When.
    pub made_at: Instant,
}

/// Reports that wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportsView {
    /// Oldest first.
    pub reports: Vec<ReportView>,
}

fn may_moderate(who: Option<&Acting>) -> bool {
    who.is_some_and(|who| who.may_anywhere(rights::MODERATE).is_ok())
}

fn names<A: Asks>(read: &Read, who: Option<&Acting>, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
    if who.is_some() { A::names(read, people) } else { Ok(BTreeMap::new()) }
}

fn card(one: Question, who: Option<&Acting>, abouts: &[About], names: &BTreeMap<Id, String>) -> QuestionCard {
    QuestionCard {
        capability_name: abouts.iter().find(|about| about.slug == one.capability).map(|about| about.name.clone()),
        who: names.get(&one.person).cloned(),
        mine: who.is_some_and(|who| who.person == one.person),
        accepted: one.accepted.is_some(),
        capability: one.capability,
        title: one.title,
        body: one.body,
        state: one.state,
        reason: one.reason,
        answers: one.answers,
        made_at: one.made_at,
        id: one.id,
    }
}

/// Which questions.
pub(crate) struct ListOf<'a> {
    pub q: &'a str,
    pub capability: &'a str,
    pub state: &'a str,
    pub cursor: &'a str,
}

/// Questions that whoever looks may see and in which every word stands, newest first, at most so many.
pub fn found<A: Asks>(read: &Read, who: Option<&Acting>, q: &str, limit: i64) -> Result<Vec<QuestionCard>, Fault> {
    let person = who.map_or("", |who| who.person.as_str());
    let wanted = Wanted { capability: "", state: "", words: q, person, moderator: may_moderate(who), before: "", limit };
    let (questions, abouts) = (sql::questions(read, &wanted)?, A::abouts(read)?);
    Ok(questions.into_iter().map(|one| card(one, who, &abouts, &BTreeMap::new())).collect())
}

pub(crate) fn list<A: Asks>(read: &Read, who: Option<&Acting>, of: &ListOf<'_>) -> Result<(QuestionsView, Option<String>), Fault> {
    let (abouts, moderator) = (A::abouts(read)?, may_moderate(who));
    let person = who.map_or("", |who| who.person.as_str());
    let wanted = Wanted { capability: of.capability, state: of.state, words: of.q, person, moderator, before: of.cursor, limit: PAGE + 1 };
    let mut found = sql::questions(read, &wanted)?;
    let more = i64::try_from(found.len()).is_ok_and(|n| n > PAGE);
    found.truncate(usize::try_from(PAGE).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    let names = names::<A>(read, who, &found.iter().map(|one| one.person.clone()).collect::<Vec<_>>())?;
    let view = QuestionsView {
        questions: found.into_iter().map(|one| card(one, who, &abouts, &names)).collect(),
        capabilities: abouts.into_iter().map(|about| ChoiceView { value: about.slug, label: about.name }).collect(),
        q: of.q.to_owned(),
        capability: of.capability.to_owned(),
        state: of.state.to_owned(),
        may_moderate: moderator,
    };
    Ok((view, next))
}

pub(crate) fn show<A: Asks>(read: &Read, who: Option<&Acting>, id: &Id) -> Outcome<QuestionView, Never> {
    let question = sql::question(read, id)?.ok_or(Failure::Absent)?;
    let moderator = may_moderate(who);
    let own = |person: &Id| who.is_some_and(|who| who.person == *person);
    let sees = |state: Standing, person: &Id| state == Standing::Shown || moderator || own(person);
    if !sees(question.state, &question.person) {
        return Err(Failure::Absent);
    }
    let abouts = A::abouts(read)?;
    let owner = abouts.iter().find(|about| about.slug == question.capability).and_then(|about| about.owner.clone());
    let answers: Vec<Answer> = sql::answers(read, id)?.into_iter().filter(|one| sees(one.state, &one.person)).collect();
    let people: Vec<Id> = answers.iter().map(|one| one.person.clone()).chain([question.person.clone()]).collect();
    let (names, accepted) = (names::<A>(read, who, &people)?, question.accepted.clone());
    let answer = |one: Answer| AnswerView {
        who: names.get(&one.person).cloned(),
        by_owner: owner.as_ref() == Some(&one.person),
        accepted: accepted.as_ref() == Some(&one.id),
        body: one.body,
        state: one.state,
        reason: one.reason,
        made_at: one.made_at,
        id: one.id,
    };
    let mut answers: Vec<AnswerView> = answers.into_iter().map(answer).collect();
    answers.sort_by_key(|one| !one.accepted);
    Ok(QuestionView { question: card(question, who, &abouts, &names), answers, may_moderate: moderator })
}

pub(crate) fn reports<A: Asks>(read: &Read) -> Result<ReportsView, Fault> {
    let rows = sql::reports(read)?;
    let names = A::names(read, &rows.iter().map(|row| row.person.clone()).collect::<Vec<_>>())?;
    let mut reports = Vec::new();
    for row in rows {
        let Some(question) = sql::question(read, &row.question)? else { continue };
        let answer = if row.subject == row.question { None } else { sql::answer(read, &row.subject)? };
        reports.push(ReportView {
            body: answer.as_ref().map_or_else(|| question.body.clone(), |answer| answer.body.clone()),
            answer: answer.map(|answer| answer.id),
            who: names.get(&row.person).cloned().unwrap_or_default(),
            title: question.title,
            question: row.question,
            reason: row.reason,
            made_at: row.made_at,
        });
    }
    Ok(ReportsView { reports })
}

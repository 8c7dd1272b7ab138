//! Public notices, objections to them, and the anchors of the log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Reply};
use words::Never;

use super::{ASK, cut};
use crate::notice::{Anchor, Notice, NoticeState, Objection, Verdict};
use crate::{anchors, answer_objection, notice, notices, object, objections, rights};

/// Which notices.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct NoticesQuery {
    /// All if not said.
    pub state: Option<NoticeState>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// A page of notices.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NoticesView {
    /// The state that is listed; nothing for all.
    pub state: Option<NoticeState>,
    /// Newest first.
    pub notices: Vec<Notice>,
    /// The newest published heads of the log.
    pub anchors: Vec<Anchor>,
}

pub(super) fn list(call: &Call, query: NoticesQuery) -> Answer<NoticesView> {
    let (found, anchors) = call.read::<_, Never>(|read| Ok((notices(read, query.state, query.cursor.as_deref(), ASK)?, anchors(read, 10)?)))?;
    let (notices, cursor) = cut(found, |notice| notice.id.to_string());
    Ok(Reply::page("desk/notices.html", NoticesView { state: query.state, notices, anchors }).next(cursor))
}

/// A notice with its objections.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// Its paragraphs in Chinese.
    pub zh: Vec<String>,
    /// Its paragraphs in English.
    pub en: Vec<String>,
    /// May one object at this moment?
    pub takes_objections: bool,
    /// May whoever looks answer objections?
    pub may_answer: bool,
    /// Objections, as far as whoever looks may see them.
    pub objections: Vec<ObjectionView>,
}

/// An objection and, for who may answer it, the name of the objector.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ObjectionView {
    /// The objection.
    #[serde(flatten)]
    pub objection: Objection,
    /// Name of the objector, if whoever looks may see it.
    pub name: Option<String>,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<NoticeView> {
    let id = call.id("id")?;
    let who = call.who();
    let view = call.read::<_, Never>(|read| {
        let notice = notice(read, &id)?;
        let found = objections(read, who, &notice)?;
        let persons: Vec<_> = found.iter().filter_map(|objection| objection.person.clone()).collect();
        let names = read.personal_many(&persons, "name")?;
        let named = |objection: Objection| ObjectionView { name: objection.person.as_ref().and_then(|person| names.get(person).cloned()), objection };
        let paragraphs = |text: &str| text.split("\n\n").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        Ok(NoticeView {
            zh: paragraphs(&notice.body.zh),
            en: paragraphs(&notice.body.en),
            takes_objections: notice.takes_objections(read.now()),
            may_answer: who.is_some_and(|who| who.can(rights::PUBLISH, &notice.node)),
            objections: found.into_iter().map(named).collect(),
            notice,
        })
    })?;
    Ok(Reply::page("desk/notice.html", view))
}

/// An objection.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ObjectionForm {
    /// Why.
    #[schemars(length(min = 1, max = 2_000))]
    pub reason: String,
}

pub(super) fn object_to(call: &Call, form: ObjectionForm) -> Answer<Objection> {
    let (who, notice) = (call.acting()?, call.id("id")?);
    call.rate(&format!("objection:{}", who.person), 10)?;
    call.write("desk.object", move |tx| {
        let objection = object(tx, &who, &notice, &form.reason)?;
        Ok(Reply::created(format!("/notices/{notice}"), objection).say("desk-notice-objected"))
    })
}

/// An answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct AnswerForm {
    /// Is the objector right?
    pub verdict: Verdict,
    /// Reasons.
    #[schemars(length(min = 1, max = 2_000))]
    pub reason: String,
}

pub(super) fn answer(call: &Call, form: AnswerForm) -> Answer<Notice> {
    let (who, objection) = (call.acting()?, call.id("id")?);
    call.write("desk.answer_objection", move |tx| {
        let notice = answer_objection(tx, &who, &objection, form.verdict, &form.reason)?;
        Ok(Reply::done(format!("/notices/{}", notice.id), notice).say("desk-notice-answered"))
    })
}

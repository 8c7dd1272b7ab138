//! What the office does with a round: freeze, draw, extend, widen, replace, answer requests for recusal, count and close.
//!
//! Invariant: `review` asks for `review.manage` on the node of the round; the door only asks whether somebody is signed in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes};
use words::{Day, Id};

use super::widening::{self, Wider};

const OFFICE: Access = Access::Right(review::rights::MANAGE);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/rounds/{id}/freezing", "portal.round.freeze", OFFICE, freeze)
        .post("/rounds/{id}/drawing", "portal.round.draw", OFFICE, draw)
        .post("/rounds/{id}/extension", "portal.round.extend", OFFICE, extend)
        .post("/rounds/{id}/widening", "portal.round.widen", OFFICE, widen)
        .post("/rounds/{id}/replacements", "portal.round.replace", OFFICE, replace)
        .post("/rounds/{id}/closing", "portal.round.close", OFFICE, close)
        .post("/rounds/{id}/recusals", "portal.recusal.ask", Access::Person, ask_recusal)
        .post("/rounds/{id}/recusals/answers", "portal.recusal.answer", OFFICE, answer_recusal)
}

/// The round after a deed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RoundDone {
    /// Round.
    round: Id,
}

fn done(round: &Id, say: &'static str) -> Reply<RoundDone> {
    Reply::done(format!("/rounds/{round}"), RoundDone { round: round.clone() }).say(say)
}

fn freeze(call: &Call, _: Nothing) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.freeze", move |tx| {
        review::freeze_round(tx, &who, &id)?;
        Ok(done(&id, "portal-round-frozen"))
    })
}

fn draw(call: &Call, _: Nothing) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.draw", move |tx| {
        let report = review::draw_panel(tx, &who, &id)?;
        Ok(done(&id, if report.drawn.is_empty() { "portal-round-waits" } else { "portal-round-drawn" }))
    })
}

/// A later day.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ExtensionForm {
    /// The last day on which reviews are taken.
    due_on: Day,
}

fn extend(call: &Call, form: ExtensionForm) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.extend", move |tx| {
        review::extend_deadline(tx, &who, &id, form.due_on.end().plus_seconds(-1))?;
        Ok(done(&id, "portal-round-extended"))
    })
}

/// More people who may be drawn.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct WideningForm {
    /// One a line: name, staff number, e-mail address or id.
    #[schemars(length(min = 1, max = 4000))]
    people: String,
}

fn widen(call: &Call, form: WideningForm) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let people = call.read::<_, words::Never>(|read| Ok(widening::people(read, &form.people)?))?;
    let people = people.map_err(|line| Problem::invalid(vec![webkit::FieldError::new("/people", "portal-person-unclear").arg("line", line)]))?;
    call.write("review.widen", move |tx| {
        let Wider { pool, conflicts } = widening::wider(tx, &who, &id, &people)?;
        review::widen_pool(tx, &who, &id, &pool, &conflicts)?;
        Ok(done(&id, "portal-round-widened"))
    })
}

/// Whom to replace.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ReplacementForm {
    /// Assignment.
    assignment: Id,
    /// Why.
    #[schemars(length(min = 1, max = 4000))]
    reason: String,
}

fn replace(call: &Call, form: ReplacementForm) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.replace", move |tx| {
        review::replace_reviewer(tx, &who, &form.assignment, &form.reason)?;
        Ok(done(&id, "portal-round-replaced"))
    })
}

fn close(call: &Call, _: Nothing) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.close", move |tx| {
        review::close_round(tx, &who, &id)?;
        Ok(done(&id, "portal-round-closed-say"))
    })
}

/// A request that somebody step down.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct RecusalForm {
    /// Whom it is about.
    person: Id,
    /// Why.
    #[schemars(length(min = 1, max = 4000))]
    reasons: String,
}

fn ask_recusal(call: &Call, form: RecusalForm) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.rate(&format!("recusal:{}", who.person), 10)?;
    call.write("review.ask_recusal", move |tx| {
        review::request_recusal(tx, &who, &id, &form.person, &form.reasons)?;
        Ok(done(&id, "portal-recusal-asked-say"))
    })
}

/// The answer to a request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct RecusalAnswer {
    /// The request.
    recusal: Id,
    /// Does the reviewer step down?
    granted: bool,
    /// Why.
    #[schemars(length(min = 1, max = 4000))]
    answer: String,
}

fn answer_recusal(call: &Call, form: RecusalAnswer) -> Answer<RoundDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.answer_recusal", move |tx| {
        review::decide_recusal(tx, &who, &form.recusal, form.granted, &form.answer)?;
        Ok(done(&id, "portal-recusal-answered"))
    })
}

//! Handlers of awards.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet};
use words::{Id, Lang};

use super::form::{AgreeForm, AwardsQuery, GradeForm, ReasonForm, SharesForm};
use crate::asks::Asks;
use crate::award::{Award, AwardState};
use crate::view::{self, AwardCard, AwardView};

/// A page of awards.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AwardsView {
    /// Awards.
    pub awards: Vec<AwardCard>,
    /// State that is listed.
    pub state: Option<AwardState>,
}

/// An award that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AwardChanged {
    /// Id.
    pub id: Id,
    /// State now.
    pub state: AwardState,
    /// Number of the proposal that stands.
    pub proposal: i64,
}

fn changed(award: Award, said: &str) -> Reply<AwardChanged> {
    Reply::done(format!("/awards/{}", award.id), AwardChanged { id: award.id, state: award.state, proposal: award.proposal }).say(said)
}

pub(crate) fn list<A: Asks>(call: &Call, query: AwardsQuery) -> Answer<AwardsView> {
    let who = call.acting()?;
    let (awards, next) = call.read(|read| view::awards::<A>(read, &who, query.state, query.cursor.as_deref()))?;
    let row = |award: &AwardCard| {
        let state = call.text(&format!("awards-state-{}", award.state.as_str()));
        let level = award.level.as_ref().map(|level| level.get(call.lang).to_owned());
        vec![(&award.number).into(), (&award.title).into(), award.scheme_name.get(call.lang).into(), state.into(), level.into(), award.amount.clone().into()]
    };
    let columns = ["awards-col-number", "awards-col-project", "awards-col-scheme", "awards-col-state", "awards-col-level", "awards-col-amount"];
    let sheet = Sheet::new("awards", &columns).rows(awards.iter().map(row));
    Ok(Reply::page("awards/awards.html", AwardsView { awards, state: query.state }).next(next).sheet(sheet))
}

pub(crate) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<AwardView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| view::award::<A>(read, &who, &id))?;
    Ok(Reply::page("awards/award.html", view))
}

pub(crate) fn grade<A: Asks>(call: &Call, form: GradeForm) -> Answer<AwardChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let done = call.write("awards.grade_award", move |tx| {
        let terms = A::terms(tx)?;
        Ok(changed(crate::grade_award(tx, &who, &terms, &id, &form.draft()?)?, "awards-said-graded"))
    });
    done.map_err(|problem| in_language(call, problem))
}

/// The name of a level in the caller's language.
fn in_language(call: &Call, mut problem: Problem) -> Problem {
    if call.lang == Lang::En {
        for args in std::iter::once(&mut problem.args).chain(problem.errors.iter_mut().map(|error| &mut error.args)) {
            let english = args.iter().find(|(name, _)| name == "level_en").map(|(_, text)| text.clone());
            if let (Some(english), Some(level)) = (english, args.iter_mut().find(|(name, _)| name == "level")) {
                level.1 = english;
            }
        }
    }
    problem
}

pub(crate) fn propose(call: &Call, form: SharesForm) -> Answer<AwardChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("awards.propose_shares", move |tx| Ok(changed(crate::propose_shares(tx, &who, &id, &form.proposal()?)?, "awards-said-proposed")))
}

pub(crate) fn agree(call: &Call, form: AgreeForm) -> Answer<AwardChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("awards.agree_shares", move |tx| Ok(changed(crate::agree_shares(tx, &who, &id, form.proposal)?, "awards-said-agreed")))
}

pub(crate) fn pay<A: Asks>(call: &Call, _: Nothing) -> Answer<AwardChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("awards.pay_award", move |tx| {
        let (book, terms) = (A::book(tx)?, A::terms(tx)?);
        Ok(changed(crate::pay_award(tx, &book, &who, &terms, &id)?, "awards-said-paid"))
    })
}

pub(crate) fn refuse(call: &Call, form: ReasonForm) -> Answer<AwardChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("awards.refuse_award", move |tx| Ok(changed(crate::refuse_award(tx, &who, &id, &form.reason)?, "awards-said-refused")))
}

pub(crate) fn reverse(call: &Call, form: ReasonForm) -> Answer<AwardChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("awards.reverse_award", move |tx| Ok(changed(crate::reverse_award(tx, &who, &id, &form.reason)?, "awards-said-reversed")))
}

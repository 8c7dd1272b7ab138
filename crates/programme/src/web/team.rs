//! The team: invited by its lead, each answers for themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Reply, Routes};
use words::Id;

use super::people::named;
use super::{DoneView, case_url};
use crate::{answer_invitation, hand_over_lead, invite_member, remove_member};

pub(super) fn add(routes: Routes) -> Routes {
    let invite = &["programme-team-closed", "programme-no-person", "programme-already-member", "programme-several-persons"];
    routes
        .post("/cases/{id}/members", "programme.member.invite", Access::Person, create)
        .refusals(invite)
        .post("/cases/{id}/members/answer", "programme.member.answer", Access::Person, answer)
        .post("/cases/{id}/members/{person}/removal", "programme.member.remove", Access::Person, remove)
        .refusals(&["programme-not-member", "programme-reason-needed"])
        .post("/cases/{id}/members/{person}/lead", "programme.member.lead", Access::Person, lead)
        .refusals(&["programme-not-member", "programme-reason-needed", "programme-ended"])
}

/// Whom to invite.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct InviteForm {
    /// Id, sign-in name, staff number, phone, e-mail address, or a name that only one person has.
    #[serde(default)]
    #[schemars(length(max = 120))]
    person: String,
    /// Chosen from the suggestions.
    #[serde(default)]
    person_id: Option<Id>,
}

/// Who was invited.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct InvitedView {
    /// Person.
    person: Id,
}

fn create(call: &Call, form: InviteForm) -> Answer<InvitedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let person = form.person_id.map_or_else(|| named(call, "/person", &form.person), Ok)?;
    call.write("programme.invite_member", move |tx| {
        invite_member(tx, &who, &id, &person)?;
        Ok(Reply::created(format!("/cases/{id}#team"), InvitedView { person: person.clone() }).say("programme-said-invited"))
    })
}

/// Yes or no.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct AnswerForm {
    /// Do they join?
    yes: bool,
}

fn answer(call: &Call, form: AnswerForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let to = if form.yes { case_url(&id) } else { "/projects".to_owned() };
    call.write("programme.answer_invitation", move |tx| {
        answer_invitation(tx, &who, &id, form.yes)?;
        Ok(Reply::done(to.clone(), DoneView::yes()).say("programme-said-answered"))
    })
}

/// Why somebody goes, or another leads.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct ReasonForm {
    /// Why; needed once they have consented, and where the office says who leads.
    #[serde(default)]
    #[schemars(length(max = 2_000))]
    reason: String,
}

fn remove(call: &Call, form: ReasonForm) -> Answer<DoneView> {
    let (who, id, person) = (call.acting()?, call.id("id")?, call.id("person")?);
    call.write("programme.remove_member", move |tx| {
        remove_member(tx, &who, &id, &person, &form.reason)?;
        Ok(Reply::done(format!("/cases/{id}#team"), DoneView::yes()).say("programme-said-removed"))
    })
}

fn lead(call: &Call, form: ReasonForm) -> Answer<DoneView> {
    let (who, id, person) = (call.acting()?, call.id("id")?, call.id("person")?);
    call.write("programme.hand_over_lead", move |tx| {
        hand_over_lead(tx, &who, &id, &person, &form.reason)?;
        Ok(Reply::done(format!("/cases/{id}#team"), DoneView::yes()).say("programme-said-leads"))
    })
}

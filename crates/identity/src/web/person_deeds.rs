//! What is done with a person: memberships, deputies, absences, relations, login link, leaving, revealing, erasing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::Id;

use crate::deputy::AbsenceDraft;
use crate::grant::RoleRights;
use crate::membership::MembershipDraft;
use crate::ops::{self, Revealed};
use crate::relation::RelationDraft;
use crate::rights;
use crate::web::me::ShownOnceView;
use crate::web::people::PersonForm;
use crate::web::{DoneView, day_in, named_person, wrong};

pub(super) fn add(routes: Routes) -> Routes {
    let people = Access::Right(rights::PEOPLE);
    routes
        .put("/admin/people/{id}", "identity.person.change", people, change)
        .refusals(&["input-invalid", "identity-staff-no-taken", "identity-person-gone"])
        .post("/admin/people/{id}/memberships", "identity.membership.begin", people, join)
        .refusals(&["input-invalid", "identity-membership-doubled", "identity-node-gone", "identity-period"])
        .put("/admin/people/{id}/memberships/{membership}", "identity.membership.end", people, leave)
        .refusals(&["identity-membership-ended", "identity-period"])
        .put("/admin/people/{id}/deputies", "identity.deputies.appoint", Access::Right(rights::GRANT), deputies)
        .refusals(&[
            "identity-deputy-oneself",
            "identity-deputy-doubled",
            "identity-deputy-many",
            "identity-person-unknown",
            "identity-own-gain",
            "identity-holds-more",
        ])
        .post("/admin/people/{id}/absences", "identity.absence.note", Access::Person, absence)
        .refusals(&["identity-end-needed", "identity-case-needed", "identity-period", "identity-own-gain"])
        .delete("/admin/people/{id}/absences/{absence}", "identity.absence.end", Access::Person, back)
        .post("/admin/people/{id}/relations", "identity.relation.put", Access::Person, relate)
        .refusals(&["identity-relation-oneself", "identity-person-unknown", "identity-period"])
        .delete("/admin/people/{id}/relations/{relation}", "identity.relation.end", Access::Right(rights::RELATE), unrelate)
        .post("/admin/people/{id}/setup-links", "identity.setup.offer", people, offer)
        .refusals(&["identity-person-gone", "identity-holds-more"])
        .post("/admin/people/{id}/leaving", "identity.person.leave", people, go)
        .refusals(&["identity-not-oneself", "identity-person-gone"])
        .post("/admin/people/{id}/reveals", "identity.person.reveal", Access::Right(rights::REVEAL), reveal)
        .template("identity/revealed.html")
        .refusals(&["identity-reason-needed"])
        .post("/admin/people/{id}/erasure", "identity.person.erase", Access::Right(rights::ERASE), erase)
        .refusals(&["identity-not-confirmed", "identity-still-holds", "identity-reason-needed"])
}

fn place(id: &Id) -> String {
    format!("/admin/people/{id}")
}

fn change(call: &Call, form: PersonForm) -> Answer<DoneView> {
    let (who, id, draft) = (call.acting()?, call.id("id")?, form.draft()?);
    call.write("identity.change_person", move |tx| {
        ops::change_person(tx, &who, &id, &draft)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct MembershipForm {
    /// Where.
    #[schemars(length(min = 1, max = 240))]
    node: String,
    /// First day.
    #[schemars(length(min = 10, max = 10))]
    from_on: String,
    /// Last day.
    #[serde(default)]
    #[schemars(length(max = 10))]
    to_on: Option<String>,
    /// 职级.
    #[serde(default)]
    #[schemars(length(max = 40))]
    grade: Option<String>,
    /// 岗位.
    #[serde(default)]
    #[schemars(length(max = 60))]
    position: Option<String>,
}

fn join(call: &Call, form: MembershipForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let draft = MembershipDraft::parse(&form.node, &form.from_on, form.to_on.as_deref(), form.grade.as_deref(), form.position.as_deref()).map_err(wrong)?;
    call.write("identity.join", move |tx| {
        ops::join(tx, &who, &id, &draft)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct EndForm {
    /// Last day.
    #[schemars(length(min = 10, max = 10))]
    to_on: String,
}

fn leave(call: &Call, form: EndForm) -> Answer<DoneView> {
    let (who, id, membership, to_on) = (call.acting()?, call.id("id")?, call.id("membership")?, day_in("to_on", &form.to_on)?);
    call.write("identity.leave", move |tx| {
        ops::leave(tx, &who, &membership, to_on)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct DeputiesForm {
    /// Deputies, first to last: id, staff number, phone, or a name that only one person has.
    #[serde(default)]
    #[schemars(length(max = 10))]
    deputies: Vec<String>,
}

fn deputies(call: &Call, form: DeputiesForm) -> Answer<DoneView> {
    let (who, id, roles) = (call.acting()?, call.id("id")?, call.app::<RoleRights>()?.clone());
    let given = form.deputies.iter().filter(|text| !text.trim().is_empty());
    let line = given.map(|text| named_person(call, "deputies", text)).collect::<Result<Vec<_>, _>>()?;
    call.write("identity.appoint_deputies", move |tx| {
        ops::appoint_deputies(tx, &who, &roles, &id, &line)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct AbsenceForm {
    /// `away` or `conflict`.
    #[schemars(length(min = 1, max = 10))]
    kind: String,
    /// Path of the case, for a conflict.
    #[serde(default)]
    #[schemars(length(max = 240))]
    node: Option<String>,
    /// First day.
    #[schemars(length(min = 10, max = 10))]
    from_on: String,
    /// Last day; needed when away.
    #[serde(default)]
    #[schemars(length(max = 10))]
    to_on: Option<String>,
    /// Why.
    #[schemars(length(min = 1, max = 300))]
    reason: String,
}

fn absence(call: &Call, form: AbsenceForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let draft = AbsenceDraft::parse(&form.kind, form.node.as_deref(), &form.from_on, form.to_on.as_deref(), &form.reason).map_err(wrong)?;
    call.write("identity.note_absence", move |tx| {
        ops::note_absence(tx, &who, &id, &draft)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

fn back(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id, absence) = (call.acting()?, call.id("id")?, call.id("absence")?);
    call.write("identity.end_absence", move |tx| {
        ops::end_absence(tx, &who, &absence)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RelationForm {
    /// Kind of the relation.
    #[schemars(length(min = 1, max = 20))]
    kind: String,
    /// The other side: id, staff number, phone, or a name that only one person has.
    #[schemars(length(min = 1, max = 120))]
    b: String,
    /// First day.
    #[schemars(length(min = 10, max = 10))]
    from_on: String,
    /// Last day.
    #[serde(default)]
    #[schemars(length(max = 10))]
    to_on: Option<String>,
    /// Who or what says so.
    #[schemars(length(min = 1, max = 120))]
    source: String,
    /// `declares` or `excludes`.
    #[schemars(length(min = 1, max = 10))]
    severity: String,
}

fn relate(call: &Call, form: RelationForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let other = named_person(call, "b", &form.b)?;
    let draft = RelationDraft::parse(&id, &form.kind, other.as_str(), &form.from_on, form.to_on.as_deref(), &form.source, &form.severity).map_err(wrong)?;
    call.write("identity.relate", move |tx| {
        ops::relate(tx, &who, &draft)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

fn unrelate(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id, relation, today) = (call.acting()?, call.id("id")?, call.id("relation")?, call.now().day());
    call.write("identity.end_relation", move |tx| {
        ops::end_relation(tx, &who, &relation, today)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-saved"))
    })
}

/// What goes besides the sessions.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct OfferForm {
    /// Passkeys too.
    #[serde(default)]
    passkeys: bool,
    /// Linked accounts of identity providers too.
    #[serde(default)]
    links: bool,
    /// Personal tokens too.
    #[serde(default)]
    tokens: bool,
    /// Two-step sign-in too.
    #[serde(default)]
    totp: bool,
}

/// The address of this site as the browser that asks knows it.
fn origin(call: &Call) -> String {
    let host = call.header("host").unwrap_or("localhost");
    let public = super::sign_in::passkeys_at(call).filter(|origin| origin.split_once("://").is_some_and(|(_, known)| known == host));
    public.unwrap_or_else(|| format!("http://{host}"))
}

fn offer(call: &Call, form: OfferForm) -> Answer<ShownOnceView> {
    let (who, id, roles, origin) = (call.acting()?, call.id("id")?, call.app::<RoleRights>()?.clone(), origin(call));
    let also = ops::AlsoGone { passkeys: form.passkeys, links: form.links, tokens: form.tokens, totp: form.totp };
    call.write("identity.offer_setup", move |tx| {
        let token = ops::offer_setup(tx, &who, &roles, &id, also)?;
        Ok(ShownOnceView::page("link", vec![format!("{origin}/setup?token={token}")], &place(&id)))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct LeavingForm {
    /// Last day.
    #[schemars(length(min = 10, max = 10))]
    left_on: String,
}

fn go(call: &Call, form: LeavingForm) -> Answer<DoneView> {
    let (who, id, on) = (call.acting()?, call.id("id")?, day_in("left_on", &form.left_on)?);
    call.write("identity.person_leaves", move |tx| {
        ops::person_leaves(tx, &who, &id, on)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-leaving"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ReasonForm {
    /// Why.
    #[schemars(length(min = 1, max = 300))]
    reason: String,
}

/// Personal data in the clear.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevealedView {
    /// The data.
    revealed: Revealed,
    /// Why they were shown; it is in the log.
    reason: String,
}

fn reveal(call: &Call, form: ReasonForm) -> Answer<RevealedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.reveal", move |tx| {
        let revealed = ops::reveal(tx, &who, &id, &form.reason)?;
        Ok(Reply::page("identity/revealed.html", RevealedView { revealed, reason: form.reason.clone() }))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ErasureForm {
    /// The handle, typed again.
    #[schemars(length(min = 1, max = 20))]
    handle: String,
    /// Why.
    #[schemars(length(min = 1, max = 300))]
    erasure_reason: String,
}

fn erase(call: &Call, form: ErasureForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.erase_person", move |tx| {
        ops::erase_person(tx, &who, &id, &form.handle, &form.erasure_reason)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("identity-said-erased"))
    })
}

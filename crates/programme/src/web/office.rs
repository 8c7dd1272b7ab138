//! What is arranged on a case: facts, mentor, space, retention, application unit, roadshow, grant, milestones, obligations.

use lifecycle::Type;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webkit::{Access, Answer, Call, FieldError, Problem, Reply, Routes};
use words::{Amount, Asset, Day, Id, Outcome};

use super::people::named;
use super::{DoneView, node_of};
use crate::case::{Case, Obligation};
use crate::refusal::CaseRefusal;
use crate::{
    assign_mentor, assign_space, definitions, discharge, gather, plan_milestone, record_roadshow, rights, set_application_unit, set_fact, set_grant,
    set_retention, sql, step_aside, waive,
};

const RUN: Access = Access::Right(rights::RUN);

pub(super) fn add(routes: Routes) -> Routes {
    let person = &["programme-no-person", "programme-several-persons", "programme-already-member", "programme-ended"];
    let fact = &["programme-unknown-name", "programme-evidence-needed", "programme-odd-value"];
    routes
        .post("/cases/{id}/facts", "programme.fact.set", RUN, put_fact)
        .refusals(fact)
        .post("/cases/{id}/mentor", "programme.mentor.assign", RUN, mentor)
        .refusals(person)
        .post("/cases/{id}/space", "programme.space.assign", RUN, space)
        .post("/cases/{id}/retention", "programme.retention.set", RUN, retention)
        .refusals(&["programme-not-member"])
        .post("/cases/{id}/application-unit", "programme.application_unit.set", RUN, application_unit)
        .refusals(&["programme-no-place", "programme-nobody-there"])
        .post("/cases/{id}/roadshow", "programme.roadshow.record", RUN, roadshow)
        .post("/cases/{id}/grant", "programme.grant.set", RUN, grant)
        .refusals(&["programme-evidence-needed"])
        .post("/cases/{id}/conflict", "programme.conflict.declare", Access::Person, conflict)
        .refusals(&["programme-reason-needed"])
        .post("/cases/{id}/milestones", "programme.milestone.plan", Access::Person, milestone)
        .post("/obligations/{id}/completion", "programme.obligation.complete", Access::Person, complete)
        .refusals(&["programme-obligation-ended", "programme-form-first", "programme-evidence-needed"])
        .post("/obligations/{id}/waiver", "programme.obligation.waive", RUN, let_go)
        .refusals(&["programme-obligation-ended", "programme-evidence-needed"])
}

fn office(id: &Id) -> String {
    format!("/cases/{id}#office")
}

/// A fact to set.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct FactForm {
    /// Name in the definition.
    #[schemars(length(min = 1, max = 80))]
    name: String,
    /// The person it is about, if about one.
    about: Option<Id>,
    /// The value as text; of the type that the definition declares.
    #[schemars(length(max = 400))]
    value: String,
    /// What shows it.
    #[schemars(length(min = 1, max = 400))]
    evidence: String,
}

fn put_fact(call: &Call, form: FactForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.set_fact", move |tx| {
        let case: Case = sql::case(tx, &id)?;
        crate::may_see::<CaseRefusal>(tx, &who, &case)?;
        let value = typed(tx, &case, &form.name, form.value.trim())?;
        set_fact(tx, &who, &id, &form.name, form.about.as_ref(), value, &form.evidence)?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-fact"))
    })
}

/// The text as the definition's type for the name; facts are yes or no.
fn typed(read: &store::Read, case: &Case, name: &str, text: &str) -> Outcome<Value, CaseRefusal> {
    let uses = &definitions::definition(read, &case.definition, case.version)?.schema.uses;
    if uses.facts.contains_key(name) {
        return match text {
            "true" | "false" => Ok(Value::Bool(text == "true")),
            _ => Err(CaseRefusal::OddValue.into()),
        };
    }
    let Some(ty) = uses.values.get(name).or_else(|| uses.names.get(name)).map(lifecycle::Typed::ty) else { return Ok(json!(text)) };
    let value = match &ty {
        Type::Money => Amount::parse(text, &Asset::cny()).map(|amount| json!(amount)).unwrap_or(Value::Null),
        Type::Bool => Value::Bool(text == "true"),
        Type::Enum(options) if !options.iter().any(|option| option == text) => Value::Null,
        _ => json!(text),
    };
    if gather::read_as(&value, &ty).is_none() { Err(CaseRefusal::OddValue.into()) } else { Ok(value) }
}

/// Why an official steps aside.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ConflictForm {
    /// Why.
    #[schemars(length(min = 1, max = 300))]
    conflict: String,
}

fn conflict(call: &Call, form: ConflictForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.step_aside", move |tx| {
        step_aside(tx, &who, &id, &form.conflict)?;
        Ok(Reply::done("/me", DoneView::yes()).say("programme-said-aside"))
    })
}

/// Somebody.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct PersonForm {
    /// Id, sign-in name, staff number or name.
    #[schemars(length(min = 1, max = 120))]
    person: String,
}

fn mentor(call: &Call, form: PersonForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let person = named(call, "/person", &form.person)?;
    call.write("programme.assign_mentor", move |tx| {
        assign_mentor(tx, &who, &id, &person)?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-mentor"))
    })
}

/// A space.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SpaceForm {
    /// Room, desks.
    #[schemars(length(min = 1, max = 120))]
    space: String,
    /// Last day.
    until: Option<Day>,
}

fn space(call: &Call, form: SpaceForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.assign_space", move |tx| {
        assign_space(tx, &who, &id, form.space.trim(), form.until)?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-space"))
    })
}

/// Until when the personnel relation is kept.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct RetentionForm {
    /// Member; all of them if none is named.
    person: Option<Id>,
    /// Last day.
    until: Day,
}

fn retention(call: &Call, form: RetentionForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.set_retention", move |tx| {
        set_retention(tx, &who, &id, form.person.as_ref(), form.until)?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-retention"))
    })
}

/// The unit that takes the result on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct UnitForm {
    /// Node of the unit.
    #[schemars(length(min = 1, max = 240))]
    unit: String,
}

fn application_unit(call: &Call, form: UnitForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let unit = node_of(&form.unit).ok_or_else(|| Problem::invalid(vec![FieldError::new("/unit", "programme-no-place")]))?;
    call.write("programme.set_application_unit", move |tx| {
        set_application_unit(tx, &who, &id, &unit)?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-unit"))
    })
}

/// Who took part in the training.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct RoadshowForm {
    /// Members; all of them if none is named.
    #[serde(default)]
    #[schemars(length(max = 100))]
    persons: Vec<Id>,
    /// Record of the training.
    #[schemars(length(min = 1, max = 400))]
    evidence: String,
}

fn roadshow(call: &Call, form: RoadshowForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.record_roadshow", move |tx| {
        record_roadshow(tx, &who, &id, &form.persons, form.evidence.trim())?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-roadshow"))
    })
}

/// The grant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct GrantForm {
    /// In yuan.
    #[schemars(length(min = 1, max = 40))]
    amount: String,
    /// Decision it rests on.
    #[schemars(length(min = 1, max = 400))]
    evidence: String,
}

fn grant(call: &Call, form: GrantForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let wrong = |_| Problem::invalid(vec![FieldError::new("/amount", "programme-not-an-amount")]);
    let amount = Amount::parse(&form.amount, &Asset::cny()).map_err(wrong)?;
    let amount =
        Some(amount).filter(|amount| amount.minor >= 0).ok_or_else(|| Problem::invalid(vec![FieldError::new("/amount", "programme-not-an-amount")]))?;
    call.write("programme.set_grant", move |tx| {
        set_grant(tx, &who, &id, &amount, &form.evidence)?;
        Ok(Reply::done(office(&id), DoneView::yes()).say("programme-said-grant"))
    })
}

/// A milestone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct MilestoneForm {
    /// Title in Chinese.
    #[schemars(length(min = 1, max = 200))]
    title_zh: String,
    /// Title in English.
    #[serde(default)]
    #[schemars(length(max = 200))]
    title_en: String,
    /// Last day.
    due: Day,
}

fn milestone(call: &Call, form: MilestoneForm) -> Answer<Obligation> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.plan_milestone", move |tx| {
        let en = if form.title_en.trim().is_empty() { &form.title_zh } else { &form.title_en };
        let planned = plan_milestone(tx, &who, &id, form.title_zh.trim(), en.trim(), Some(form.due.end()))?;
        Ok(Reply::created(format!("/cases/{id}#work"), planned).say("programme-said-milestone"))
    })
}

/// What shows that it was done.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct EvidenceForm {
    /// What shows it.
    #[schemars(length(min = 1, max = 400))]
    evidence: String,
}

/// An obligation that has ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct EndedView {
    /// Obligation.
    obligation: Id,
    /// Its case.
    case: Id,
}

fn complete(call: &Call, form: EvidenceForm) -> Answer<EndedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.discharge", move |tx| {
        let case = sql::obligation::<CaseRefusal>(tx, &id)?.case_id;
        discharge(tx, &who, &id, &form.evidence)?;
        Ok(Reply::done(format!("/cases/{case}#work"), EndedView { obligation: id.clone(), case }).say("programme-said-discharged"))
    })
}

/// Why it is let go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct WaiverForm {
    /// Why.
    #[schemars(length(min = 1, max = 400))]
    reason: String,
}

fn let_go(call: &Call, form: WaiverForm) -> Answer<EndedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.waive", move |tx| {
        let case = sql::obligation::<CaseRefusal>(tx, &id)?.case_id;
        waive(tx, &who, &id, &form.reason)?;
        Ok(Reply::done(format!("/cases/{case}#work"), EndedView { obligation: id.clone(), case }).say("programme-said-waived"))
    })
}

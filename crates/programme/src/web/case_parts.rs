//! Parts of the case page: the way, facts, reviews, notices, people. Look-ups and pure shaping; tells nothing.

use std::collections::BTreeSet;

use lifecycle::{Definition, Question, StateKind, Type};
use packs::Programme;
use review::RoundState;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use store::Read;
use webkit::Call;
use words::{Acting, Amount, Bilingual, Day, Fault, Id, IfAny, Instant, Node};

use super::fields;
use crate::case::{Case, CaseFact, Obligation};
use crate::dossier::Dossier;
use crate::view::FormView;
use crate::{CaseView, access, rights, sql};

/// A state on the way of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct WayStep {
    /// State.
    pub id: String,
    /// Label.
    pub label: Bilingual,
    /// `done`, `current`, `todo`.
    pub state: String,
}

/// The states passed, the present one, and those that lie ahead if all goes well.
pub(super) fn way(dossier: &Dossier, view: &CaseView) -> Vec<WayStep> {
    let definition = &dossier.definition;
    let place = |id: &str| definition.states.iter().position(|state| state.id == id);
    let here = place(&dossier.case.state).unwrap_or(0);
    let been = |id: &str| view.history.iter().any(|line| line.made.from == id && line.made.rectifies.is_none());
    let over = definition.state(&dossier.case.state).is_some_and(|state| state.kind == StateKind::End || state.outcome.is_some());
    let shown = definition.states.iter().enumerate().filter_map(|(at, state)| {
        let ahead = !over && at > here && state.kind != StateKind::End && state.outcome.is_none();
        let mark = if at == here {
            "current"
        } else if been(&state.id) && (at < here || over) {
            "done"
        } else if ahead {
            "todo"
        } else {
            return None;
        };
        Some(WayStep { id: state.id.clone(), label: state.label.clone(), state: mark.into() })
    });
    shown.collect()
}

/// A case that is linked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LinkedCase {
    /// Case.
    pub id: Id,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
}

pub(super) fn linked(case: Option<&Case>) -> Option<LinkedCase> {
    case.map(|case| LinkedCase { id: case.id.clone(), number: case.number.clone(), title: case.title.clone() })
}

/// Somebody.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PersonLine {
    /// Person.
    pub person: Id,
    /// Name.
    pub name: String,
}

pub(super) fn people(read: &Read, persons: &[Id]) -> Result<Vec<PersonLine>, Fault> {
    let names = identity::person_names(read, persons)?;
    Ok(persons.iter().map(|person| PersonLine { person: person.clone(), name: names.get(person).cloned().unwrap_or_default() }).collect())
}

/// Forms that give a value of the definition by their verdict, such as the mentor's opinion.
pub(super) fn forms_of_values(read: &Read, who: &Acting, dossier: &Dossier, programme: &Programme, forms: &mut Vec<FormView>) -> Result<(), Fault> {
    for (key, value) in &dossier.definition.schema.uses.values {
        if programme.form(&dossier.case.node, key, dossier.today()).is_none() || forms.iter().any(|form| form.form == *key) {
            continue;
        }
        let sheets = dossier.answers.iter().filter(|sheet| sheet.form == *key).cloned().collect();
        let fillable = access::fills(read, who, &dossier.case, key)?;
        forms.push(FormView { form: key.clone(), label: value.label(), sheets, fillable });
    }
    Ok(())
}

/// A form is offered while the present state, one of its moves or an open obligation asks for it, or while it is a draft.
pub(super) fn only_asked(dossier: &Dossier, forms: &mut [FormView]) {
    let definition = &dossier.definition;
    let mut asked: BTreeSet<String> = dossier.obligations.iter().filter(|one| one.state == "open").filter_map(|one| one.form.clone()).collect();
    asked.extend(definition.state(&dossier.case.state).into_iter().flat_map(|state| &state.obligations).filter_map(|one| one.form.clone()));
    for question in definition.moves_from(&dossier.case.state).into_iter().flat_map(|step| definition.questions(step)) {
        match question {
            Question::Form { form } => drop(asked.insert(form)),
            Question::Value { name, .. } => drop(asked.insert(name)),
            _ => {}
        }
    }
    for form in forms {
        let begun = form.sheets.iter().any(|sheet| !sheet.complete && !sheet.frozen);
        form.fillable = form.fillable && (begun || asked.contains(&form.form));
    }
}

/// Documents that the moves out of the present state ask for.
pub(super) fn papers_now(dossier: &Dossier) -> Vec<String> {
    let documents = dossier.definition.schema.uses.documents.keys();
    documents.filter(|document| !crate::ops::signers(&dossier.definition, &dossier.case.state, document).is_empty()).cloned().collect()
}

/// What whoever looks has signed for the project already holds for the position too.
pub(super) fn signed_for_parent(read: &Read, who: &Acting, dossier: &Dossier) -> Result<BTreeSet<String>, Fault> {
    let Some(parent) = dossier.parent.as_ref().filter(|_| dossier.case.about.is_some()) else { return Ok(BTreeSet::new()) };
    let signed = desk::signatures(read, parent.id.as_str())?;
    Ok(signed.into_iter().filter(|one| one.person == who.person && one.counts()).map(|one| one.kind).collect())
}

/// The register of positions has a page from the freezing on, for the member, their HR and the office.
pub(super) fn has_position_page(dossier: &Dossier, view: &CaseView) -> bool {
    let known = dossier.case.definition == "person.post" && dossier.facts.iter().any(|fact| fact.name == "frozen_grade");
    known && view.my_roles.iter().any(|role| ["member", "home_unit.hr", "programme.office", "auditor"].contains(&role.as_str()))
}

/// A fact or value.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct FactLine {
    /// Name in the definition.
    pub name: String,
    /// Label.
    pub label: Bilingual,
    /// Name of the person it is about.
    pub about: Option<String>,
    /// The value, in the language of the page.
    pub shown: String,
    /// What shows it.
    pub evidence: String,
    /// The page of what shows it, if it has one.
    pub evidence_href: Option<String>,
    /// Who set it.
    pub set_by: String,
    /// When.
    pub set_at: Instant,
}

pub(super) fn fact_lines(call: &Call, read: &Read, dossier: &Dossier) -> Result<Vec<FactLine>, Fault> {
    let id_of = |fact: &CaseFact| fact.value.as_str().and_then(|text| Id::parse(text).ok());
    let node_of = |fact: &CaseFact| fact.value.as_str().filter(|text| text.starts_with("group")).map(Node::at);
    let ids = |fact: &CaseFact| [Id::parse(&fact.about).ok(), id_of(fact), Id::parse(&fact.evidence).ok(), Some(fact.set_by.clone())];
    let mut ids: Vec<Id> = dossier.facts.iter().flat_map(ids).flatten().collect();
    ids.sort();
    ids.dedup();
    let names = identity::person_names(read, &ids)?;
    let places = identity::nodes(read, &dossier.facts.iter().filter_map(node_of).collect::<Vec<_>>())?;
    let (name, place) = (|id: &Id| names.get(id).cloned(), |node: Node| places.get(&node).map(|node| node.title.get(call.lang).to_owned()));
    let mut lines = Vec::with_capacity(dossier.facts.len());
    for fact in &dossier.facts {
        let (evidence, evidence_href) = evidence(call, read, fact, &name)?;
        lines.push(FactLine {
            label: label(&dossier.definition, &fact.name),
            about: Id::parse(&fact.about).ok().map(|id| name(&id).unwrap_or_else(|| id.to_string())),
            shown: id_of(fact).and_then(|id| name(&id)).or_else(|| node_of(fact).and_then(place)).unwrap_or_else(|| shown(call, &fact.value)),
            set_by: name(&fact.set_by).unwrap_or_else(|| call.text("programme-the-house")),
            set_at: fact.set_at,
            name: fact.name.clone(),
            evidence,
            evidence_href,
        });
    }
    Ok(lines)
}

/// What shows a fact, as people read it: the number of a case, the name of a person, words otherwise.
fn evidence(call: &Call, read: &Read, fact: &CaseFact, name: &impl Fn(&Id) -> Option<String>) -> Result<(String, Option<String>), Fault> {
    if fact.evidence == "office" {
        return Ok((call.text("programme-evidence-office"), None));
    }
    let Ok(id) = Id::parse(&fact.evidence) else { return Ok((fact.evidence.clone(), None)) };
    if let Some(case) = sql::case::<words::Never>(read, &id).if_any()? {
        let open = call.who().is_some_and(|who| access::may_see::<words::Never>(read, who, &case).is_ok());
        return Ok((case.number, open.then(|| format!("/cases/{id}"))));
    }
    Ok((name(&id).unwrap_or_else(|| fact.evidence.clone()), None))
}

fn label(definition: &Definition, name: &str) -> Bilingual {
    let uses = &definition.schema.uses;
    let plain = uses.facts.get(name).or_else(|| uses.things.get(name)).or_else(|| uses.parties.get(name)).cloned();
    let typed = || uses.values.get(name).or_else(|| uses.names.get(name)).or_else(|| uses.names.get(&format!("project.{name}"))).map(lifecycle::Typed::label);
    plain.or_else(typed).or_else(|| crate::import::own_label(name)).unwrap_or_else(|| Bilingual::new(name, name))
}

/// A value as people read it.
pub(super) fn shown(call: &Call, value: &Value) -> String {
    match value {
        Value::Null => "—".into(),
        Value::Bool(true) => call.text("programme-yes"),
        Value::Bool(false) => call.text("programme-no"),
        Value::String(text) => text.clone(),
        Value::Object(_) => serde_json::from_value::<Amount>(value.clone()).map_or_else(|_| value.to_string(), |amount| amount.to_string()),
        Value::Array(items) => items.iter().map(|item| shown(call, item)).collect::<Vec<_>>().join(" · "),
        Value::Number(n) => n.to_string(),
    }
}

/// A fact that may be set by hand.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Settable {
    /// Name.
    pub name: String,
    /// Label.
    pub label: Bilingual,
    /// `bool`, `int`, `decimal`, `money`, `date`, `text`, `enum`.
    pub kind: String,
    /// Options of an enum.
    pub options: Vec<String>,
}

/// The house finds these out by itself, or there is a door of their own.
const NOT_BY_HAND: [&str; 5] = ["notice_clear", "mentor", "space", "retention_end", "roadshow_trained"];

pub(super) fn settable(definition: &Definition) -> Vec<Settable> {
    let uses = &definition.schema.uses;
    let yes_or_no = |(name, label): (&String, &Bilingual)| Settable { name: name.clone(), label: label.clone(), kind: "bool".into(), options: Vec::new() };
    let facts = uses.facts.iter().map(yes_or_no);
    let things = uses.things.iter().map(|(name, label)| Settable { name: name.clone(), label: label.clone(), kind: "text".into(), options: Vec::new() });
    let values = uses.values.iter().map(|(name, typed)| {
        let ty = typed.ty();
        let options = if let Type::Enum(options) = &ty { options.clone() } else { Vec::new() };
        Settable { name: name.clone(), label: typed.label(), kind: if options.is_empty() { ty.to_string() } else { "enum".into() }, options }
    });
    facts.chain(things).chain(values).filter(|one| !NOT_BY_HAND.contains(&one.name.as_str())).collect()
}

/// A review of the case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RoundLine {
    /// Round.
    pub id: Id,
    /// Gate.
    pub gate: String,
    /// What the gate is called.
    pub label: Bilingual,
    /// `gathering`, `drawing`, `reviewing` …
    pub state: RoundState,
    /// Reviews signed.
    pub signed: i64,
    /// Reviews needed.
    pub quorum: i64,
    /// Due.
    pub due_at: Instant,
    /// Score in hundredths; for the team only once feedback is released.
    pub score: Option<i64>,
    /// Passed; likewise.
    pub passed: Option<bool>,
    /// Opened.
    pub opened_at: Instant,
}

pub(super) fn rounds(read: &Read, who: &Acting, dossier: &Dossier) -> Result<Vec<RoundLine>, Fault> {
    let node = &dossier.case.node;
    let office = who.can(rights::DECIDE, node) || who.can(rights::READ_ALL, node);
    let found = review::rounds_of(read, &[dossier.case.id.to_string()])?.into_values().flatten();
    let line = |round: review::RoundView| {
        let open = office || round.feedback_at.is_some();
        RoundLine {
            label: dossier.definition.state(&round.gate).map_or_else(|| Bilingual::new(&round.gate, &round.gate), |state| state.label.clone()),
            score: round.score.filter(|_| open),
            passed: round.passed.filter(|_| open),
            id: round.id,
            gate: round.gate,
            state: round.state,
            signed: round.signed,
            quorum: round.quorum,
            due_at: round.due_at,
            opened_at: round.opened_at,
        }
    };
    Ok(found.map(line).collect())
}

/// A public notice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NoticeLine {
    /// Notice.
    pub id: Id,
    /// Title.
    pub title: Bilingual,
    /// `open`, `ended` …
    pub state: desk::NoticeState,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// Objections that nobody has answered.
    pub open_objections: usize,
}

pub(super) fn notices(read: &Read, dossier: &Dossier) -> Result<Vec<NoticeLine>, Fault> {
    let found = desk::notices_of(read, dossier.case.id.as_str())?;
    let line = |notice: desk::Notice| {
        let open_objections = desk::objections(read, None, &notice)?.iter().filter(|objection| objection.verdict.is_none()).count();
        Ok(NoticeLine { id: notice.id, title: notice.title, state: notice.state, from: notice.from, until: notice.until, open_objections })
    };
    found.into_iter().map(line).collect()
}

/// May whoever looks end this obligation?
pub(super) fn is_theirs(obligation: &Obligation, who: &Acting, view: &CaseView) -> bool {
    view.may_run || obligation.owner.as_ref() == Some(&who.person) || view.my_roles.contains(&obligation.owner_role)
}

/// The answers that the forms mark as public.
pub(super) fn public_answers(call: &Call, read: &Read, dossier: &Dossier) -> Result<Vec<(Bilingual, Vec<String>)>, Fault> {
    let forms = crate::case_forms(read, &dossier.case)?;
    let mut lines = Vec::new();
    for sheet in &dossier.answers {
        let Some(form) = forms.form(&sheet.form) else { continue };
        if sheet.answers.get("public_ok").or_else(|| sheet.answers.get("publish")) == Some(&Value::Bool(false)) {
            continue;
        }
        let known = fields::Known::of(read, form, &sheet.answers)?;
        for field in form.public_fields().filter(|field| !["title", "summary"].contains(&field.key.as_str())) {
            let texts: Vec<String> = fields::shown(call, &known, field, sheet.answers.get(&field.key)).into_iter().map(|one| one.text).collect();
            if !texts.is_empty() {
                lines.push((Bilingual::new(&field.zh, &field.en), texts));
            }
        }
    }
    Ok(lines)
}

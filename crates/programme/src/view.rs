//! A case as its page and its JSON show it. One reading, no N+1: the dossier, the names, the moves with what is missing.

use std::collections::BTreeMap;

use lifecycle::{Actor, StateKind, decide};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Fault, Id, Instant, Node, Outcome};

use crate::case::{AnswerSheet, Case, CaseFact, MoveMade, Obligation};
use crate::dossier::Dossier;
use crate::missing::{self, MissingView};
use crate::refusal::CaseRefusal;
use crate::{access, gather, sql};

/// A case in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaseRow {
    /// Id.
    pub id: Id,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Definition.
    pub definition: String,
    /// State with its label.
    pub state: StateView,
    /// Base.
    pub base: Node,
    /// Name of the base.
    pub base_name: Bilingual,
    /// Who leads it.
    pub lead: Id,
    /// Their name.
    pub lead_name: String,
    /// When it came into its state.
    pub entered_at: Instant,
    /// When the state should be over.
    pub due_at: Option<Instant>,
    /// Is that past?
    pub overdue: bool,
}

/// A state with its label.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StateView {
    /// Id.
    pub id: String,
    /// Label.
    pub label: Bilingual,
    /// `start`, `work`, `gate`, `end`.
    pub kind: String,
    /// How a case here came out.
    pub outcome: Option<String>,
}

/// Something that a move does and nobody can undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StayView {
    /// `spawn`, `advance`, `post`, `emit`, `grant_role`, `release_feedback`, `freeze`.
    pub verb: String,
    /// What: the case opened, the template posted, the role given.
    pub what: Bilingual,
}

/// A move that may be made or is blocked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoveView {
    /// Id.
    pub id: String,
    /// Label, as on the button.
    pub label: Bilingual,
    /// State it leads to.
    pub to: Bilingual,
    /// Where it leads: `on`, `back`, or `end` of what was hoped for.
    pub leads: String,
    /// Can it be made now by whoever looks?
    pub allowed: bool,
    /// Is it theirs to make, when nothing is missing?
    pub mine: bool,
    /// Roles that make it.
    pub by: Vec<String>,
    /// Does a guard ask for a reason?
    pub reason_needed: bool,
    /// Can it be taken back?
    pub rectifiable: bool,
    /// What it does that cannot be undone: `spawn`, `advance`, `post` … and what it is called.
    pub stays: Vec<StayView>,
    /// What is missing.
    pub missing: Vec<MissingView>,
}

/// Somebody of the team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MemberView {
    /// Person.
    pub person: Id,
    /// Name.
    pub name: String,
    /// `team.lead` or `team.member`.
    pub role: String,
    /// `invited`, `consented`, `declined`, `left`, `withdrawn`, `expired`.
    pub state: String,
    /// Until when an open invitation can be answered.
    pub answer_by: Option<Instant>,
    /// Home unit.
    pub home: Node,
    /// Its name.
    pub home_name: Bilingual,
}

/// A document that is signed, and who has signed it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DocumentView {
    /// Name in the definition.
    pub key: String,
    /// Label.
    pub label: Bilingual,
    /// Names of those who have signed, in order.
    pub signed_by: Vec<String>,
    /// Has whoever looks signed it?
    pub mine: bool,
}

/// A form of the case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FormView {
    /// Form of the pack.
    pub form: String,
    /// Label.
    pub label: Bilingual,
    /// Sheets that were filled in.
    pub sheets: Vec<AnswerSheet>,
    /// May whoever looks fill it in now?
    pub fillable: bool,
}

/// A move that was made, with names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistoryView {
    /// The record.
    #[serde(flatten)]
    pub made: MoveMade,
    /// Label of the move.
    pub label: Bilingual,
    /// Label of the state after.
    pub to_label: Bilingual,
    /// Where it led: `on`, `back`, or `end` of what was hoped for.
    pub leads: String,
    /// Who; empty where the house itself made it.
    pub actor_name: String,
}

/// A case in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaseView {
    /// The case.
    #[serde(flatten)]
    pub case: Case,
    /// Name of the definition.
    pub kind: Bilingual,
    /// State with its label.
    pub state_view: StateView,
    /// All states in order: the way of the case.
    pub path: Vec<StateView>,
    /// Name of the base.
    pub base_name: Bilingual,
    /// Name of the lead.
    pub lead_name: String,
    /// Name of the person it is about.
    pub about_name: Option<String>,
    /// Moves out of the state.
    pub moves: Vec<MoveView>,
    /// The team.
    pub members: Vec<MemberView>,
    /// Obligations, open first.
    pub obligations: Vec<Obligation>,
    /// Forms.
    pub forms: Vec<FormView>,
    /// Documents.
    pub documents: Vec<DocumentView>,
    /// Facts and values.
    pub facts: Vec<CaseFact>,
    /// Moves made, newest first.
    pub history: Vec<HistoryView>,
    /// Cases that this one spawned.
    pub children: Vec<CaseRow>,
    /// Roles of whoever looks.
    pub my_roles: Vec<String>,
    /// May whoever looks run the case (facts, obligations, mentor)?
    pub may_run: bool,
    /// Can the last move be taken back by whoever looks?
    pub may_rectify: bool,
    /// Was whoever looks invited, and not answered yet?
    pub invited: bool,
    /// Do they only sign an agreement of it, and see nothing else?
    pub aside: bool,
}

/// Who looks without being signed in sees no case.
pub fn case_view(read: &Read, who: &Acting, id: &Id) -> Outcome<CaseView, CaseRefusal> {
    let case = sql::case(read, id)?;
    let aside = access::may_see_aside(read, who, &case)?;
    let mut dossier = Dossier::read(read, case)?;
    if aside {
        keep_private(&mut dossier);
    }
    let roles = access::roles_in(read, who, &dossier.case)?;
    let history = if aside { Vec::new() } else { sql::moves(read, id)? };
    let names = names(read, &dossier, &history)?;
    // The house itself has no name here: pages say so in their language.
    let unnamed = |person: &Id| if person.as_str().starts_with("sys_") { String::new() } else { person.to_string() };
    let name_of = |person: &Id| names.get(person).cloned().unwrap_or_else(|| unnamed(person));
    let may_rectify = history.iter().rev().find(|made| made.rectified_by.is_none() && made.rectifies.is_none()).is_some_and(|made| {
        made.to == dossier.case.state
            && (made.actor == who.person || who.can(crate::rights::RECTIFY, &dossier.case.node))
            && crate::ops::can_be_undone(&dossier.definition, &made.name)
    });
    Ok(CaseView {
        kind: dossier.definition.label.clone(),
        state_view: state_view(&dossier.definition, &dossier.case.state),
        path: dossier.definition.states.iter().map(|state| state_view(&dossier.definition, &state.id)).collect(),
        base_name: place_name(read, &dossier.case.base)?,
        lead_name: name_of(&dossier.case.lead),
        about_name: dossier.case.about.as_ref().map(name_of),
        moves: if aside { Vec::new() } else { move_views(read, &dossier, &roles)? },
        members: member_views(read, &dossier, &name_of)?,
        obligations: open_first(&dossier.obligations),
        forms: if aside { Vec::new() } else { form_views(read, who, &dossier)? },
        documents: document_views(read, who, &dossier)?,
        facts: dossier.facts.clone(),
        history: history_views(&dossier, history, &name_of),
        children: rows(read, access::seen(read, who, dossier.children.clone())?)?,
        may_run: who.can(crate::rights::RUN, &dossier.case.node),
        may_rectify,
        invited: dossier.members.iter().any(|member| member.person == who.person && member.state == "invited"),
        my_roles: roles.into_iter().collect(),
        aside,
        case: dossier.case,
    })
}

/// What somebody who only signs an agreement does not see: pay, grade, choices, and what was owed.
fn keep_private(dossier: &mut Dossier) {
    dossier.facts.clear();
    dossier.obligations.clear();
    dossier.answers.clear();
}

fn names(read: &Read, dossier: &Dossier, history: &[MoveMade]) -> Result<BTreeMap<Id, String>, Fault> {
    let mut persons: Vec<Id> = dossier.members.iter().map(|member| member.person.clone()).chain(history.iter().map(|made| made.actor.clone())).collect();
    persons.push(dossier.case.lead.clone());
    persons.extend(dossier.case.about.clone());
    persons.sort();
    persons.dedup();
    identity::person_names(read, &persons)
}

pub(crate) fn place_name(read: &Read, node: &Node) -> Result<Bilingual, Fault> {
    Ok(identity::node(read, node)?.map_or_else(|| Bilingual::new(node.as_str(), node.as_str()), |node| node.title))
}

pub(crate) fn state_view(definition: &lifecycle::Definition, id: &str) -> StateView {
    let state = definition.state(id);
    let kind = state.map_or("work", |state| match state.kind {
        StateKind::Start => "start",
        StateKind::Work => "work",
        StateKind::Gate => "gate",
        StateKind::End => "end",
    });
    StateView {
        id: id.to_owned(),
        label: state.map_or_else(|| Bilingual::new(id, id), |state| state.label.clone()),
        kind: kind.into(),
        outcome: state.and_then(|state| state.outcome).map(|outcome| outcome.name().to_owned()),
    }
}

fn move_views(read: &Read, dossier: &Dossier, roles: &std::collections::BTreeSet<String>) -> Result<Vec<MoveView>, Fault> {
    let definition = &dossier.definition;
    let mut views = Vec::new();
    for step in definition.moves_from(&dossier.case.state) {
        if step.by.iter().all(|by| lifecycle::BUILT_IN_ACTORS.contains(&by.as_str())) {
            continue;
        }
        let questions = definition.questions(step);
        // The reason is typed at the move, so it does not block the button.
        let facts = gather::gather(read, dossier, &questions, "given at the move")?;
        let decision = decide(definition, &dossier.case.state, &step.id, Actor::Roles(roles), &facts);
        let missing: Vec<MissingView> = decision.missing.iter().filter(|one| one.code != lifecycle::MissingCode::Role).map(missing::view).collect();
        views.push(MoveView {
            id: step.id.clone(),
            label: step.label.clone(),
            to: definition.state_labels().get(&step.to).cloned().unwrap_or_default(),
            leads: leads(definition, &dossier.case.state, &step.to).into(),
            allowed: decision.allowed,
            mine: step.by.iter().any(|by| roles.contains(by)),
            by: step.by.iter().filter(|by| !lifecycle::BUILT_IN_ACTORS.contains(&by.as_str())).cloned().collect(),
            reason_needed: questions.iter().any(|question| matches!(question, lifecycle::Question::Has { thing } if thing == "reason")),
            rectifiable: crate::ops::can_be_undone(definition, &step.id),
            stays: stays(read, definition, &step.effects)?,
            missing,
        });
    }
    Ok(views)
}

/// Does a move lead on, back, or to an end that nobody hoped for?
fn leads(definition: &lifecycle::Definition, from: &str, to: &str) -> &'static str {
    let place = |id: &str| definition.states.iter().position(|state| state.id == id);
    let outcome = definition.state(to).and_then(|state| state.outcome).map(lifecycle::Outcome::name);
    match outcome {
        Some("failure" | "rejected" | "withdrawn") => "end",
        _ if place(to) < place(from) => "back",
        _ => "on",
    }
}

/// What of a move's effects cannot be undone, each once.
fn stays(read: &Read, definition: &lifecycle::Definition, effects: &[lifecycle::Effect]) -> Result<Vec<StayView>, Fault> {
    use lifecycle::Effect as E;
    let (programme, uses) = (packs::current(read)?, &definition.schema.uses);
    let plain = |text: &str| Bilingual::new(text, text);
    let case = |id: &str| uses.definitions.get(id).cloned().unwrap_or_else(|| plain(id));
    let role = |key: &str| programme.pack.role(key).map_or_else(|| plain(key), |role| Bilingual::new(&role.zh, &role.en));
    let book = crate::money::book(read)?;
    let template = |id: &str| book.templates().find(|template| template.id == id).map_or_else(|| plain(id), |template| template.name.clone());
    let mut views: Vec<StayView> = Vec::new();
    for effect in effects.iter().filter(|effect| crate::effects::stays(definition, effect)) {
        let (verb, what) = match effect {
            E::Spawn { definition } | E::SpawnEach { definition, .. } => ("spawn", case(definition)),
            E::Advance { definition, .. } => ("advance", case(definition)),
            E::Post { template: id, .. } => ("post", template(id)),
            E::GrantRole { role: key, .. } => ("grant_role", role(key)),
            E::ReleaseFeedback { state } => ("release_feedback", definition.state_labels().get(state).cloned().unwrap_or_else(|| plain(state))),
            E::Freeze { what, .. } | E::Unfreeze { what, .. } => ("freeze", uses.frozen.get(what).cloned().unwrap_or_else(|| plain(what))),
            _ => ("emit", Bilingual::default()),
        };
        let view = StayView { verb: verb.into(), what };
        if !views.contains(&view) {
            views.push(view);
        }
    }
    Ok(views)
}

fn member_views(read: &Read, dossier: &Dossier, name_of: &impl Fn(&Id) -> String) -> Result<Vec<MemberView>, Fault> {
    let homes: Vec<Node> = dossier.members.iter().map(|member| member.home.clone()).collect();
    let places = identity::nodes(read, &homes)?;
    let mut until: BTreeMap<Id, Instant> = BTreeMap::new();
    for member in dossier.members.iter().filter(|member| member.state == "invited") {
        until.extend(crate::ops::invitation::answer_by(read, &dossier.case.id, &member.person)?.map(|at| (member.person.clone(), at)));
    }
    let view = |member: &crate::case::Member| MemberView {
        answer_by: until.get(&member.person).copied(),
        person: member.person.clone(),
        name: name_of(&member.person),
        role: member.role.clone(),
        state: member.state.clone(),
        home_name: places.get(&member.home).map(|node| node.title.clone()).unwrap_or_default(),
        home: member.home.clone(),
    };
    Ok(dossier.members.iter().map(view).collect())
}

fn open_first(obligations: &[Obligation]) -> Vec<Obligation> {
    let mut sorted = obligations.to_vec();
    sorted.sort_by_key(|one| (one.state != "open", one.due_at, one.id.clone()));
    sorted
}

fn form_views(read: &Read, who: &Acting, dossier: &Dossier) -> Result<Vec<FormView>, Fault> {
    let mut views = Vec::new();
    for (form, label) in &dossier.definition.schema.uses.forms {
        let sheets: Vec<AnswerSheet> = dossier.answers.iter().filter(|sheet| sheet.form == *form).cloned().collect();
        let fillable = access::fills(read, who, &dossier.case, form)? && !sheets.iter().any(|sheet| sheet.frozen);
        views.push(FormView { form: form.clone(), label: label.clone(), sheets, fillable });
    }
    Ok(views)
}

fn document_views(read: &Read, who: &Acting, dossier: &Dossier) -> Result<Vec<DocumentView>, Fault> {
    let signatures = desk::signatures(read, dossier.case.id.as_str())?;
    let persons: Vec<Id> = signatures.iter().map(|signature| signature.person.clone()).collect();
    let names = identity::person_names(read, &persons)?;
    let view = |(key, label): (&String, &Bilingual)| {
        let of: Vec<_> = signatures.iter().filter(|signature| signature.kind == *key && signature.counts()).collect();
        DocumentView {
            key: key.clone(),
            label: label.clone(),
            signed_by: of.iter().map(|signature| names.get(&signature.person).cloned().unwrap_or_default()).collect(),
            mine: of.iter().any(|signature| signature.person == who.person),
        }
    };
    Ok(dossier.definition.schema.uses.documents.iter().map(view).collect())
}

fn history_views(dossier: &Dossier, history: Vec<MoveMade>, name_of: &impl Fn(&Id) -> String) -> Vec<HistoryView> {
    let view = |made: MoveMade| HistoryView {
        label: dossier.definition.find_move(&made.name).map_or_else(|| Bilingual::new(&made.name, &made.name), |step| step.label.clone()),
        to_label: dossier.definition.state_labels().get(&made.to).cloned().unwrap_or_default(),
        leads: leads(&dossier.definition, &made.from, &made.to).into(),
        actor_name: name_of(&made.actor),
        made,
    };
    history.into_iter().rev().map(view).collect()
}

/// Cases as rows of a list: places, names and definitions looked up once each.
pub fn rows(read: &Read, cases: Vec<Case>) -> Result<Vec<CaseRow>, Fault> {
    let bases: Vec<Node> = cases.iter().map(|case| case.base.clone()).collect();
    let leads: Vec<Id> = cases.iter().map(|case| case.lead.clone()).collect();
    let (places, names) = (identity::nodes(read, &bases)?, identity::person_names(read, &leads)?);
    let now = read.now();
    let (mut rows, mut known) = (Vec::with_capacity(cases.len()), crate::definitions::Known::default());
    for case in cases {
        let definition = known.of(read, &case)?;
        rows.push(CaseRow {
            state: state_view(&definition, &case.state),
            base_name: places.get(&case.base).map(|node| node.title.clone()).unwrap_or_default(),
            lead_name: names.get(&case.lead).cloned().unwrap_or_default(),
            overdue: case.due_at.is_some_and(|due| due < now),
            // A draft may have no title yet: its number stands in.
            title: if case.title.is_empty() { case.number.clone() } else { case.title },
            id: case.id,
            number: case.number,
            definition: case.definition,
            base: case.base,
            lead: case.lead,
            entered_at: case.entered_at,
            due_at: case.due_at,
        });
    }
    Ok(rows)
}

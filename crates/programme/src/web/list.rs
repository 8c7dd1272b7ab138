//! Lists of cases: projects, and any other kind of programme. Filters stand in the address.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Reply, Routes, Sheet};
use words::{Acting, Bilingual, Failure, Lang, Outcome};

use super::declare::PROJECT;
use super::lists::{self, ListRow};
use super::{OptionView, node_of, places};
use crate::refusal::CaseRefusal;
use crate::sql_sight::Sight;
use crate::{CaseQuery, definitions, rights};

const PAGE: usize = 50;
const SHEET: usize = 5_000;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/projects", "programme.project.list", Access::Public, projects)
        .template("programme/cases.html")
        .get("/cases", "programme.case.list", Access::Public, cases)
        .template("programme/cases.html")
}

/// Filters.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct ListQuery {
    /// Definition.
    #[serde(default)]
    #[schemars(length(max = 80))]
    definition: String,
    /// State.
    #[serde(default)]
    #[schemars(length(max = 80))]
    state: String,
    /// Node of the base.
    #[serde(default)]
    #[schemars(length(max = 240))]
    base: String,
    /// Words of title, number or summary.
    #[serde(default)]
    #[schemars(length(max = 120))]
    q: String,
    /// Only those that one leads or takes part in.
    #[serde(default)]
    mine: bool,
    /// Where to go on.
    cursor: Option<String>,
}

/// A list of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ListView {
    /// Definition whose cases are listed; empty: all.
    definition: String,
    /// What it is called.
    kind: Option<Bilingual>,
    /// Filter by state.
    state: String,
    /// Filter by base.
    base: String,
    /// Words looked for.
    q: String,
    /// Only one's own.
    mine: bool,
    /// Is any filter set?
    filtered: bool,
    /// Newest first.
    cases: Vec<ListRow>,
    /// Definitions to choose from.
    definitions: Vec<OptionView>,
    /// States to choose from.
    states: Vec<OptionView>,
    /// Bases to choose from.
    bases: Vec<OptionView>,
    /// Moves that can be made for several cases of this state at once.
    moves: Vec<OptionView>,
    /// May whoever looks declare a project?
    may_declare: bool,
    /// May whoever looks import projects from a sheet?
    may_import: bool,
    /// Is it the list of projects?
    projects: bool,
}

fn projects(call: &Call, query: ListQuery) -> Answer<ListView> {
    list(call, &ListQuery { definition: PROJECT.into(), ..query }, true)
}

fn cases(call: &Call, query: ListQuery) -> Answer<ListView> {
    list(call, &query, false)
}

fn list(call: &Call, query: &ListQuery, projects: bool) -> Answer<ListView> {
    let length = if call.wants_sheet().is_some() { SHEET } else { PAGE };
    let (view, cursor) = call.read(|read| looked_up(read, call.who(), query, projects, length))?;
    let sheet = sheet_of(&view, call.lang);
    Ok(Reply::page("programme/cases.html", view).sheet(sheet).next(cursor))
}

fn looked_up(read: &Read, who: Option<&Acting>, query: &ListQuery, projects: bool, length: usize) -> Outcome<(ListView, Option<String>), CaseRefusal> {
    let known = definitions::all(read)?;
    let definition = known.iter().map(|(_, definition)| definition).find(|definition| definition.id == query.definition);
    if definition.is_none() && !query.definition.is_empty() {
        return Err(Failure::Absent);
    }
    let mine = query.mine && who.is_some();
    let filter = CaseQuery {
        definition: query.definition.clone(),
        state: query.state.clone(),
        base: node_of(&query.base),
        person: who.filter(|_| mine).map(|who| who.person.clone()),
        words: query.q.trim().to_owned(),
        after: query.cursor.clone().unwrap_or_default(),
        limit: 0,
    };
    let sight = Sight { who, definitions: known.iter().map(|(_, definition)| definition.clone()).collect() };
    let (cases, cursor) = lists::page(read, &sight, &filter, length)?;
    let states =
        definition.map(|definition| definition.states.iter().map(|state| OptionView::of(&state.id, state.label.clone())).collect()).unwrap_or_default();
    let can = |right: &str| who.is_some_and(|who| who.grants.iter().any(|grant| grant.rights.contains(right)));
    let view = ListView {
        kind: definition.map(|definition| definition.label.clone()),
        definitions: known.iter().map(|(_, definition)| OptionView::of(&definition.id, definition.label.clone())).collect(),
        moves: definition.map(|definition| moves(definition, who, &query.state)).unwrap_or_default(),
        bases: places(read, identity::NodeKind::Base)?,
        filtered: !query.state.is_empty() || !query.base.is_empty() || !filter.words.is_empty() || mine,
        may_declare: can(rights::DECLARE),
        may_import: can(rights::IMPORT),
        definition: query.definition.clone(),
        state: query.state.clone(),
        base: query.base.clone(),
        q: filter.words,
        mine,
        projects,
        cases,
        states,
    };
    Ok((view, cursor))
}

/// Moves out of a state that belong to a role whoever looks holds somewhere by grant: what an office does for many at once.
fn moves(definition: &lifecycle::Definition, who: Option<&Acting>, state: &str) -> Vec<OptionView> {
    let Some(who) = who.filter(|_| !state.is_empty()) else { return Vec::new() };
    let theirs = |by: &Vec<String>| by.iter().any(|role| who.grants.iter().any(|grant| grant.role == *role));
    let steps = definition.moves_from(state).into_iter().filter(|step| theirs(&step.by));
    steps.map(|step| OptionView::of(&step.id, step.label.clone())).collect()
}

fn sheet_of(view: &ListView, lang: Lang) -> Sheet {
    let columns = [
        "programme-col-number",
        "programme-col-title",
        "programme-col-kind",
        "programme-col-state",
        "programme-col-base",
        "programme-col-lead",
        "programme-col-since",
        "programme-col-due",
    ];
    let rows = view.cases.iter().map(|row| {
        let text = |label: &Bilingual| label.get(lang).to_owned();
        vec![
            row.number.clone().into(),
            (&row.title).into(),
            text(&row.kind).into(),
            text(&row.state.label).into(),
            text(&row.base_name).into(),
            row.lead_name.clone().into(),
            row.entered_at.into(),
            row.due_at.into(),
        ]
    });
    Sheet::new(if view.projects { "projects" } else { "cases" }, &columns).rows(rows)
}

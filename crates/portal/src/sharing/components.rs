//! Components to choose from: found by words, narrowed by filters, each with how often it was reused; and one's own, with one's requests.

use std::collections::BTreeMap;

use programme::Case;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::{Bilingual, Fault, Id, Instant, Never, Node};

use super::offer::{FORM, OptionView};
use super::reuse::Reuse;
use super::{COMPONENT, OFFERED, REQUEST, options, places, reuse, text};
use crate::public::found_in;
use crate::rights::SHARE;
use crate::shell::holds_any;

/// Components of a page.
const PAGE: usize = 24;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// Offered last first.
    #[default]
    Newest,
    /// Reused most first.
    Reused,
    /// By name.
    Name,
}

/// Which components.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ComponentsQuery {
    /// Words of name, what it does, terms or unit.
    #[schemars(length(max = 100))]
    q: String,
    /// Kind.
    #[schemars(length(max = 40))]
    kind: String,
    /// Unit that offers it.
    #[schemars(length(max = 60))]
    unit: String,
    /// State of the lifecycle; those that can be asked for, if it is left out, and `all` for all.
    #[schemars(length(max = 40))]
    state: String,
    /// In which order.
    sort: Order,
    /// Id of the last component of the page before.
    #[schemars(length(max = 60))]
    cursor: String,
}

/// A component in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ComponentRow {
    /// Its case.
    pub id: Id,
    /// Its number.
    pub number: String,
    /// Name.
    pub name: Bilingual,
    /// What it does.
    pub summary: String,
    /// Terms of use.
    pub terms: String,
    /// Kind.
    pub kind: Bilingual,
    /// Unit that offers it.
    pub unit: String,
    /// Its name.
    pub unit_name: Bilingual,
    /// State of its case.
    pub state: String,
    /// Its label.
    pub state_label: Bilingual,
    /// How often it was reused.
    pub reused: usize,
    /// Offered since.
    pub since: Instant,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ComponentsView {
    /// Words in force.
    q: String,
    /// Filter in force.
    kind: String,
    /// Filter in force.
    unit: String,
    /// Filter in force.
    state: String,
    /// Order in force.
    sort: Order,
    /// Kinds to choose from.
    kinds: Vec<OptionView>,
    /// Units that offer something.
    units: Vec<OptionView>,
    /// States to choose from.
    states: Vec<OptionView>,
    /// How many were found.
    found: usize,
    /// How often all components together were reused.
    reused: usize,
    /// Those of this page.
    components: Vec<ComponentRow>,
    /// May whoever looks offer one?
    may_offer: bool,
}

/// Every component that is no draft, with its reuses. Drafts are for their makers.
pub(super) fn rows(read: &Read, reuses: &[Reuse]) -> Result<Vec<ComponentRow>, Fault> {
    let (sheets, names) = (programme::sheets(read, COMPONENT, FORM)?, places(read)?);
    let kinds: BTreeMap<String, Bilingual> = options(packs::current(read)?.form(&Node::group(), FORM, read.now().day()), "kind").into_iter().collect();
    let mut counts: BTreeMap<&Id, usize> = BTreeMap::new();
    reuses.iter().for_each(|one| *counts.entry(&one.component).or_default() += 1);
    let labels = labels(read)?;
    let row = |case: Case| {
        let answers = sheets.get(&case.id);
        let (kind, unit) = (text(answers, "kind"), text(answers, "unit"));
        let plain = |key: &str| Bilingual::new(key, key);
        let english = Some(text(answers, "title_en")).filter(|name| !name.is_empty()).unwrap_or(&case.title);
        ComponentRow {
            name: Bilingual::new(&case.title, english),
            summary: text(answers, "summary").to_owned(),
            terms: text(answers, "terms").to_owned(),
            kind: kinds.get(kind).cloned().unwrap_or_else(|| plain(kind)),
            unit_name: names.get(unit).cloned().unwrap_or_else(|| plain(unit)),
            unit: unit.to_owned(),
            state_label: labels.get(&case.state).cloned().unwrap_or_else(|| plain(&case.state)),
            reused: counts.get(&case.id).copied().unwrap_or(0),
            since: case.opened_at,
            state: case.state,
            number: case.number,
            id: case.id,
        }
    };
    Ok(programme::cases_of(read, COMPONENT)?.into_iter().filter(|case| case.state != "draft").map(row).collect())
}

/// Components that are offered and in whose texts the words stand; how often each was reused is not looked at.
pub(crate) fn found(read: &Read, q: &str) -> Result<Vec<ComponentRow>, Fault> {
    let query = ComponentsQuery { q: q.to_owned(), ..ComponentsQuery::default() };
    Ok(rows(read, &[])?.into_iter().filter(|row| fits(&query, &[], row)).collect())
}

fn labels(read: &Read) -> Result<BTreeMap<String, Bilingual>, Fault> {
    let (_, definition) = programme::newest_definition(read, COMPONENT).map_err(words::Failure::into_fault)?;
    Ok(definition.states.iter().map(|state| (state.id.clone(), state.label.clone())).collect())
}

pub(super) fn list(call: &Call, query: ComponentsQuery) -> Answer<ComponentsView> {
    let (all, kinds, states, reused) = call.read::<_, Never>(|read| {
        let reuses = reuse::all(read)?;
        let programme = packs::current(read)?;
        let kinds = options(programme.form(&Node::group(), FORM, read.now().day()), "kind");
        Ok((rows(read, &reuses)?, kinds, labels(read)?, reuses.len()))
    })?;
    let option = |(value, label)| OptionView { value, label };
    let units: BTreeMap<String, Bilingual> = all.iter().map(|row| (row.unit.clone(), row.unit_name.clone())).collect();
    let mut found: Vec<ComponentRow> = all.into_iter().filter(|row| fits(&query, &kinds, row)).collect();
    match query.sort {
        Order::Newest => {}
        Order::Reused => found.sort_by_key(|row| std::cmp::Reverse(row.reused)),
        Order::Name => found.sort_by_cached_key(|row| words::fold(row.name.get(call.lang))),
    }
    let (sheet, count) = (sheet(call, &found), found.len());
    let begin = found.iter().position(|row| row.id.as_str() == query.cursor).map_or(0, |at| at + 1);
    found.drain(..begin);
    let next = (found.len() > PAGE).then(|| found[PAGE - 1].id.to_string());
    found.truncate(PAGE);
    let view = ComponentsView {
        kinds: kinds.into_iter().map(option).collect(),
        units: units.into_iter().map(option).collect(),
        states: states.into_iter().filter(|(state, _)| state != "draft").map(option).collect(),
        found: count,
        reused,
        components: found,
        may_offer: call.who().is_some_and(|who| holds_any(who, &[SHARE])),
        q: query.q,
        kind: query.kind,
        unit: query.unit,
        state: query.state,
        sort: query.sort,
    };
    Ok(Reply::page("portal/technology.html", view).next(next).sheet(sheet))
}

fn fits(query: &ComponentsQuery, kinds: &[(String, Bilingual)], row: &ComponentRow) -> bool {
    let kind = kinds.iter().find(|(key, _)| *key == query.kind).map(|(_, label)| label);
    let state = match query.state.as_str() {
        "" => row.state == OFFERED,
        "all" => true,
        state => row.state == state,
    };
    let texts = [&row.name.zh, &row.name.en, &row.summary, &row.terms, &row.kind.zh, &row.kind.en, &row.unit_name.zh, &row.unit_name.en, &row.number];
    state
        && (query.kind.is_empty() || kind == Some(&row.kind))
        && (query.unit.is_empty() || row.unit == query.unit)
        && found_in(&texts.map(String::as_str), &query.q)
}

fn sheet(call: &Call, found: &[ComponentRow]) -> Sheet {
    let columns = [
        "portal-technology-number",
        "portal-col-name",
        "portal-col-kind",
        "portal-technology-unit",
        "portal-col-state",
        "portal-technology-reused",
        "portal-technology-does",
        "portal-technology-terms",
    ];
    Sheet::new(call.text("portal-technology"), &columns).rows(found.iter().map(|row| {
        vec![
            row.number.as_str().into(),
            row.name.get(call.lang).into(),
            row.kind.get(call.lang).into(),
            row.unit_name.get(call.lang).into(),
            row.state_label.get(call.lang).into(),
            i64::try_from(row.reused).unwrap_or(i64::MAX).into(),
            row.summary.as_str().into(),
            row.terms.as_str().into(),
        ]
    }))
}

/// A request, for whoever made it or answers it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestRow {
    /// Its case.
    pub id: Id,
    /// Its number.
    pub number: String,
    /// The component.
    pub component: Option<Id>,
    /// Its name.
    pub title: String,
    /// Who asked.
    pub who: String,
    /// For which project.
    pub project: String,
    /// What for.
    pub purpose: String,
    /// State.
    pub state: String,
    /// Its label.
    pub state_label: Bilingual,
    /// Until when somebody should see to it.
    pub due_at: Option<Instant>,
    /// Asked at.
    pub asked_at: Instant,
}

/// One's own components and requests.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MineView {
    /// Components that one offers.
    components: Vec<ComponentRow>,
    /// Requests that one answers: those that wait first.
    to_answer: Vec<RequestRow>,
    /// Requests that one made.
    asked: Vec<RequestRow>,
    /// May whoever looks offer one?
    may_offer: bool,
}

/// Requests that are wanted, newest first.
pub(super) fn requests(read: &Read, wanted: impl Fn(&Case) -> bool) -> Result<Vec<RequestRow>, Fault> {
    let cases: Vec<Case> = programme::cases_of(read, REQUEST)?.into_iter().filter(wanted).collect();
    let (sheets, people) = (programme::sheets(read, REQUEST, super::request::FORM)?, cases.iter().filter_map(|case| case.about.clone()).collect::<Vec<_>>());
    let names = identity::person_names(read, &people)?;
    let rows = programme::rows(read, cases.clone())?;
    let row = |(case, shown): (Case, programme::CaseRow)| RequestRow {
        who: case.about.as_ref().and_then(|person| names.get(person)).cloned().unwrap_or_default(),
        project: text(sheets.get(&case.id), "project").to_owned(),
        purpose: text(sheets.get(&case.id), "purpose").to_owned(),
        state_label: shown.state.label,
        component: case.parent,
        asked_at: case.opened_at,
        due_at: case.due_at,
        number: case.number,
        title: case.title,
        state: case.state,
        id: case.id,
    };
    Ok(cases.into_iter().zip(rows).map(row).collect())
}

pub(super) fn mine(call: &Call, _: Nothing) -> Answer<MineView> {
    let who = call.acting()?;
    let view = call.read::<_, Never>(|read| {
        let own: Vec<Id> = programme::cases_of(read, COMPONENT)?.into_iter().filter(|case| case.lead == who.person).map(|case| case.id).collect();
        let mut components = rows(read, &reuse::all(read)?)?;
        components.retain(|row| own.contains(&row.id));
        let mut to_answer = requests(read, |case| case.lead == who.person)?;
        to_answer.sort_by_key(|row| row.state != "asked");
        let asked = requests(read, |case| case.about.as_ref() == Some(&who.person))?;
        Ok(MineView { components, to_answer, asked, may_offer: holds_any(&who, &[SHARE]) })
    })?;
    Ok(Reply::page("portal/technology_mine.html", view))
}

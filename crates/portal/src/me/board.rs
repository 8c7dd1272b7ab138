//! The board: projects by state, as far as whoever looks may see them.

use std::collections::BTreeMap;

use programme::{CaseQuery, CaseRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Acting, Bilingual, Fault, Node};

use super::workbench::{Sla, sla};

/// Cards in a column; the rest is counted and in the list.
const CARDS: i64 = 12;
/// Rows of a sheet, of each state.
const SHEET: i64 = 5_000;
/// What the board shows.
const DEFINITION: &str = "incubation.self";

/// Which projects.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct BoardQuery {
    /// Path of a base; all if not said.
    #[serde(default)]
    #[schemars(length(max = 200))]
    base: String,
    /// Words of title, number or summary.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

/// A card.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CardView {
    /// The project.
    #[serde(flatten)]
    row: CaseRow,
    /// How soon it should leave its state.
    sla: Sla,
}

/// A column.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LaneView {
    /// State.
    state: String,
    /// Its label.
    label: Bilingual,
    /// How many projects are in it.
    count: i64,
    /// The cards, soonest due first.
    cards: Vec<CardView>,
}

/// A base of the filter.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BaseChoice {
    /// Path.
    value: Node,
    /// Name.
    label: Bilingual,
}

/// The board.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BoardView {
    /// Filter in force.
    base: String,
    /// Words in force.
    q: String,
    /// Bases to choose from.
    bases: Vec<BaseChoice>,
    /// Columns in the order of the lifecycle.
    lanes: Vec<LaneView>,
    /// Projects on the board.
    total: i64,
}

pub(super) fn show(call: &Call, query: BoardQuery) -> Answer<BoardView> {
    let who = call.acting()?;
    let cards = if call.wants_sheet().is_some() { SHEET } else { CARDS };
    let view = call.read::<_, programme::CaseRefusal>(|read| view(read, &who, query, cards))?;
    let sheet = sheet(call, &view);
    Ok(Reply::page("portal/board.html", view).sheet(sheet))
}

fn view(read: &Read, who: &Acting, query: BoardQuery, cards: i64) -> words::Outcome<BoardView, programme::CaseRefusal> {
    let base = (!query.base.is_empty()).then(|| Node::at(query.base.as_str()));
    let asked = CaseQuery { definition: DEFINITION.into(), base, words: query.q.clone(), ..CaseQuery::default() };
    let found = programme::lanes(read, who, &asked, cards)?;
    let (_, definition) = programme::newest_definition(read, DEFINITION)?;
    let states = definition.states.iter().map(|state| (state.id.clone(), state.label.clone())).collect();
    let total = found.iter().map(|lane| lane.count).sum();
    Ok(BoardView { bases: bases(read)?, total, lanes: lanes(read, states, found)?, base: query.base, q: query.q })
}

fn bases(read: &Read) -> Result<Vec<BaseChoice>, Fault> {
    let programme = packs::current(read)?;
    let choice = |base: &packs::Base| Some(BaseChoice { value: programme.pack.node_of(&base.key)?, label: base.short.clone() });
    Ok(programme.pack.facts.bases.iter().filter_map(choice).collect())
}

/// In the order of the lifecycle. Names and places of all cards are looked up at once.
fn lanes(read: &Read, states: Vec<(String, Bilingual)>, found: Vec<programme::Lane>) -> Result<Vec<LaneView>, Fault> {
    let counts: BTreeMap<String, i64> = found.iter().map(|lane| (lane.state.clone(), lane.count)).collect();
    let rows = programme::rows(read, found.into_iter().flat_map(|lane| lane.cases).collect())?;
    let mut cards: BTreeMap<String, Vec<CardView>> = BTreeMap::new();
    for row in rows {
        cards.entry(row.state.id.clone()).or_default().push(CardView { sla: sla(row.due_at, read.now()), row });
    }
    let lane = |(state, label): (String, Bilingual)| LaneView {
        count: counts.get(&state).copied().unwrap_or(0),
        cards: cards.remove(&state).unwrap_or_default(),
        state,
        label,
    };
    Ok(states.into_iter().map(lane).collect())
}

fn sheet(call: &Call, view: &BoardView) -> Sheet {
    let rows = view.lanes.iter().flat_map(|lane| &lane.cards).map(|card| &card.row);
    let columns = ["portal-col-number", "portal-col-name", "portal-col-state", "portal-nav-bases", "portal-col-lead", "portal-col-since", "portal-col-due"];
    Sheet::new(call.text("portal-nav-board"), &columns).rows(rows.map(|row| {
        let (state, base) = (row.state.label.get(call.lang), row.base_name.get(call.lang));
        vec![(&row.number).into(), (&row.title).into(), state.into(), base.into(), (&row.lead_name).into(), row.entered_at.into(), row.due_at.into()]
    }))
}

//! The board: projects by state, as far as whoever looks may see them.

use programme::{CaseQuery, CaseRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Acting, Bilingual, Fault, Node};

use super::workbench::{Sla, sla};

/// Cards in a column; the rest is counted and in the list.
const CARDS: usize = 12;
/// Cases looked at for one board.
const MOST: i64 = 1_000;
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
    let (view, rows) = call.read::<_, programme::CaseRefusal>(|read| {
        let rows = visible(read, &who, &query)?;
        let (_, definition) = programme::newest_definition(read, DEFINITION)?;
        let states = definition.states.iter().map(|state| (state.id.clone(), state.label.clone())).collect();
        Ok((BoardView { bases: bases(read)?, total: rows.len() as i64, lanes: lanes(read, states, &rows), base: query.base.clone(), q: query.q.clone() }, rows))
    })?;
    let sheet = sheet(call, &rows);
    Ok(Reply::page("portal/board.html", view).sheet(sheet))
}

fn visible(read: &Read, who: &Acting, query: &BoardQuery) -> Result<Vec<CaseRow>, Fault> {
    let base = (!query.base.is_empty()).then(|| Node::at(query.base.as_str()));
    let cases = programme::find_cases(read, &CaseQuery { definition: DEFINITION.into(), base, words: query.q.clone(), limit: MOST, ..CaseQuery::default() })?;
    let seen = cases.into_iter().filter(|case| programme::may_see::<words::Never>(read, who, case).is_ok()).collect();
    programme::rows(read, seen)
}

fn bases(read: &Read) -> Result<Vec<BaseChoice>, Fault> {
    let programme = packs::current(read)?;
    let choice = |base: &packs::Base| Some(BaseChoice { value: programme.pack.node_of(&base.key)?, label: base.short.clone() });
    Ok(programme.pack.facts.bases.iter().filter_map(choice).collect())
}

fn lanes(read: &Read, states: Vec<(String, Bilingual)>, rows: &[CaseRow]) -> Vec<LaneView> {
    let now = read.now();
    let lane = |(state, label): (String, Bilingual)| {
        let mut mine: Vec<CaseRow> = rows.iter().filter(|row| row.state.id == state).cloned().collect();
        mine.sort_by_key(|row| (row.due_at.is_none(), row.due_at));
        let count = mine.len() as i64;
        mine.truncate(CARDS);
        LaneView { state, label, count, cards: mine.into_iter().map(|row| CardView { sla: sla(row.due_at, now), row }).collect() }
    };
    states.into_iter().map(lane).collect()
}

fn sheet(call: &Call, rows: &[CaseRow]) -> Sheet {
    let columns = ["portal-col-number", "portal-col-name", "portal-col-state", "portal-nav-bases", "portal-col-lead", "portal-col-since", "portal-col-due"];
    Sheet::new(call.text("portal-nav-board"), &columns).rows(rows.iter().map(|row| {
        let (state, base) = (row.state.label.get(call.lang), row.base_name.get(call.lang));
        vec![(&row.number).into(), (&row.title).into(), state.into(), base.into(), (&row.lead_name).into(), row.entered_at.into(), row.due_at.into()]
    }))
}

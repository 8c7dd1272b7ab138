//! The programme on one page: one goal, two platforms, kinds of bases, four mechanisms, five modes; each box leads on.

use packs::{Fact, Facts};
use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Problem, Reply};

use super::{FactView, in_force};

/// Groups in the order of the page: first the five rows of the figure, then what stands around them.
const GROUPS: [&str; 8] = ["goal", "platform", "base_kind", "mechanism", "mode", "actor", "five_ones", "line"];

/// A row of the map.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RowView {
    /// `goal`, `platform` …; its title is the text `portal-map-<group>`.
    group: String,
    /// Does it belong to the figure itself?
    core: bool,
    /// Its boxes.
    boxes: Vec<FactView>,
}

/// The map.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MapView {
    /// Rows.
    rows: Vec<RowView>,
}

pub(super) fn map_of(facts: &Facts) -> MapView {
    let boxes = |group: &str| facts.map.iter().filter(|fact| fact.group.as_deref() == Some(group)).map(FactView::from).collect();
    let row = |(at, group): (usize, &&str)| RowView { group: (*group).to_owned(), core: at < 5, boxes: boxes(group) };
    MapView { rows: GROUPS.iter().enumerate().map(row).collect() }
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<MapView> {
    Ok(Reply::page("portal/map.html", map_of(&in_force(call)?.pack.facts)))
}

/// A box of the map.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BoxView {
    /// The box.
    fact: FactView,
    /// Others of its row.
    beside: Vec<FactView>,
}

pub(super) fn show_box(call: &Call, _: Nothing) -> Answer<BoxView> {
    let programme = in_force(call)?;
    let map = &programme.pack.facts.map;
    let fact = map.iter().find(|fact| fact.key == call.path_text("key")).ok_or_else(Problem::absent)?;
    let beside = |other: &&Fact| other.group == fact.group && other.key != fact.key;
    Ok(Reply::page("portal/map_box.html", BoxView { fact: fact.into(), beside: map.iter().filter(beside).map(FactView::from).collect() }))
}

//! A definition as a drawing: states in rows by how far they are from the start, moves as arrows. Pure.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lifecycle::{Definition, StateKind};
use schemars::JsonSchema;
use serde::Serialize;
use words::Bilingual;

const WIDE: i64 = 170;
const HIGH: i64 = 42;
const GAP_X: i64 = 50;
const GAP_Y: i64 = 44;

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BoxView {
    /// Left.
    pub x: i64,
    /// Top.
    pub y: i64,
    /// Width.
    pub width: i64,
    /// Height.
    pub height: i64,
    /// Label.
    pub label: Bilingual,
    /// `start`, `work`, `gate`, `end`.
    pub kind: String,
}

/// A move from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArrowView {
    /// SVG path.
    pub path: String,
    /// Labels of the moves that go this way.
    pub labels: Vec<Bilingual>,
}

/// The drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drawing {
    /// Width.
    pub width: i64,
    /// Height.
    pub height: i64,
    /// States.
    pub boxes: Vec<BoxView>,
    /// Moves.
    pub arrows: Vec<ArrowView>,
}

/// How many moves each state is away from the start.
fn distances(definition: &Definition) -> BTreeMap<&str, i64> {
    let mut far: BTreeMap<&str, i64> = BTreeMap::new();
    let mut queue: VecDeque<&str> = definition.start().map(|state| state.id.as_str()).into_iter().collect();
    if let Some(start) = queue.front() {
        far.insert(start, 0);
    }
    while let Some(here) = queue.pop_front() {
        let next = far.get(here).copied().unwrap_or(0) + 1;
        for step in definition.moves.iter().filter(|step| step.from.iter().any(|from| from == here)) {
            if !far.contains_key(step.to.as_str()) {
                far.insert(&step.to, next);
                queue.push_back(&step.to);
            }
        }
    }
    far
}

/// Draws it.
pub(super) fn draw(definition: &Definition) -> Drawing {
    let far = distances(definition);
    let mut taken: BTreeMap<i64, i64> = BTreeMap::new();
    let mut places: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut boxes = Vec::new();
    for state in &definition.states {
        let row = far.get(state.id.as_str()).copied().unwrap_or(0);
        let column = taken.entry(row).or_insert(0);
        let (x, y) = (10 + *column * (WIDE + GAP_X), 10 + row * (HIGH + GAP_Y));
        *column += 1;
        places.insert(&state.id, (x, y));
        boxes.push(BoxView { x, y, width: WIDE, height: HIGH, label: state.label.clone(), kind: kind(state.kind).into() });
    }
    let rows = taken.keys().max().copied().unwrap_or(0) + 1;
    let widest = taken.values().max().copied().unwrap_or(1);
    Drawing { width: widest * (WIDE + GAP_X) + GAP_X, height: rows * (HIGH + GAP_Y), arrows: arrows(definition, &places), boxes }
}

fn kind(kind: StateKind) -> &'static str {
    match kind {
        StateKind::Start => "start",
        StateKind::Work => "work",
        StateKind::Gate => "gate",
        StateKind::End => "end",
    }
}

fn arrows(definition: &Definition, places: &BTreeMap<&str, (i64, i64)>) -> Vec<ArrowView> {
    let pairs: BTreeSet<(&str, &str)> =
        definition.moves.iter().flat_map(|step| step.from.iter().map(|from| (from.as_str(), step.to.as_str()))).filter(|(from, to)| from != to).collect();
    let arrow = |(from, to): (&str, &str)| {
        let ((x1, y1), (x2, y2)) = (*places.get(from)?, *places.get(to)?);
        let steps = definition.moves.iter().filter(|step| step.to == to && step.from.iter().any(|one| one == from));
        let labels = steps.map(|step| step.label.clone()).collect();
        let path = if y2 > y1 {
            let (sx, sy, ex, ey) = (x1 + WIDE / 2, y1 + HIGH, x2 + WIDE / 2, y2 - 3);
            let bend = (ey - sy) / 2;
            format!("M{sx} {sy} C{sx} {} {ex} {} {ex} {ey}", sy + bend, ey - bend)
        } else {
            // Back, or beside: around the right-hand side.
            let (sx, sy, ex, ey) = (x1 + WIDE, y1 + HIGH / 3, x2 + WIDE + 3, y2 + 2 * HIGH / 3);
            let far = sx.max(ex) + GAP_X - 8;
            format!("M{sx} {sy} C{far} {sy} {far} {ey} {ex} {ey}")
        };
        Some(ArrowView { path, labels })
    };
    pairs.into_iter().filter_map(arrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_place_of_its_own() {
        let pack = packs::embedded().unwrap();
        for (name, body) in pack.texts_under("lifecycles") {
            let definition = Definition::parse(body, name).unwrap();
            let drawing = draw(&definition);
            let places: BTreeSet<(i64, i64)> = drawing.boxes.iter().map(|one| (one.x, one.y)).collect();
            assert_eq!(places.len(), definition.states.len(), "{name}");
            assert!(!drawing.arrows.is_empty(), "{name}");
        }
    }
}

//! One definition alone, as a graph: reachability, traps, gates, clocks.
//!
//! Asks nothing, tells mistakes. Invariant: guards are ignored here; what they forbid is the walk's business.

use std::collections::BTreeSet;

use crate::definition::{Definition, Effect, Move, SLA, State, StateKind};
use crate::mistake::{Mistake, MistakeCode as Code};

pub(super) fn check(definition: &Definition, mistakes: &mut Vec<Mistake>) {
    let mut tell = |code, place: String| mistakes.push(Mistake::new(&definition.id, code, place));
    let reached =
        closure(definition.start().map(|state| state.id.as_str()), |state| definition.moves_from(state).into_iter().map(|step| step.to.as_str()).collect());
    let ends = definition.states.iter().filter(|state| state.kind == StateKind::End).map(|state| state.id.as_str());
    let finishing = closure(ends, |state| {
        let into = definition.moves.iter().filter(|step| step.to == state);
        into.flat_map(|step| step.from.iter().map(String::as_str)).collect()
    });
    for state in &definition.states {
        let place = || format!("state {}", state.id);
        if !reached.contains(state.id.as_str()) {
            tell(Code::Unreachable, place());
        }
        if !finishing.contains(state.id.as_str()) {
            tell(Code::Trap, place());
        }
        if state.kind == StateKind::Gate && ways_out(definition, state) < 2 {
            tell(Code::OneWay, place());
        }
    }
    for step in definition.moves.iter().filter(|step| !has_clock(definition, step)) {
        tell(Code::NoClock, format!("move {}", step.id));
    }
}

fn closure<'a>(seeds: impl IntoIterator<Item = &'a str>, next: impl Fn(&'a str) -> Vec<&'a str>) -> BTreeSet<&'a str> {
    let mut found: BTreeSet<&str> = seeds.into_iter().collect();
    let mut open: Vec<&str> = found.iter().copied().collect();
    while let Some(state) = open.pop() {
        for state in next(state) {
            if found.insert(state) {
                open.push(state);
            }
        }
    }
    found
}

fn ways_out(definition: &Definition, state: &State) -> usize {
    let to: BTreeSet<&str> = definition.moves_from(&state.id).into_iter().map(|step| step.to.as_str()).collect();
    to.iter().filter(|to| **to != state.id).count()
}

/// A timed move needs a clock that something starts: a `clock(…)` effect, or the time its states allow.
fn has_clock(definition: &Definition, step: &Move) -> bool {
    if !step.is_by("clock") {
        return true;
    }
    match step.clock.as_deref() {
        None => false,
        Some(SLA) => step.from.iter().all(|from| definition.state(from).is_some_and(|state| state.sla.is_some())),
        Some(clock) => definition.moves.iter().flat_map(|step| &step.effects).any(|effect| matches!(effect, Effect::Clock { name, .. } if name == clock)),
    }
}

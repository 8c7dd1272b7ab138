//! Linked cases walked together: the product of their states, one representative case of each definition.
//!
//! Guards over other cases' state, outcome, route, conclusion and openness are evaluated exactly; everything else is free to go either way.
//! One representative is exact for guards that speak of all cases of a definition at once, and an approximation for `mixed`. Definitions that
//! neither ask about nor advance each other cannot trap each other and are walked apart. Exceptional moves are walked, but are no way out.
//! Asks nothing, tells mistakes with the shortest trace. Invariant: visits each joint state once, at most [`MOST`] of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::definition::{Definition, Effect, Move, State, StateKind};
use crate::guard::{Answer, CaseField, CaseRef, Facts, Guard, Question, Value, truth};
use crate::mistake::{Mistake, MistakeCode as Code};

/// Most joint states of one walk.
const MOST: usize = 200_000;
/// Longest chain of cases advancing each other.
const LONGEST_CHAIN: usize = 8;

/// Per definition of the group: 0 for no case, or the state's place in the definition plus one.
type Joint = Vec<u16>;

pub(super) fn check(definitions: &[Definition], mistakes: &mut Vec<Mistake>) {
    for group in groups(definitions) {
        let mut fired = BTreeSet::new();
        for root in roots(&group) {
            let mut walk = Walk::new(&group, root);
            walk.run(mistakes);
            fired.append(&mut walk.fired);
        }
        for (at, definition) in group.iter().enumerate() {
            let idle = definition.moves.iter().enumerate().filter(|(step, _)| !fired.contains(&(at, *step)));
            mistakes.extend(idle.map(|(_, step)| Mistake::new(&definition.id, Code::NeverFires, format!("move {}", step.id))));
        }
    }
}

/// Definitions that ask about or advance each other, directly or through others.
fn groups(definitions: &[Definition]) -> Vec<Vec<&Definition>> {
    let mut group_of: Vec<usize> = (0..definitions.len()).collect();
    for (at, definition) in definitions.iter().enumerate() {
        for other in coupled(definition) {
            if let Some(to) = definitions.iter().position(|candidate| candidate.id == other) {
                let (old, new) = (group_of[to], group_of[at]);
                group_of.iter_mut().filter(|group| **group == old).for_each(|group| *group = new);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Definition>> = BTreeMap::new();
    for (definition, group) in definitions.iter().zip(group_of) {
        groups.entry(group).or_default().push(definition);
    }
    groups.into_values().collect()
}

fn coupled(definition: &Definition) -> BTreeSet<&str> {
    let mut others = BTreeSet::new();
    let uses = &definition.schema.uses;
    for step in &definition.moves {
        for effect in &step.effects {
            if let Effect::Advance { definition, .. } = effect {
                others.insert(definition.as_str());
            }
        }
        for question in step.need.iter().flat_map(Guard::questions) {
            match &question {
                Question::Case { of: CaseRef::Child(id), .. } => others.extend(uses.definitions.get_key_value(id).map(|(id, _)| id.as_str())),
                Question::Case { of: CaseRef::Link(link), .. } => {
                    others.extend(uses.links.get(link).into_iter().flat_map(|link| &link.definitions).map(String::as_str));
                }
                _ => {}
            }
        }
    }
    others
}

/// Definitions of a group that nobody else in it spawns: where its cases begin.
fn roots(group: &[&Definition]) -> Vec<usize> {
    let spawned =
        |id: &str| group.iter().any(|other| other.id != id && other.moves.iter().flat_map(|step| &step.effects).any(|effect| spawns(effect) == Some(id)));
    let roots: Vec<usize> = (0..group.len()).filter(|at| !spawned(&group[*at].id)).collect();
    if roots.is_empty() { vec![0] } else { roots }
}

fn spawns(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Spawn { definition } | Effect::SpawnEach { definition, .. } => Some(definition),
        _ => None,
    }
}

/// An `advance` that finds its case where it cannot go.
struct Stuck {
    definition: usize,
    state: u16,
    step: String,
}

struct Walk<'a> {
    group: &'a [&'a Definition],
    root: usize,
    seen: Vec<Joint>,
    places: HashMap<Joint, usize>,
    /// How each joint state was first reached: from which, by which definition's which move.
    reached_by: Vec<Option<(usize, usize, usize)>>,
    into: Vec<Vec<usize>>,
    fired: BTreeSet<(usize, usize)>,
}

impl<'a> Walk<'a> {
    fn new(group: &'a [&'a Definition], root: usize) -> Self {
        Self { group, root, seen: Vec::new(), places: HashMap::new(), reached_by: Vec::new(), into: Vec::new(), fired: BTreeSet::new() }
    }

    fn run(&mut self, mistakes: &mut Vec<Mistake>) {
        let Some(start) = start_of(self.group[self.root]) else { return };
        let mut joint = vec![0; self.group.len()];
        joint[self.root] = start;
        self.visit(joint, None);
        let mut told = BTreeSet::new();
        let mut at = 0;
        while at < self.seen.len() {
            for (who, number) in self.open_moves(at) {
                match self.apply(self.seen[at].clone(), who, number, 0) {
                    Ok(next) => {
                        let place = self.visit(next, Some((at, who, number)));
                        if !self.group[who].moves[number].exceptional {
                            self.into[place].push(at);
                        }
                    }
                    Err(stuck) => {
                        if told.insert((stuck.definition, stuck.state, stuck.step.clone())) {
                            mistakes.push(self.stuck(at, who, number, &stuck));
                        }
                    }
                }
            }
            at += 1;
            if self.seen.len() > MOST {
                mistakes.push(Mistake::new(&self.group[self.root].id, Code::TooLarge, "lifecycle").with("what", MOST));
                return;
            }
        }
        mistakes.extend(self.trap());
    }

    fn visit(&mut self, joint: Joint, by: Option<(usize, usize, usize)>) -> usize {
        if let Some(place) = self.places.get(&joint) {
            return *place;
        }
        let place = self.seen.len();
        self.places.insert(joint.clone(), place);
        self.seen.push(joint);
        self.reached_by.push(by);
        self.into.push(Vec::new());
        place
    }

    /// Moves that could be made in a joint state, other than by `advance`.
    fn open_moves(&self, at: usize) -> Vec<(usize, usize)> {
        let joint = &self.seen[at];
        let mut open = Vec::new();
        for (who, definition) in self.group.iter().enumerate() {
            let Some(state) = state_of(definition, joint[who]) else { continue };
            let view = View { walk: self, joint, who };
            for (number, step) in definition.moves.iter().enumerate() {
                let own = step.by.iter().any(|by| by != "parent");
                if own && step.from.contains(&state.id) && step.need.iter().all(|guard| truth(&guard.verdict(&view)) != Some(false)) {
                    open.push((who, number));
                }
            }
        }
        open
    }

    fn apply(&mut self, mut joint: Joint, who: usize, number: usize, chain: usize) -> Result<Joint, Stuck> {
        let definition = self.group[who];
        let step: &Move = &definition.moves[number];
        self.fired.insert((who, number));
        joint[who] = place_of(definition, &step.to);
        for effect in &step.effects {
            if let Some(other) = spawns(effect).and_then(|id| self.find(id)) {
                let over = state_of(self.group[other], joint[other]).is_none_or(|state| state.kind == StateKind::End);
                if let (true, Some(start)) = (over, start_of(self.group[other])) {
                    joint[other] = start;
                }
            }
            if let Effect::Advance { definition, to } = effect
                && let Some(other) = self.find(definition)
            {
                joint = self.advance(joint, other, to, chain)?;
            }
        }
        Ok(joint)
    }

    fn advance(&mut self, joint: Joint, other: usize, to: &str, chain: usize) -> Result<Joint, Stuck> {
        let definition = self.group[other];
        let Some(state) = state_of(definition, joint[other]).filter(|state| state.kind != StateKind::End) else { return Ok(joint) };
        let fits = definition.moves.iter().position(|step| step.id == to && step.from.contains(&state.id));
        match fits {
            Some(number) if chain < LONGEST_CHAIN => self.apply(joint, other, number, chain + 1),
            _ => Err(Stuck { definition: other, state: joint[other], step: to.to_owned() }),
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.group.iter().position(|definition| definition.id == id)
    }

    /// The first joint state, in the order of the walk, from which no joint end can be reached.
    fn trap(&self) -> Option<Mistake> {
        let over = |joint: &Joint| {
            let open = |(definition, place): (&&Definition, &u16)| state_of(definition, *place).is_some_and(|state| state.kind != StateKind::End);
            !self.group.iter().zip(joint).any(open)
        };
        let mut finishing: Vec<bool> = self.seen.iter().map(over).collect();
        let mut open: Vec<usize> = (0..self.seen.len()).filter(|at| finishing[*at]).collect();
        while let Some(at) = open.pop() {
            for before in &self.into[at] {
                if !finishing[*before] {
                    finishing[*before] = true;
                    open.push(*before);
                }
            }
        }
        let at = finishing.iter().position(|finishing| !finishing)?;
        let mistake = Mistake::new(&self.group[self.root].id, Code::JointTrap, "lifecycle").with("state", self.shown(&self.seen[at]));
        Some(Mistake { trace: self.trace(at), ..mistake })
    }

    fn stuck(&self, at: usize, who: usize, number: usize, stuck: &Stuck) -> Mistake {
        let mut trace = self.trace(at);
        trace.push(self.named(who, number));
        let state = state_of(self.group[stuck.definition], stuck.state).map_or("", |state| state.id.as_str());
        let mistake = Mistake::new(&self.group[who].id, Code::AdvanceStuck, format!("move {}", self.group[who].moves[number].id));
        let what = format!("{} {}", self.group[stuck.definition].id, stuck.step);
        Mistake { trace, ..mistake.with("state", state).with("what", what) }
    }

    fn trace(&self, mut at: usize) -> Vec<String> {
        let mut steps = Vec::new();
        while let Some((before, who, number)) = self.reached_by[at] {
            steps.push(self.named(who, number));
            at = before;
        }
        steps.reverse();
        steps
    }

    fn named(&self, who: usize, number: usize) -> String {
        let step = &self.group[who].moves[number];
        format!("{} {} → {}", self.group[who].id, step.id, step.to)
    }

    fn shown(&self, joint: &Joint) -> String {
        let there = self.group.iter().zip(joint).filter_map(|(definition, place)| {
            let state = state_of(definition, *place)?;
            Some(format!("{}={}", definition.id, state.id))
        });
        there.collect::<Vec<_>>().join(", ")
    }
}

fn state_of(definition: &Definition, place: u16) -> Option<&State> {
    definition.states.get(usize::from(place).checked_sub(1)?)
}

fn place_of(definition: &Definition, id: &str) -> u16 {
    definition.states.iter().position(|state| state.id == id).map_or(0, |at| at as u16 + 1)
}

fn start_of(definition: &Definition) -> Option<u16> {
    definition.start().map(|state| place_of(definition, &state.id))
}

/// What one case sees of the others.
struct View<'a> {
    walk: &'a Walk<'a>,
    joint: &'a Joint,
    who: usize,
}

impl Facts for View<'_> {
    fn answer(&self, question: &Question) -> Option<Answer> {
        let Question::Case { of, field } = question else { return None };
        let others: Vec<usize> = match of {
            CaseRef::Child(id) => self.walk.find(id).into_iter().collect(),
            CaseRef::Link(link) => {
                let link = self.walk.group[self.who].schema.uses.links.get(link)?;
                link.definitions.iter().filter_map(|id| self.walk.find(id)).collect()
            }
        };
        let there = others.iter().find(|other| self.joint[**other] > 0).or(others.first())?;
        let state = state_of(self.walk.group[*there], self.joint[*there]);
        seen(state, *field).map(Answer::from)
    }
}

/// `None` for what one representative cannot tell.
fn seen(state: Option<&State>, field: CaseField) -> Option<Value> {
    let concluded = state.filter(|state| state.concluded);
    Some(match field {
        CaseField::State => Value::text(state.map_or("none", |state| &state.id)),
        CaseField::Outcome if state.is_none() => Value::text("none"),
        CaseField::Outcome => Value::text(concluded.and_then(|state| state.outcome).map_or("open", |outcome| outcome.name())),
        CaseField::Route => Value::text(concluded.and_then(|state| state.route).map_or("none", |route| route.name())),
        CaseField::Concluded => Value::Bool(concluded.is_some()),
        CaseField::Open => Value::int(i64::from(state.is_some_and(|state| state.kind != StateKind::End))),
        CaseField::Count if state.is_none() => Value::int(0),
        CaseField::Count => return None,
    })
}

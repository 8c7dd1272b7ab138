//! Who is too near to a case to hold an office in it: whoever it is about, whoever stands in a relation to them that excludes, and whoever says so.
//!
//! Look-ups only. Invariant: one rule for the rights of whoever acts, for those who are given to-dos, and for the line of deputies; no caller asks.

use std::collections::BTreeSet;

use store::Read;
use words::{Fault, Id, Instant, Node};

use crate::deputy::AbsenceKind;
use crate::relation::{RelationView, Severity};
use crate::sql_roles::{self, Away};

/// Days that a relation counts after it has ended (checklist §9.5: three years).
pub const RELATION_DAYS: i32 = 3 * 366;

/// Cases of which somebody keeps out.
#[derive(Debug, Default)]
pub(crate) struct Conflicts {
    /// Said so by themselves or by an official.
    said: BTreeSet<Node>,
    /// Follow from whom the case is about.
    follow: BTreeSet<Node>,
}

impl Conflicts {
    /// All conflicts of a person. `away` are their absences on the day.
    pub fn of(read: &Read, person: &Id, away: &[Away], now: Instant) -> Result<Self, Fault> {
        let said = away.iter().filter(|one| one.kind == AbsenceKind::Conflict && one.official == *person).filter_map(|one| one.node.clone());
        let near = near_to(read, person, now)?;
        Ok(Self { said: said.collect(), follow: sql_roles::concerning(read, &near)? })
    }

    /// Those below this place. What was given on a case itself is held there knowingly: only a conflict that is said takes it away.
    pub fn below(&self, place: &Node) -> BTreeSet<Node> {
        let said = self.said.iter().filter(|case| place.covers(case) || case.covers(place));
        let follow = self.follow.iter().filter(|case| place.covers(case) && *case != place);
        said.chain(follow).cloned().collect()
    }
}

/// The person and everybody in a relation to them that excludes.
fn near_to(read: &Read, person: &Id, now: Instant) -> Result<Vec<Id>, Fault> {
    let relations = sql_roles::relations_touching(read, std::slice::from_ref(person), now.day().plus_days(-RELATION_DAYS))?;
    let excluding = relations.into_iter().filter(|relation| relation.severity == Severity::Excludes);
    let others = excluding.map(|relation| if relation.a == *person { relation.b } else { relation.a });
    Ok(others.chain([person.clone()]).collect())
}

/// Those of the people who are too near to what lies on the node, by whom it is about.
pub(crate) fn near_to_case(read: &Read, persons: &[Id], node: &Node, now: Instant) -> Result<BTreeSet<Id>, Fault> {
    let concerned = sql_roles::concerned_on(read, node)?;
    if concerned.is_empty() || persons.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut near: BTreeSet<Id> = persons.iter().filter(|person| concerned.contains(person)).cloned().collect();
    let excludes = |relation: &&RelationView| relation.severity == Severity::Excludes;
    let relations = crate::asks::relations_between(read, persons, &concerned, now.day().plus_days(-RELATION_DAYS))?;
    for relation in relations.iter().filter(excludes) {
        near.extend([&relation.a, &relation.b].into_iter().filter(|side| persons.contains(side)).cloned());
    }
    Ok(near)
}

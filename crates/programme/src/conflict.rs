//! Who is too near to a case to judge it: the one rule for the first list of a round and for every list after it (checklist §9.5).
//!
//! Asks identity; tells nothing. Invariant: team and mentor block, the same home unit blocks, relations within three years block or are to be declared.

use std::collections::BTreeSet;

use review::{CandidateConflict, Conflict, Severity};
use store::Read;
use words::{Fault, Id, Node};

use crate::case::{Case, Member};
use crate::sql;

/// What stands between these people and the case.
pub fn conflicts(read: &Read, case: &Case, people: &[Id]) -> Result<Vec<CandidateConflict>, Fault> {
    let members = team_of(read, case)?;
    let team: BTreeSet<Id> = members.iter().map(|member| member.person.clone()).chain([case.lead.clone()]).collect();
    let homes: BTreeSet<Node> = members.into_iter().map(|member| member.home).collect();
    let mentors = mentors_of(read, case)?;
    let today = read.now().day();
    let of = |found: &BTreeSet<Id>, kind: &'static str| -> Vec<CandidateConflict> {
        people.iter().filter(|person| found.contains(*person)).map(|person| near(person.clone(), kind, Severity::Block, kind)).collect()
    };
    let mut found = of(&team, "team");
    found.extend(of(&mentors, "mentor"));
    for (person, home) in identity::home_units(read, people, today)? {
        if homes.contains(&home) {
            found.push(near(person, "same_unit", Severity::Block, home.as_str()));
        }
    }
    let team: Vec<Id> = team.into_iter().collect();
    for relation in identity::relations_between(read, people, &team, today.plus_days(-identity::RELATION_DAYS))? {
        let person = if team.contains(&relation.a) { relation.b.clone() } else { relation.a.clone() };
        let severity = match relation.severity {
            identity::Severity::Excludes => Severity::Block,
            identity::Severity::Declares => Severity::Declare,
        };
        found.push(near(person, relation.kind.as_str(), severity, &relation.source));
    }
    Ok(found)
}

/// The team of the case, or of the one that spawned it.
fn team_of(read: &Read, case: &Case) -> Result<Vec<Member>, Fault> {
    let mut members = sql::members(read, &case.id)?;
    if let Some(parent) = case.parent.as_ref().filter(|_| members.is_empty()) {
        members = sql::members(read, parent)?;
    }
    Ok(members.into_iter().filter(Member::counts).collect())
}

/// Mentors of the case and of the one that spawned it: who guides a project does not judge its award.
fn mentors_of(read: &Read, case: &Case) -> Result<BTreeSet<Id>, Fault> {
    let mut nodes = vec![case.node.clone()];
    if let Some(parent) = &case.parent {
        nodes.push(sql::case::<words::Never>(read, parent).map_err(words::Failure::into_fault)?.node);
    }
    let mut mentors = BTreeSet::new();
    for node in nodes {
        mentors.extend(identity::holders_of(read, "case.mentor", &node)?);
    }
    Ok(mentors)
}

fn near(person: Id, kind: &str, severity: Severity, source: &str) -> CandidateConflict {
    CandidateConflict { person, conflict: Conflict { kind: kind.into(), severity, reason: kind.into(), source: source.into() } }
}

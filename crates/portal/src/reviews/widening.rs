//! Widening a pool that ran dry: named people, their conflicts looked up as for the first list.
//!
//! Invariant: the team is kept out; same unit blocks; relations within three years block or must be declared (checklist §9.5).

use std::collections::BTreeSet;

use review::{CandidateConflict, Conflict, Pool, RoundRefusal, Severity};
use store::Read;
use words::{Acting, Failure, Fault, Id, Outcome};

/// Years that a relation counts, in days.
const COUNTS: i32 = 3 * 366;

/// The people to add and what keeps some of them out.
pub(super) struct Wider {
    pub pool: Pool,
    pub conflicts: Vec<CandidateConflict>,
}

/// The people of the lines, or the first line that does not name exactly one.
pub(super) fn people(read: &Read, lines: &str) -> Result<Result<Vec<Id>, String>, Fault> {
    let mut found = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match one(read, line)? {
            Some(person) => found.push(person),
            None => return Ok(Err(line.to_owned())),
        }
    }
    Ok(Ok(found))
}

fn one(read: &Read, line: &str) -> Result<Option<Id>, Fault> {
    if let Ok(id) = Id::parse(line)
        && identity::is_here(read, &id)?
    {
        return Ok(Some(id));
    }
    let mut hits = identity::find_people(read, line, 2)?;
    Ok(if hits.len() == 1 { hits.pop() } else { None })
}

/// Pool and conflicts for the empty seats of a round.
pub(super) fn wider(read: &Read, who: &Acting, round: &Id, people: &[Id]) -> Outcome<Wider, RoundRefusal> {
    let stored = review::round(read, round)?.ok_or(Failure::Absent)?;
    who.may(review::rights::MANAGE, &stored.node)?;
    let seated: BTreeSet<Id> = review::panel(read, Some(who), round)?.into_iter().filter_map(|seat| seat.person).collect();
    let people: Vec<Id> = people.iter().filter(|person| !seated.contains(person)).cloned().collect();
    let conflicts = match Id::parse(&stored.subject).ok().and_then(|id| programme::case(read, &id).ok()) {
        Some(case) => conflicts(read, &case, &people)?,
        None => Vec::new(),
    };
    Ok(Wider { pool: Pool::of(people), conflicts })
}

fn conflicts(read: &Read, case: &programme::Case, people: &[Id]) -> Result<Vec<CandidateConflict>, Fault> {
    let own = programme::members(read, &case.id)?;
    let of = case.parent.as_ref().filter(|_| own.is_empty());
    let members = of.map_or(Ok(own), |parent| programme::members(read, parent))?;
    let counted = members.iter().filter(|member| member.counts());
    let team: BTreeSet<Id> = counted.map(|member| member.person.clone()).chain([case.lead.clone()]).collect();
    let homes: BTreeSet<_> = members.iter().map(|member| member.home.clone()).collect();
    let today = read.now().day();
    let mut found: Vec<CandidateConflict> =
        people.iter().filter(|person| team.contains(*person)).map(|person| near(person.clone(), "team", Severity::Block, "team")).collect();
    for (person, home) in identity::home_units(read, people, today)? {
        if homes.contains(&home) {
            found.push(near(person, "same_unit", Severity::Block, home.as_str()));
        }
    }
    let team: Vec<Id> = team.into_iter().collect();
    for relation in identity::relations_between(read, people, &team, today.plus_days(-COUNTS))? {
        let person = if team.contains(&relation.a) { relation.b.clone() } else { relation.a.clone() };
        let severity = if relation.severity == identity::Severity::Excludes { Severity::Block } else { Severity::Declare };
        found.push(near(person, relation.kind.as_str(), severity, &relation.source));
    }
    Ok(found)
}

fn near(person: Id, kind: &str, severity: Severity, source: &str) -> CandidateConflict {
    CandidateConflict { person, conflict: Conflict { kind: kind.into(), severity, reason: kind.into(), source: source.into() } }
}

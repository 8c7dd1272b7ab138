//! Widening a pool that ran dry: named people, their conflicts looked up as for the first list.
//!
//! Invariant: the rule of conflicts is that of `programme`, the same as for the first list.

use std::collections::BTreeSet;

use review::{CandidateConflict, Pool, RoundRefusal};
use store::Read;
use words::{Acting, Failure, Fault, Id, Outcome};

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
        Some(case) => programme::conflicts(read, &case, &people)?,
        None => Vec::new(),
    };
    Ok(Wider { pool: Pool::of(people), conflicts })
}

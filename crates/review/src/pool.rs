//! Who may be drawn: the pool that the caller found qualified and available, and the conflicts that keep people out of one round.
//!
//! Pure. Invariant: eligible = pool − blocked − at the load cap, sorted; the same input gives the same list and hash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Id;

use crate::draw::{digits_hash, list_hash, sha256, ticket, ticket_digits};

/// Persons who are qualified and available, sorted and without doubles. Cheap to clone: thousands of rounds share one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    id: Arc<str>,
    members: Arc<[Id]>,
}

impl Pool {
    /// A pool of these persons.
    pub fn of(persons: impl IntoIterator<Item = Id>) -> Self {
        let members: BTreeSet<Id> = persons.into_iter().collect();
        let members: Arc<[Id]> = members.into_iter().collect();
        let lines: Vec<String> = members.iter().map(Id::to_string).collect();
        Self { id: list_hash(&lines).into(), members }
    }

    /// SHA-256 of the sorted list: a pool is kept once, whoever asks for it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The persons, sorted.
    pub fn members(&self) -> &[Id] {
        &self.members
    }
}

/// What a conflict does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Is shown to the office.
    Show,
    /// The reviewer must speak to it before reading.
    Declare,
    /// Keeps the person out of the round.
    Block,
}

impl Severity {
    /// Name as stored.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Show => "show",
            Severity::Declare => "declare",
            Severity::Block => "block",
        }
    }

    /// From the stored name; what is unknown blocks.
    pub fn of(name: &str) -> Self {
        match name {
            "show" => Severity::Show,
            "declare" => Severity::Declare,
            _ => Severity::Block,
        }
    }
}

/// Why a person is near to what is reviewed. Neither kind nor reason names third persons: it is kept beside the list, not under a person's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// `same_unit`, `past_team`, `backer` …: the caller's word.
    pub kind: String,
    /// What it does.
    pub severity: Severity,
    /// A short reason.
    pub reason: String,
    /// Id of the relation or record that it comes from.
    pub source: String,
}

/// A conflict of one person in one round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidateConflict {
    /// Who.
    pub person: Id,
    /// Why.
    pub conflict: Conflict,
}

/// The list as it is frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Persons who may be drawn, sorted.
    pub eligible: Vec<Id>,
    /// Persons of the pool who were at the load cap, sorted.
    pub overloaded: Vec<Id>,
    /// Persons of the pool who may not be drawn: blocked or overloaded.
    pub kept_out: BTreeSet<Id>,
    /// Hash of the sorted tickets of the eligible.
    pub eligible_hash: String,
    /// Hash of the sorted lines `ticket kind severity sha256(reason)` of everyone with a conflict, and `ticket load block -` of the overloaded.
    pub excluded_hash: String,
    /// How many were kept out, by kind of conflict (`load` for the cap).
    pub excluded: BTreeMap<String, i64>,
}

/// Freezes the list of one round.
pub fn freeze(pool: &Pool, salt: &str, conflicts: &[CandidateConflict], load: impl Fn(&Id) -> i64, cap: i64) -> Frozen {
    let blocked: BTreeSet<&Id> = conflicts.iter().filter(|c| c.conflict.severity == Severity::Block).map(|c| &c.person).collect();
    let free: Vec<&Id> = pool.members().iter().filter(|person| !blocked.contains(person)).collect();
    let (over, fine): (Vec<&Id>, Vec<&Id>) = free.into_iter().partition(|person| load(person) >= cap);
    let (eligible, overloaded): (Vec<Id>, Vec<Id>) = (fine.into_iter().cloned().collect(), over.into_iter().cloned().collect());
    let of_pool = blocked.into_iter().filter(|person| pool.members().binary_search(person).is_ok());
    Frozen {
        kept_out: of_pool.chain(&overloaded).cloned().collect(),
        eligible_hash: digits_hash(eligible.iter().map(|person| ticket_digits(salt, person)).collect()),
        excluded_hash: list_hash(&exclusion_lines(salt, conflicts, &overloaded)),
        excluded: exclusion_counts(conflicts, &overloaded),
        eligible,
        overloaded,
    }
}

/// Tickets of persons, sorted bytewise.
pub fn tickets(salt: &str, persons: &[Id]) -> Vec<String> {
    let mut tickets: Vec<String> = persons.iter().map(|person| ticket(salt, person)).collect();
    tickets.sort_unstable();
    tickets
}

/// The lines behind the hash of exclusions: published with the names, for auditors before.
pub fn exclusion_lines(salt: &str, conflicts: &[CandidateConflict], overloaded: &[Id]) -> Vec<String> {
    let of_conflict =
        |c: &CandidateConflict| format!("{} {} {} {}", ticket(salt, &c.person), c.conflict.kind, c.conflict.severity.name(), sha256(&c.conflict.reason));
    let mut lines: Vec<String> = conflicts.iter().map(of_conflict).collect();
    lines.extend(overloaded.iter().map(|person| format!("{} load block -", ticket(salt, person))));
    lines.sort_unstable();
    lines
}

fn exclusion_counts(conflicts: &[CandidateConflict], overloaded: &[Id]) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for blocking in conflicts.iter().filter(|c| c.conflict.severity == Severity::Block) {
        *counts.entry(blocking.conflict.kind.clone()).or_insert(0) += 1;
    }
    if !overloaded.is_empty() {
        counts.insert("load".to_owned(), i64::try_from(overloaded.len()).unwrap_or(i64::MAX));
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: usize) -> Id {
        Id::fixed(format!("per_{n}"))
    }

    fn conflict(n: usize, severity: Severity) -> CandidateConflict {
        CandidateConflict { person: person(n), conflict: Conflict { kind: "past_team".into(), severity, reason: "2024".into(), source: "rel_1".into() } }
    }

    #[test]
    fn a_pool_is_sorted_and_without_doubles() {
        let pool = Pool::of([person(2), person(1), person(2)]);
        assert_eq!(pool.members(), [person(1), person(2)]);
        assert_eq!(pool, Pool::of([person(1), person(2)]));
        assert_eq!(pool.id(), sha256("per_1\nper_2\n"));
    }

    #[test]
    fn eligible_is_the_pool_without_the_blocked_and_the_overloaded() {
        let pool = Pool::of((1..=5).map(person));
        let conflicts = [conflict(1, Severity::Block), conflict(2, Severity::Declare), conflict(3, Severity::Show)];
        let frozen = freeze(&pool, "salt", &conflicts, |who| if *who == person(5) { 3 } else { 2 }, 3);
        assert_eq!(frozen.eligible, [person(2), person(3), person(4)]);
        assert_eq!(frozen.overloaded, [person(5)]);
        assert_eq!(frozen.kept_out, [person(1), person(5)].into());
        assert_eq!(frozen.excluded, BTreeMap::from([("past_team".into(), 1), ("load".into(), 1)]));
        assert_eq!(frozen.eligible_hash, list_hash(&tickets("salt", &frozen.eligible)));
        assert_eq!(
            frozen.excluded_hash,
            sha256(&exclusion_lines("salt", &conflicts, &frozen.overloaded).iter().map(|line| format!("{line}\n")).collect::<String>())
        );
    }
}

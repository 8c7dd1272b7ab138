//! The record of one freeze and its draw, as kept; the protocol is made from it.
//!
//! Pure. Invariant: eligible = pool − excluded never changes after the freeze; the cursor only moves forward.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::draw::{SeedParts, draw_name, order};

/// A nonce in the seed, or the gap where an observer did not reveal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NonceLine {
    /// Observer.
    pub observer: Id,
    /// What they published before the freeze.
    pub commitment: Option<String>,
    /// What they revealed after it.
    pub nonce: Option<String>,
}

/// A ticket that came up and was not seated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PassedOver {
    /// Place in the order, from 1.
    pub position: i64,
    /// Ticket.
    pub ticket: String,
    /// `load` (reached the cap after the freeze), `conflict` (became known after it), `seated`.
    pub reason: String,
}

/// One freeze and its draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Round.
    pub round: Id,
    /// Number of the freeze, from 1.
    pub freeze_no: i64,
    /// Id of the pool.
    pub pool: String,
    /// Salt of the tickets; secret until names are shown.
    pub salt: String,
    /// Seats that the draw filled.
    pub seats: i64,
    /// Persons of the pool who were kept out.
    pub excluded: BTreeSet<Id>,
    /// How many, by kind.
    pub excluded_counts: BTreeMap<String, i64>,
    /// Hash of the list of exclusions.
    pub excluded_hash: String,
    /// How many are eligible.
    pub eligible: i64,
    /// Hash of their sorted tickets.
    pub eligible_hash: String,
    /// When the list was frozen.
    pub frozen_at: Option<Instant>,
    /// The event that published it.
    pub frozen_event: Option<Id>,
    /// Number and hash of the first seal after the freeze.
    pub seal: Option<(i64, String)>,
    /// Nonces in the order in which observers were named.
    pub nonces: Vec<NonceLine>,
    /// The seed.
    pub seed: Option<String>,
    /// Tickets that were passed over.
    pub passed_over: Vec<PassedOver>,
    /// Places of the order that were used.
    pub cursor: i64,
    /// When it was drawn.
    pub drawn_at: Option<Instant>,
}

impl Drawing {
    /// What the seed is made of, once there is a seal.
    pub fn seed_parts(&self) -> Option<SeedParts> {
        let (_, seal) = self.seal.clone()?;
        let nonces = self.nonces.iter().filter_map(|line| line.nonce.clone()).collect();
        Some(SeedParts { seal, nonces, draw: draw_name(&self.round, self.freeze_no) })
    }

    /// The persons who may be drawn.
    pub fn eligible_of<'a>(&self, pool: &'a [Id]) -> Vec<&'a Id> {
        pool.iter().filter(|person| !self.excluded.contains(person)).collect()
    }

    /// Goes on in the order until `wanted` seats are filled or the list ends. Moves the cursor and notes whom it passed over.
    pub(crate) fn walk(&mut self, pool: &[Id], wanted: usize, mut hindrance: impl FnMut(&Id) -> Option<&'static str>) -> Vec<Pick> {
        let Some(seed) = self.seed.clone() else { return Vec::new() };
        let eligible = self.eligible_of(pool);
        let mut picked = Vec::with_capacity(wanted);
        let start = usize::try_from(self.cursor).unwrap_or(usize::MAX);
        for (ticket, person) in order(&seed, &self.salt, &eligible).skip(start) {
            if picked.len() == wanted {
                break;
            }
            self.cursor += 1;
            match hindrance(person) {
                None => picked.push(Pick { freeze_no: self.freeze_no, position: self.cursor, ticket, person: person.clone() }),
                Some(reason) => self.passed_over.push(PassedOver { position: self.cursor, ticket, reason: reason.into() }),
            }
        }
        picked
    }
}

/// A person that the draw put on a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) freeze_no: i64,
    pub(crate) position: i64,
    pub(crate) ticket: String,
    pub(crate) person: Id,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::draw::{recompute, seed, sha256};
    use crate::pool::{Pool, tickets};

    fn drawing(excluded: BTreeSet<Id>) -> Drawing {
        let parts = SeedParts { seal: sha256("seal"), nonces: vec![], draw: "rnd_1#1".into() };
        Drawing {
            round: Id::fixed("rnd_1"),
            freeze_no: 1,
            pool: String::new(),
            salt: "salt".into(),
            seats: 0,
            excluded,
            excluded_counts: BTreeMap::new(),
            excluded_hash: String::new(),
            eligible: 0,
            eligible_hash: String::new(),
            frozen_at: None,
            frozen_event: None,
            seal: Some((1, parts.seal.clone())),
            nonces: vec![],
            seed: Some(seed(&parts)),
            passed_over: vec![],
            cursor: 0,
            drawn_at: None,
        }
    }

    proptest! {
        #[test]
        fn a_draw_takes_only_the_eligible_each_once_and_within_the_cap(
            size in 1usize..40, out in proptest::collection::btree_set(0usize..40, 0..10),
            loads in proptest::collection::vec(0i64..4, 40), first in 1usize..8, then in 0usize..4,
        ) {
            let person = |n: usize| Id::fixed(format!("per_{n}"));
            let pool = Pool::of((0..size).map(person));
            let excluded: BTreeSet<Id> = out.iter().copied().map(person).collect();
            let load = |who: &Id| loads[who.as_str()[4..].parse::<usize>().unwrap_or(0)];
            let mut drawing = drawing(excluded.clone());
            let hindrance = |who: &Id| (load(who) >= 3).then_some("load");
            let mut panel = drawing.walk(pool.members(), first, hindrance);
            panel.extend(drawing.walk(pool.members(), then, hindrance)); // replacements
            let persons: BTreeSet<&Id> = panel.iter().map(|pick| &pick.person).collect();
            prop_assert_eq!(persons.len(), panel.len());
            prop_assert!(persons.iter().all(|who| pool.members().contains(who) && !excluded.contains(who) && load(who) < 3));
            let free = pool.members().iter().filter(|who| !excluded.contains(who) && load(who) < 3).count();
            prop_assert_eq!(panel.len(), free.min(first + then));
            // A third party arrives at the same tickets from what is published.
            let eligible: Vec<Id> = drawing.eligible_of(pool.members()).into_iter().cloned().collect();
            let over: BTreeSet<String> = drawing.passed_over.iter().map(|p| p.ticket.clone()).collect();
            let parts = drawing.seed_parts().expect("a seal");
            let again = recompute(&parts, &tickets("salt", &eligible), &over, first + then);
            prop_assert_eq!(again, panel.into_iter().map(|pick| pick.ticket).collect::<Vec<_>>());
        }
    }
}

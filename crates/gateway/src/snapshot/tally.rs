//! What was used up, by whom: it outlives every change of what is known of its holder, and whoever uses nothing up takes no memory.
//!
//! Invariant: there is one tally of a holder, whichever root it was found through.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::name::Name;
use crate::limit::Word;
use crate::quota::Units;

/// Parts, so that threads seldom wait for each other when holders are seen for the first time.
const PARTS: usize = 64;

/// What an app or a subscription has used up.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Of its rate.
    pub word: Word,
    /// Of its quota.
    pub units: Units,
}

type Part = HashMap<Name, Arc<Tally>>;

/// The tallies of all that have used anything up.
#[derive(Debug)]
pub(crate) struct Tallies([Mutex<Part>; PARTS]);

impl Default for Tallies {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Tallies {
    fn part(&self, holder: &Name) -> MutexGuard<'_, Part> {
        let at = holder.hash() >> 32;
        lock(&self.0[usize::try_from(at).unwrap_or(0) % PARTS])
    }

    /// The one of this holder; made if there is none.
    pub(crate) fn of(&self, holder: &Name) -> Arc<Tally> {
        self.part(holder).entry(holder.clone()).or_default().clone()
    }

    /// The plan of this holder may be another: what was dry is asked about again.
    pub(crate) fn look_again(&self, holder: &Name) {
        if let Some(tally) = self.part(holder).get(holder) {
            tally.units.look_again();
        }
    }

    /// Any plan may be another.
    pub(crate) fn look_again_all(&self) {
        self.0.iter().for_each(|part| lock(part).values().for_each(|tally| tally.units.look_again()));
    }

    /// Another database: what was leased from the one before is not of this.
    pub(crate) fn forget(&self) {
        self.0.iter().for_each(|part| lock(part).clear());
    }
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use words::Id;

    use super::*;

    #[test]
    fn each_holder_has_one_until_all_are_forgotten() {
        let (tallies, mine, theirs) = (Tallies::default(), Name::of(&Id::fixed("app_a")), Name::of(&Id::new("app", 1, [1; 10])));
        let first = tallies.of(&mine);
        assert!(Arc::ptr_eq(&first, &tallies.of(&mine)) && !Arc::ptr_eq(&first, &tallies.of(&theirs)));
        tallies.forget();
        assert!(!Arc::ptr_eq(&first, &tallies.of(&mine)));
    }
}

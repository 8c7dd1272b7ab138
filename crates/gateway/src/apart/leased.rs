//! The newest lease of each gateway and holder, with the word it was asked for by: a gateway whose answer got lost asks again with the same word and gets the same units.
//!
//! Kept in memory: what a server that is killed had leased and not told counts as used, as what a killed gateway held.
//! Invariant: bounded; a gateway has one question at a time, so no word is answered twice at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use capabilities::Lease;
use words::Id;

/// Leases kept; a gateway that lost an answer asks again at its next call, long before so many others were answered.
const MOST: usize = 20_000;

type Place = (Id, Id);

/// The newest leases.
#[derive(Default)]
pub(super) struct Leased(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    leases: HashMap<Place, (String, Lease)>,
    order: VecDeque<Place>,
    busy: std::collections::HashSet<Id>,
}

/// A question that is being answered.
pub(super) struct Turn<'a> {
    leased: &'a Leased,
    gateway: Id,
}

impl Leased {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to answer a question of a gateway; nothing while another of it is being answered.
    pub(super) fn begin(&self, gateway: &Id) -> Option<Turn<'_>> {
        self.kept().busy.insert(gateway.clone()).then(|| Turn { leased: self, gateway: gateway.clone() })
    }
}

impl Turn<'_> {
    /// What was answered to the same word.
    pub(super) fn known(&self, holder: &Id, word: &str) -> Option<Lease> {
        let kept = self.leased.kept();
        kept.leases.get(&(self.gateway.clone(), holder.clone())).filter(|(other, _)| other == word).map(|(_, lease)| lease.clone())
    }

    /// Keeps an answer.
    pub(super) fn keep(&self, holder: &Id, word: &str, lease: &Lease) {
        let (mut kept, place) = (self.leased.kept(), (self.gateway.clone(), holder.clone()));
        if kept.leases.insert(place.clone(), (word.to_owned(), lease.clone())).is_none() {
            kept.order.push_back(place);
        }
        if kept.order.len() > MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.leases.remove(&oldest);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.leased.kept().busy.remove(&self.gateway);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_gets_the_same_units_and_one_question_is_answered_at_a_time() {
        let (leased, gateway, holder) = (Leased::default(), Id::fixed("gtw_a"), Id::fixed("app_a"));
        let turn = leased.begin(&gateway).unwrap();
        assert!(leased.begin(&gateway).is_none() && leased.begin(&Id::fixed("gtw_b")).is_some());
        assert_eq!(turn.known(&holder, "one"), None);
        turn.keep(&holder, "one", &Lease::Unlimited);
        assert_eq!((turn.known(&holder, "one"), turn.known(&holder, "two")), (Some(Lease::Unlimited), None));
        drop(turn);
        let turn = leased.begin(&gateway).unwrap();
        for number in 0..MOST {
            turn.keep(&Id::fixed(format!("app_{number}")), "one", &Lease::Unlimited);
        }
        assert_eq!((turn.known(&holder, "one"), leased.kept().leases.len()), (None, MOST), "it is bounded");
    }
}

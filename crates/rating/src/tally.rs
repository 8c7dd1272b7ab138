//! What was used so far, counted so that it can be added in any order, in any parts, and put together.
//!
//! Invariant: a tally depends on the set of usages only. It may be kept as JSON between bills; versions, entries and destinations go by their keys.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Day;

use crate::book::{Book, Entry};
use crate::model::Model;
use crate::refusal::RateRefusal;
use crate::usage::Usage;

/// One count: of an entry, to a destination.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// Uses.
    pub events: i64,
    /// Units as used.
    pub used: i64,
    /// Units as counted: blocks are begun whole.
    pub counted: i64,
    /// Days of use, where days are priced.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub days: BTreeSet<Day>,
}

impl Count {
    /// Of one use.
    fn of(entry: &Entry, usage: &Usage<'_>) -> Result<Self, RateRefusal> {
        let counted = entry.charge.counted(usage.quantity).ok_or(RateRefusal::TooLarge)?;
        Ok(Self { events: 1, used: usage.quantity, counted, days: BTreeSet::new() })
    }

    fn plus(&self, other: &Self) -> Option<(i64, i64, i64)> {
        let sum = |a: i64, b: i64| a.checked_add(b);
        Some((sum(self.events, other.events)?, sum(self.used, other.used)?, sum(self.counted, other.counted)?))
    }
}

/// Counts by destination key; empty where there is none.
pub type Counts = BTreeMap<String, Count>;

/// Everything used, by version and entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Tally(pub(crate) BTreeMap<String, BTreeMap<String, Counts>>);

impl Tally {
    /// Nothing used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a usage, or says why it has no price; then nothing is counted.
    pub fn add(&mut self, book: &Book, usage: &Usage<'_>) -> Result<(), RateRefusal> {
        if usage.quantity < 0 {
            return Err(RateRefusal::Negative);
        }
        let at = book.index.version_at(usage.at).ok_or_else(|| RateRefusal::NoVersion { day: usage.at.day() })?;
        let version = &book.versions()[at];
        let entries = book.index.entries(at, &usage.meter);
        if entries.is_empty() {
            return Err(RateRefusal::NoMeter { meter: usage.meter.to_string() });
        }
        let priced = |nth: &usize| Some((&version.entries[*nth], target_of(book, at, *nth, &version.entries[*nth].charge, &usage.target)?));
        // Nearly every meter has one entry.
        if let [one] = entries {
            let (entry, target) = priced(one).ok_or_else(|| RateRefusal::NoTarget { target: usage.target.to_string() })?;
            return self.count(&version.key, entry, target, usage);
        }
        let all: Vec<(&Entry, &str)> = entries.iter().filter_map(priced).collect();
        if all.is_empty() {
            return Err(RateRefusal::NoTarget { target: usage.target.to_string() });
        }
        // Counted for all or for none.
        for (entry, target) in &all {
            let there = self.0.get(&version.key).and_then(|entries| entries.get(&entry.key)).and_then(|counts| counts.get(*target));
            there.unwrap_or(&Count::default()).plus(&Count::of(entry, usage)?).ok_or(RateRefusal::TooLarge)?;
        }
        all.into_iter().try_for_each(|(entry, target)| self.count(&version.key, entry, target, usage))
    }

    /// One more use. Most find their count there; nothing is copied then.
    fn count(&mut self, version: &str, entry: &Entry, target: &str, usage: &Usage<'_>) -> Result<(), RateRefusal> {
        let more = Count::of(entry, usage)?;
        let there = self.0.get_mut(version).and_then(|entries| entries.get_mut(&entry.key)).and_then(|counts| counts.get_mut(target));
        let count = match there {
            Some(count) => count,
            None => self.0.entry(version.to_owned()).or_default().entry(entry.key.clone()).or_default().entry(target.to_owned()).or_default(),
        };
        (count.events, count.used, count.counted) = count.plus(&more).ok_or(RateRefusal::TooLarge)?;
        if matches!(entry.charge, Model::DayPass { .. }) && usage.quantity > 0 {
            count.days.insert(usage.at.day());
        }
        Ok(())
    }

    /// Puts two tallies of the same book together.
    pub fn merge(&mut self, other: &Self) -> Result<(), RateRefusal> {
        for (version, entries) in &other.0 {
            for (entry, counts) in entries {
                let mine = self.0.entry(version.clone()).or_default().entry(entry.clone()).or_default();
                for (target, more) in counts {
                    let count = mine.entry(target.clone()).or_default();
                    (count.events, count.used, count.counted) = count.plus(more).ok_or(RateRefusal::TooLarge)?;
                    count.days.extend(&more.days);
                }
            }
        }
        Ok(())
    }
}

/// Key of the destination that an entry prices; empty if its price has none; `None` if it has no price for this one.
fn target_of<'b>(book: &'b Book, version: usize, entry: usize, model: &Model, target: &str) -> Option<&'b str> {
    if !model.by_destination() {
        return Some("");
    }
    let at = book.index.target(target)?;
    book.index.row(version, entry, at)?;
    book.destinations().get(at).map(|destination| destination.key.as_str())
}

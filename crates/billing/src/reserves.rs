//! Calls, and units of what a capability meters itself, that were admitted before they were used, by meter and month. Pure.

use std::collections::BTreeMap;

use crate::month::Month;
use crate::subscription::Subscription;

/// Units of a subject's meter that were admitted in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reserve {
    /// Month.
    pub month: Month,
    /// What is counted.
    pub meter: String,
    /// Units: of a meter of calls, calls.
    pub calls: i64,
    /// What is taken of the spending limit for them, fen.
    pub limit_minor: i64,
}

/// Admitted calls of a month by meter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Admitted(BTreeMap<String, i64>);

impl Admitted {
    /// Those of a month.
    pub(crate) fn of(reserves: &[Reserve], month: Month) -> Self {
        Self(reserves.iter().filter(|one| one.month == month).map(|one| (one.meter.clone(), one.calls)).collect())
    }

    /// With more calls of a meter (fewer, below zero).
    pub(crate) fn with(&self, meter: &str, more: i64) -> Self {
        let mut all = self.0.clone();
        let calls = all.entry(meter.to_owned()).or_default();
        *calls = calls.saturating_add(more).max(0);
        Self(all)
    }

    /// Of one meter.
    pub(crate) fn calls(&self, meter: &str) -> i64 {
        self.0.get(meter).copied().unwrap_or(0)
    }

    /// Of all meters that a subscription prices. They may all be of one: a bound must not count on how they are spread.
    pub(crate) fn of_subscription(&self, subscription: &Subscription) -> i64 {
        subscription.meters.iter().map(|meter| self.calls(meter)).fold(0, i64::saturating_add)
    }

    /// Of meters that a subscription covers besides its own: what the capability meters itself.
    pub(crate) fn beside<'a>(&'a self, subscription: &'a Subscription) -> impl Iterator<Item = (&'a str, i64)> {
        let kin = |meter: &str| !subscription.meters.iter().any(|own| own == meter) && subscription.covers(meter);
        self.0.iter().filter(move |(meter, _)| kin(meter)).map(|(meter, units)| (meter.as_str(), *units))
    }

    /// None at all?
    pub(crate) fn is_none(&self) -> bool {
        self.0.values().all(|calls| *calls == 0)
    }
}

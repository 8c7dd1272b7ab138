//! A part of the keys and apps. Looked up by hashes that are random already, so no second hash is made of them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, LazyLock};

use capabilities::{AppLine, Billing, Change, Environment, KeyLine, Net, Plan, Proof, plan_for, plan_of, plans_for};
use words::Id;

use crate::limit::{Rate, Word};
use crate::quota::Units;

/// A key as the gateway knows it.
#[derive(Debug)]
pub(crate) struct Key {
    pub id: Id,
    pub app: Id,
    pub capabilities: Box<[String]>,
    pub nets: Box<[Net]>,
    pub ends_at: Option<i64>,
    /// How a call shows it.
    pub proof: Proof,
}

impl Key {
    pub(crate) fn hash_of(hex: &str) -> Option<[u8; 32]> {
        hex::decode(hex).ok().and_then(|bytes| bytes.try_into().ok())
    }

    fn of(line: KeyLine) -> Self {
        Self { id: line.id, app: line.app, capabilities: line.capabilities.into(), nets: line.nets.into(), ends_at: line.ends_at, proof: line.proof }
    }

    pub(super) fn line(&self, hash: &[u8; 32]) -> KeyLine {
        KeyLine {
            hash: hex::encode(hash),
            id: self.id.clone(),
            app: self.app.clone(),
            capabilities: self.capabilities.to_vec(),
            nets: self.nets.to_vec(),
            ends_at: self.ends_at,
            revoked: false,
            proof: self.proof.clone(),
        }
    }
}

/// An app as the gateway knows it.
#[derive(Debug)]
pub(crate) struct App {
    pub line: AppLine,
    /// Limits of its plan as a whole; a live app has those of its subscriptions.
    pub limits: Limits,
    subscribed: Box<[Subscribed]>,
}

/// Up to which part of what a thread takes (percent) calls are taken: of sandbox apps, of the first plan of a capability, of the others.
const SANDBOX: usize = 60;
const FIRST: usize = 80;
const LAST: usize = 100;

/// What may be used up, and what was. That outlives every change of what is known of its holder.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// The rate, if the plan has one.
    pub rate: Option<Rate>,
    /// Calls a month, if the plan has a quota.
    pub per_month: Option<i64>,
    /// Up to which part of what a thread takes (percent) its calls are taken: plans that come later in the pack are served longest.
    pub share: usize,
    /// Must each call have a unit that was leased?
    pub leased: bool,
    pub word: Arc<Word>,
    pub units: Arc<Units>,
}

/// A subscription in force.
#[derive(Debug)]
pub(crate) struct Subscribed {
    /// Where it stands in the line of its app.
    at: usize,
    pub limits: Limits,
}

impl App {
    fn of(mut line: AppLine, plans: &[Plan], before: Option<&Arc<App>>) -> Self {
        // It was read one by one, into room for several.
        line.subscriptions.shrink_to_fit();
        let plan = plan_of(plans, line.environment, line.plan.as_deref());
        let share = if line.environment == Environment::Sandbox { SANDBOX } else { LAST };
        let limits = Limits::of(plan, (share, false), before.map(|app| &app.limits));
        // A plan that the pack no longer has lets nothing pass: what it allowed is not known.
        let in_force = line.subscriptions.iter().enumerate().filter_map(|(at, one)| Some((at, one, plan_for(plans, &one.capability, &one.plan)?)));
        let subscribed = in_force.map(|(at, one, plan)| {
            let known = before.and_then(|app| app.subscribed.iter().find(|other| app.line.subscriptions[other.at].id == one.id));
            let share = if plans_for(plans, &one.capability).first().is_some_and(|first| first.key == plan.key) { FIRST } else { LAST };
            let held = line.limited || plan.billing == Billing::Prepaid;
            let limits = Limits::of(Some(plan), (share, held), known.map(|known| &known.limits));
            Subscribed { at, limits }
        });
        let subscribed = subscribed.collect();
        Self { limits, subscribed, line }
    }

    /// Its subscription to this capability: where it stands.
    pub(crate) fn subscription(&self, slug: &str) -> Option<usize> {
        self.subscribed.iter().position(|one| self.line.subscriptions[one.at].capability == slug)
    }

    /// Who holds the quota that a call uses up, and the limits.
    pub(crate) fn held(&self, subscription: Option<usize>) -> (&Id, &Limits) {
        subscription.and_then(|at| self.subscribed.get(at)).map_or((&self.line.id, &self.limits), |one| (&self.line.subscriptions[one.at].id, &one.limits))
    }
}

/// What is never taken from: that of all who have neither a rate nor a quota, so that a million of them cost nothing.
static IDLE: LazyLock<(Arc<Word>, Arc<Units>)> = LazyLock::new(Default::default);

impl Limits {
    fn of(plan: Option<&Plan>, (share, held_by_money): (usize, bool), before: Option<&Limits>) -> Self {
        let positive = |number: i64| u64::try_from(number).ok().filter(|number| *number > 0);
        let rate = plan.and_then(|plan| Some(Rate { per_second: positive(plan.per_second)?, burst: positive(plan.burst)? }));
        let per_month = plan.map(|plan| plan.per_month).filter(|count| *count > 0);
        let leased = per_month.is_some() || held_by_money;
        let known = before.filter(|limits| !Arc::ptr_eq(&limits.units, &IDLE.1)).map(|limits| (limits.word.clone(), limits.units.clone()));
        let (word, units) = known.unwrap_or_else(|| if rate.is_some() || leased { Default::default() } else { IDLE.clone() });
        units.look_again();
        Self { rate, per_month, leased, share, word, units }
    }
}

/// The first eight bytes of a keyed hash are as good a hash as any: nobody outside can choose them.
#[derive(Default)]
pub(super) struct First8(u64);

impl Hasher for First8 {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// FNV-1a: ids of apps are given by us, so nobody outside can choose them either.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A part of the keys and apps.
#[derive(Default, Clone)]
pub(super) struct Shard {
    pub(super) keys: HashMap<[u8; 32], Arc<Key>, BuildHasherDefault<First8>>,
    pub(super) apps: HashMap<String, Arc<App>, BuildHasherDefault<Fnv>>,
}

impl Shard {
    /// Takes these changes in.
    pub(super) fn take(&mut self, changes: Vec<Change>, plans: &[Plan]) {
        for change in changes {
            match change {
                Change::Key(line) => {
                    let Some(hash) = Key::hash_of(&line.hash) else { continue };
                    if line.revoked {
                        self.keys.remove(&hash);
                    } else {
                        self.keys.insert(hash, Arc::new(Key::of(line)));
                    }
                }
                Change::App(line) => {
                    let before = self.apps.get(line.id.as_str());
                    let app = Arc::new(App::of(line, plans, before));
                    self.apps.insert(app.line.id.to_string(), app);
                }
                Change::Capability(_) | Change::Plans { .. } | Change::Signers { .. } => {}
            }
        }
    }
}

impl Shard {
    /// The same under other plans.
    pub(super) fn under(&self, plans: &[Plan]) -> Self {
        let apps = self.apps.iter().map(|(id, app)| (id.clone(), Arc::new(App::of(app.line.clone(), plans, Some(app))))).collect();
        Self { keys: self.keys.clone(), apps }
    }
}

/// The last byte: the first eight make the place within the shard.
pub(super) fn key_shard(hash: &[u8; 32]) -> usize {
    usize::from(hash[31])
}

/// Bits from the middle: the others make the place within the shard.
pub(super) fn app_shard(id: &str) -> usize {
    let mut hasher = Fnv::default();
    hasher.write(id.as_bytes());
    usize::try_from((hasher.finish() >> 32) & 255).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_ones_own_and_outlives_whatever_the_plan_becomes() {
        let plan = |per_second| Plan { per_second, burst: per_second, ..Plan::default() };
        let of = |per_second, before| Limits::of(Some(&plan(per_second)), (LAST, false), before);
        let same = |one: &Limits, other: &Limits| Arc::ptr_eq(&one.word, &other.word) && Arc::ptr_eq(&one.units, &other.units);
        let (idle, other) = (of(0, None), of(0, None));
        assert!(same(&idle, &other), "nothing is taken from them");
        let (mine, theirs) = (of(5, Some(&idle)), of(5, Some(&other)));
        assert!(!same(&mine, &theirs) && !same(&mine, &idle));
        let without = of(0, Some(&mine));
        assert!(same(&without, &mine) && same(&of(9, Some(&without)), &mine), "a plan that goes and comes gives nothing anew");
        let held = Limits::of(None, (LAST, true), Some(&idle));
        assert!(held.leased && !same(&held, &idle));
    }
}

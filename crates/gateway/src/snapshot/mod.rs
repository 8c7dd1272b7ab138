//! What the gateway knows, as one immutable root over shards of keys and of apps; a change rebuilds one shard and a new root is put in place of the old.
//!
//! Invariant: whoever looks has one consistent root until they look again; a root never changes.

mod app;
mod base;
mod bits;
mod current;
mod disk;
mod key;
mod name;
mod shard;
mod tally;

use std::collections::HashMap;
use std::sync::Arc;

use capabilities::{Change, Plan};

use crate::route::Capability;
use crate::token::Signer;
use crate::upstream::Target;

pub(crate) use app::{Held, Known};
pub(crate) use current::{Current, Seen};
pub(crate) use disk::{Disk, Line, decode, encode};
pub(crate) use key::Key;
pub(crate) use name::Name;
use shard::{Apps, Keys, SHARDS, app_shard, key_shard};
pub(crate) use tally::{Tallies, Tally};

/// Everything the gateway knows at one moment.
#[derive(Clone)]
pub(crate) struct Root {
    /// Number of the newest change in it.
    pub number: i64,
    keys: Box<[Arc<Keys>]>,
    apps: Box<[Arc<Apps>]>,
    capabilities: Arc<HashMap<String, Arc<Capability>>>,
    plans: Arc<Vec<Plan>>,
    signers: Arc<[Signer]>,
}

impl Root {
    /// Knows nothing.
    pub(crate) fn empty() -> Self {
        let (keys, apps) = (vec![Arc::default(); SHARDS].into(), vec![Arc::default(); SHARDS].into());
        Self { number: 0, keys, apps, capabilities: Arc::default(), plans: Arc::default(), signers: Arc::default() }
    }

    /// A capability by its name in addresses.
    pub(crate) fn capability(&self, slug: &str) -> Option<&Arc<Capability>> {
        self.capabilities.get(slug)
    }

    /// All capabilities.
    pub(crate) fn capabilities(&self) -> impl Iterator<Item = &Arc<Capability>> {
        self.capabilities.values()
    }

    /// Targets whose health is asked for, with the path.
    pub(crate) fn probed(&self) -> impl Iterator<Item = (&Target, &str)> {
        let targets = self.capabilities().flat_map(|capability| capability.targets());
        targets.filter_map(|(version, _, target)| Some((target, version.line.health.as_deref()?)))
    }

    /// A key by the keyed hash of its text.
    pub(crate) fn key(&self, hash: &[u8; 32]) -> Option<&Arc<Key>> {
        self.keys[key_shard(hash)].get(hash)
    }

    /// Keys that access tokens are believed by.
    pub(crate) fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// An app, and what it may do.
    pub(crate) fn app(&self, id: &Name) -> Option<Known> {
        self.apps[app_shard(id)].get(id)
    }

    /// How many keys it knows.
    pub(crate) fn keys(&self) -> usize {
        self.keys.iter().map(|shard| shard.len()).sum()
    }

    /// A new root with these changes; shards without a change are shared.
    pub(crate) fn with(&self, number: i64, changes: Vec<Change>) -> Self {
        self.clone().and(number, changes)
    }

    /// This root and these changes; shards that nobody shares are changed where they are.
    pub(crate) fn and(mut self, number: i64, changes: Vec<Change>) -> Self {
        self.number = number;
        changes.into_iter().for_each(|change| self.take(change));
        self
    }

    fn take(&mut self, change: Change) {
        match change {
            Change::Key(line) => {
                let at = Key::hash_of(&line.hash).map_or(0, |hash| key_shard(&hash));
                Arc::make_mut(&mut self.keys[at]).take(line);
            }
            Change::App(line) => Arc::make_mut(&mut self.apps[app_shard(&Name::of(&line.id))]).take(&line, &self.plans),
            Change::Plans { plans } => {
                self.apps.iter_mut().for_each(|shard| Arc::make_mut(shard).under(&plans));
                self.plans = Arc::new(plans);
            }
            Change::Signers { signers } => self.signers = signers.iter().filter_map(Signer::of).collect(),
            Change::Capability(line) => {
                let capability = Arc::new(Capability::of(&line, self.capabilities.get(&line.slug).map(Arc::as_ref)));
                Arc::make_mut(&mut self.capabilities).insert(line.slug, capability);
            }
        }
    }

    /// What it knows beside keys and apps, as changes.
    fn others(&self) -> Vec<Change> {
        let plans = Change::Plans { plans: self.plans.to_vec() };
        let signers = Change::Signers { signers: self.signers.iter().map(|signer| signer.line.clone()).collect() };
        [plans, signers].into_iter().chain(self.capabilities.values().map(|capability| Change::Capability(capability.line.clone()))).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use capabilities::{AppLine, Environment, KeyLine, Proof};
    use words::Id;

    use super::*;

    /// A key of an app, as the feed tells of it.
    pub(crate) fn key(hash: &[u8; 32], app: &str) -> Change {
        let line = KeyLine {
            hash: hex::encode(hash),
            id: Id::fixed(format!("key_{}", hash[0])),
            app: Id::fixed(app),
            capabilities: Vec::new(),
            nets: Vec::new(),
            ends_at: None,
            revoked: false,
            proof: Proof::Text,
        };
        Change::Key(line)
    }

    /// An app, as the feed tells of it.
    pub(crate) fn app(id: &str) -> Change {
        Change::App(AppLine {
            id: Id::fixed(id),
            environment: Environment::Sandbox,
            open: true,
            plan: None,
            subscriptions: Vec::new(),
            suspended: false,
            limited: false,
            recorded_until: None,
        })
    }

    /// The name of an id.
    pub(crate) fn name(id: &str) -> Name {
        Name::of(&Id::fixed(id))
    }

    #[test]
    fn a_change_rebuilds_its_shard_and_shares_the_rest() {
        let first = Root::empty().with(1, vec![app("app_a"), key(&[1; 32], "app_a"), key(&[2; 32], "app_a")]);
        let Change::Key(mut dead) = key(&[2; 32], "app_a") else { return };
        dead.revoked = true;
        let second = first.with(2, vec![Change::Key(dead)]);
        assert!(first.key(&[2; 32]).is_some(), "a root never changes");
        assert!(second.key(&[2; 32]).is_none() && second.key(&[1; 32]).is_some());
        assert_eq!((first.keys(), second.keys(), second.number), (2, 1, 2));
        let shared = first.keys.iter().zip(&second.keys).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
        let apps = first.apps.iter().zip(&second.apps).all(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!((shared, apps), (SHARDS - 1, true));
    }
}

//! What the gateway knows, as one immutable root over 256 shards; a change rebuilds one shard and a new root is put in place of the old.
//!
//! Invariant: whoever looks has one consistent root until they look again; a root never changes.

mod current;
mod disk;
mod shard;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use capabilities::{Change, Plan};

use crate::route::Capability;
use crate::token::Signer;
use crate::upstream::Target;

pub(crate) use current::{Current, Seen};
pub(crate) use disk::{Disk, Line, decode, encode};
pub(crate) use shard::{App, Key, Limits};
use shard::{Shard, app_shard, key_shard};

/// Shards of a root.
const SHARDS: usize = 256;

/// Everything the gateway knows at one moment.
#[derive(Clone)]
pub(crate) struct Root {
    /// Number of the newest change in it.
    pub number: i64,
    shards: Box<[Arc<Shard>]>,
    capabilities: Arc<HashMap<String, Arc<Capability>>>,
    plans: Arc<Vec<Plan>>,
    signers: Arc<[Signer]>,
}

impl Root {
    /// Knows nothing.
    pub(crate) fn empty() -> Self {
        let none = Arc::new(Shard::default());
        Self { number: 0, shards: vec![none; SHARDS].into(), capabilities: Arc::default(), plans: Arc::default(), signers: Arc::default() }
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
        self.shards[key_shard(hash)].keys.get(hash)
    }

    /// Keys that access tokens are believed by.
    pub(crate) fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// An app.
    pub(crate) fn app(&self, id: &str) -> Option<&Arc<App>> {
        self.shards[app_shard(id)].apps.get(id)
    }

    /// How many keys it knows.
    pub(crate) fn keys(&self) -> usize {
        self.shards.iter().map(|shard| shard.keys.len()).sum()
    }

    /// A new root with these changes; shards without a change are shared.
    pub(crate) fn with(&self, number: i64, changes: Vec<Change>) -> Self {
        self.clone().and(number, changes)
    }

    /// This root and these changes; shards that nobody shares are changed where they are.
    pub(crate) fn and(mut self, number: i64, changes: Vec<Change>) -> Self {
        let root = &mut self;
        root.number = number;
        let mut by_shard: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
        for change in changes {
            match &change {
                Change::Key(key) => by_shard.entry(Key::hash_of(&key.hash).map_or(0, |hash| key_shard(&hash))).or_default().push(change),
                Change::App(app) => by_shard.entry(app_shard(app.id.as_str())).or_default().push(change),
                Change::Plans { plans } => {
                    root.plans = Arc::new(plans.clone());
                    for shard in &mut root.shards {
                        *shard = Arc::new(shard.under(plans));
                    }
                }
                Change::Signers { signers } => root.signers = signers.iter().filter_map(Signer::of).collect(),
                Change::Capability(line) => {
                    let capability = Arc::new(Capability::of(line, root.capabilities.get(&line.slug).map(Arc::as_ref)));
                    Arc::make_mut(&mut root.capabilities).insert(line.slug.clone(), capability);
                }
            }
        }
        for (at, changes) in by_shard {
            Arc::make_mut(&mut root.shards[at]).take(changes, &root.plans);
        }
        self
    }

    /// Everything it knows as changes, in batches.
    fn dump(&self, mut take: impl FnMut(Change) -> std::io::Result<()>) -> std::io::Result<()> {
        take(Change::Plans { plans: self.plans.to_vec() })?;
        take(Change::Signers { signers: self.signers.iter().map(|signer| signer.line.clone()).collect() })?;
        for capability in self.capabilities.values() {
            take(Change::Capability(capability.line.clone()))?;
        }
        for shard in &self.shards {
            for app in shard.apps.values() {
                take(Change::App(app.line.clone()))?;
            }
            for (hash, key) in &shard.keys {
                take(Change::Key(key.line(hash)))?;
            }
        }
        Ok(())
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
        })
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
        let shared = first.shards.iter().zip(&second.shards).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
        assert_eq!(shared, SHARDS - 1);
    }
}

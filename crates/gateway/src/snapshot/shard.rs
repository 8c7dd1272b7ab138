//! Parts of the keys and of the apps. Looked up by what is random already, so no second hash is made of it.
//!
//! Invariant: a part that somebody else holds is never changed: a change makes another, which shares every entry but the one that changed.

use std::sync::Arc;

use capabilities::{AppLine, KeyLine, Plan};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::app::{App, Known, Shape, Terms};
use super::bits::{Bits, put_number};
use super::key::Key;
use super::name::Name;

/// Shards of each kind.
pub(super) const SHARDS: usize = 1_024;
/// So many terms of a shard are not worth a look for those that nobody has any more.
const FEW: usize = 16;
/// Fewest bytes that a key, an app, terms take on the disk.
const LEAST: (usize, usize, usize) = (37, 4, 2);

/// Bits of the last bytes: the first eight make the place within the shard.
pub(super) fn key_shard(hash: &[u8; 32]) -> usize {
    usize::from(u16::from_le_bytes([hash[30], hash[31]])) % SHARDS
}

/// Bits from the middle: the others make the place within the shard.
pub(super) fn app_shard(id: &Name) -> usize {
    usize::try_from(id.hash() >> 32).unwrap_or(0) % SHARDS
}

/// The first eight bytes of a keyed hash are as good a hash as any: nobody outside can choose them.
fn first8(hash: &[u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

/// A part of the keys.
#[derive(Default, Clone)]
pub(super) struct Keys(HashTable<Arc<Key>>);

impl Keys {
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<&Arc<Key>> {
        self.0.find(first8(hash), |key| key.hash == *hash)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes a key in, or its death.
    pub(super) fn take(&mut self, line: KeyLine) {
        if line.revoked {
            let Some(hash) = Key::hash_of(&line.hash) else { return };
            if let Ok(dead) = self.0.find_entry(first8(&hash), |key| key.hash == hash) {
                dead.remove();
            }
        } else if let Some(key) = Key::of(line) {
            self.put(key);
        }
    }

    fn put(&mut self, key: Key) {
        let (at, hash) = (first8(&key.hash), key.hash);
        match self.0.entry(at, |other| other.hash == hash, |other| first8(&other.hash)) {
            Entry::Occupied(mut known) => *known.get_mut() = Arc::new(key),
            Entry::Vacant(free) => drop(free.insert(Arc::new(key))),
        }
    }

    /// As it lies on the disk.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        put_number(to, self.0.len() as u64);
        self.0.iter().for_each(|key| key.put(to));
    }

    /// From there.
    pub(super) fn read(from: &mut Bits<'_>) -> Option<Self> {
        let count = from.count(LEAST.0)?;
        let mut keys = Self(HashTable::with_capacity(count));
        for _ in 0..count {
            keys.put(Key::take(from)?);
        }
        Some(keys)
    }
}

/// A part of the apps, and their terms.
#[derive(Default, Clone)]
pub(super) struct Apps {
    apps: HashTable<Arc<App>>,
    terms: Vec<Option<Arc<Terms>>>,
    /// With so many terms it is worth a look which of them nobody has any more.
    look_at: usize,
}

impl Apps {
    pub(super) fn get(&self, id: &Name) -> Option<Known> {
        let app = self.apps.find(id.hash(), |app| app.id == *id)?;
        let terms = self.terms.get(app.terms as usize)?.as_ref()?;
        Some(Known::of(app.clone(), terms.clone()))
    }

    /// Takes an app in.
    pub(super) fn take(&mut self, line: &AppLine, plans: &[Plan]) {
        let terms = self.place(Shape::of(line), plans);
        self.put(App::of(line, terms));
    }

    fn put(&mut self, app: App) {
        match self.apps.entry(app.id.hash(), |other| other.id == app.id, |other| other.id.hash()) {
            Entry::Occupied(mut known) => *known.get_mut() = Arc::new(app),
            Entry::Vacant(free) => drop(free.insert(Arc::new(app))),
        }
    }

    /// Where the terms of this shape stand.
    fn place(&mut self, shape: Shape, plans: &[Plan]) -> u32 {
        let known = self.terms.iter().position(|terms| terms.as_ref().is_some_and(|terms| terms.shape == shape));
        let at = known.unwrap_or_else(|| self.room());
        if known.is_none() {
            self.terms[at] = Some(Arc::new(Terms::of(shape, plans)));
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// A place without terms.
    fn room(&mut self) -> usize {
        if self.terms.len() >= self.look_at.max(FEW) {
            let mut used = vec![false; self.terms.len()];
            self.apps.iter().for_each(|app| used[app.terms as usize] = true);
            self.terms.iter_mut().zip(&used).filter(|(_, used)| !**used).for_each(|(terms, _)| *terms = None);
            self.look_at = 2 * used.iter().filter(|used| **used).count();
        }
        if let Some(free) = self.terms.iter().position(Option::is_none) {
            return free;
        }
        self.terms.push(None);
        self.terms.len() - 1
    }

    /// The same under other plans: only terms are made anew.
    pub(super) fn under(&mut self, plans: &[Plan]) {
        for terms in self.terms.iter_mut().flatten() {
            *terms = Arc::new(Terms::of(terms.shape.clone(), plans));
        }
    }

    /// As it lies on the disk.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        put_number(to, self.terms.len() as u64);
        for terms in &self.terms {
            to.push(u8::from(terms.is_some()));
            terms.iter().for_each(|terms| terms.shape.put(to));
        }
        put_number(to, self.apps.len() as u64);
        self.apps.iter().for_each(|app| app.put(to));
    }

    /// From there.
    pub(super) fn read(from: &mut Bits<'_>, plans: &[Plan]) -> Option<Self> {
        let one = |from: &mut Bits<'_>| Some(if from.byte()? == 0 { None } else { Some(Arc::new(Terms::of(Shape::take(from)?, plans))) });
        let terms = from.list(1, one)?.into_vec();
        let count = from.count(LEAST.1)?;
        let mut apps = Self { apps: HashTable::with_capacity(count), look_at: 0, terms };
        for _ in 0..count {
            let app = App::take(from)?;
            apps.terms.get(app.terms as usize)?.as_ref()?;
            apps.put(app);
        }
        Some(apps)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use capabilities::{Change, Environment};

    use super::super::tests::{app, name};
    use super::super::{Root, Tallies};
    use super::*;

    fn line(id: &str, plan: Option<String>) -> AppLine {
        let Change::App(line) = app(id) else { panic!() };
        AppLine { plan, ..line }
    }

    #[test]
    fn apps_of_one_shape_share_their_terms_and_terms_that_nobody_has_are_forgotten() {
        let mut apps = Apps::default();
        for id in ["app_a", "app_b", "app_c"] {
            apps.take(&line(id, None), &[]);
        }
        assert_eq!(apps.terms.len(), 1);
        for n in 0..1_000 {
            apps.take(&line("app_a", Some(format!("plan{n}"))), &[]);
        }
        assert!(apps.terms.len() <= FEW, "{}", apps.terms.len());
        assert!(["app_a", "app_b", "app_c"].iter().all(|id| apps.get(&name(id)).is_some()));
    }

    #[test]
    fn what_was_used_up_outlives_whatever_is_known_of_its_holder() {
        let (tallies, plan) =
            (Tallies::default(), |per_second| Plan { key: "p".into(), environment: Environment::Sandbox, per_second, burst: 1, ..Plan::default() });
        let tally = |root: &Root| root.app(&name("app_a")).unwrap().held(None).tally(&tallies).clone();
        let rate = |root: &Root| root.app(&name("app_a")).unwrap().held(None).limits.rate.map(|rate| rate.per_second);
        let first = Root::empty().with(1, vec![Change::Plans { plans: vec![plan(5)] }, app("app_a")]);
        let other = first.with(2, vec![Change::Plans { plans: vec![plan(7)] }]);
        let again = other.with(3, vec![Change::App(line("app_a", Some("p".into())))]);
        assert_eq!([&first, &other, &again].map(rate), [Some(5), Some(7), Some(7)]);
        let all = [&again, &first, &other].map(tally);
        assert!(all.iter().all(|one| Arc::ptr_eq(one, &all[0])), "one, whichever root comes first");
    }
}

//! The world of the simulation: the database with its clock, the people by key, the projects by idea.

use std::collections::BTreeMap;
use std::sync::Arc;

use identity::RoleRights;
use store::{Clock, Db, Entropy, Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Never, Outcome, Refusal};

use super::people;
use crate::wiring;

/// The database with everybody in it.
pub struct World {
    /// Database.
    pub db: Db,
    /// Its frozen clock.
    pub clock: Clock,
    /// Choices of the simulation.
    pub chance: Entropy,
    /// Roles in force.
    pub roles: RoleRights,
    /// The pack.
    pub pack: Arc<packs::Pack>,
    /// Persons by the key of their persona.
    pub persons: BTreeMap<String, Id>,
    /// Cases by the number of their idea.
    pub cases: BTreeMap<usize, Id>,
}

impl World {
    /// Makes units and people, hands out roles, appropriates the fund, opens the first 和米 season.
    pub(crate) fn settle(db: Db, clock: Clock, chance: Entropy) -> Result<Self, Fault> {
        let roles = wiring::roles(&db);
        let pack = db.read::<_, Never>(|read| Ok(packs::current(read)?.pack.clone())).map_err(Failure::into_fault)?;
        let mut world = Self { db, clock, chance, roles, pack, persons: BTreeMap::new(), cases: BTreeMap::new() };
        people::settle(&mut world)?;
        Ok(world)
    }

    /// The idea with this number.
    pub fn idea(&self, number: usize) -> &packs::Idea {
        &self.pack.ideas[number % self.pack.ideas.len()]
    }

    /// The person of a persona.
    pub fn person(&self, key: &str) -> Result<Id, Fault> {
        self.persons.get(key).cloned().ok_or_else(|| Fault::new(format!("no persona {key}")))
    }

    /// A person as one who acts now and has just proved who they are.
    pub fn acting(&self, person: &Id) -> Result<Acting, Fault> {
        let roles = self.roles.clone();
        let mut acting = self.read(|read| Ok(identity::acting_for(read, &roles, person)?))?;
        acting.proved_at = Some(self.clock.now());
        Ok(acting)
    }

    /// The same by the key of the persona.
    pub fn acting_as(&self, key: &str) -> Result<Acting, Fault> {
        self.acting(&self.person(key)?)
    }

    /// Looks.
    pub fn read<T>(&self, look: impl FnOnce(&Read) -> Outcome<T, Never>) -> Result<T, Fault> {
        self.db.read(look).map_err(Failure::into_fault)
    }

    /// Does; a refusal is a fault of the simulation.
    pub fn write<T: Send + 'static, R: Refusal>(&self, name: &'static str, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Fault> {
        self.db.write(name, case).map_err(Failure::into_fault)
    }

    /// Lets time pass: every timer fires at its second, every job runs.
    pub fn run_until(&self, until: Instant) -> Result<(), Fault> {
        loop {
            self.settle_jobs()?;
            let next = self.read(|read| Ok(read.next_due()?))?;
            match next {
                Some(due) if due <= until => self.clock.set(due),
                _ => break,
            }
        }
        self.clock.set(until);
        self.settle_jobs()
    }

    /// Runs what is due now.
    pub fn settle_jobs(&self) -> Result<(), Fault> {
        self.db.seal()?;
        self.db.run_due()?;
        Ok(())
    }

    /// A number below `n`, by chance.
    pub fn below(&self, n: u64) -> u64 {
        u64::from_be_bytes(self.chance.bytes()) % n.max(1)
    }
}

//! The lived simulation: demo data comes about by running the real use cases under a given clock; used by the demo, by tests and by benches.
//!
//! Nothing is inserted: personas are added, roles granted, projects declared, reviewed, incubated and ended through the same doors as by hand.

mod act;
mod bills;
mod community;
mod credentials;
mod crowd;
mod datasets;
mod fill;
mod firm;
mod messages;
mod openness;
mod people;
mod positions;
mod script;
mod sharing;
mod tariffs;
mod world;

use store::{Clock, Db, Entropy};
use words::{Fault, Instant};

pub use crowd::{Crowd, Size};
pub use script::{Act, script};
pub use world::World;

use crate::config::Config;
use crate::wiring;

/// The simulated programme begins this many days before the present.
const DAYS: i64 = 420;

/// Makes the demo in an empty data folder, or finds the one made before; returns who has a button on the sign-in page.
pub fn demo(config: &Config) -> Result<identity::DemoPersonas, Fault> {
    match credentials::read(&config.server.data)? {
        Some(personas) => Ok(personas),
        None => demo_until(config, Clock::system().now(), |_| true),
    }
}

/// Makes a demo of the ideas that are wanted, lived up to a moment, in an empty data folder.
pub fn demo_until(config: &Config, until: Instant, wanted: impl Fn(&packs::Idea) -> bool) -> Result<identity::DemoPersonas, Fault> {
    let folder = &config.server.data;
    let mut options = wiring::options(config);
    let clock = Clock::frozen(until.plus_seconds(-DAYS * 86_400));
    options.clock = clock.clone();
    // What breaks off is made again: only the end is forced to the disk, and the credentials, which say that the demo is whole, come after it.
    options.forced = false;
    let db = Db::open(options)?;
    let used = db.read::<_, words::Never>(|read| Ok(read.head()?.is_some())).map_err(words::Failure::into_fault)?;
    if used {
        return Err(Fault::new(format!("{} holds real data: give the demo a folder of its own with --data", folder.display())));
    }
    let passwords = credentials::Passwords::begin();
    let world = live_some(&db, &clock, until, 1, &wanted)?;
    if world.cases.len() < world.pack.ideas.iter().filter(|idea| wanted(idea)).count() {
        return Err(Fault::new("not every idea of the pack found somebody free to declare it"));
    }
    credentials::write(&world, folder, passwords)
}

/// Lives all ideas of the pack from the clock's moment up to `until`, the same way for the same seed.
pub fn live(db: &Db, clock: &Clock, until: Instant, seed: u64) -> Result<World, Fault> {
    live_some(db, clock, until, seed, |_| true)
}

/// Lives those ideas that are wanted.
pub fn live_some(db: &Db, clock: &Clock, until: Instant, seed: u64, wanted: impl Fn(&packs::Idea) -> bool) -> Result<World, Fault> {
    live_watched(db, clock, until, seed, wanted, |_| Ok(()))
}

/// The same, in as many waves of all ideas as fit between the clock's moment and `until`, with a look at the world after each act.
pub fn live_watched(
    db: &Db,
    clock: &Clock,
    until: Instant,
    seed: u64,
    wanted: impl Fn(&packs::Idea) -> bool,
    mut look: impl FnMut(&World) -> Result<(), Fault>,
) -> Result<World, Fault> {
    wiring::ensure_pack(db)?;
    let mut world = World::settle(db.clone(), clock.clone(), Entropy::seeded(seed))?;
    let days = (until.micros() - clock.now().micros()) / 86_400_000_000;
    let mut acts = script::schedule(&world, until, usize::try_from(days / DAYS).unwrap_or(1).max(1));
    acts.retain(|step| wanted(world.idea(step.idea)));
    // Earlier acts first; of one moment in the order of the ideas.
    acts.sort_by_key(|step| (step.at, step.idea));
    tariffs::in_the_first_days(&world)?;
    let mut bills = bills::schedule(clock.now(), until).into_iter().peekable();
    for step in acts {
        while let Some((at, run)) = bills.next_if(|(at, _)| *at <= step.at) {
            world.run_until(at)?;
            run(&world)?;
        }
        world.run_until(step.at)?;
        act::perform(&mut world, step.idea, step.act).map_err(|fault| Fault::new(format!("{} {:?}: {fault}", world.idea(step.idea).key, step.act)))?;
        look(&world)?;
    }
    for (at, run) in bills {
        world.run_until(at)?;
        run(&world)?;
    }
    world.run_until(until)?;
    tariffs::at_the_end(&world)?;
    openness::at_the_end(&world)?;
    messages::at_the_end(&world)?;
    sharing::at_the_end(&world)?;
    datasets::at_the_end(&world)?;
    community::at_the_end(&world)?;
    firm::at_the_end(&world)?;
    world.settle_jobs()?;
    Ok(world)
}

/// One more act of an idea, at the present moment: for whoever goes on from a lived programme.
pub fn perform(world: &mut World, idea: usize, act: Act) -> Result<(), Fault> {
    act::perform(world, idea, act)
}

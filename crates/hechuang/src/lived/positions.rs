//! Positions, pay, backing and awards of the simulation.

use words::{Fault, Id};

use super::World;
use super::act;

/// Home units freeze grade and base pay.
pub(super) fn freeze(_world: &World, _idea: usize, _team: &[Id]) -> Result<(), Fault> {
    Ok(())
}

/// Home units let the members go.
pub(super) fn second(_world: &World, _idea: usize) -> Result<(), Fault> {
    Ok(())
}

/// A month is paid.
pub(super) fn pay(_world: &World, _idea: usize) -> Result<(), Fault> {
    Ok(())
}

/// Members choose.
pub(super) fn choose(_world: &World, _idea: usize) -> Result<(), Fault> {
    Ok(())
}

/// The award of a project, stage by stage.
pub(super) fn award(_world: &World, _idea: usize, _stage: u8) -> Result<(), Fault> {
    Ok(())
}

/// Five to nine colleagues who may back the project stake part of their season grant.
pub(super) fn stake(world: &World, idea: usize) -> Result<(), Fault> {
    let case = act::case_of(world, idea)?;
    let rounds = world.read(|read| Ok(programme::children(read, &case, Some("hemi.round"))?))?;
    let Some(round) = rounds.into_iter().find(|round| round.state == "open") else { return Ok(()) };
    let staff: Vec<Id> = world.persons.values().cloned().collect();
    for _ in 0..5 + world.below(5) {
        let who = world.acting(&staff[usize::try_from(world.below(staff.len() as u64)).unwrap_or(0)])?;
        let amount = 50 + i64::try_from(world.below(4)).unwrap_or(0) * 50;
        let (id, db) = (round.id.clone(), &world.db);
        // Who may not back it, or has no 和米 left, is refused as anybody would be.
        let _ = db.write("hemi.make_stake", move |tx| {
            let book = programme::book(tx)?;
            hemi::make_stake(tx, &book, &who, &id, amount).map(drop)
        });
    }
    world.settle_jobs()
}

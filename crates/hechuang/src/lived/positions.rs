//! Positions, pay, backing and awards of the simulation.

use words::{Fault, Id};

use super::World;

/// Home units freeze grade and base pay.
pub(super) fn freeze(_world: &World, _idea: usize, _team: &[Id]) -> Result<(), Fault> {
    Ok(())
}

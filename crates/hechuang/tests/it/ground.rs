//! A lived programme for the tests: a few ideas with chosen endings on a temporary database.

use hechuang::lived::{World, live_some};
use hechuang::{reactions, wiring};
use packs::Ending;
use store::testing::{Temp, temp_with};

/// A temporary database with everything wired, still empty.
pub fn empty() -> Temp {
    temp_with(wiring::PARTS, reactions::all(), Vec::new())
}

/// The first idea of each of these endings, lived up to 420 days after the clock's moment.
pub fn lived(endings: &[Ending]) -> (Temp, World) {
    let temp = empty();
    let until = temp.clock.now().plus_seconds(420 * 86_400);
    let pack = packs::embedded().expect("the built-in pack");
    let firsts: Vec<String> = endings.iter().filter_map(|ending| pack.ideas.iter().find(|idea| idea.ending == *ending)).map(|idea| idea.key.clone()).collect();
    let world = live_some(&temp.db, &temp.clock, until, 1, |idea| firsts.contains(&idea.key)).expect("a lived programme");
    (temp, world)
}

/// The case of the idea with this ending.
pub fn case_of(world: &World, ending: Ending) -> programme::Case {
    let number = world.pack.ideas.iter().position(|idea| idea.ending == ending).expect("an idea");
    let id = world.cases[&number].clone();
    world.read(|read| programme::case(read, &id)).expect("a case")
}

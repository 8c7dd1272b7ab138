//! The checker: proves definitions, each alone and linked cases together.
//!
//! Asks nothing, tells mistakes. Invariant: without mistakes no case, and no set of linked cases, can come where no end can be reached
//! (facts of the world taken as free to go either way).

mod graph;
mod names;
mod walk;

pub use names::Names;

use crate::definition::Definition;
use crate::mistake::{Mistake, MistakeCode};

/// Checks all definitions of a pack. In these mistakes `file` is the id of the definition.
pub fn check(definitions: &[Definition], names: &Names) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (at, definition) in definitions.iter().enumerate() {
        if definitions[..at].iter().any(|earlier| earlier.id == definition.id) {
            mistakes.push(Mistake::new(&definition.id, MistakeCode::SameId, "lifecycle"));
        }
        names::check(definition, definitions, names, &mut mistakes);
        graph::check(definition, &mut mistakes);
    }
    if !mistakes.iter().any(|mistake| mistake.code == MistakeCode::SameId) {
        walk::check(definitions, &mut mistakes);
    }
    mistakes
}

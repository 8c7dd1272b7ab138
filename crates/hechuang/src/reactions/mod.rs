//! When X then Y: the side effects of the whole platform, one file each, named as a sentence. Each runs as an idempotent job, once for each event.

mod when_backing_round_opened_make_it;
mod when_backing_round_moved_move_it;
mod when_stake_made_note_the_relation;

use store::{Reaction, Tell};

/// All of them.
pub fn all() -> Vec<Reaction> {
    vec![
        Reaction { name: "when_backing_round_opened_make_it", on: programme::told::CaseOpened::KIND, run: when_backing_round_opened_make_it::run },
        Reaction { name: "when_backing_round_moved_move_it", on: programme::told::CaseMoved::KIND, run: when_backing_round_moved_move_it::run },
        Reaction { name: "when_stake_made_note_the_relation", on: hemi::told::StakeMade::KIND, run: when_stake_made_note_the_relation::run },
    ]
}

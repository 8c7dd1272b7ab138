//! What `community` asks of capabilities and people.

use std::collections::BTreeMap;

use community::About;
use store::Read;
use words::{Bilingual, Fault, Id};

use crate::ground::Ground;

impl community::Asks for Ground {
    fn abouts(read: &Read) -> Result<Vec<About>, Fault> {
        let about = |one: capabilities::Capability| About {
            owner: Some(one.owner.clone()).filter(|_| !one.is_builtin()),
            name: Bilingual::new(one.zh, one.en),
            slug: one.slug,
        };
        Ok(capabilities::callable(read)?.into_iter().map(about).collect())
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }

    const MODERATORS: &'static str = "capability.operator";
}

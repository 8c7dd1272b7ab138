//! A project's end asks for the deferred pay: all of it made up on success, all of it extinguished on failure.

use people::{Asks, DeferredEnd};
use programme::told::EffectAsked;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let asked: EffectAsked = event.data()?;
    let end = match (asked.definition.as_str(), asked.what.as_str()) {
        ("incubation.self", "pay.release") => DeferredEnd::Release,
        ("incubation.self", "pay.extinguish") => DeferredEnd::Extinguish,
        _ => return Ok(()),
    };
    let book = <Ground as Asks>::book(tx)?;
    let settled = people::settle_deferred(tx, &book, &Acting::system("reaction"), &asked.case, end, event.at.day(), &asked.name);
    settled.map(drop).map_err(Failure::into_fault)
}

//! Somebody may not back a project: they join its team, are drawn to judge it, or guide it. What they staked before goes back.
//!
//! Tells `PersonBarred`, `StakeWithdrawn`. Invariant: nobody barred has a stake in a round that has not ended.

use ledger::Book;
use store::Tx;
use words::{Acting, Id, Never, Outcome};

use crate::ops::withdraw_stake::give_back;
use crate::round::Bar;
use crate::sql;
use crate::stake::StakeState;
use crate::told::PersonBarred;

/// Bars a person from a project; asked again it changes nothing. For reactions (member joined, panel drawn, mentor assigned).
pub fn bar_person(tx: &mut Tx, book: &Book, who: &Acting, project: &Id, person: &Id, why: Bar) -> Outcome<(), Never> {
    if sql::bar(tx, project, person)? == Some(why) {
        return Ok(());
    }
    sql::bar_put(tx, project, person, why)?;
    tx.tell(who, &PersonBarred { project: project.clone(), person: person.clone(), why: why.as_str().into() })?;
    let Some(round) = sql::round_live(tx, project)? else { return Ok(()) };
    for stake in sql::stakes_by(tx, &round.id, person)?.into_iter().filter(|stake| stake.state == StakeState::Held) {
        give_back::<Never>(tx, book, who, &round, stake)?;
    }
    Ok(())
}

/// Lifts a bar of this kind: the mentor changed, the panel was dissolved.
pub fn lift_bar(tx: &mut Tx, project: &Id, person: &Id, why: Bar) -> Outcome<bool, Never> {
    Ok(sql::bar_lift(tx, project, person, why)?)
}

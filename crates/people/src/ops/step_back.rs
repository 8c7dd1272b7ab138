//! Ends without a return: a member who never left their post, or who renounces the return.
//!
//! Tells `PositionSeparated` or `PositionKept`. Invariant: only who is on post can step back; only the holder, in writing, renounces.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::position::{Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::{PositionKept, PositionSeparated};
use crate::{rights, sql};

/// The holder stays on post: they leave the team before the secondment, or the project is concluded before it. Asked again, nothing happens.
pub fn step_back(tx: &mut Tx, who: &Acting, position: &Id) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    if position.person != who.person {
        who.may(rights::HR, &position.node())?;
    }
    if position.state == PositionState::NeverSeconded {
        return Ok(position);
    }
    position.must_be(PositionState::OnPost)?;
    (position.state, position.closed_at) = (PositionState::NeverSeconded, Some(tx.now()));
    sql::position_write(tx, &position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionKept { position: position.id.clone(), person, project, home })?;
    Ok(position)
}

/// The holder renounces the return, in writing.
pub fn renounce(tx: &mut Tx, who: &Acting, position: &Id, signed: bool) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.filter(|position| position.person == who.person || who.is_system()).ok_or(Failure::Absent)?;
    position.must_be(PositionState::OnLeave)?;
    if !signed {
        return Err(PostRefusal::NotSigned { documents: "renunciation".into() }.into());
    }
    (position.state, position.closed_at) = (PositionState::Separated, Some(tx.now()));
    sql::position_write(tx, &position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionSeparated { position: position.id.clone(), person, project, home })?;
    Ok(position)
}

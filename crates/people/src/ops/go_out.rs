//! The holder goes out with the venture, with the right to return signed; or, much later, the right lapses.
//!
//! Tells `LeaveBegun`, `PositionSeparated`. Invariant: the right does not lapse while the venture may still fail, a request waits, or warnings are missing.

use store::Tx;
use words::{Acting, Day, Failure, Id, Outcome, Span};

use crate::asks::{Signed, Terms, VentureState};
use crate::position::{Choice, Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::{LeaveBegun, PositionSeparated};
use crate::{rights, sql};

/// Lets who chose it go out; the window runs from `on` and includes its last day.
pub fn go_out(tx: &mut Tx, who: &Acting, position: &Id, on: Day, window: Span, signed: Signed) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    who.may(rights::HR, &position.node())?;
    position.must_be(PositionState::Choosing)?;
    if position.choice != Some(Choice::Venture) && !who.is_system() {
        return Err(PostRefusal::NotChosen.into());
    }
    if !signed.return_right {
        return Err(PostRefusal::NotSigned { documents: "return_right".into() }.into());
    }
    let last = on.plus(window).map_err(|_| PostRefusal::DayWrong)?;
    (position.state, position.left_on, position.return_ends_on) = (PositionState::OnLeave, Some(on), Some(last));
    sql::position_write(tx, &position)?;
    tx.cancel_job(crate::ops::choose::JOB, position.id.as_str())?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &LeaveBegun { position: position.id.clone(), person, project, home, return_ends_on: last })?;
    Ok(position)
}

/// Ends the position of who did not ask to come back in time. For the timed move of `person.post`.
pub fn separate(tx: &mut Tx, who: &Acting, terms: &Terms, position: &Id, venture: VentureState, warnings: i64) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    who.may(rights::HR, &position.node())?;
    position.must_be(PositionState::OnLeave)?;
    let held = [
        ("window", position.return_ends_on.is_none_or(|last| tx.now().day() <= last)),
        ("asked", position.return_asked_on.is_some()),
        ("venture", venture != VentureState::None),
        ("warnings", warnings < terms.return_warnings),
    ];
    if let Some((why, _)) = held.into_iter().find(|(_, holds)| *holds) {
        return Err(PostRefusal::NotLapsed { why: why.into() }.into());
    }
    (position.state, position.closed_at) = (PositionState::Separated, Some(tx.now()));
    sql::position_write(tx, &position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionSeparated { position: position.id.clone(), person, project, home })?;
    Ok(position)
}

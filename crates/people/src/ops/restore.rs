//! HR takes the holder back, with a grade not below the frozen one (R-06, 岗复原职).
//!
//! Tells `PositionRestored`. Invariant: the grade order of the pack decides, not who restores.

use store::Tx;
use words::{Acting, Failure, Id};

use crate::position::{Choice, Grades, Outcome, Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::PositionRestored;
use crate::{rights, sql};

/// Chose to return; or did not choose where there was nothing else to choose.
fn returns(position: &Position) -> bool {
    let nothing_else = matches!(position.outcome, Some(Outcome::Failure | Outcome::Left));
    position.choice == Some(Choice::Return) || (nothing_else && position.choice.is_none())
}

/// Restores who chose to return, or asked to come back from a venture. For the system the guards of the case have decided that; the grade is checked all the same.
pub fn restore(tx: &mut Tx, who: &Acting, grades: &Grades, position: &Id, grade: &str) -> words::Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    who.may(rights::HR, &position.node())?;
    match position.state {
        PositionState::Choosing | PositionState::OnLeave if who.is_system() => {}
        PositionState::Choosing if returns(&position) => {}
        PositionState::Choosing => return Err(PostRefusal::NotChosen.into()),
        PositionState::OnLeave if position.return_asked_on.is_some() => {}
        PositionState::OnLeave => return Err(PostRefusal::NotAsked.into()),
        state => return Err(PostRefusal::State { state: state.as_str().into() }.into()),
    }
    grades.admit(grade.trim(), &position.grade)?;
    (position.state, position.new_grade, position.closed_at) = (PositionState::Restored, Some(grade.trim().to_owned()), Some(tx.now()));
    sql::position_write(tx, &position)?;
    tx.cancel_job(crate::ops::choose::JOB, position.id.as_str())?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionRestored { position: position.id.clone(), person, project, home })?;
    Ok(position)
}

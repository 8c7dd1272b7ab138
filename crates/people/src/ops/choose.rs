//! The project is concluded: each member chooses to return, to go with the result, or to go out with the venture.
//!
//! Tells `ChoiceOpened`, `ChoiceMade`. Invariant: who lets the day pass returns; a choice may be changed until HR has carried it out.

use store::{Job, JobRun, Tx};
use words::{Acting, Day, Failure, Fault, Id};

use crate::position::{Choice, Outcome, Position, PositionState};
use crate::refusal::PostRefusal;
use crate::sql;
use crate::told::{ChoiceMade, ChoiceOpened};

/// Name of the timer.
pub(crate) const JOB: &str = "people.choice_due";

/// Opens the choice for all members of a project who are still seconded. For the reaction to the project's end; asked again, nothing happens.
pub fn open_choice(tx: &mut Tx, who: &Acting, project: &Id, outcome: Outcome, on: Day, choose_by: Day) -> words::Outcome<usize, PostRefusal> {
    let mut opened = 0;
    for mut position in sql::positions_of_project(tx, project)?.into_iter().filter(|position| position.state == PositionState::Seconded) {
        open_for(tx, who, &mut position, outcome, on, choose_by)?;
        opened += 1;
    }
    Ok(opened)
}

pub(crate) fn open_for(tx: &mut Tx, who: &Acting, position: &mut Position, outcome: Outcome, on: Day, choose_by: Day) -> Result<(), Fault> {
    position.state = PositionState::Choosing;
    position.outcome = Some(outcome);
    position.ended_on = position.ended_on.or(Some(on));
    position.choose_by = Some(choose_by);
    sql::position_write(tx, position)?;
    tx.later(Job::new(JOB, position.id.as_str()).at(choose_by.end()))?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &ChoiceOpened { position: position.id.clone(), person, project, home, outcome: outcome.as_str().into(), choose_by }).map(drop)
}

/// The holder chooses, or a reaction notes what they chose in the case. The unit then agrees by carrying it out: `restore`, `transfer`, `go_out`.
pub fn choose(tx: &mut Tx, who: &Acting, position: &Id, choice: Choice) -> words::Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.filter(|position| position.person == who.person || who.is_system()).ok_or(Failure::Absent)?;
    let today = tx.now().day();
    // What the case has decided is noted, however late the reaction comes.
    let day = if who.is_system() { position.choose_by.map_or(today, |by| by.min(today)) } else { today };
    position.admit_choice(choice, day)?;
    note(tx, who, &mut position, choice, false)?;
    Ok(position)
}

fn note(tx: &mut Tx, who: &Acting, position: &mut Position, choice: Choice, by_default: bool) -> Result<(), Fault> {
    (position.choice, position.choice_by_default) = (Some(choice), by_default);
    sql::position_write(tx, position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &ChoiceMade { position: position.id.clone(), person, project, home, choice: choice.as_str().into(), by_default }).map(drop)
}

/// The day to choose by has passed: return is noted for who has not chosen.
pub(crate) fn run(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    match sql::position(tx, &Id::fixed(job.key.clone()))? {
        Some(mut position) if position.state == PositionState::Choosing && position.choice.is_none() => {
            note(tx, &Acting::system("clock"), &mut position, Choice::Return, true)
        }
        _ => Ok(()),
    }
}

//! A member leaves the team before the project ends: deferred pay is extinguished, or a part made up by the office with a reason.
//!
//! Asks the ledger; tells `MemberLeft`, `RunConfirmed`, `ChoiceOpened`. Invariant: they return to their post like everybody else; nothing is held against them.

use ledger::Book;
use store::Tx;
use words::{Acting, Day, Failure, Id};

use crate::ops::choose::open_for;
use crate::ops::prepare_run::new_run;
use crate::ops::settle_deferred::{ALL, end_lines, post_run};
use crate::pay::Month;
use crate::position::{Outcome, Position, PositionState};
use crate::refusal::PayRefusal;
use crate::run::Kind;
use crate::told::MemberLeft;
use crate::{rights, sql};

/// How somebody leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveDraft {
    /// Last day in the team.
    pub on: Day,
    /// What part of the deferred pay is made up, in ten-thousandths; 0 is the default of the plan.
    pub release_bp: i64,
    /// Why; needed if a part is made up.
    pub reason: String,
    /// Last day to choose.
    pub choose_by: Day,
}

/// Lets a member go. HR of the home unit; a part of the deferred pay only by the office (`people.release` on the project).
pub fn leave_early(tx: &mut Tx, book: &Book, who: &Acting, position: &Id, draft: &LeaveDraft) -> words::Outcome<Position, PayRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    if draft.release_bp != 0 {
        who.may(rights::RELEASE, &position.project_node)?;
    } else if !who.can(rights::RELEASE, &position.project_node) {
        who.may(rights::HR, &position.node())?;
    }
    if position.state != PositionState::Seconded {
        return Err(PayRefusal::State { state: position.state.as_str().into() }.into());
    }
    if position.seconded_on.is_some_and(|first| draft.on < first) || draft.on > tx.now().day() {
        return Err(PayRefusal::DayWrong.into());
    }
    if !(0..=ALL).contains(&draft.release_bp) {
        return Err(PayRefusal::ShareWrong.into());
    }
    if draft.release_bp != 0 && draft.reason.trim().is_empty() {
        return Err(PayRefusal::ReasonNeeded.into());
    }
    let run = new_run(tx, who, Kind::Leave, position.home.clone(), Some(position.project.clone()), Month::of(draft.on));
    let lines = end_lines(tx, &run.id, &position, draft.on, draft.release_bp)?;
    post_run(tx, book, who, run, lines, &draft.reason)?;
    (position.ended_on, position.release_bp) = (Some(draft.on), Some(draft.release_bp));
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &MemberLeft { position: position.id.clone(), person, project, home, on: draft.on })?;
    open_for(tx, who, &mut position, Outcome::Left, draft.on, draft.choose_by)?;
    Ok(position)
}

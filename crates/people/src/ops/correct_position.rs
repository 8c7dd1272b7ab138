//! A grade or a base that was mistyped is put right, by another person than the one who froze it and before anybody was paid by it.
//!
//! Tells `PositionCorrected`. Invariant: nothing that a confirmed run has paid by changes; the figures before stay in the log.

use store::{Read, Tell, Tx};
use words::{Acting, Denied, Failure, Fault, Id, Outcome};

use crate::asks::Terms;
use crate::pay::check_minimum;
use crate::position::{Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::{PositionCorrected, PositionFrozen};
use crate::{rights, sql, sql_pay};

/// What it should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Grade.
    pub grade: String,
    /// Fixed monthly pay, fen.
    pub base_minor: i64,
    /// Why.
    pub reason: String,
}

/// Puts it right.
pub fn correct_position(tx: &mut Tx, who: &Acting, terms: &Terms, id: &Id, draft: &Correction) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, id)?.ok_or(Failure::Absent)?;
    may_correct(tx, who, &position)?;
    if draft.reason.trim().is_empty() {
        return Err(PostRefusal::ReasonNeeded.into());
    }
    if draft.base_minor <= 0 {
        return Err(PostRefusal::BaseWrong.into());
    }
    if position.state == PositionState::Seconded {
        let minimum = terms.minimum_wage.get(&position.city).copied();
        check_minimum(draft.base_minor, terms.pay_ratio, &position.city, minimum).map_err(PostRefusal::Pay)?;
    }
    (position.grade, position.base_minor) = (draft.grade.clone(), draft.base_minor);
    sql::position_correct(tx, &position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionCorrected { position: position.id.clone(), person, project, home, reason: draft.reason.trim().into() })?;
    Ok(position)
}

/// May they, and is it not too late? HR and finance of the unit may; never the one who froze it.
pub fn may_correct(read: &Read, who: &Acting, position: &Position) -> Outcome<(), PostRefusal> {
    let node = position.node();
    if !who.can(rights::HR, &node) && !who.can(rights::PAY, &node) {
        return Err(Denied { right: rights::HR, node, visible: true }.into());
    }
    if !matches!(position.state, PositionState::OnPost | PositionState::Seconded) {
        return Err(PostRefusal::State { state: position.state.as_str().into() }.into());
    }
    if frozen_by(read, &position.id)?.is_none_or(|person| person == who.person) {
        return Err(PostRefusal::SecondPerson.into());
    }
    if sql_pay::lines_of_position(read, &position.id)?.is_empty() { Ok(()) } else { Err(PostRefusal::PaidBy.into()) }
}

/// Who froze it or corrected it last, as the log says.
fn frozen_by(read: &Read, id: &Id) -> Result<Option<Id>, Fault> {
    Ok(read.newest_of(id.as_str(), &[PositionFrozen::KIND, PositionCorrected::KIND])?.map(|event| event.actor))
}

//! The holder goes with the result into the unit that took it; both sides have signed.
//!
//! Tells `PositionTransferred`.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::asks::Signed;
use crate::position::{Choice, Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::PositionTransferred;
use crate::{rights, sql};

/// Transfers who chose it.
pub fn transfer(tx: &mut Tx, who: &Acting, position: &Id, to: Node, signed: Signed) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    who.may(rights::HR, &position.node())?;
    position.must_be(PositionState::Choosing)?;
    if position.choice != Some(Choice::Transfer) && !who.is_system() {
        return Err(PostRefusal::NotChosen.into());
    }
    let missing: Vec<&str> = [(signed.transfer_member, "transfer (member)"), (signed.transfer_unit, "transfer (application_unit)")]
        .into_iter()
        .filter_map(|(is, name)| (!is).then_some(name))
        .collect();
    if !missing.is_empty() {
        return Err(PostRefusal::NotSigned { documents: missing.join(", ") }.into());
    }
    (position.state, position.new_unit, position.closed_at) = (PositionState::Transferred, Some(to.clone()), Some(tx.now()));
    sql::position_write(tx, &position)?;
    tx.cancel_job(crate::ops::choose::JOB, position.id.as_str())?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionTransferred { position: position.id.clone(), person, project, home, to })?;
    Ok(position)
}

//! Somebody on leave asks to come back: because the venture failed, or within the window, its last day included (R-06, scenario 9).
//!
//! Tells `ReturnAsked`. Invariant: a request that was accepted holds, however long HR takes.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::asks::{Terms, VentureState};
use crate::position::Position;
use crate::refusal::PostRefusal;
use crate::sql;
use crate::told::ReturnAsked;

/// The holder asks. Asked again, nothing happens.
pub fn ask_return(tx: &mut Tx, who: &Acting, terms: &Terms, position: &Id, venture: VentureState) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.filter(|position| position.person == who.person || who.is_system()).ok_or(Failure::Absent)?;
    if position.return_asked_on.is_some() {
        return Ok(position);
    }
    let today = tx.now().day();
    position.admit_return(venture == VentureState::Failed, terms.return_either, today)?;
    position.return_asked_on = Some(today);
    sql::position_write(tx, &position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &ReturnAsked { position: position.id.clone(), person, project, home })?;
    Ok(position)
}

//! A component was withdrawn: requests that were not put to use yet lapse with it. Asks `programme`; told by a reaction, which may repeat it.

use programme::MoveRefusal;
use store::Tx;
use words::{Acting, Failure, Fault, Id};

use super::REQUEST;

/// Lets them lapse, with the reason of the withdrawal.
pub fn lapse_requests(tx: &mut Tx, who: &Acting, component: &Id, reason: &str) -> Result<(), Fault> {
    let waiting = programme::children(tx, component, Some(REQUEST))?.into_iter().filter(|case| ["asked", "granted"].contains(&case.state.as_str()));
    for case in waiting {
        match programme::move_for(tx, who, &case.id, "lapse", reason) {
            Ok(_) | Err(Failure::Refused(MoveRefusal::WrongState { .. })) => {}
            Err(other) => return Err(other.into_fault()),
        }
    }
    Ok(())
}

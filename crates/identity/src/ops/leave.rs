//! A membership gets its last day.

use store::Tx;
use words::{Acting, Day, Failure, Id, Outcome};

use crate::membership::MembershipRefusal;
use crate::told::MembershipEnded;
use crate::{rights, sql};

/// Ends a membership with this last day.
pub fn leave(tx: &mut Tx, who: &Acting, membership: &Id, to_on: Day) -> Outcome<(), MembershipRefusal> {
    let held = sql::membership(tx, membership)?.ok_or(Failure::Absent)?;
    who.may(rights::PEOPLE, &held.node)?;
    if held.to_on.is_some_and(|to| to <= to_on) {
        return Err(Failure::Refused(MembershipRefusal::Ended));
    }
    if to_on < held.from_on {
        return Err(Failure::Refused(MembershipRefusal::Period));
    }
    sql::membership_end(tx, membership, to_on)?;
    tx.tell(who, &MembershipEnded { membership: membership.clone(), person: held.person, node: held.node, to_on })?;
    Ok(())
}

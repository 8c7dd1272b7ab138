//! A membership in a firm ends: the member leaves, a manager removes them, an invitation or a request is withdrawn or declined; or the person is gone.
//!
//! Tells `MemberEnded`. Invariant: a firm that has a manager keeps one, unless that person is gone from here altogether.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::firm::{FirmRefusal, Member, MemberState};
use crate::ops::{is_last_manager, managed};
use crate::sql_firms;
use crate::told::MemberEnded;

/// Ends it: one's own, or another's as a manager.
pub fn end_member(tx: &mut Tx, who: &Acting, member: &Id) -> Outcome<Member, FirmRefusal> {
    let member = sql_firms::member(tx, member)?.ok_or(Failure::Absent)?;
    if member.person != who.person {
        managed(tx, who, &member.firm)?;
    }
    if member.state == MemberState::Over {
        return Err(FirmRefusal::Over.into());
    }
    if is_last_manager(tx, &member)? {
        return Err(FirmRefusal::LastManager.into());
    }
    Ok(end(tx, who, member)?)
}

/// Ends all of somebody who left or was erased. A firm without a manager gets the next one by checked papers, or by whoever looks after the register.
pub(super) fn end_all(tx: &mut Tx, who: &Acting, person: &Id) -> Result<(), Fault> {
    for member in sql_firms::of_person(tx, person)? {
        end(tx, who, member)?;
    }
    Ok(())
}

fn end(tx: &mut Tx, who: &Acting, mut member: Member) -> Result<Member, Fault> {
    let was = member.state;
    (member.state, member.ended_by, member.ended_at) = (MemberState::Over, Some(who.person.clone()), Some(tx.now()));
    sql_firms::put(tx, &member)?;
    tx.tell(who, &MemberEnded::of(&member, was))?;
    Ok(member)
}

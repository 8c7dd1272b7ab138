//! A member gets another role in the firm.
//!
//! Tells `MemberChanged`. Invariant: a firm that has a manager keeps one.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::firm::{FirmRefusal, FirmRole, Member, MemberState};
use crate::ops::{is_last_manager, managed};
use crate::sql_firms;
use crate::told::MemberChanged;

/// Changes the role; to the same one, nothing happens.
pub fn change_member(tx: &mut Tx, who: &Acting, member: &Id, role: FirmRole) -> Outcome<Member, FirmRefusal> {
    let mut member = sql_firms::member(tx, member)?.ok_or(Failure::Absent)?;
    managed(tx, who, &member.firm)?;
    if member.state != MemberState::Active {
        return Err(FirmRefusal::Over.into());
    }
    if member.role == role {
        return Ok(member);
    }
    if is_last_manager(tx, &member)? {
        return Err(FirmRefusal::LastManager.into());
    }
    let before = std::mem::replace(&mut member.role, role);
    sql_firms::put(tx, &member)?;
    tx.tell(who, &MemberChanged::of(&member, before))?;
    Ok(member)
}

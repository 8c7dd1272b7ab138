//! A manager lets in who asked to join, in a role; who is not let in is ended.
//!
//! Tells `MemberBegan`.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::firm::{FirmRefusal, FirmRole, Member, MemberState};
use crate::ops::managed;
use crate::sql_firms;
use crate::told::MemberBegan;

/// Lets in.
pub fn admit_member(tx: &mut Tx, who: &Acting, member: &Id, role: FirmRole) -> Outcome<Member, FirmRefusal> {
    let asked = sql_firms::member(tx, member)?.ok_or(Failure::Absent)?;
    managed(tx, who, &asked.firm)?;
    if asked.state != MemberState::Asked {
        return Err(FirmRefusal::Over.into());
    }
    Ok(let_in(tx, who, asked, role)?)
}

pub(super) fn let_in(tx: &mut Tx, who: &Acting, mut member: Member, role: FirmRole) -> Result<Member, Fault> {
    (member.role, member.state, member.began_at) = (role, MemberState::Active, Some(tx.now()));
    sql_firms::put(tx, &member)?;
    tx.tell(who, &MemberBegan::of(&member))?;
    Ok(member)
}

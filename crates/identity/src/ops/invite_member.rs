//! A manager invites somebody into the firm. Whoever asked to join is let in by it.
//!
//! Tells `MemberInvited`, or `MemberBegan`. Invariant: nobody belongs to a firm without having said so.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::firm::{FirmRefusal, FirmRole, MEMBERS, Member, MemberState};
use crate::ops::{admit_member::let_in, managed};
use crate::told::MemberInvited;
use crate::{asks, sql_firms};

/// Invites whom a login or an e-mail address names.
pub fn invite_member(tx: &mut Tx, who: &Acting, firm: &Id, named: &str, role: FirmRole) -> Outcome<Member, FirmRefusal> {
    managed(tx, who, firm)?;
    let found = asks::people_addressed(tx, named)?;
    let [person] = found.as_slice() else { return Err(FirmRefusal::Unknown.into()) };
    match sql_firms::open_of(tx, firm, person)? {
        Some(asked) if asked.state == MemberState::Asked => return Ok(let_in(tx, who, asked, role)?),
        Some(_) => return Err(FirmRefusal::Doubled.into()),
        None => {}
    }
    if sql_firms::open(tx, firm)?.len() as i64 >= MEMBERS {
        return Err(FirmRefusal::TooMany.into());
    }
    let member = Member {
        id: tx.id("mem"),
        firm: firm.clone(),
        person: person.clone(),
        role,
        state: MemberState::Invited,
        made_by: who.person.clone(),
        made_at: tx.now(),
        began_at: None,
        ended_by: None,
        ended_at: None,
    };
    sql_firms::insert(tx, &member)?;
    tx.tell(who, &MemberInvited::of(&member))?;
    Ok(member)
}

/// Whoever was invited agrees; who does not, ends it.
pub fn accept_invitation(tx: &mut Tx, who: &Acting, member: &Id) -> Outcome<Member, FirmRefusal> {
    let invited = sql_firms::member(tx, member)?.filter(|member| member.person == who.person).ok_or(words::Failure::Absent)?;
    if invited.state != MemberState::Invited {
        return Err(FirmRefusal::Over.into());
    }
    let role = invited.role;
    Ok(let_in(tx, who, invited, role)?)
}

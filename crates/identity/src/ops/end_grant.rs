//! A role ends before its time.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::grant::GrantRefusal;
use crate::mistakes::{Mistakes, needed};
use crate::rights;
use crate::sql_roles::{self, GrantRow};
use crate::told::RoleEnded;

/// Ends a grant now. Whoever holds a role may lay it down; others need the right to give it.
pub fn end_grant(tx: &mut Tx, who: &Acting, grant: &Id, reason: &str) -> Outcome<(), GrantRefusal> {
    let held = sql_roles::grant(tx, grant)?.ok_or(Failure::Absent)?;
    if held.person != who.person {
        who.may(rights::GRANT, &held.node)?;
    }
    let reason = needed(reason, 300).map_err(|()| GrantRefusal::Fields(Mistakes::one("reason", "identity-reason-needed")))?;
    if held.to_at.is_some_and(|to| to <= tx.now()) {
        return Err(Failure::Refused(GrantRefusal::Ended));
    }
    end(tx, who, &held, &reason)
}

pub(super) fn end(tx: &mut Tx, who: &Acting, held: &GrantRow, reason: &str) -> Outcome<(), GrantRefusal> {
    sql_roles::grant_end(tx, &held.id, &who.person, reason)?;
    let told = RoleEnded { grant: held.id.clone(), person: held.person.clone(), role: held.role.clone(), node: held.node.clone(), reason: reason.into() };
    tx.tell(who, &told)?;
    Ok(())
}

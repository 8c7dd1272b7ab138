//! Personal data of a person are destroyed: their key goes, their rows and all counts stay, and the log still verifies.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::mistakes::needed;
use crate::ops::{end_member, known_person};
use crate::person::{PersonRefusal, PersonState};
use crate::told::PersonErased;
use crate::{rights, sql, sql_access, sql_roles};

/// Erases a person who holds no role any more. `handle` repeats whom, so that nobody is erased by a slip.
pub fn erase_person(tx: &mut Tx, who: &Acting, person: &Id, handle: &str, reason: &str) -> Outcome<(), PersonRefusal> {
    who.may(rights::ERASE, &Node::group())?;
    let known = known_person(tx, person)?;
    if known.state == PersonState::Erased {
        return Err(Failure::Refused(PersonRefusal::Gone));
    }
    if who.person == *person {
        return Err(Failure::Refused(PersonRefusal::Oneself));
    }
    if handle.trim() != known.handle {
        return Err(Failure::Refused(PersonRefusal::NotConfirmed));
    }
    let reason = needed(reason, 300).map_err(|()| PersonRefusal::ReasonNeeded)?;
    let now = tx.now();
    let held = sql_roles::grants_of(tx, person)?.iter().filter(|held| held.to_at.is_none_or(|to| to > now)).count();
    if held > 0 {
        return Err(Failure::Refused(PersonRefusal::StillHolds(i64::try_from(held).unwrap_or(i64::MAX))));
    }
    end_member::end_all(tx, who, person)?;
    tx.personal_erase(person)?;
    sql::found_clear(tx, person)?;
    sql_access::sessions_delete(tx, person, None)?;
    sql_access::tokens_revoke(tx, person, None)?;
    sql_access::access_delete(tx, person)?;
    sql::person_erased(tx, person)?;
    tx.tell(who, &PersonErased { person: person.clone(), reason })?;
    Ok(())
}

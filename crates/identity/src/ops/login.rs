//! A person gets a login, or a new password. The hash is made before the transaction.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::access::{AccessRefusal, login_name};
use crate::mistakes::Mistakes;
use crate::ops::{Proven, here};
use crate::secret::LoginSecret;
use crate::told::{LoginSet, SessionsEnded};
use crate::{rights, sql_access};

/// Gives a person a login name and a secret; one they have already is replaced. For the set-up and whoever administers the whole house:
/// administrators of a unit hand over a link instead ([`crate::offer_setup`]).
pub fn register_login(tx: &mut Tx, who: &Acting, person: &Id, login: &str, secret: &LoginSecret) -> Outcome<(), AccessRefusal> {
    who.may(rights::GRANT, &Node::group())?;
    here(tx, person, AccessRefusal::PersonGone)?;
    put(tx, who, person, login, secret)
}

/// A person chooses a new password after proving the old one; their other sessions end.
pub fn set_password(tx: &mut Tx, who: &Acting, proven: &Proven, secret: &LoginSecret, session: Option<&Id>) -> Outcome<(), AccessRefusal> {
    let login = proven.still_holds(tx)?;
    if login.person != who.person {
        return Err(Failure::Refused(AccessRefusal::PasswordWrong));
    }
    sql_access::login_put(tx, &login.person, &login.name, secret.stored())?;
    let count = sql_access::sessions_delete(tx, &login.person, session)?;
    tx.tell(who, &LoginSet { person: login.person.clone() })?;
    tx.tell(who, &SessionsEnded { person: login.person, count })?;
    Ok(())
}

pub(super) fn put(tx: &mut Tx, who: &Acting, person: &Id, login: &str, secret: &LoginSecret) -> Outcome<(), AccessRefusal> {
    let name = login_name(login).map_err(|()| AccessRefusal::Fields(Mistakes::one("login", "identity-login-wrong")))?;
    if sql_access::login_by_name(tx, &name)?.is_some_and(|other| other.person != *person) {
        return Err(Failure::Refused(AccessRefusal::LoginTaken));
    }
    sql_access::login_put(tx, person, &name, secret.stored())?;
    tx.tell(who, &LoginSet { person: person.clone() })?;
    Ok(())
}

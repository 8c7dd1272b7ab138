//! Who follows a subject.

use store::{Read, Tx};
use words::{Acting, Fault, Id};

use crate::sql_talk as sql;

/// Follows a subject; nothing happens if they do already.
pub fn follow(tx: &mut Tx, who: &Acting, subject: &str) -> Result<(), Fault> {
    sql::follow_insert(tx, subject, &who.person)
}

/// Follows it no more.
pub fn unfollow(tx: &mut Tx, who: &Acting, subject: &str) -> Result<(), Fault> {
    sql::follow_delete(tx, subject, &who.person)
}

/// Who follows it.
pub fn followers(read: &Read, subject: &str) -> Result<Vec<Id>, Fault> {
    sql::followers(read, subject)
}

/// What a person follows.
pub fn followed_by(read: &Read, person: &Id) -> Result<Vec<String>, Fault> {
    sql::followed(read, person)
}

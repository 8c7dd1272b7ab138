//! One's own inbox: looking, opening, marking as read.

use store::{Read, Tx};
use words::{Failure, Fault, Id, Never, Outcome};

use crate::message::InboxItem;
use crate::sql_inbox as sql;

/// Messages of a person, newest first, before the cursor.
pub fn inbox(read: &Read, person: &Id, unread_only: bool, before: Option<&str>, limit: i64) -> Result<Vec<InboxItem>, Fault> {
    sql::inbox(read, person, unread_only, before, limit)
}

/// How many are unread; counts to 1,000.
pub fn unread_count(read: &Read, person: &Id) -> Result<i64, Fault> {
    sql::unread(read, person)
}

/// Opens a message: it is read now. Somebody else's is absent.
pub fn open_message(tx: &mut Tx, person: &Id, id: &Id) -> Outcome<InboxItem, Never> {
    let item = sql::inbox_item(tx, person, id)?.ok_or(Failure::Absent)?;
    if item.read_at.is_none() {
        sql::inbox_read(tx, person, id)?;
    }
    Ok(item)
}

/// Marks everything as read (1,000 at a time); returns how many were not.
pub fn mark_all_read(tx: &mut Tx, person: &Id) -> Result<usize, Fault> {
    sql::inbox_read_all(tx, person)
}

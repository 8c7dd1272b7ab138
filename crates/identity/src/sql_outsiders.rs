//! SQL on people from outside.

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::outsider::{ActorKind, OutsiderView, RealName};

const OUTSIDER: &str = "select * from identity_outsider where person = $1";
const OF_KIND: &str = "select person from identity_outsider where kind = $1 and person > $2 order by person limit $3";
const IN_STATE: &str = "select * from identity_outsider where real_name = $1 and person > $2 order by person limit $3";

fn outsider_of(row: &Row) -> Result<OutsiderView, Fault> {
    let (kind, state): (String, String) = (row.get("kind")?, row.get("real_name")?);
    Ok(OutsiderView {
        person: row.get("person")?,
        kind: ActorKind::parse(&kind).ok_or_else(|| Fault::new(format!("kind of actor {kind}")))?,
        real_name: RealName::parse(&state).ok_or_else(|| Fault::new(format!("real name {state}")))?,
        checked_by: row.get("checked_by")?,
        checked_at: row.get("checked_at")?,
        registered_at: row.get("registered_at")?,
    })
}

pub(crate) fn outsider(read: &Read, person: &Id) -> Result<Option<OutsiderView>, Fault> {
    read.row(OUTSIDER, &params![person])?.as_ref().map(outsider_of).transpose()
}

/// The next of a kind after one.
pub(crate) fn of_kind(read: &Read, kind: ActorKind, after: &str, limit: i64) -> Result<Vec<Id>, Fault> {
    read.rows(OF_KIND, &params![kind.as_str(), after, limit])?.iter().map(|row| row.get("person")).collect()
}

/// In the order in which they registered.
pub(crate) fn outsiders_in(read: &Read, state: RealName, after: &str, limit: i64) -> Result<Vec<OutsiderView>, Fault> {
    read.rows(IN_STATE, &params![state.as_str(), after, limit])?.iter().map(outsider_of).collect()
}

pub(crate) fn outsider_insert(tx: &mut Tx, person: &Id, kind: ActorKind) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [("person", person.into()), ("kind", kind.as_str().into()), ("real_name", RealName::None.as_str().into()), ("registered_at", now.into())];
    tx.insert("identity_outsider", &columns).map(drop)
}

pub(crate) fn outsider_put(tx: &mut Tx, one: &OutsiderView) -> Result<(), Fault> {
    let sql = "update identity_outsider set real_name = $2, checked_by = $3, checked_at = $4 where person = $1";
    tx.change("identity_outsider", sql, &params![&one.person, one.real_name.as_str(), one.checked_by.as_ref(), one.checked_at]).map(drop)
}

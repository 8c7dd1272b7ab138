//! SQL on accounts at identity providers that people have linked.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id};

use crate::oidc::LinkView;

/// Whose an account is; it is known by a keyed hash of issuer and subject only.
pub(crate) fn link_of_subject(read: &Read, subject: &str) -> Result<Option<(Id, Id)>, Fault> {
    let Some(row) = read.row("select id, person from identity_link where subject = $1", &params![subject])? else { return Ok(None) };
    Ok(Some((row.get("id")?, row.get("person")?)))
}

pub(crate) fn links(read: &Read, person: &Id) -> Result<Vec<LinkView>, Fault> {
    let sql = "select id, provider, made_at, used_at from identity_link where person = $1 order by made_at, id limit 100";
    let view = |row: &Row| Ok(LinkView { id: row.get("id")?, provider: row.get("provider")?, made_at: row.get("made_at")?, used_at: row.get("used_at")? });
    read.rows(sql, &params![person])?.iter().map(view).collect()
}

pub(crate) fn link_insert(tx: &mut Tx, id: &Id, person: &Id, provider: &str, subject: &str) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [("id", Value::from(id)), ("person", person.into()), ("provider", provider.into()), ("made_at", now.into()), ("subject", subject.into())];
    tx.insert("identity_link", &columns).map(drop)
}

pub(crate) fn link_used(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("identity_link", "update identity_link set used_at = $2 where id = $1", &params![id, now]).map(drop)
}

/// Was there such a link of this person? It is gone now.
pub(crate) fn link_delete(tx: &mut Tx, id: &Id, person: &Id) -> Result<bool, Fault> {
    Ok(!tx.change("identity_link", "delete from identity_link where id = $1 and person = $2", &params![id, person])?.is_empty())
}

pub(crate) fn links_delete(tx: &mut Tx, person: &Id) -> Result<(), Fault> {
    tx.change("identity_link", "delete from identity_link where person = $1", &params![person]).map(drop)
}

//! SQL on passkeys and on ceremonies that have begun.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::passkey::{Held, Made, PasskeyView};

/// A passkey with what changes at each use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passkey {
    pub held: Held,
    pub counter: i64,
    pub stopped: bool,
}

fn passkey_of(row: &Row) -> Result<Passkey, Fault> {
    let held = Held { id: row.get("id")?, person: row.get("person")?, key: row.get("public_key")? };
    Ok(Passkey { held, counter: row.get("counter")?, stopped: row.get::<Option<Instant>>("stopped_at")?.is_some() })
}

pub(crate) fn passkey_by_credential(read: &Read, credential: &str) -> Result<Option<Passkey>, Fault> {
    let sql = "select id, person, public_key, counter, stopped_at from identity_passkey where credential = $1";
    read.row(sql, &params![credential])?.as_ref().map(passkey_of).transpose()
}

pub(crate) fn passkey(read: &Read, id: &Id) -> Result<Option<Passkey>, Fault> {
    let sql = "select id, person, public_key, counter, stopped_at from identity_passkey where id = $1";
    read.row(sql, &params![id])?.as_ref().map(passkey_of).transpose()
}

pub(crate) fn passkeys(read: &Read, person: &Id) -> Result<Vec<PasskeyView>, Fault> {
    let sql = "select id, name, made_at, used_at, stopped_at from identity_passkey where person = $1 order by made_at, id limit 100";
    let view = |row: &Row| {
        Ok(PasskeyView {
            id: row.get("id")?,
            name: row.get("name")?,
            made_at: row.get("made_at")?,
            used_at: row.get("used_at")?,
            stopped_at: row.get("stopped_at")?,
        })
    };
    read.rows(sql, &params![person])?.iter().map(view).collect()
}

/// Ids by which the authenticators of a person know their passkeys.
pub(crate) fn credentials(read: &Read, person: &Id) -> Result<Vec<String>, Fault> {
    let sql = "select credential from identity_passkey where person = $1 order by made_at, id limit 100";
    read.rows(sql, &params![person])?.iter().map(|row| row.get("credential")).collect()
}

pub(crate) fn passkey_insert(tx: &mut Tx, id: &Id, person: &Id, name: &str, made: &Made) -> Result<(), Fault> {
    let now = tx.now();
    let mut columns = vec![("id", Value::from(id)), ("person", person.into()), ("credential", made.credential.as_str().into())];
    columns.extend([("public_key", made.key.clone().into()), ("counter", made.counter.into()), ("made_at", now.into()), ("name", name.into())]);
    tx.insert("identity_passkey", &columns).map(drop)
}

pub(crate) fn passkey_used(tx: &mut Tx, id: &Id, counter: i64) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("identity_passkey", "update identity_passkey set counter = $2, used_at = $3 where id = $1", &params![id, counter, now]).map(drop)
}

pub(crate) fn passkey_stopped(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("identity_passkey", "update identity_passkey set stopped_at = $2 where id = $1 and stopped_at is null", &params![id, now]).map(drop)
}

/// Was there such a passkey of this person? It is gone now.
pub(crate) fn passkey_delete(tx: &mut Tx, id: &Id, person: &Id) -> Result<bool, Fault> {
    let gone = tx.change("identity_passkey", "delete from identity_passkey where id = $1 and person = $2", &params![id, person])?;
    Ok(!gone.is_empty())
}

pub(crate) fn passkeys_delete(tx: &mut Tx, person: &Id) -> Result<(), Fault> {
    tx.change("identity_passkey", "delete from identity_passkey where person = $1", &params![person]).map(drop)
}

/// A ceremony that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    pub person: Option<Id>,
    pub body: Vec<u8>,
}

pub(crate) fn ceremony_insert(tx: &mut Tx, hash: &str, purpose: &str, browser: &str, begun: &Begun, ends_at: Instant) -> Result<(), Fault> {
    let sql = "insert into identity_ceremony (hash, purpose, browser, person, body, ends_at) values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &params![hash, purpose, browser, begun.person.as_ref(), begun.body.clone(), ends_at]).map(drop)
}

/// The ceremony of this browser and purpose, if it has not ended; it is gone with the transaction that takes it.
pub(crate) fn ceremony_take(tx: &mut Tx, hash: &str, purpose: &str, browser: &str) -> Result<Option<Begun>, Fault> {
    let now = tx.now();
    let sql = "select person, body from identity_ceremony where hash = $1 and purpose = $2 and browser = $3 and ends_at > $4";
    let found = tx.row(sql, &params![hash, purpose, browser, now])?;
    if tx.execute("delete from identity_ceremony where hash = $1", &params![hash])? == 0 {
        return Ok(None);
    }
    found.map(|row| Ok(Begun { person: row.get("person")?, body: row.get("body")? })).transpose()
}

pub(crate) fn ceremonies_sweep(tx: &mut Tx) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute("delete from identity_ceremony where ends_at <= $1", &params![now])
}

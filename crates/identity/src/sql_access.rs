//! SQL on logins, sessions, tokens, two-step secrets, recovery codes and set-up links.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::access::{SessionView, TokenView};
use crate::secret;

/// A login as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub person: Id,
    pub name: String,
    pub secret: String,
}

fn login_of(row: &Row) -> Result<Login, Fault> {
    Ok(Login { person: row.get("person")?, name: row.get("name")?, secret: row.get("secret")? })
}

pub(crate) fn login_by_name(read: &Read, name: &str) -> Result<Option<Login>, Fault> {
    read.row("select person, name, secret from identity_login where name = $1", &params![name])?.as_ref().map(login_of).transpose()
}

pub(crate) fn login_of_person(read: &Read, person: &Id) -> Result<Option<Login>, Fault> {
    read.row("select person, name, secret from identity_login where person = $1", &params![person])?.as_ref().map(login_of).transpose()
}

pub(crate) fn any_login(read: &Read) -> Result<bool, Fault> {
    Ok(read.row("select person from identity_login limit 1", &[])?.is_some())
}

pub(crate) fn login_put(tx: &mut Tx, person: &Id, name: &str, stored: &str) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "insert into identity_login (person, name, secret, changed_at) values ($1, $2, $3, $4)
        on conflict (person) do update set name = excluded.name, secret = excluded.secret, changed_at = excluded.changed_at";
    tx.change("identity_login", sql, &params![person, name, stored, now]).map(drop)
}

/// A session as the gate sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub id: Id,
    pub person: Id,
    pub seen_at: Instant,
    pub ends_at: Instant,
    pub proved_at: Option<Instant>,
}

pub(crate) fn session_insert(tx: &mut Tx, id: &Id, person: &Id, hash: &str, ends_at: Instant, agent: &str) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "insert into identity_session (id, person, hash, made_at, seen_at, ends_at, agent) values ($1, $2, $3, $4, $4, $5, $6)";
    tx.execute(sql, &params![id, person, hash, now, ends_at, agent]).map(drop)
}

pub(crate) fn session_by_hash(read: &Read, hash: &str) -> Result<Option<Session>, Fault> {
    let sql = "select id, person, seen_at, ends_at, proved_at from identity_session where hash = $1";
    let Some(row) = read.row(sql, &params![hash])? else { return Ok(None) };
    let session = Session {
        id: row.get("id")?,
        person: row.get("person")?,
        seen_at: row.get("seen_at")?,
        ends_at: row.get("ends_at")?,
        proved_at: row.get("proved_at")?,
    };
    Ok(Some(session))
}

pub(crate) fn sessions(read: &Read, person: &Id, current: Option<&Id>, seen_since: Instant) -> Result<Vec<SessionView>, Fault> {
    let now = read.now();
    let sql =
        "select id, made_at, seen_at, ends_at, agent from identity_session where person = $1 and ends_at > $2 and seen_at > $3 order by seen_at desc limit 100";
    let view = |row: &Row| {
        let id: Id = row.get("id")?;
        let current = current == Some(&id);
        Ok(SessionView { id, made_at: row.get("made_at")?, seen_at: row.get("seen_at")?, ends_at: row.get("ends_at")?, agent: row.get("agent")?, current })
    };
    read.rows(sql, &params![person, now, seen_since])?.iter().map(view).collect()
}

pub(crate) fn session_seen(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute("update identity_session set seen_at = $2 where id = $1", &params![id, now]).map(drop)
}

/// Whoever holds this session or token has proved now who they are.
pub(crate) fn holder_proved(tx: &mut Tx, holder: &Id) -> Result<(), Fault> {
    let now = tx.now();
    if tx.execute("update identity_session set proved_at = $2 where id = $1", &params![holder, now])? == 0 {
        let sql = "insert into identity_proof (holder, proved_at) values ($1, $2) on conflict (holder) do update set proved_at = excluded.proved_at";
        tx.execute(sql, &params![holder, now])?;
    }
    Ok(())
}

/// When the holder of a token last proved who they are.
pub(crate) fn proved_by(read: &Read, token: &Id) -> Result<Option<Instant>, Fault> {
    read.row("select proved_at from identity_proof where holder = $1", &params![token])?.map(|row| row.get("proved_at")).transpose()
}

pub(crate) fn session_delete(tx: &mut Tx, id: &Id, person: &Id) -> Result<u64, Fault> {
    tx.execute("delete from identity_session where id = $1 and person = $2", &params![id, person])
}

/// Ends all sessions of a person but one.
pub(crate) fn sessions_delete(tx: &mut Tx, person: &Id, keep: Option<&Id>) -> Result<u64, Fault> {
    let keep = keep.map_or("", Id::as_str);
    tx.execute("delete from identity_session where person = $1 and id <> $2", &params![person, keep])
}

pub(crate) fn sessions_sweep(tx: &mut Tx, seen_before: Instant) -> Result<u64, Fault> {
    let now = tx.now();
    tx.execute("delete from identity_session where ends_at <= $1 or seen_at <= $2", &params![now, seen_before])
}

/// A token as the gate sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub id: Id,
    pub person: Id,
    pub scopes: Vec<String>,
    pub ends_at: Instant,
    pub revoked: bool,
}

pub(crate) fn token_insert(tx: &mut Tx, id: &Id, person: &Id, name: &str, hash: &str, scopes: &[String], ends_at: Instant) -> Result<(), Fault> {
    let now = tx.now();
    let scopes = serde_json::to_string(scopes).map_err(Fault::new)?;
    let mut columns = vec![("id", Value::from(id)), ("person", person.into()), ("name", name.into()), ("hash", hash.into())];
    columns.extend([("scopes", scopes.into()), ("made_at", now.into()), ("ends_at", ends_at.into())]);
    tx.insert("identity_token", &columns).map(drop)
}

pub(crate) fn token_by_hash(read: &Read, hash: &str) -> Result<Option<Token>, Fault> {
    let Some(row) = read.row("select id, person, scopes, ends_at, revoked_at from identity_token where hash = $1", &params![hash])? else { return Ok(None) };
    let revoked = row.get::<Option<Instant>>("revoked_at")?.is_some();
    Ok(Some(Token { id: row.get("id")?, person: row.get("person")?, scopes: row.json("scopes")?, ends_at: row.get("ends_at")?, revoked }))
}

pub(crate) fn tokens(read: &Read, person: &Id) -> Result<Vec<TokenView>, Fault> {
    let now = read.now();
    let sql = "select id, name, scopes, made_at, ends_at, revoked_at from identity_token where person = $1 order by made_at desc, id desc limit 100";
    let view = |row: &Row| {
        let (ends_at, revoked_at): (Instant, Option<Instant>) = (row.get("ends_at")?, row.get("revoked_at")?);
        let works = revoked_at.is_none() && secret::holds(Some(ends_at), now);
        Ok(TokenView { id: row.get("id")?, name: row.get("name")?, scopes: row.json("scopes")?, made_at: row.get("made_at")?, ends_at, revoked_at, works })
    };
    read.rows(sql, &params![person])?.iter().map(view).collect()
}

/// How many tokens this revoked: one of them, or all of a person.
pub(crate) fn tokens_revoke(tx: &mut Tx, person: &Id, only: Option<&Id>) -> Result<Vec<Id>, Fault> {
    let now = tx.now();
    let only = only.map_or("", Id::as_str);
    let sql = "update identity_token set revoked_at = $2 where person = $1 and revoked_at is null and ($3 = '' or id = $3)";
    tx.change("identity_token", sql, &params![person, now, only])?.iter().map(|row| row.get("id")).collect()
}

/// A two-step secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Totp {
    pub sealed: Vec<u8>,
    pub confirmed: bool,
    pub last_step: i64,
}

pub(crate) fn totp(read: &Read, person: &Id) -> Result<Option<Totp>, Fault> {
    let Some(row) = read.row("select secret, confirmed_at, last_step from identity_totp where person = $1", &params![person])? else { return Ok(None) };
    let confirmed = row.get::<Option<Instant>>("confirmed_at")?.is_some();
    Ok(Some(Totp { sealed: row.get("secret")?, confirmed, last_step: row.get("last_step")? }))
}

pub(crate) fn totp_put(tx: &mut Tx, person: &Id, sealed: Vec<u8>) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "insert into identity_totp (person, secret, made_at, last_step) values ($1, $2, $3, 0)
        on conflict (person) do update set secret = excluded.secret, made_at = excluded.made_at, confirmed_at = null, last_step = 0";
    tx.change("identity_totp", sql, &params![person, sealed, now]).map(drop)
}

pub(crate) fn totp_used(tx: &mut Tx, person: &Id, step: i64) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update identity_totp set last_step = $2, confirmed_at = coalesce(confirmed_at, $3) where person = $1";
    tx.change("identity_totp", sql, &params![person, step, now]).map(drop)
}

pub(crate) fn totp_delete(tx: &mut Tx, person: &Id) -> Result<(), Fault> {
    tx.change("identity_totp", "delete from identity_totp where person = $1", &params![person]).map(drop)
}

pub(crate) fn recovery_replace(tx: &mut Tx, person: &Id, hashes: &[String]) -> Result<(), Fault> {
    tx.change("identity_recovery", "delete from identity_recovery where person = $1", &params![person])?;
    for hash in hashes {
        let id = tx.id("rec");
        tx.insert("identity_recovery", &[("id", id.into()), ("person", person.into()), ("hash", hash.into())])?;
    }
    Ok(())
}

pub(crate) fn recovery_left(read: &Read, person: &Id) -> Result<i64, Fault> {
    let row = read.row("select count(*) as n from identity_recovery where person = $1 and used_at is null", &params![person])?;
    row.map_or(Ok(0), |row| row.get("n"))
}

/// Was there such an unused code? It is used now.
pub(crate) fn recovery_use(tx: &mut Tx, person: &Id, hash: &str) -> Result<bool, Fault> {
    let now = tx.now();
    let sql = "update identity_recovery set used_at = $3 where person = $1 and hash = $2 and used_at is null";
    Ok(!tx.change("identity_recovery", sql, &params![person, hash, now])?.is_empty())
}

pub(crate) fn setup_insert(tx: &mut Tx, hash: &str, person: Option<&Id>, ends_at: Instant) -> Result<(), Fault> {
    let now = tx.now();
    tx.insert("identity_setup", &[("hash", hash.into()), ("person", person.into()), ("made_at", now.into()), ("ends_at", ends_at.into())]).map(drop)
}

/// For whom an unused link that still works is; `Some(None)` is the first administrator.
pub(crate) fn setup_of(read: &Read, hash: &str) -> Result<Option<Option<Id>>, Fault> {
    let now = read.now();
    let sql = "select person from identity_setup where hash = $1 and used_at is null and ends_at > $2";
    read.row(sql, &params![hash, now])?.map(|row| row.get("person")).transpose()
}

pub(crate) fn setup_used(tx: &mut Tx, hash: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("identity_setup", "update identity_setup set used_at = $2 where hash = $1", &params![hash, now]).map(drop)
}

/// Everything by which a person could come in is gone.
pub(crate) fn access_delete(tx: &mut Tx, person: &Id) -> Result<(), Fault> {
    tx.change("identity_login", "delete from identity_login where person = $1", &params![person])?;
    tx.change("identity_recovery", "delete from identity_recovery where person = $1", &params![person])?;
    crate::sql_passkeys::passkeys_delete(tx, person)?;
    crate::sql_links::links_delete(tx, person)?;
    totp_delete(tx, person)
}

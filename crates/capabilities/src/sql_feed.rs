//! Every SQL sentence of the feed: numbers of changes, and all keys and apps page by page.

use store::{Read, Row, Tx, params};
use words::{Fault, Instant};

use crate::Environment;
use crate::feed::{AppLine, KeyLine, proof};
use crate::sql::extra_of;

const NEWEST: &str = "select version from capabilities_head where id = 'feed'";
const NOTED: &str = "select version, kind, subject from capabilities_change where version > $1 order by version limit $2";
const APPS: &str =
    "select a.id, a.environment, a.state, p.plan from capabilities_app a left join capabilities_plan p on p.app = a.id where a.id > $1 order by a.id limit $2";
const KEYS: &str = "select k.id, k.app, k.hash, k.capabilities, k.nets, k.ends_at, k.revoked_at, c.kind, c.sealed, c.secret_hash, c.jwks, t.fingerprint, t.subject, t.not_before, t.not_after
     from capabilities_key k left join capabilities_credential c on c.id = k.id left join capabilities_certificate t on t.id = k.id where k.id > $1 order by k.id limit $2";
const PAGE: i64 = 5_000;

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[NEWEST, NOTED, APPS, KEYS];

/// The counter is one row, held until the commit: numbers come in the order of commits.
pub(crate) fn note(tx: &mut Tx, kind: &str, subject: &str) -> Result<(), Fault> {
    let next = "insert into capabilities_head (id, version) values ('feed', 1) on conflict (id) do update set version = capabilities_head.version + 1";
    tx.execute(next, &[])?;
    let version = newest(tx)?;
    tx.execute("insert into capabilities_change (version, kind, subject) values ($1, $2, $3)", &params![version, kind, subject]).map(drop)
}

pub(crate) fn newest(read: &Read) -> Result<i64, Fault> {
    read.row(NEWEST, &[])?.map_or(Ok(0), |row| row.get("version"))
}

pub(crate) fn noted(read: &Read, after: i64, limit: i64) -> Result<Vec<(i64, String, String)>, Fault> {
    let rows = read.rows(NOTED, &params![after, limit])?;
    rows.iter().map(|row| Ok((row.get("version")?, row.get("kind")?, row.get("subject")?))).collect()
}

pub(crate) fn apps(read: &Read, take: impl FnMut(Vec<AppLine>) -> Result<(), Fault>) -> Result<(), Fault> {
    pages(read, APPS, app_line, |app| app.id.as_str(), take)
}

pub(crate) fn keys(read: &Read, take: impl FnMut(Vec<KeyLine>) -> Result<(), Fault>) -> Result<(), Fault> {
    pages(read, KEYS, key_line, |key| key.id.as_str(), take)
}

fn pages<T>(
    read: &Read,
    sql: &str,
    of: fn(&Row) -> Result<T, Fault>,
    id: fn(&T) -> &str,
    mut take: impl FnMut(Vec<T>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut after = String::new();
    loop {
        let page: Vec<T> = read.rows(sql, &params![&after, PAGE])?.iter().map(of).collect::<Result<_, _>>()?;
        let Some(last) = page.last() else { return Ok(()) };
        id(last).clone_into(&mut after);
        take(page)?;
    }
}

fn app_line(row: &Row) -> Result<AppLine, Fault> {
    let (environment, state): (String, String) = (row.get("environment")?, row.get("state")?);
    let environment = Environment::parse(&environment).ok_or_else(|| Fault::new(format!("environment {environment}")))?;
    Ok(AppLine {
        id: row.get("id")?,
        environment,
        open: state == "open",
        plan: row.get("plan")?,
        subscriptions: Vec::new(),
        suspended: false,
        limited: false,
        recorded_until: None,
    })
}

fn key_line(row: &Row) -> Result<KeyLine, Fault> {
    Ok(KeyLine {
        hash: row.get("hash")?,
        id: row.get("id")?,
        app: row.get("app")?,
        capabilities: row.json("capabilities")?,
        nets: row.json("nets")?,
        ends_at: row.get::<Option<Instant>>("ends_at")?.map(Instant::micros),
        revoked: row.get::<Option<Instant>>("revoked_at")?.is_some(),
        proof: proof(&extra_of(row)?),
    })
}

//! Brings the schema up to date, part by part, each migration once.

use ring::digest::{SHA256, digest};
use words::{Fault, Trouble};

use crate::{Migration, Part, Read, dialect, params};

/// The ground's own part.
pub(crate) const GROUND: Part = Part {
    name: "store",
    migrations: &[Migration { name: "20261122_store", sql: include_str!("../migrations/20261122_store.sql") }],
    tables: &[],
    free: &[
        ("store_event", "the log itself; its seals cover it"),
        ("store_seal", "the chain itself; verify recomputes it"),
        ("store_lock", "names of locks"),
        ("store_job", "the queue: work not done yet"),
        ("store_personal", "personal data lies apart; sealed under the person's key"),
        ("store_personal_key", "keys are destroyed on erasure"),
        ("store_erasure", "re-applied on restore"),
        ("store_migration", "the schema's own record"),
    ],
    jobs: &[],
    checks: &[],
};

/// Applies what is missing, in one transaction. Returns the names of what was applied.
pub(crate) fn migrate(read: &Read, parts: &[&Part]) -> Result<Vec<String>, Fault> {
    let conn = &read.conn;
    conn.batch(if matches!(conn.dialect(), dialect::Dialect::Sqlite) { "begin immediate" } else { "begin" })?;
    let applied = apply(read, parts);
    conn.batch(if applied.is_ok() { "commit" } else { "rollback" })?;
    applied
}

fn apply(read: &Read, parts: &[&Part]) -> Result<Vec<String>, Fault> {
    let conn = &read.conn;
    // One process at a time; the others find it done.
    if let Some(sql) = conn.dialect().lock_migrations() {
        conn.rows(sql, &[])?;
    }
    conn.batch(&conn.dialect().ddl("create table if not exists store_migration (name text primary key, sha256 text not null, at bigint not null)"))?;
    refuse_newer(read, parts)?;
    let mut applied = Vec::new();
    for part in std::iter::once(&&GROUND).chain(parts) {
        for migration in part.migrations {
            let name = format!("{}/{}", part.name, migration.name);
            let sha = hex::encode(digest(&SHA256, migration.sql.as_bytes()));
            match read.row("select sha256 from store_migration where name = $1", &params![&name])? {
                Some(row) if row.get::<String>("sha256")? == sha => {}
                Some(_) => {
                    let why = format!("migration {name} was applied with other text: this program does not fit this database");
                    return Err(Fault::of(Trouble::Misfit, why));
                }
                None => {
                    for statement in dialect::statements(migration.sql) {
                        conn.batch(&conn.dialect().ddl(&statement))?;
                    }
                    conn.execute("insert into store_migration (name, sha256, at) values ($1, $2, $3)", &params![&name, sha, read.now()])?;
                    applied.push(name);
                }
            }
        }
    }
    know_master_key(read)?;
    Ok(applied)
}

/// What a newer program has written cannot be understood by this one, so it is left alone.
fn refuse_newer(read: &Read, parts: &[&Part]) -> Result<(), Fault> {
    let ours = |part: &Part| part.migrations.iter().map(|migration| format!("{}/{}", part.name, migration.name)).collect::<Vec<_>>();
    let known: Vec<String> = std::iter::once(&&GROUND).chain(parts).flat_map(|part| ours(part)).collect();
    let rows = read.rows("select name from store_migration order by name", &[])?;
    let applied = rows.iter().map(|row| row.get::<String>("name")).collect::<Result<Vec<_>, _>>()?;
    let newer: Vec<String> = applied.into_iter().filter(|name| !known.contains(name)).collect();
    if newer.is_empty() {
        return Ok(());
    }
    let why = format!("a newer program has worked on this database (it has {}): start that one, or restore a backup from before", newer.join(", "));
    Err(Fault::of(Trouble::Misfit, why))
}

/// The database remembers which master key it was filled under: with another one nothing personal could be opened, and new rows would be lost to the old key.
fn know_master_key(read: &Read) -> Result<(), Fault> {
    let mine = format!("key:{}", read.keyed_hash("the master key of this database"));
    match read.row("select name from store_lock where name like 'key:%'", &[])? {
        Some(row) if row.get::<String>("name")? == mine => Ok(()),
        Some(_) => {
            let why = "master.key in the data folder is not the key that this database was filled under: put that file back, or copy it from the other process";
            Err(Fault::of(Trouble::Misfit, why))
        }
        None => read.conn.execute("insert into store_lock (name) values ($1)", &params![mine]).map(drop),
    }
}

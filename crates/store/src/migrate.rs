//! Brings the schema up to date, part by part, each migration once.

use ring::digest::{SHA256, digest};
use words::Fault;

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
    conn.batch(&conn.dialect().ddl("create table if not exists store_migration (name text primary key, sha256 text not null, at bigint not null)"))?;
    let mut applied = Vec::new();
    for part in std::iter::once(&&GROUND).chain(parts) {
        for migration in part.migrations {
            let name = format!("{}/{}", part.name, migration.name);
            let sha = hex::encode(digest(&SHA256, migration.sql.as_bytes()));
            match read.row("select sha256 from store_migration where name = $1", &params![&name])? {
                Some(row) if row.get::<String>("sha256")? == sha => {}
                Some(_) => return Err(Fault::new(format!("migration {name} was applied with other text: this program does not fit this data folder"))),
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
    Ok(applied)
}

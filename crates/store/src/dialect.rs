//! The only place that knows how the two dialects differ.

use words::Fault;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// `$1` is a *name* for SQLite, bound by first appearance, so `select $2, $1` would swap silently: `?1` is the number.
    pub(crate) fn statement(self, sql: &str) -> String {
        match self {
            Dialect::Postgres => sql.to_owned(),
            Dialect::Sqlite => number_parameters(sql),
        }
    }

    /// Text orders bytewise and bytes are `bytea` on PostgreSQL.
    pub(crate) fn ddl(self, sql: &str) -> String {
        match self {
            Dialect::Sqlite => sql.to_owned(),
            Dialect::Postgres => words_of(sql)
                .map(|word| match word {
                    "text" => "text collate \"C\"",
                    "blob" => "bytea",
                    word => word,
                })
                .collect(),
        }
    }

    /// Lets one process at a time migrate. SQLite's write lock does so already.
    pub(crate) fn lock_migrations(self) -> Option<&'static str> {
        matches!(self, Dialect::Postgres).then_some("select cast(1 as bigint) as locked from (select pg_advisory_xact_lock(1213416306)) as l")
    }

    /// Takes a due job off the queue unless another process is just doing that.
    pub(crate) fn take_job(self) -> &'static str {
        match self {
            Dialect::Sqlite => "delete from store_job where id = $1 and state = 'due' and due_at <= $2 returning *",
            Dialect::Postgres => {
                "delete from store_job where id in (select id from store_job where id = $1 and state = 'due' and due_at <= $2 for update skip locked) returning *"
            }
        }
    }

    /// Names of all our tables.
    pub(crate) fn table_names(self) -> &'static str {
        match self {
            Dialect::Sqlite => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
            Dialect::Postgres => "select cast(tablename as text) as name from pg_tables where schemaname = current_schema() order by 1",
        }
    }
}

fn number_parameters(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quoted = false;
    for c in sql.chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        out.push(if c == '$' && !quoted { '?' } else { c });
    }
    out
}

/// Words and what is between them, in order, nothing lost. Quoted text counts as "between".
fn words_of(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = if first == '\'' {
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else {
            rest.find(|c| is_word(c) != is_word(first) || (c == '\'' && !is_word(first))).unwrap_or(rest.len()).max(first.len_utf8())
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// The statements of a migration; each ends with `;` at the end of a line.
pub(crate) fn statements(sql: &str) -> Vec<String> {
    let without_comments: Vec<&str> = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    without_comments.join("\n").split(";\n").map(|part| part.trim().trim_end_matches(';').to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The verb of a statement that changes rows must be one that `returning *` fits.
pub(crate) fn returning_all(sql: &str) -> Result<String, Fault> {
    let lower = sql.trim_start().get(..6).map(str::to_ascii_lowercase);
    match lower.as_deref() {
        Some("insert" | "update" | "delete") => Ok(format!("{} returning *", sql.trim_end().trim_end_matches(';'))),
        _ => Err(Fault::new(format!("not an insert, update or delete: {sql}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_and_quoted_text_is_left_alone() {
        assert_eq!(Dialect::Sqlite.statement("select $2, '$1', $1"), "select ?2, '$1', ?1");
        assert_eq!(Dialect::Postgres.statement("select $2"), "select $2");
    }

    #[test]
    fn ddl_is_put_into_the_words_of_postgresql() {
        let sql = "create table a_text (id text primary key, body blob, note text default 'text')";
        assert_eq!(Dialect::Postgres.ddl(sql), "create table a_text (id text collate \"C\" primary key, body bytea, note text collate \"C\" default 'text')");
        assert_eq!(Dialect::Sqlite.ddl(sql), sql);
    }

    #[test]
    fn a_migration_is_cut_into_statements() {
        assert_eq!(statements("-- why\ncreate table a (id text);\n\ncreate index b on a (id);\n"), ["create table a (id text)", "create index b on a (id)"]);
    }
}

//! Databases on a PostgreSQL server that one test after another has for itself: making, filling with tables and dropping one takes longer than most tests.
//!
//! Invariant: whoever gets one finds the tables as its migrations made them and no row but their record; a test that is over cannot reach it, for it has another name.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use words::Fault;

use super::kind_of;
use crate::{Part, pg};

/// Tables, columns, indexes and migrations in one text: a test that changed them leaves its database unfit for others.
const SHAPE: &str = "select md5(string_agg(c.relname || ' ' || a.attname || ' ' || a.atttypid || a.attnotnull, ',' order by c.relname, a.attnum))
    || (select md5(string_agg(name || sha256, ',' order by name)) from store_migration) as shape
    from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace";
/// All rows but the record of migrations. What grew is cut, what is small is deleted from, each being the cheaper for it.
const EMPTY: &str = "do $$ declare t record; begin
    set local session_replication_role = replica;
    for t in select oid, relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'store_migration' loop
        if pg_relation_size(t.oid) > 262144 then execute 'truncate ' || quote_ident(t.relname) || ' cascade';
        else execute 'delete from ' || quote_ident(t.relname); end if;
    end loop; end $$";
/// What processes that are gone have left behind.
const LEFT: &str = "select datname as name from pg_database where datname ~ '^hechuang_[0-9]+_[0-9]+$' and not exists
    (select from pg_stat_activity where application_name = 'hechuang_tests_' || split_part(datname, '_', 2))";

/// The databases of this process, and the connection by which the others know that it lives.
struct Pool {
    keeper: pg::Link,
    /// Name and shape, by what they are made for.
    free: HashMap<Vec<&'static str>, Vec<(String, String)>>,
    shapes: HashMap<String, String>,
}

static POOL: Mutex<Option<Pool>> = Mutex::new(None);

/// Makes a database of this name: one of a test that is over, emptied, or a new one without tables.
pub(super) fn take(url: &str, name: &str, parts: &[&'static Part]) -> Result<(), Fault> {
    with(url, |pool| {
        while let Some((old, shape)) = pool.free.get_mut(&kind_of(parts)).and_then(Vec::pop) {
            if pool.renew(url, &old, name, &shape).is_ok() {
                pool.shapes.insert(name.to_owned(), shape);
                return Ok(());
            }
            pool.drop_database(&old);
            pool.drop_database(name);
        }
        pool.keeper.batch(&format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"))
    })
}

/// The tables are there now: notes what they look like.
pub(super) fn note(url: &str, name: &str) -> Result<(), Fault> {
    with(url, |pool| {
        if !pool.shapes.contains_key(name) {
            pool.shapes.insert(name.to_owned(), shape(&mut pg::Link::open(&at(url, name))?)?);
        }
        Ok(())
    })
}

/// The test is over.
pub(super) fn give_back(url: &str, name: &str, parts: &[&'static Part]) {
    let _ = with(url, |pool| {
        match pool.shapes.remove(name) {
            Some(shape) => pool.free.entry(kind_of(parts)).or_default().push((name.to_owned(), shape)),
            None => pool.drop_database(name),
        }
        Ok(())
    });
}

impl Pool {
    fn of(url: &str) -> Result<Self, Fault> {
        let mut keeper = pg::Link::open(url)?;
        keeper.batch(&format!("set application_name = 'hechuang_tests_{}'", std::process::id()))?;
        let mut pool = Self { keeper, free: HashMap::new(), shapes: HashMap::new() };
        for row in pool.keeper.rows(LEFT, &[])? {
            let name: String = row.get("name")?;
            pool.drop_database(&name);
        }
        Ok(pool)
    }

    /// Whoever still works on the old one loses it; then nothing of theirs is in it.
    fn renew(&mut self, url: &str, old: &str, name: &str, before: &str) -> Result<(), Fault> {
        let mut tries = 0;
        loop {
            self.keeper.batch(&format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{old}'"))?;
            match self.keeper.batch(&format!("alter database {old} rename to {name}")) {
                Ok(()) => break,
                Err(fault) if tries == 100 => return Err(fault),
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
            tries += 1;
        }
        let mut link = pg::Link::open(&at(url, name))?;
        if shape(&mut link)? != before {
            return Err(Fault::new("a test has changed the tables"));
        }
        link.batch(EMPTY)
    }

    fn drop_database(&mut self, name: &str) {
        let _ = self.keeper.batch(&format!("drop database if exists {name} with (force)"));
    }
}

fn with<T>(url: &str, work: impl FnOnce(&mut Pool) -> Result<T, Fault>) -> Result<T, Fault> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if pool.is_none() {
        *pool = Some(Pool::of(url)?);
    }
    pool.as_mut().map_or_else(|| Err(Fault::new("no pool")), work)
}

fn shape(link: &mut pg::Link) -> Result<String, Fault> {
    link.rows(SHAPE, &[])?.first().map_or_else(|| Err(Fault::new("no tables")), |row| row.get("shape"))
}

/// The URL of another database of the same server.
pub(super) fn at(url: &str, name: &str) -> String {
    format!("{}/{name}", url.rsplit_once('/').map_or(url, |(server, _)| server))
}

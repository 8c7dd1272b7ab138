//! A throwaway PostgreSQL server on loopback, and a database of one's own on a server that runs already. As root the server runs as the user `postgres`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::free_port;

/// Folder with PostgreSQL's programs, the newest version that is installed.
pub fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).collect();
    found.sort();
    found.pop()
}

/// A server that goes away with its folder.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    forced: bool,
}

impl Postgres {
    /// Makes an empty one for tests and starts it. It does not wait for the disk: tests kill our programs and stop the server in order, and never cut the power.
    pub fn start() -> Result<Self, String> {
        Self::started(false)
    }

    /// The same with all the server's own settings, for figures.
    pub fn durable() -> Result<Self, String> {
        Self::started(true)
    }

    fn started(forced: bool) -> Result<Self, String> {
        let (programs, port) = (postgres_programs().ok_or("PostgreSQL is not installed")?, free_port());
        let folder = std::env::temp_dir().join(format!("hechuang-postgres-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let server = Self { programs, folder, port, forced };
        let (programs, folder) = (server.programs.display(), server.folder.display());
        server.shell(&format!("{programs}/initdb -D {folder}/data -U postgres -A trust -E UTF8 --locale=C > {folder}/init.log"))?;
        server.up()?;
        Ok(server)
    }

    /// Starts it again on the same data.
    pub fn up(&self) -> Result<(), String> {
        let (programs, folder) = (self.programs.display(), self.folder.display());
        let speed = if self.forced { "" } else { " -c fsync=off -c synchronous_commit=off -c full_page_writes=off" };
        let options = format!("-p {} -k {folder} -c max_connections=300{speed}", self.port);
        self.shell(&format!("{programs}/pg_ctl -D {folder}/data -l {folder}/log -w -o '{options}' start > {folder}/start.log"))
    }

    /// Stops it: connections are cut, transactions undone.
    pub fn down(&self) -> Result<(), String> {
        self.shell(&format!("{}/pg_ctl -D {}/data -m fast -w stop > /dev/null", self.programs.display(), self.folder.display()))
    }

    /// Address of its own database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn shell(&self, line: &str) -> Result<(), String> {
        let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
        let mut command = Command::new(if root { "su" } else { "sh" });
        if root {
            let _ = Command::new("chown").arg("postgres").arg(&self.folder).status();
            command.args(["postgres", "-s", "/bin/sh"]);
        }
        let status = command.args(["-c", line]).current_dir("/").status().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("this failed: {line}")) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.shell(&format!("{}/pg_ctl -D {}/data -m immediate stop > /dev/null", self.programs.display(), self.folder.display()));
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An empty database on a server, gone with the test.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// On the server that `HECHUANG_TEST_DATABASE` names; nothing where the tests run without one.
    pub fn fresh() -> Option<Self> {
        let server = std::env::var("HECHUANG_TEST_DATABASE").ok().filter(|url| url.starts_with("postgres"))?;
        Some(Self::on(&server))
    }

    /// On this server.
    pub fn on(server: &str) -> Self {
        let name = format!("hechuang_served_{}_{}", std::process::id(), free_port());
        let made = Self { server: server.to_owned(), name };
        made.ask_at(server, &format!("create database {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'", made.name));
        made
    }

    /// Its address.
    pub fn url(&self) -> String {
        let (front, _) = self.server.rsplit_once('/').expect("a database in the address");
        format!("{front}/{}", self.name)
    }

    /// Cuts every connection to it, as an administrator would.
    pub fn cut(&self) {
        self.ask_at(&self.server, &format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'", self.name));
    }

    /// What a sentence answers, as text.
    pub fn ask(&self, sql: &str) -> String {
        self.ask_at(&self.url(), sql)
    }

    fn ask_at(&self, url: &str, sql: &str) -> String {
        let psql = postgres_programs().map_or_else(|| Path::new("psql").to_path_buf(), |programs| programs.join("psql"));
        let out = Command::new(psql).args(["-X", "-A", "-t", "-q", "-d", url, "-c", sql]).output().expect("psql runs");
        assert!(out.status.success(), "{sql}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.ask_at(&self.server, &format!("drop database if exists {} with (force)", self.name));
        }
    }
}

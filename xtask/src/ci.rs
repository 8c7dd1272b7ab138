//! `cargo xtask ci`: what must be green, step by step, each with its time. Nothing is skipped silently.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::axe;

const PORT: &str = "54331";

/// Runs the steps; with `long` also the long ones.
pub fn run(long: bool) -> Result<(), String> {
    need_tools()?;
    axe::fetch()?;
    step("format", cargo(&["fmt", "--all", "--", "--check"]))?;
    step("lints", cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step("tests on SQLite", cargo(&["test", "--workspace"]))?;
    let server = Postgres::start()?;
    let mut on_postgres = cargo(&["test", "--workspace"]);
    on_postgres.env("HECHUANG_TEST_DATABASE", server.url());
    step("tests on PostgreSQL", on_postgres)?;
    step("stories and axe on the main pages, in the browser", cargo(&["test", "-p", "hechuang", "--test", "it", "--", "--ignored", "browser"]))?;
    if long {
        println!("`cargo xtask ci` holds what ran so far; here come the long runs, without those of the browser above");
        step("long runs", cargo(&["test", "--workspace", "--", "--ignored", "--skip", "browser"]))?;
    } else {
        println!(
            "not run here: the long runs (every page × language × theme × role with axe, kill -9, months of simulation); `cargo xtask ci --long` holds them"
        );
    }
    Ok(())
}

/// `cargo xtask simulate --seed N --months M`.
pub fn simulate(rest: &[&str]) -> Result<(), String> {
    let value = |name: &str| rest.iter().position(|word| *word == name).and_then(|at| rest.get(at + 1)).copied();
    let (seed, months) = (value("--seed").unwrap_or("1"), value("--months").unwrap_or("12"));
    let mut run = cargo(&["test", "--release", "-p", "hechuang", "--test", "it", "--", "--ignored", "--nocapture", "simulate"]);
    run.env("HECHUANG_SEED", seed).env("HECHUANG_MONTHS", months);
    step(&format!("simulation, seed {seed}, {months} months"), run)
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(args);
    command
}

fn step(name: &str, mut command: Command) -> Result<(), String> {
    println!("== {name}");
    let begun = Instant::now();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    println!("== {name}: {} s", begun.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(format!("{name} failed")) }
}

/// PostgreSQL, Chromium and npm: there already, or installed through apt when that is allowed, or asked for.
fn need_tools() -> Result<(), String> {
    let missing: Vec<&str> = [
        ("postgresql", postgres_bin().is_some()),
        ("chromium", Path::new("/usr/bin/chromium").exists()),
        ("chromium-driver", Path::new("/usr/bin/chromedriver").exists()),
        ("npm", on_path("npm")),
    ]
    .into_iter()
    .filter_map(|(package, there)| (!there).then_some(package))
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("== installing {}", missing.join(", "));
    let mut install = Command::new("sh");
    let line =
        format!("apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends {} fonts-noto-cjk", missing.join(" "));
    install.args(["-c", &line]);
    let done = install.status().is_ok_and(|status| status.success());
    if done { Ok(()) } else { Err(format!("install these Debian packages and run again: {} fonts-noto-cjk", missing.join(" "))) }
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).exists()))
}

fn postgres_bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).collect();
    found.sort();
    found.pop()
}

/// A throwaway server on loopback; as root it runs as the user `postgres`.
struct Postgres {
    bin: PathBuf,
    folder: PathBuf,
}

impl Postgres {
    fn start() -> Result<Self, String> {
        let bin = postgres_bin().ok_or("PostgreSQL is not installed")?;
        let folder = std::env::temp_dir().join(format!("hechuang-ci-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let server = Self { bin, folder };
        let (bin, folder) = (server.bin.display(), server.folder.display());
        server.shell(&format!("{bin}/initdb -D {folder}/data -U postgres -A trust -E UTF8 --locale=C > {folder}/init.log"))?;
        let options = format!("-p {PORT} -k {folder} -c max_connections=300");
        server.shell(&format!("{bin}/pg_ctl -D {folder}/data -l {folder}/log -w -o '{options}' start > {folder}/start.log"))?;
        Ok(server)
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{PORT}/postgres")
    }

    fn shell(&self, line: &str) -> Result<(), String> {
        let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
        let mut command = Command::new(if root { "su" } else { "sh" });
        if root {
            let _ = Command::new("chown").arg("postgres").arg(&self.folder).status();
            command.args(["postgres", "-s", "/bin/sh"]);
        }
        let status = command.args(["-c", line]).status().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("this failed: {line}")) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.shell(&format!("{}/pg_ctl -D {}/data -m immediate stop > /dev/null", self.bin.display(), self.folder.display()));
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

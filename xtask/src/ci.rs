//! `cargo xtask ci`: what must be green, step by step, each with its time. Nothing is skipped silently.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use testkit::{Postgres, postgres_programs};

use crate::axe;

/// Runs the steps; with `long` also the long ones.
pub fn run(long: bool) -> Result<(), String> {
    need_tools()?;
    axe::fetch()?;
    step("format", cargo(&["fmt", "--all", "--", "--check"]))?;
    step("lints", cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step("tests on SQLite", cargo(&["test", "--workspace"]))?;
    let server = Postgres::start()?;
    println!("crates that know no database ({}) have been tested; the others once more", PURE.join(", "));
    let mut on_postgres = cargo(&["test", "--workspace", "--lib", "--bins", "--tests"]);
    on_postgres.args(PURE.iter().flat_map(|name| ["--exclude", name]));
    on_postgres.env("HECHUANG_TEST_DATABASE", server.url());
    step("tests on PostgreSQL", on_postgres)?;
    step("stories and axe on the main pages, in the browser", cargo(&["test", "-p", "hechuang", "--test", "it", "--", "--ignored", "browser"]))?;
    if long {
        println!("`cargo xtask ci` holds what ran so far; here come the long runs, without those of the browser above");
        step("long runs", cargo(&["test", "--workspace", "--", "--ignored", "--skip", "browser"]))?;
        drop(server);
        benches(&Postgres::durable()?)?;
    } else {
        println!(
            "not run here: the long runs (every page × language × theme × role with axe, kill -9, months of simulation) and the benches; `cargo xtask ci --long` holds them"
        );
    }
    Ok(())
}

/// Crates without a table: their tests are the same on every database.
const PURE: [&str; 6] = ["words", "jose", "rating", "gateway", "testkit", "xtask"];

/// Every bench of `benches/Cargo.toml`, quickly and as released: it fails unless the work it counted was done. Its figures are looked at by people.
fn benches(server: &Postgres) -> Result<(), String> {
    need_peers()?;
    let release = ["--release", "-p", "hechuang", "-p", "benches"];
    step("benches: built as released", cargo(&[&["build"], release.as_slice()].concat()))?;
    let pgbench = postgres_programs().map(|programs| programs.join("pgbench").display().to_string()).unwrap_or_default();
    for name in bench_names()? {
        let mut run = cargo(&["run", "--release", "-p", "benches", "--bin", &name, "--", "--quick"]);
        if name == "store" {
            run.args(["--database", &server.url(), "--pgbench", &pgbench]);
        }
        step(&format!("bench {name}, quickly"), run)?;
    }
    Ok(())
}

fn bench_names() -> Result<Vec<String>, String> {
    const MANIFEST: &str = "benches/Cargo.toml";
    let text = std::fs::read_to_string(MANIFEST).map_err(|error| format!("{MANIFEST}: {error}"))?;
    let manifest: toml::Table = toml::from_str(&text).map_err(|mistake| format!("{MANIFEST}: {mistake}"))?;
    let binaries = manifest.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
    let names: Vec<String> = binaries.filter_map(|binary| binary.get("name")?.as_str().map(str::to_owned)).collect();
    if names.is_empty() { Err(format!("{MANIFEST} names no bench")) } else { Ok(names) }
}

/// `cargo xtask benches`.
pub fn only_benches() -> Result<(), String> {
    need_tools()?;
    benches(&Postgres::durable()?)
}

/// `cargo xtask simulate --seed N --months M`.
pub fn simulate(rest: &[&str]) -> Result<(), String> {
    let value = |name: &str| rest.iter().position(|word| *word == name).and_then(|at| rest.get(at + 1)).copied();
    let (seed, months) = (value("--seed").unwrap_or("1"), value("--months").unwrap_or("12"));
    let mut run = cargo(&["test", "--release", "-p", "hechuang", "--test", "it", "--", "--ignored", "--nocapture", "simulate"]);
    run.env("HECHUANG_SEED", seed).env("HECHUANG_MONTHS", months);
    step(&format!("simulation, seed {seed}, {months} months"), run)
}

/// `cargo xtask release-folder VERSION`: lives a small programme with the program as it is and packs its data folder. One that is there is never replaced.
pub fn release_folder(version: &str) -> Result<(), String> {
    let file = Path::new("crates/hechuang/tests/releases").join(format!("{version}.tar.gz"));
    if file.exists() {
        return Err(format!("{} is there already: what was released stays as it is", file.display()));
    }
    let folder = std::env::temp_dir().join(format!("hechuang-release-{version}-{}", std::process::id()));
    let mut live = cargo(&["test", "-p", "hechuang", "--test", "it", "--", "--ignored", "--exact", "releases::a_folder_is_lived"]);
    live.env("HECHUANG_RELEASE_FOLDER", &folder);
    step(&format!("living the folder of {version}"), live)?;
    let mut pack = Command::new("tar");
    pack.args(["--sort=name", "--owner=0", "--group=0", "-czf"]).arg(&file).arg("-C").arg(&folder).arg(".");
    step(&format!("packing {}", file.display()), pack)?;
    std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(args);
    // What cargo says of this package to the program it runs is none of another's: a build script that looks at it (that of `ring`) would run anew, and all above it be built.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
        command.env_remove(name);
    }
    command
}

fn step(name: &str, mut command: Command) -> Result<(), String> {
    println!("== {name}");
    let begun = Instant::now();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    println!("== {name}: {} s", begun.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(format!("{name} failed")) }
}

/// What the tests run: there already, or installed through apt when that is allowed, or asked for.
fn need_tools() -> Result<(), String> {
    need(&[
        ("postgresql", postgres_programs().is_some()),
        ("chromium", Path::new("/usr/bin/chromium").exists()),
        ("chromium-driver", Path::new("/usr/bin/chromedriver").exists()),
        ("npm", on_path("npm")),
        ("fonts-noto-cjk", Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()),
    ])
}

/// Peers and callers of the benches.
fn need_peers() -> Result<(), String> {
    need(&[
        ("nginx", on_path("nginx") || Path::new("/usr/sbin/nginx").exists()),
        ("libnginx-mod-http-lua", Path::new("/usr/lib/nginx/modules/ngx_http_lua_module.so").exists()),
        ("haproxy", on_path("haproxy") || Path::new("/usr/sbin/haproxy").exists()),
        ("wrk", on_path("wrk")),
        ("nghttp2-client", on_path("h2load")),
        ("openssl", on_path("openssl")),
    ])
}

fn need(packages: &[(&str, bool)]) -> Result<(), String> {
    let missing: Vec<&str> = packages.iter().filter(|(_, there)| !there).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("== installing {}", missing.join(", "));
    let mut install = Command::new("sh");
    let line = format!("apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends {}", missing.join(" "));
    install.args(["-c", &line]);
    let done = install.status().is_ok_and(|status| status.success());
    if done { Ok(()) } else { Err(format!("install these Debian packages and run again: {}", missing.join(" "))) }
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).exists()))
}

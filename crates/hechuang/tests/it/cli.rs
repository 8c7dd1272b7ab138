//! The command line: exit codes, nothing made by whoever only looks, data as JSON, a reader that goes away early.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder of its own, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("hechuang-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hechuang"));
        command.args(args).arg("--data").arg(self.0.join("data"));
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("it runs")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn whoever_only_looks_makes_nothing() {
    let folder = Folder::new("looks");
    for args in [&["verify"][..], &["backup", "/tmp/none.jsonl"], &["ledger", "export"], &["pack", "export", "/tmp/none"]] {
        let ran = folder.run(args);
        assert_eq!(ran.status.code(), Some(3), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("hechuang serve"), "the way out is named");
    }
    assert!(folder.run(&["doctor", "--json"]).status.code().is_some());
    assert!(folder.run(&["openapi"]).status.success());
    assert!(!folder.0.join("data").exists());
}

#[test]
fn data_comes_as_json() {
    let folder = Folder::new("json");
    for args in [&["version", "--json"][..], &["config", "--json"], &["doctor", "--json"], &["openapi"]] {
        let ran = folder.run(args);
        let read: Result<Value, _> = serde_json::from_slice(&ran.stdout);
        assert!(read.is_ok(), "{args:?}: {}", String::from_utf8_lossy(&ran.stdout));
    }
}

#[test]
fn mistakes_have_their_exit_codes() {
    let folder = Folder::new("codes");
    let cases: [(&[&str], i32); 5] = [
        (&["frobnicate"], 2),
        (&["serve", "--demo", "--listen", "0.0.0.0:0"], 2),
        (&["serve", "--listen", "nonsense"], 4),
        (&["config", "--config", "/nonexistent.toml"], 4),
        (&["restore", "/nonexistent.jsonl"], 3),
    ];
    for (args, code) in cases {
        assert_eq!(folder.run(args).status.code(), Some(code), "{args:?}");
    }
}

#[test]
fn a_reader_that_goes_away_early_ends_it_quietly() {
    let folder = Folder::new("pipe");
    let mut child = folder.command(&["openapi"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert!(ended.status.success());
}

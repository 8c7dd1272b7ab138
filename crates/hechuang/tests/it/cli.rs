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
    let server_folder = Folder::new("server");
    let secret = crate::apart::secret_file(&server_folder.0.join("data"), &"5e".repeat(20)).display().to_string();
    std::fs::write(server_folder.0.join("data/master.key"), "5e".repeat(32)).expect("a server's key");
    let alone = ["gateway", "--server", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--secret-file"];
    let ran = server_folder.run(&[&alone[..], &[&secret]].concat());
    assert_eq!(ran.status.code(), Some(5), "a gateway never lives in the folder of a server: {}", String::from_utf8_lossy(&ran.stderr));
    let cases: [(&[&str], i32); 8] = [
        (&["frobnicate"], 2),
        (&["serve", "--demo", "--listen", "0.0.0.0:0"], 2),
        (&["serve", "--listen", "nonsense"], 4),
        (&["gateway"], 4),
        (&["gateway", "--server", "http://10.0.0.1", "--secret-file", &secret], 4),
        (&["gateway", "--server", "https://a.example", "--secret-file", "/nonexistent"], 4),
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

#[test]
fn a_pack_is_compared_put_in_force_and_taken_away() {
    let folder = Folder::new("packs");
    let at = |name: &str| folder.0.join(name).display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/shuangchuang");
    let ran = folder.run(&["pack", "import", built_in]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert!(folder.run(&["pack", "export", &at("copy.zip")]).status.success());
    assert!(folder.run(&["pack", "export", &at("next"), "--bare", "--installed"]).status.success());
    assert!(!folder.0.join("next/personas.toml").exists());
    let edit = |file: &str, old: &str, new: &str| {
        let path = folder.0.join("next").join(file);
        let body = std::fs::read_to_string(&path).expect(file);
        assert!(body.contains(old), "{file} has no {old}");
        std::fs::write(&path, body.replacen(old, new, 1)).expect(file);
    };
    edit("pack.toml", "version = \"1.", "version = \"9.");
    edit("rubrics/entry.v1.toml", "Real need", "A real need");
    let ran = folder.run(&["pack", "import", &at("next"), "--dry-run"]);
    assert!(ran.status.success() && text(&ran.stdout).contains("theirs   rubric entry.v1\n"), "{}{}", text(&ran.stdout), text(&ran.stderr));
    assert!(text(&ran.stdout).contains("/criterion/need/en installed \"Real need\" ours \"Real need\" theirs \"A real need\""), "{}", text(&ran.stdout));
    let plan: Value = serde_json::from_slice(&folder.run(&["pack", "import", &at("next"), "--dry-run", "--json"]).stdout).expect("JSON");
    let rubric = plan["three_way"].as_array().into_iter().flatten().find(|one| one["key"] == "entry.v1").expect("the rubric");
    assert_eq!((rubric["side"].as_str(), plan["mistakes"].as_array().map(Vec::len)), (Some("theirs"), Some(0)), "{plan}");
    assert!(text(&folder.run(&["pack", "import", &at("copy.zip"), "--dry-run"]).stdout).contains("nothing differs"), "nothing was changed by looking");
    edit("lifecycles/appeal.toml", "to = \"hearing\"", "to = \"nowhere\"");
    for args in [&["pack", "check", &at("next")][..], &["pack", "import", &at("next")], &["pack", "import", &at("next"), "--dry-run"]] {
        let ran = folder.run(args);
        let said = text(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{args:?} {said}");
        assert!(said.contains("lifecycles/appeal.toml:"), "file and line are named: {said}");
    }
}

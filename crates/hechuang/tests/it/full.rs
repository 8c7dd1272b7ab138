//! A disk that is full under the served program: it says so, loses nothing, is read on, and goes on without a restart when there is room.
//!
//! Part of the long run: `cargo test -p hechuang --test it -- --ignored full`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use testkit::{Got, Program};

use crate::luck::{BINARY, Excused, Served, acknowledged, ask_as, declare, declare_while, nothing_is_lost_or_doubled};

fn run(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).status().is_ok_and(|status| status.success())
}

/// Files may not grow beyond a size: what anybody may do to their own processes.
#[test]
#[ignore = "starts the program and fills its disk"]
fn full_files_are_told_and_outlived() {
    let mut served = Served::new();
    let token = served.token("lead");
    let program = &mut served.program;
    let largest = std::fs::metadata(program.folder().join("hechuang.db")).expect("the database").len();
    program.after(&format!("trap '' XFSZ; ulimit -S -f {}", largest / 512 + 400));
    program.start();
    let pid = program.pid().to_string();
    is_full_and_goes_on(&mut served.program, &token, move || assert!(run("prlimit", &["--pid", &pid, "--fsize=unlimited"]), "prlimit, of util-linux"));
}

/// A small file system; only root may mount one.
#[test]
#[ignore = "starts the program and fills its disk"]
fn full_disk_is_told_and_outlived() {
    let place = Mounted(std::env::temp_dir().join(format!("hechuang-full-{}", std::process::id())));
    if !place.mount("size=64m") {
        println!("not run: a file system cannot be mounted here; the one with limited files was");
        return;
    }
    let mut program = Program::new(BINARY);
    program.live_in(&place.0.join("data"));
    let mut served = Served::of(program);
    let token = served.token("lead");
    served.program.start();
    place.fill();
    let other = place.0.clone();
    is_full_and_goes_on(&mut served.program, &token, move || std::fs::remove_file(other.join("ballast")).expect("room"));
}

struct Mounted(PathBuf);

impl Mounted {
    fn mount(&self, options: &str) -> bool {
        std::fs::create_dir_all(&self.0).is_ok() && run("mount", &["-t", "tmpfs", "-o", options, "hechuang", &self.0.display().to_string()])
    }

    /// Leaves a little room.
    fn fill(&self) {
        let room = |path: &Path| {
            let out = Command::new("df").args(["--output=avail", "-B1"]).arg(path).output().expect("df");
            String::from_utf8_lossy(&out.stdout).lines().last().and_then(|line| line.trim().parse::<u64>().ok()).expect("bytes")
        };
        let size = room(&self.0) - 300_000;
        assert!(run("fallocate", &["-l", &size.to_string(), &self.0.join("ballast").display().to_string()]));
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

fn is_full_and_goes_on(program: &mut Program, token: &str, make_room: impl FnOnce()) {
    let port = program.port();
    // Room that a checkpoint finds may make it ready again for a moment: what it said while it was full counts.
    let mut ready = None;
    let mut all = declare_while(&[port; 4], token, "full", Excused { codes: &["storage-full"], may_break: false }, |_| {
        let begun = Instant::now();
        while ready.as_ref().is_none_or(|got: &Got| got.status == 200) {
            assert!(begun.elapsed() < Duration::from_secs(120), "it does not get full");
            std::thread::sleep(Duration::from_millis(50));
            ready = program.get("/readyz").ok();
        }
    });
    let ready = ready.expect("a reply");
    assert_eq!((ready.status, ready.body.contains("no room")), (503, true), "{}", ready.body);
    let kept = all.iter().filter_map(|(_, got)| got.clone()).next_back().expect("some were acknowledged");
    let seen = ask_as(port, token, "GET", &format!("/api/v1/cases/{}", kept.0), &[], "").expect("a reply");
    assert_eq!(seen.status, 200, "what is there is read: {}", seen.body);
    make_room();
    let begun = Instant::now();
    loop {
        let got = declare(port, token, "room-again").expect("a reply");
        if acknowledged(&got).is_some() {
            break;
        }
        assert_eq!(got.status, 503, "{}", got.body);
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not go on: {}", program.logged());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(program.get("/readyz").expect("a reply").status, 200);
    all.push(("room-again".into(), None));
    nothing_is_lost_or_doubled(port, token, &all);
    program.kill();
    let (clean, said) = program.command(&["verify"]);
    assert!(clean, "{said}");
}

//! The machine's clock jumps forward and back under the served program: nothing is lost or done twice, no moment in the log is earlier than the one before,
//! and the log of the program says what is wrong.
//!
//! Part of the long run: `cargo test -p hechuang --test it -- --ignored jumps`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hechuang::{config, wiring};
use words::{Failure, Never};

use crate::luck::{Declared, Excused, Served, Tally, declare_while, nothing_is_lost_or_doubled};

const HOUR: i64 = 3_600;
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clock/shift.rs");
const BEHIND: &str = "the machine's clock is behind";

/// A clock that a test can set, for the program that is started after it.
struct Shifted {
    folder: PathBuf,
}

impl Shifted {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("hechuang-clock-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let shifted = Self { folder };
        shifted.by(0);
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
        let mut compile = Command::new(rustc);
        compile.args(["--edition", "2024", "--crate-type", "cdylib", "-C", "panic=abort", SOURCE, "-o"]).arg(shifted.shim());
        let compiled = compile.env("SHIFT_FILE", shifted.file()).status().expect("rustc, which also compiled this test");
        assert!(compiled.success(), "{SOURCE} does not compile");
        shifted
    }

    fn shim(&self) -> PathBuf {
        self.folder.join("libshift.so")
    }

    fn file(&self) -> PathBuf {
        self.folder.join("seconds")
    }

    /// From now on the clock is that many seconds ahead of the machine's. The file is replaced as a whole, never seen half written.
    fn by(&self, seconds: i64) {
        let fresh = self.folder.join("fresh");
        std::fs::write(&fresh, seconds.to_string()).and_then(|()| std::fs::rename(fresh, self.file())).expect("the seconds are written");
    }
}

impl Drop for Shifted {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
#[ignore = "starts the program with a clock that jumps"]
fn a_clock_that_jumps_back_loses_nothing_and_doubles_nothing() {
    let clock = Shifted::new();
    let mut served = Served::new();
    let token = served.token("lead");
    served.program.after(&format!("export LD_PRELOAD={}", clock.shim().display()));
    served.program.start();
    let ports = [served.program.port(); 4];
    let anchors = || anchor_hours(served.program.folder()).len();
    let before = anchors();
    let nothing_excused = Excused { codes: &[], may_break: false };
    let mut all: Vec<Declared> = declare_while(&ports, &token, "jump", nothing_excused, |tally: &Tally| {
        tally.wait_for(15);
        clock.by(HOUR);
        tally.wait_for(15);
        // The hourly job has run; when the same hour comes again it does not.
        wait_until("the hourly job", || anchors() > before);
        clock.by(0);
        tally.wait_for(15);
        assert!(served.program.logged().contains(BEHIND), "{}", served.program.logged());
        clock.by(HOUR);
        tally.wait_for(15);
        wait_until("that it has caught up", || served.program.logged().contains("the machine's clock has caught up"));
        clock.by(-HOUR);
        tally.wait_for(15);
    });
    // It starts an hour and more behind what it wrote, and goes on.
    let told = served.program.logged().matches(BEHIND).count();
    served.program.kill();
    served.program.start();
    assert!(served.program.logged().matches(BEHIND).count() > told, "{}", served.program.logged());
    all.extend(declare_while(&ports, &token, "behind", nothing_excused, |tally| tally.wait_for(15)));
    nothing_is_lost_or_doubled(served.program.port(), &token, &all);
    served.program.kill();
    let (clean, said) = served.program.command(&["verify"]);
    assert!(clean, "{said}");
    let hours = anchor_hours(served.program.folder());
    assert_eq!(hours.iter().collect::<BTreeSet<_>>().len(), hours.len(), "the hourly job ran twice in an hour: {hours:?}");
    time_only_goes_on(served.program.folder());
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn read<T>(folder: &Path, look: impl FnOnce(&store::Read) -> Result<T, words::Fault>) -> T {
    let flags = [("server.data", folder.display().to_string())];
    let db = store::Db::open(wiring::options(&config::load(None, &flags).expect("settings").0)).expect("the database");
    db.read::<_, Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("a look")
}

/// The hours in which the head of the log was published since this programme was served.
fn anchor_hours(folder: &Path) -> Vec<i64> {
    let anchors = read(folder, |read| desk::anchors(read, 100));
    anchors.iter().map(|anchor| anchor.made_at.micros() / (HOUR * 1_000_000)).collect()
}

fn time_only_goes_on(folder: &Path) {
    let sql = "select count(*) as n from store_event a join store_event b on b.seq = a.seq + 1 where b.at < a.at";
    let back = read(folder, |read| read.row(sql, &[])?.map_or(Ok(0), |row| row.get::<i64>("n")));
    assert_eq!(back, 0, "events that are earlier than the one before");
}

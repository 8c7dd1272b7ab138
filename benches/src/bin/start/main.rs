//! How soon the program is ready, with and without a demo in its folder, and what memory it takes when nobody asks.
//!
//! Starts `hechuang serve --demo` beside itself as a process, asks `/readyz` until it says 200, then a page, so that what is measured also works.
//! Invariant: the process and its folder are gone afterwards, whatever happens.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use benches::{Ask, Client, Done, Figures, Ground, must};
use words::Fault;

const STARTS: usize = 5;
/// Memory is looked at so long after the last request.
const IDLE: Duration = Duration::from_secs(10);

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let ground = Ground::below(&ask.data)?;
    let (binary, folder) = (binary()?, ground.folder("start"));
    let mut figures = Figures::of("start: `hechuang serve --demo`, until /readyz says 200");
    let peer =
        time(|| Command::new(&binary).arg("version").stdout(Stdio::null()).status().map_err(Fault::new).and_then(|ended| must(ended.success(), "version")))?;
    figures.row("peer: `hechuang version`", seconds(peer), "");
    let (first, program) = Program::ready(&binary, &folder)?;
    figures.row("the first start: an empty folder, the demo is lived", seconds(first), "< 10 s");
    drop(program);
    let mut starts = Vec::new();
    let mut running = None;
    for _ in 0..if ask.quick { 2 } else { STARTS } {
        drop(running.take());
        let (took, program) = Program::ready(&binary, &folder)?;
        starts.push(took);
        running = Some(program);
    }
    starts.sort();
    let program = running.ok_or_else(|| Fault::new("it was not started"))?;
    figures.row(
        format!("the demo folder is there: {} starts, the middle and the slowest", starts.len()),
        format!("{}, {}", seconds(starts[starts.len() / 2]), seconds(starts[starts.len() - 1])),
        "< 2 s",
    );
    let fresh = program.memory()?;
    figures.row("memory in use (RSS) when it is ready", mebibytes(fresh), "");
    program.be_looked_at()?;
    std::thread::sleep(if ask.quick { Duration::from_secs(2) } else { IDLE });
    let idle = program.memory()?;
    figures.row("memory in use (RSS), idle after 400 pages", mebibytes(idle), "< 150 MB");
    figures.print();
    // How soon depends on what else runs on the machine; what memory it takes does not.
    must(idle < 150_000_000, "it takes too much memory when nobody asks")
}

/// The program that was built beside this bench.
fn binary() -> Done<PathBuf> {
    let beside = std::env::current_exe().map_err(Fault::new)?.with_file_name("hechuang");
    must(beside.exists(), format!("{} is not there: cargo build --release first", beside.display()))?;
    Ok(beside)
}

fn time(work: impl FnOnce() -> Done) -> Done<Duration> {
    let begun = Instant::now();
    work().map(|()| begun.elapsed())
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

struct Program {
    child: Child,
    port: u16,
}

impl Program {
    /// Starts it and waits until it is ready; how long that took.
    fn ready(binary: &Path, folder: &Path) -> Done<(Duration, Self)> {
        let port = free_port()?;
        let begun = Instant::now();
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--metrics", "off", "--gateway", "127.0.0.1:0", "--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(folder);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(Fault::new)?;
        let mut program = Self { child, port };
        while !program.answers("/readyz") {
            must(program.child.try_wait().map_err(Fault::new)?.is_none(), "the program has ended")?;
            must(begun.elapsed() < Duration::from_secs(120), "the program does not get ready")?;
            std::thread::sleep(Duration::from_millis(2));
        }
        let took = begun.elapsed();
        must(program.answers("/projects"), "it is ready and shows nothing")?;
        Ok((took, program))
    }

    fn answers(&self, path: &str) -> bool {
        Client::to(self.port, "accept: text/html\r\n").and_then(|mut client| client.get(path)).is_ok_and(|got| got.status == 200)
    }

    /// Public pages, a hundred times each.
    fn be_looked_at(&self) -> Done {
        let mut client = Client::to(self.port, "accept: text/html\r\n")?;
        for path in ["/", "/programme", "/projects", "/works"].iter().cycle().take(400) {
            let got = client.get(path)?;
            must(got.status == 200, format!("{path}: {}", got.status))?;
        }
        Ok(())
    }

    /// Resident bytes, as the system counts them.
    fn memory(&self) -> Done<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(Fault::new)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or_else(|| Fault::new("no VmRSS"))?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().map_err(Fault::new)?;
        Ok(kibibytes * 1024)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Done<u16> {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map(|address| address.port()).map_err(Fault::new)
}

//! The callers: `wrk` with a key for each call in turn, `h2load` for other protocols and for a given rate.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use benches::{Done, Timing, must, thousands};
use words::Fault;

use crate::process::{Process, Used};

const CONNECTIONS: &str = "64";

/// How long and how often is measured.
pub(crate) struct Load {
    pub(crate) time: Duration,
    pub(crate) rounds: usize,
    /// For scripts and logs of the callers.
    pub(crate) folder: PathBuf,
}

/// What the callers saw, and what it cost.
pub(crate) struct Seen {
    requests: u64,
    took: Duration,
    used: Used,
    waits: Waits,
}

enum Waits {
    Known { p50: Duration, p99: Duration },
    All(Timing),
}

impl Seen {
    pub(crate) fn a_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }

    /// Processor time a request, microseconds: of a gateway's threads, or of all of a peer.
    pub(crate) fn us_a_request(&self) -> f64 {
        self.us(if self.used.gateway.is_zero() { self.used.all } else { self.used.gateway })
    }

    fn us(&self, used: Duration) -> f64 {
        used.as_secs_f64() * 1e6 / self.requests.max(1) as f64
    }

    pub(crate) fn wait(&self, percent: usize) -> Duration {
        match &self.waits {
            Waits::Known { p50, .. } if percent <= 50 => *p50,
            Waits::Known { p99, .. } => *p99,
            Waits::All(timing) => timing.percentile(percent),
        }
    }

    pub(crate) fn text(&self) -> String {
        let ms = |percent| self.wait(percent).as_secs_f64() * 1_000.0;
        let database = if self.used.gateway.is_zero() { String::new() } else { format!(" ({:.1} with its database)", self.us(self.used.all)) };
        format!("{:.1} µs a request{database}; {} a second; p50 {:.2} ms, p99 {:.2} ms", self.us_a_request(), thousands(self.a_second()), ms(50), ms(99))
    }
}

/// A key for each call in turn; at the end the figures in one line.
const SCRIPT: &str = r#"
local n = 0
function request()
  n = n % KEYS + 1
  return wrk.format("GET", "/bench/v1/small", { ["Authorization"] = string.format("Bearer hcl_%032d", n) })
end
function done(summary, latency, requests)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.timeout + e.status
  io.write(string.format("\nSEEN %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
"#;

impl Load {
    /// As many calls as go, each key in turn; fails unless all of them went well.
    pub(crate) fn keys(&self, port: u16, keys: usize, process: &Process) -> Done<Seen> {
        std::fs::create_dir_all(&self.folder).map_err(crate::io)?;
        let script = self.folder.join("keys.lua");
        std::fs::write(&script, SCRIPT.replace("KEYS", &keys.to_string())).map_err(crate::io)?;
        // Connections to the upstream, pages of memory: a second of the same, whose figures are not looked at.
        self.wrk(Duration::from_secs(1), port, process)?;
        self.wrk(self.time, port, process)
    }

    fn wrk(&self, time: Duration, port: u16, process: &Process) -> Done<Seen> {
        let mut command = Command::new("wrk");
        let time = format!("{}s", time.as_secs().max(1));
        command.args(["-t1", "-c", CONNECTIONS, "-d", &time, "-s"]).arg(self.folder.join("keys.lua")).arg(format!("http://127.0.0.1:{port}"));
        let before = process.used()?;
        let text = printed(&mut command)?;
        let used = process.used()?.since(before);
        let line = text.lines().find_map(|line| line.strip_prefix("SEEN ")).ok_or_else(|| Fault::new(format!("wrk says: {text}")))?;
        let numbers: Vec<u64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
        let [requests, us, p50, p99, failed] = numbers[..] else { return Err(Fault::new(format!("wrk says: {line}"))) };
        must(failed == 0, format!("{failed} of {requests} calls failed at {port}"))?;
        process.counts(requests, 64); // those in flight at the end are dropped by wrk
        let waits = Waits::Known { p50: Duration::from_micros(p50), p99: Duration::from_micros(p99) };
        Ok(Seen { requests, took: Duration::from_micros(us), used, waits })
    }

    /// One key, over whatever protocol; at a rate, if one is given. Every wait is known.
    pub(crate) fn h2load(&self, more: &[&str], scheme: &str, port: u16, path: &str, rate: Option<u64>, process: &Process) -> Done<Seen> {
        std::fs::create_dir_all(&self.folder).map_err(crate::io)?;
        let log = self.folder.join("waits.log");
        let _ = std::fs::remove_file(&log);
        let mut command = Command::new("h2load");
        command.args(["-t1", "-c", CONNECTIONS, "-D", &self.time.as_secs().max(1).to_string(), "--warm-up-time=1", "-H"]);
        command.arg(format!("authorization: Bearer hcl_{:032}", 1)).args(more).arg("--log-file").arg(&log);
        if let Some(rate) = rate {
            command.args(["--rps", &format!("{:.2}", rate as f64 / 64.0)]);
        }
        command.arg(format!("{scheme}://127.0.0.1:{port}{path}"));
        let (before, begun) = (process.used()?, std::time::Instant::now());
        let text = printed(&mut command)?;
        let (used, took) = (process.used()?.since(before), begun.elapsed());
        must(text.contains(" 0 failed, 0 errored, 0 timeout"), format!("h2load says: {text}"))?;
        let waits = waits(&std::fs::read_to_string(&log).map_err(crate::io)?)?;
        process.counts(waits.all, waits.all + 100_000); // those of the warm-up are not in the log
        // The processor's time covers the warm-up too, whose calls are not in the log.
        let share = self.time.as_secs_f64().max(1.0) / took.as_secs_f64();
        Ok(Seen { requests: waits.all, took: self.time.max(Duration::from_secs(1)), used: used.share(share), waits: Waits::All(waits) })
    }
}

/// A line a call: when, status (0: it was in flight when the time was over), microseconds.
fn waits(log: &str) -> Done<Timing> {
    let (mut all, mut cut_off) = (Vec::new(), 0);
    for line in log.lines() {
        let mut words = line.split('\t').skip(1);
        let (Some(status), Some(us)) = (words.next(), words.next().and_then(|us| us.parse().ok())) else { continue };
        if status == "0" {
            cut_off += 1;
            continue;
        }
        must(status == "200", format!("a call was answered {status}"))?;
        all.push(Duration::from_micros(us));
    }
    must(!all.is_empty() && cut_off <= 64, format!("h2load measured {} calls, {cut_off} without an answer", all.len()))?;
    Ok(Timing::of_waits(all, Duration::from_secs(1)))
}

fn printed(command: &mut Command) -> Done<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let out = command.output().map_err(|error| Fault::new(format!("{name}: {error}; install it")))?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    must(out.status.success(), format!("{name}: {text}{}", String::from_utf8_lossy(&out.stderr)))?;
    Ok(text)
}

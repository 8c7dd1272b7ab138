//! A program that runs beside the bench: what it has used of the processor, what memory it takes. It is gone with its value.

use std::cell::Cell;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use benches::{Done, must};
use words::Fault;

/// Time of processors: of all threads, and of those of a gateway; the others keep the database that it ships into.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) all: Duration,
    pub(crate) gateway: Duration,
}

impl Used {
    pub(crate) fn since(self, before: Self) -> Self {
        Self { all: self.all.saturating_sub(before.all), gateway: self.gateway.saturating_sub(before.gateway) }
    }

    pub(crate) fn share(self, part: f64) -> Self {
        Self { all: self.all.mul_f64(part), gateway: self.gateway.mul_f64(part) }
    }
}

/// A program, and the port it answers at.
pub(crate) struct Process {
    child: Child,
    /// Its port.
    pub(crate) port: u16,
    answered: Cell<u64>,
    unsure: Cell<u64>,
}

impl Process {
    /// Starts it and waits until its port is open.
    pub(crate) fn listening(command: &mut Command, port: u16) -> Done<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().map_err(|error| Fault::new(format!("{name}: {error}; install it")))?;
        let mut process = Self::of(child, port);
        for _ in 0..500 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(process);
            }
            must(process.child.try_wait().map_err(super::io)?.is_none(), format!("{name} has ended"))?;
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(Fault::new(format!("{name} does not listen on {port}")))
    }

    /// One that listens already.
    pub(crate) fn of(child: Child, port: u16) -> Self {
        Self { child, port, answered: Cell::new(0), unsure: Cell::new(0) }
    }

    /// Callers saw so many answers of it; so many more it may have given.
    pub(crate) fn counts(&self, answered: u64, unsure: u64) {
        self.answered.set(self.answered.get() + answered);
        self.unsure.set(self.unsure.get() + unsure);
    }

    /// Answers that callers saw, and how many there can be at most.
    pub(crate) fn answers(&self) -> (u64, u64) {
        (self.answered.get(), self.answered.get() + self.unsure.get())
    }

    /// Time of processors it has used.
    pub(crate) fn used(&self) -> Done<Used> {
        let mut used = Used::default();
        for task in std::fs::read_dir(format!("/proc/{}/task", self.child.id())).map_err(super::io)? {
            // A thread may have ended since.
            let Ok(text) = std::fs::read_to_string(task.map_err(super::io)?.path().join("stat")) else { continue };
            let (name, figures) = text.rsplit_once(')').unwrap_or_default();
            let ticks: u64 = figures.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
            let time = Duration::from_millis(ticks * 10); // 100 ticks a second, on Linux everywhere
            used.all += time;
            used.gateway += if name.contains("(gateway-") { time } else { Duration::ZERO };
        }
        Ok(used)
    }

    /// Resident bytes.
    pub(crate) fn memory(&self) -> Done<u64> {
        self.status("VmRSS:")
    }

    /// The most it ever had.
    pub(crate) fn peak(&self) -> Done<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Done<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(super::io)?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| Fault::new(format!("no {name}")))?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().map_err(Fault::new)?;
        Ok(kibibytes * 1024)
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> Done {
        let status = self.child.wait().map_err(super::io)?;
        must(status.success(), format!("it ended with {status}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

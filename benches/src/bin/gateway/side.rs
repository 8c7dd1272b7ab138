//! The gateway in a process of its own, as the product starts it, told of so many keys by a feed of the bench: only who makes keys is not there.
//!
//! Its calls are shipped into a database in its folder. It does what it is told on its standard input, and says one line for each.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use benches::{Done, Figures, Ground, must, sure, thousands};
use capabilities::{AppLine, CapabilityLine, Change, Environment, KeyLine, Lease, Plan, Proof, SubscriptionLine, VersionLine, VersionState};
use gateway::{Feed, Need, Options, Problems, StoreSide, Teller, Tls};
use hechuang::ground::Ground as Wired;
use hechuang::{config, wiring};
use store::{Db, Hasher, Sealer, verify};
use words::{Bilingual, Fault, Id};

use crate::peers;
use crate::process::Process;

/// First word of the command line that makes the bench this process.
pub(crate) const WORD: &str = "side";

/// The process, as the bench sees it.
pub(crate) struct Side {
    pub(crate) process: Process,
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
    /// From its start until it was ready.
    pub(crate) ready_after: Duration,
    tell: ChildStdin,
    hear: std::cell::RefCell<BufReader<ChildStdout>>,
}

impl Side {
    pub(crate) fn start(ground: &Ground, name: &str, upstream: &str, keys: usize) -> Done<Self> {
        let (certificate, key) = peers::shown(ground);
        let begun = Instant::now();
        let mut command = Command::new(std::env::current_exe().map_err(crate::io)?);
        command.arg(WORD).arg(ground.folder(name)).arg(upstream).arg(keys.to_string()).arg(certificate).arg(key);
        let mut child: Child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(crate::io)?;
        let (Some(tell), Some(hear)) = (child.stdin.take(), child.stdout.take()) else { return Err(Fault::new("a process without ends")) };
        let mut hear = BufReader::new(hear);
        let mut line = String::new();
        hear.read_line(&mut line).map_err(crate::io)?;
        let ready_after = begun.elapsed();
        let ports: Vec<u16> = line.split_whitespace().filter_map(|port| port.parse().ok()).collect();
        let [port, tls_port] = ports[..] else { return Err(Fault::new(format!("the gateway says: {line}"))) };
        crate::settle();
        Ok(Self { process: Process::of(child, port), port, tls_port, ready_after, tell, hear: hear.into() })
    }

    fn say(&self, word: &str) -> Done<String> {
        writeln!(&self.tell, "{word}").map_err(crate::io)?;
        let mut line = String::new();
        self.hear.borrow_mut().read_line(&mut line).map_err(crate::io)?;
        Ok(line.trim().to_owned())
    }

    /// From now on keys change all the time, or no more.
    pub(crate) fn change(&self, on: bool) -> Done {
        self.say(if on { "change" } else { "rest" }).and_then(|heard| must(heard == "yes", heard))
    }

    /// It stops, ships the rest, and what it metered is looked at: every call that was answered, once.
    pub(crate) fn end(self, figures: &mut Figures) -> Done {
        let (answered, most) = self.process.answers();
        let heard = self.say("end")?;
        let metered: u64 = heard.parse().map_err(|_| Fault::new(format!("the gateway says: {heard}")))?;
        must(metered >= answered && metered <= most, format!("{answered} calls were answered, {metered} metered"))?;
        figures.row("every call that was answered is metered once; verify finds nothing", format!("{} calls", thousands(metered as f64)), "");
        self.process.ended()
    }
}

/// Runs the process.
pub(crate) fn run() -> Done {
    let words: Vec<String> = std::env::args().skip(2).collect();
    let [folder, upstream, keys, certificate, key] = &words[..] else { return Err(Fault::new("side FOLDER UPSTREAM KEYS CERTIFICATE KEY")) };
    std::fs::create_dir_all(folder).map_err(crate::io)?;
    let (config, _) = config::load(None, &[("server.data", folder.clone())]).map_err(Fault::new)?;
    let db = Db::open(wiring::options(&config))?;
    wiring::ensure_pack(&db)?;
    db.start_worker()?;
    // A folder may have served before: what was metered then is not of this run.
    let before = billable(&db)?;
    let hasher = Hasher::at(folder.as_ref(), capabilities::HASHER)?;
    let count = keys.parse().map_err(Fault::new)?;
    let feed = Told { hasher: hasher.clone(), upstream: upstream.clone(), keys: count, changed: Arc::default(), changing: Arc::default() };
    let changing = feed.changing.clone();
    let any = "127.0.0.1:0".parse().map_err(Fault::new)?;
    let options = Options {
        listen: any,
        tls: Some(Tls { listen: any, certificate: certificate.into(), key: key.into() }),
        trusted: None,
        workers: 1,
        calls: 10_000,
        folder: std::path::Path::new(folder).join("gateway"),
        hasher,
        sealer: Sealer::at(folder.as_ref(), capabilities::SEALER)?,
        issuer: String::new(),
        problems: Problems::of("http://localhost", |_, key| key.to_owned()),
        reach: words::Reach { private: true },
        house: None,
    };
    let mut gateway = gateway::start(options, Box::new(feed), Box::new(Purse))?;
    gateway.ship(Box::new(StoreSide::<Wired>::new(db.clone(), "bench")))?;
    println!("{} {}", gateway.address().port(), gateway.tls_address().map_or(0, |address| address.port()));
    for line in std::io::stdin().lines() {
        match line.map_err(crate::io)?.as_str() {
            "end" => break,
            word => changing.store(word == "change", Ordering::Relaxed),
        }
        println!("yes");
    }
    gateway.stop();
    println!("{}", metered(&db)? - before);
    Ok(())
}

fn metered(db: &Db) -> Done<i64> {
    let report = sure(db.read(|read| Ok(verify(read, wiring::PARTS)?)))?;
    must(report.is_clean(), format!("verify: {:?}", report.first()))?;
    billable(db)
}

fn billable(db: &Db) -> Done<i64> {
    let sum = "select cast(coalesce(sum(billable), 0) as bigint) as n from metering_rollup";
    sure(db.read(|read| Ok(read.row(sum, &[])?.map_or(Ok(0), |row| row.get("n"))?)))
}

/// A month without end: units for whoever asks.
struct Purse;

impl Teller for Purse {
    fn lease(&mut self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault> {
        let until = words::Instant::from_micros(i64::MAX / 2);
        let lease = |need: &Need| Lease::Units { month: "2026-09".into(), units: need.units, quota: 1_000_000_000, until };
        Ok(needs.iter().map(|need| Some(lease(need))).collect())
    }

    fn take_back(&mut self, _: &Id, _: &str, _: i64) -> Result<(), Fault> {
        Ok(())
    }
}

/// Apps with a key each; while it is changing, one of them is told anew every time it is asked.
struct Told {
    hasher: Hasher,
    upstream: String,
    keys: usize,
    changed: Arc<AtomicI64>,
    changing: Arc<AtomicBool>,
}

impl Feed for Told {
    fn newest(&mut self) -> Result<i64, Fault> {
        let more = i64::from(self.changing.load(Ordering::Relaxed));
        Ok(self.changed.fetch_add(more, Ordering::Relaxed) + more + 1)
    }

    fn since(&mut self, number: i64) -> Result<(i64, Vec<Change>), Fault> {
        let newest = self.changed.load(Ordering::Relaxed) + 1;
        let one = |n: i64| usize::try_from(n).unwrap_or(0) % self.keys + 1;
        Ok((newest, (number..newest).flat_map(|n| [Change::App(app(one(n))), Change::Key(self.key(one(n)))]).collect()))
    }

    fn everything(&mut self, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault> {
        take(vec![Change::Plans { plans: vec![plan()] }, Change::Capability(capability(&self.upstream))]);
        for first in (1..=self.keys).step_by(1_000) {
            let some = first..=(first + 999).min(self.keys);
            take(some.clone().map(|n| Change::App(app(n))).collect());
            take(some.map(|n| Change::Key(self.key(n))).collect());
        }
        Ok(1)
    }
}

impl Told {
    fn key(&self, n: usize) -> KeyLine {
        let hash = self.hasher.hex(format!("hcl_{n:032}").as_bytes());
        KeyLine { hash, id: id("key", n), app: id("app", n), capabilities: Vec::new(), nets: Vec::new(), ends_at: None, revoked: false, proof: Proof::Text }
    }
}

/// An id as the store makes them: of one millisecond, otherwise at random.
fn id(prefix: &str, n: usize) -> Id {
    let random = (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes();
    Id::new(prefix, 1_796_000_000_000, *random.last_chunk().unwrap_or(&[0; 10]))
}

fn app(n: usize) -> AppLine {
    let subscription = SubscriptionLine { id: id("sub", n), capability: "bench".into(), plan: "bench".into() };
    AppLine {
        id: id("app", n),
        environment: Environment::Live,
        open: true,
        plan: None,
        subscriptions: vec![subscription],
        suspended: false,
        limited: false,
        recorded_until: None,
    }
}

fn plan() -> Plan {
    Plan {
        key: "bench".into(),
        name: Bilingual::default(),
        environment: Environment::Live,
        per_second: 100_000,
        burst: 100_000,
        per_month: 1_000_000_000,
        capability: Some("*".into()),
        ..Plan::default()
    }
}

fn capability(upstream: &str) -> CapabilityLine {
    let version = VersionLine {
        id: Id::fixed("ver_bench"),
        major: 1,
        state: VersionState::Live,
        sandbox: upstream.into(),
        live: upstream.into(),
        operations: ["/small", "/large"].map(|path| ("GET".to_owned(), path.to_owned())).to_vec(),
        timeout_ms: 10_000,
        body_limit: 1_000_000,
        durable: false,
        health: None,
        retries: 1,
        routes: Vec::new(),
        rewrites: Vec::new(),
        rules: None,
        sockets: Vec::new(),
        sunset_on: None,
        deprecated_at: None,
    };
    CapabilityLine { id: Id::fixed("cap_bench"), slug: "bench".into(), versions: vec![version] }
}

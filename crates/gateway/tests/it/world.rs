//! A gateway with a feed of the test's own, an upstream that writes down what it gets, and a client that sends exactly what it is told.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capabilities::{AppLine, CapabilityLine, Change, Environment, KeyLine, Lease, Proof, VersionLine, VersionState};
use gateway::{Feed, Gateway, Need, Options, Problems, Taken, Taker, Teller};
use metering::{Entry, LogId, Shipment};
use store::{Hasher, Sealer};
use words::{Fault, Id};

/// What a gateway is told; the test changes it while the gateway follows.
#[derive(Default)]
pub struct Told {
    pub changes: Vec<Change>,
    pub away: bool,
}

pub struct TestFeed(pub Arc<Mutex<Told>>);

impl TestFeed {
    fn told(&self) -> Result<std::sync::MutexGuard<'_, Told>, Fault> {
        let told = self.0.lock().expect("the feed");
        if told.away { Err(Fault::new("away")) } else { Ok(told) }
    }
}

impl Feed for TestFeed {
    fn newest(&mut self) -> Result<i64, Fault> {
        Ok(self.told()?.changes.len() as i64)
    }

    fn since(&mut self, number: i64) -> Result<(i64, Vec<Change>), Fault> {
        let told = self.told()?;
        Ok((told.changes.len() as i64, told.changes[usize::try_from(number).expect("a number")..].to_vec()))
    }

    fn everything(&mut self, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault> {
        let told = self.told()?;
        take(told.changes.clone());
        Ok(told.changes.len() as i64)
    }
}

/// Units of one month for every app, leased out to whoever asks.
#[derive(Default)]
pub struct Purse {
    pub left: i64,
    pub away: bool,
    pub returned: i64,
    /// Not there any more.
    pub gone: Option<Id>,
    /// Who leased.
    pub holders: std::collections::BTreeSet<String>,
}

impl Purse {
    fn lease(&mut self, need: &Need) -> Option<Lease> {
        if self.gone.as_ref() == Some(&need.holder) {
            return None;
        }
        self.holders.insert(need.holder.to_string());
        let units = need.units.min((self.left / 4).max(1)).min(self.left);
        self.left -= units;
        let until = words::Instant::from_micros(i64::MAX / 2);
        Some(if units == 0 { Lease::Dry { quota: 0, until } } else { Lease::Units { month: "2026-09".into(), units, quota: 0, until } })
    }
}

pub struct TestTeller(pub Arc<Mutex<Purse>>);

impl Teller for TestTeller {
    fn lease(&mut self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault> {
        let mut purse = self.0.lock().expect("the purse");
        if purse.away {
            return Err(Fault::new("away"));
        }
        Ok(needs.iter().map(|need| purse.lease(need)).collect())
    }

    fn take_back(&mut self, _: &Id, _: &str, units: i64) -> Result<(), Fault> {
        let mut purse = self.0.lock().expect("the purse");
        (purse.left, purse.returned) = (purse.left + units, purse.returned + units);
        Ok(())
    }
}

/// What was shipped, in order, each entry once.
#[derive(Default)]
pub struct Shelf {
    pub logs: BTreeMap<LogId, (i64, bool)>,
    pub entries: Vec<(LogId, i64, Entry)>,
    pub lost: Vec<(LogId, i64)>,
    pub away: bool,
}

pub struct TestTaker(pub Arc<Mutex<Shelf>>);

impl TestTaker {
    fn shelf(&self) -> Result<std::sync::MutexGuard<'_, Shelf>, Fault> {
        let shelf = self.0.lock().expect("the shelf");
        if shelf.away { Err(Fault::new("away")) } else { Ok(shelf) }
    }
}

impl Taker for TestTaker {
    fn position(&mut self, log: &LogId) -> Result<(i64, bool), Fault> {
        Ok(self.shelf()?.logs.get(log).copied().unwrap_or((1, false)))
    }

    fn take(&mut self, shipment: Arc<Shipment>) -> Result<Taken, Fault> {
        let mut shelf = self.shelf()?;
        let (next, closed) = shelf.logs.get(&shipment.log).copied().unwrap_or((1, false));
        if closed {
            return Ok(Taken::Closed);
        }
        if shipment.first > next {
            return Ok(Taken::Gap(next));
        }
        let numbered = (shipment.first..).zip(&shipment.entries).filter(|(seq, _)| *seq >= next);
        let fresh: Vec<(LogId, i64, Entry)> = numbered.map(|(seq, entry)| (shipment.log.clone(), seq, entry.clone())).collect();
        let next = next + fresh.len() as i64;
        shelf.entries.extend(fresh);
        shelf.logs.insert(shipment.log.clone(), (next, false));
        Ok(Taken::Next(next))
    }

    fn lose(&mut self, log: &LogId, next: i64) -> Result<(), Fault> {
        let mut shelf = self.shelf()?;
        shelf.lost.push((log.clone(), next));
        shelf.logs.insert(log.clone(), (next, false));
        Ok(())
    }

    fn close(&mut self, log: &LogId, last: i64) -> Result<(), Fault> {
        let mut shelf = self.shelf()?;
        assert_eq!(shelf.logs.get(log).map_or(1, |(next, _)| *next), last + 1, "all of it was shipped");
        shelf.logs.insert(log.clone(), (last + 1, true));
        Ok(())
    }
}

/// Certificates for tests: `ca` vouches for `first` and `second` (this machine), `other` (another name) and `expired`.
pub fn certificates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/certificates")
}

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A gateway under test.
pub struct World {
    pub gateway: Option<Gateway>,
    pub told: Arc<Mutex<Told>>,
    pub purse: Arc<Mutex<Purse>>,
    pub shelf: Arc<Mutex<Shelf>>,
    pub hasher: Hasher,
    pub folder: PathBuf,
    /// Does it listen for TLS? What it shows lies in its folder.
    pub secure: bool,
    /// So many calls a thread takes at a time.
    pub calls: usize,
}

pub const KEY: &str = "hcs_00000000111111112222222233333333";
/// Who makes access tokens.
pub const ISSUER: &str = "https://hechuang.example";
pub const LIVE_KEY: &str = "hcl_00000000111111112222222233333333";

impl World {
    /// A gateway that knows `echo` and, at this upstream, `up`; with an app of each environment and a key of each.
    pub fn new(upstream: Option<SocketAddr>) -> Self {
        let mut world = Self::before(upstream.map(|at| format!("http://{at}/base")));
        world.start();
        world
    }

    /// The same, with a door for TLS.
    pub fn secure(upstream: Option<String>) -> Self {
        let mut world = Self::before(upstream);
        world.secure = true;
        world.show("first");
        world.start();
        world
    }

    /// Puts a certificate where the gateway looks for it; the key first, so that the pair fits at its second look at the latest.
    pub fn show(&self, name: &str) {
        for end in ["key", "pem"] {
            std::fs::copy(certificates().join(format!("{name}.{end}")), self.folder.join(format!("shown.{end}"))).expect("a certificate");
        }
    }

    fn before(upstream: Option<String>) -> Self {
        let folder = std::env::temp_dir().join(format!("hechuang_gateway_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst)));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let hasher = Hasher::at(&folder, capabilities::HASHER).expect("a hasher");
        let world = Self { gateway: None, told: Arc::default(), purse: Arc::default(), shelf: Arc::default(), hasher, folder, secure: false, calls: 1_000 };
        let up = upstream.unwrap_or_else(|| "http://127.0.0.1:1".to_owned());
        world.tell(Change::Plans { plans: vec![open(0, 0, 0)] });
        world.tell(Change::Capability(capability("echo", "builtin:echo", ECHO)));
        world.tell(Change::Capability(capability("up", &up, &[("GET", "/x"), ("POST", "/x"), ("GET", "/slow"), ("GET", "/big"), ("GET", "/cut")])));
        world.tell(Change::Capability(capability("durable", "builtin:echo", ECHO)));
        for (app, environment) in [("app_sandbox", Environment::Sandbox), ("app_live", Environment::Live)] {
            world.tell(Change::App(AppLine {
                id: Id::fixed(app),
                environment,
                open: true,
                plan: None,
                subscriptions: subscriptions(&["echo", "up", "young"]),
                suspended: false,
                limited: false,
                recorded_until: None,
            }));
        }
        world.tell(Change::Key(world.key(KEY, "app_sandbox")));
        world.tell(Change::Key(world.key(LIVE_KEY, "app_live")));
        world
    }

    /// What a gateway in this folder is started with.
    pub fn options(&self, folder: PathBuf) -> Options {
        Options {
            listen: "127.0.0.1:0".parse().expect("an address"),
            tls: self.secure.then(|| gateway::Tls {
                listen: "127.0.0.1:0".parse().expect("an address"),
                certificate: self.folder.join("shown.pem"),
                key: self.folder.join("shown.key"),
            }),
            trusted: Some(certificates().join("ca.pem")),
            workers: 2,
            calls: self.calls,
            folder,
            hasher: self.hasher.clone(),
            sealer: self.sealer(),
            issuer: ISSUER.into(),
            problems: Problems::of("http://localhost", |lang, key| format!("{lang:?} {key}")),
            reach: words::Reach { private: true },
            house: None,
        }
    }

    pub fn start(&mut self) {
        let options = self.options(self.folder.join("gateway"));
        let mut gateway = gateway::start(options, Box::new(TestFeed(self.told.clone())), Box::new(TestTeller(self.purse.clone()))).expect("a gateway");
        gateway.ship(Box::new(TestTaker(self.shelf.clone()))).expect("a shipper");
        self.gateway = Some(gateway);
    }

    pub fn tell(&self, change: Change) {
        self.told.lock().expect("the feed").changes.push(change);
    }

    pub fn key(&self, text: &str, app: &str) -> KeyLine {
        let id = Id::fixed(format!("key_{app}"));
        let hash = self.hasher.hex(text.as_bytes());
        KeyLine { hash, id, app: Id::fixed(app), capabilities: Vec::new(), nets: Vec::new(), ends_at: None, revoked: false, proof: Proof::Text }
    }

    pub fn sealer(&self) -> Sealer {
        Sealer::at(&self.folder, capabilities::SEALER).expect("a sealer")
    }

    /// A secret that requests of an app are signed with; they name it `key_sign`.
    pub fn signing(&self, secret: &str, app: &str) -> KeyLine {
        let sealed = self.sealer().seal(secret.as_bytes()).expect("sealed");
        KeyLine { id: Id::fixed("key_sign"), proof: Proof::Signature { secret: hex::encode(sealed) }, ..self.key("key_sign", app) }
    }

    pub fn address(&self) -> SocketAddr {
        self.gateway.as_ref().expect("a gateway").address()
    }

    /// Sends exactly this and reads until the gateway closes or says nothing for a while.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address()).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_millis(700))).expect("a timeout");
        stream.write_all(bytes).expect("sent");
        let mut answer = Vec::new();
        let mut piece = [0; 65_536];
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            answer.extend_from_slice(&piece[..count]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// One request, closed behind it. `head` is `GET /path`.
    pub fn call(&self, head: &str, headers: &[(&str, &str)], body: &str) -> Seen {
        let mut text = format!("{head} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        Seen::of(&self.raw(format!("{text}\r\n{body}").as_bytes()))
    }

    /// The same with the sandbox key.
    pub fn ask(&self, head: &str) -> Seen {
        self.call(head, &[("authorization", &format!("Bearer {KEY}"))], "")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.gateway = None;
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An answer taken apart.
#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Seen {
    pub fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.split_once(": ").filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    }

    pub fn code(&self) -> String {
        serde_json::from_str::<serde_json::Value>(&self.body).map(|body| body["code"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
    }
}

pub const ECHO: &[(&str, &str)] =
    &[("GET", "/anything"), ("POST", "/anything"), ("GET", "/anything/{name}"), ("GET", "/status/{code}"), ("GET", "/delay/{ms}"), ("GET", "/bytes/{count}")];

pub fn capability(slug: &str, upstream: &str, operations: &[(&str, &str)]) -> CapabilityLine {
    let version = VersionLine {
        id: Id::fixed(format!("ver_{slug}")),
        major: 1,
        state: VersionState::Live,
        sandbox: upstream.into(),
        live: upstream.into(),
        operations: operations.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect(),
        timeout_ms: 500,
        body_limit: 100_000,
        durable: slug == "durable",
        health: None,
        retries: 1,
        routes: Vec::new(),
        rewrites: Vec::new(),
        rules: None,
        sockets: Vec::new(),
        sunset_on: None,
        deprecated_at: None,
    };
    CapabilityLine { id: Id::fixed(format!("cap_{slug}")), slug: slug.into(), versions: vec![version] }
}

/// An upstream that writes down every byte it gets and answers what the path asks for.
pub struct Upstream {
    pub address: SocketAddr,
    pub got: Arc<Mutex<Vec<String>>>,
    pub connections: Arc<AtomicU32>,
    /// Does it say so when it is asked for its health?
    pub sick: Arc<AtomicBool>,
}

pub fn upstream() -> Upstream {
    upstream_over(|stream| stream)
}

/// An upstream whose connections are first wrapped in something.
pub fn upstream_over<S: Read + Write>(wrap: impl Fn(TcpStream) -> S + Clone + Send + 'static) -> Upstream {
    let listener = TcpListener::bind("127.0.0.1:0").expect("an upstream");
    let up = Upstream { address: listener.local_addr().expect("an address"), got: Arc::default(), connections: Arc::default(), sick: Arc::default() };
    let (got, connections, sick) = (up.got.clone(), up.connections.clone(), up.sick.clone());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            connections.fetch_add(1, Ordering::SeqCst);
            let (got, wrap, sick) = (got.clone(), wrap.clone(), sick.clone());
            std::thread::spawn(move || serve(wrap(stream), &got, &sick));
        }
    });
    up
}

fn serve(mut stream: impl Read + Write, got: &Mutex<Vec<String>>, sick: &AtomicBool) {
    let mut kept = Vec::new();
    let mut piece = [0; 65_536];
    loop {
        let Some(end) = kept.windows(4).position(|four| four == b"\r\n\r\n") else {
            match stream.read(&mut piece) {
                Ok(count @ 1..) => kept.extend_from_slice(&piece[..count]),
                _ => return,
            }
            continue;
        };
        let head = String::from_utf8_lossy(&kept[..end]).into_owned();
        let lower = head.to_ascii_lowercase();
        kept.drain(..end + 4);
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ").and_then(|len| len.parse::<usize>().ok()));
        let whole = |kept: &Vec<u8>| match length {
            Some(length) => kept.len() >= length,
            None => !lower.contains("transfer-encoding: chunked") || kept.ends_with(b"0\r\n\r\n"),
        };
        while !whole(&kept) {
            match stream.read(&mut piece) {
                Ok(count @ 1..) => kept.extend_from_slice(&piece[..count]),
                _ => return,
            }
        }
        let body = String::from_utf8_lossy(&std::mem::take(&mut kept)).into_owned();
        got.lock().expect("what it got").push(format!("{head}\n\n{body}"));
        let ill = sick.load(Ordering::SeqCst) && head.starts_with("GET /base/healthz");
        if ill && stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n").is_ok() {
            continue;
        }
        if head.starts_with("GET /base/socket") && lower.contains("upgrade: websocket") {
            return echo(stream);
        }
        if !answer(&mut stream, &head) {
            return;
        }
    }
}

/// Agrees to another protocol and says back whatever comes.
fn echo(mut stream: impl Read + Write) {
    let agreed = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    let mut piece = [0; 4_096];
    if stream.write_all(agreed.as_bytes()).is_ok() {
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            if stream.write_all(&piece[..count]).is_err() {
                return;
            }
        }
    }
}

/// Answers what the path asks for; says whether the connection goes on.
fn answer(stream: &mut impl Write, head: &str) -> bool {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let answer: &[u8] = match path {
        "/base/slow" => {
            std::thread::sleep(Duration::from_millis(900));
            b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate"
        }
        "/base/big" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            for _ in 0..32 {
                let _ = stream.write_all(format!("{:x}\r\n{}\r\n", 32_768, "z".repeat(32_768)).as_bytes());
            }
            b"0\r\n\r\n"
        }
        "/base/cut" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nonly this");
            return false;
        }
        "/base/busy" => b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy",
        "/base/x?garbage" => b"garbage\r\n\r\n",
        "/base/x?gone" => return false,
        _ => b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\nkeep-alive: timeout=5\r\nconnection: x-hop\r\nx-hop: 1\r\nx-request-id: theirs\r\nx-own: yes\r\n\r\nok",
    };
    stream.write_all(answer).is_ok() && !path.ends_with("garbage")
}

/// The plan of all subscriptions.
pub fn open(per_second: i64, burst: i64, per_month: i64) -> capabilities::Plan {
    let (key, capability) = ("open".to_owned(), Some("*".to_owned()));
    capabilities::Plan { key, capability, environment: Environment::Live, per_second, burst, per_month, ..capabilities::Plan::default() }
}

/// Subscriptions in force to these capabilities, under that plan.
pub fn subscriptions(slugs: &[&str]) -> Vec<capabilities::SubscriptionLine> {
    slugs.iter().map(|slug| capabilities::SubscriptionLine { id: Id::fixed(format!("case_{slug}")), capability: (*slug).into(), plan: "open".into() }).collect()
}

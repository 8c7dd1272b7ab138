#![doc = include_str!("../README.md")]

mod apart;
mod ask;
mod feed;
mod fields;
mod guess;
mod limit;
mod meter;
mod problem;
mod quota;
mod rates;
mod record;
mod report;
mod route;
mod rules;
mod signed;
mod snapshot;
mod tls;
mod token;
mod trace;
mod upstream;
mod watch;
mod way;
mod web;
mod wire;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use store::{Hasher, Sealer};
use tokio_rustls::TlsAcceptor;
use words::{Fault, Id, Reach};

pub use apart::{Handed, Home, HostOptions, Link, PREFIX, Remote, RemoteMistake, Server, Side, host};
pub use feed::{Feed, StoreSide};
pub use meter::{Taken, Taker};
pub use problem::Problems;
pub use quota::{Need, Teller};
pub use rates::{Balancer, Beside, Demand, Rates, Share};
pub use record::Recorder;
pub use report::{About, Reporter};
pub use tls::{CertificateAt, Tls, inspect};
pub use watch::{Beheld, Watch};
pub use web::{TEMPLATES, routes};

use feed::Follower;
use meter::Meter;
use report::Reporting;
use snapshot::Disk;
use tls::{Certificate, Trust};
use wire::{Doors, Doorstep, Shared};

/// Texts of the refusals.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// What a gateway is started with.
pub struct Options {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it listens for TLS, and what it shows there; nowhere if nothing is said.
    pub tls: Option<Tls>,
    /// Certificates that vouch for upstreams, besides those of the system: a file, PEM.
    pub trusted: Option<PathBuf>,
    /// Threads that answer, each with a runtime of its own; 0: one for each core.
    pub workers: usize,
    /// So many calls a thread takes at a time; the last of them only from plans that come late in the pack.
    pub calls: usize,
    /// Where the last good snapshot lies.
    pub folder: PathBuf,
    /// Keys are looked up by what this makes of them.
    pub hasher: Hasher,
    /// Opens the secrets that requests are signed with, which lie sealed in the snapshot.
    pub sealer: Sealer,
    /// Who makes the access tokens that are believed (`iss`): the address of the site.
    pub issuer: String,
    /// Texts of the refusals.
    pub problems: Problems,
    /// Which addresses may be called.
    pub reach: Reach,
    /// Where the program itself answers what it serves as capabilities (`builtin:…` other than echo); nothing if it does not.
    pub house: Option<House>,
}

/// The program itself as an upstream: what it serves is an ordinary page of the API, for whoever shows the pass.
#[derive(Clone)]
pub struct House {
    /// Where it is found.
    pub address: capabilities::Address,
    /// Bearer text by which it knows its gateways.
    pub pass: String,
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "House({}, …)", self.address.origin())
    }
}

/// A gateway that runs.
pub struct Gateway {
    address: SocketAddr,
    tls_address: Option<SocketAddr>,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    ring: tokio::sync::watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
    meter: Meter,
    reporting: Option<Reporting>,
}

/// Id of the gateway of this folder, the same at every start; made if it has none.
pub fn identity(folder: &Path) -> Result<Id, Fault> {
    meter::identity(&folder.join("meter"))
}

/// Starts a gateway: last good snapshot, then the feed, the log of calls, the listeners. Units of quotas come from the teller.
pub fn start(options: Options, feed: Box<dyn Feed>, teller: Box<dyn Teller>) -> Result<Gateway, Fault> {
    let disk = Disk::at(&options.folder).map_err(Fault::new)?;
    let (follower, current) = Follower::start(feed, disk)?;
    let workers = if options.workers == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { options.workers };
    let listeners = listeners(options.listen, workers)?;
    let address = address_of(&listeners, options.listen)?;
    let (certificate, secure) = doors(options.tls.as_ref(), workers)?;
    let tls_address = secure.first().map(|(listener, _)| listener.local_addr()).transpose().map_err(Fault::new)?;
    let mut meter = Meter::begin(&options.folder.join("meter"))?;
    let (ask, questions) = std::sync::mpsc::channel();
    let shared = Arc::new(Shared {
        current,
        hasher: options.hasher,
        sealer: options.sealer,
        replays: signed::Replays::default(),
        issuer: options.issuer,
        problems: options.problems,
        reach: options.reach,
        house: options.house.map(Doorstep::of),
        most_calls: options.calls,
        certificate,
        trust: Trust::with(options.trusted.as_deref())?,
        hot: std::sync::OnceLock::new(),
        records: std::sync::OnceLock::new(),
        began: std::time::Instant::now(),
    });
    let (stop, (ring, rung)) = (Arc::new(AtomicBool::new(false)), tokio::sync::watch::channel(false));
    let mut threads = Vec::new();
    let mut secure = secure.into_iter();
    for (number, plain) in listeners.into_iter().enumerate() {
        let (shared, rung, ask, lane) = (shared.clone(), rung.clone(), ask.clone(), meter.lane());
        let doors = Doors { plain, tls: secure.next() };
        threads.push(thread(format!("gateway-{number}"), move || wire::work(number, shared, doors, rung, ask, lane))?);
    }
    meter.start()?;
    // It ends, and gives back what is at hand, when the last thread that can ask has ended.
    drop(ask);
    threads.push(thread("gateway-units".into(), move || quota::tell(teller, questions, wire::now_us))?);
    let stopped = stop.clone();
    threads.push(thread("gateway-feed".into(), move || follower.follow(&stopped))?);
    if let Some(certificate) = shared.certificate.clone() {
        let stopped = stop.clone();
        threads.push(thread("gateway-tls".into(), move || certificate.watch(&stopped))?);
    }
    Ok(Gateway { address, tls_address, shared, stop, ring, threads, meter, reporting: None })
}

fn listeners(at: SocketAddr, count: usize) -> Result<Vec<TcpListener>, Fault> {
    wire::listeners(at, count).map_err(|error| Fault::new(format!("{at}: {error}")))
}

fn address_of(listeners: &[TcpListener], wanted: SocketAddr) -> Result<SocketAddr, Fault> {
    listeners.first().map_or(Ok(wanted), TcpListener::local_addr).map_err(Fault::new)
}

/// A door of each thread for TLS.
type Secure = Vec<(TcpListener, TlsAcceptor)>;

fn doors(tls: Option<&Tls>, count: usize) -> Result<(Option<Arc<Certificate>>, Secure), Fault> {
    let Some(tls) = tls else { return Ok((None, Vec::new())) };
    let certificate = Arc::new(Certificate::of(tls)?);
    let acceptor = TlsAcceptor::from(tls::server_config(certificate.clone())?);
    let doors = listeners(tls.listen, count)?.into_iter().map(|listener| (listener, acceptor.clone()));
    Ok((Some(certificate), doors.collect()))
}

fn thread(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    std::thread::Builder::new().name(name).spawn(run).map_err(Fault::new)
}

impl Gateway {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens for TLS, if it does.
    pub fn tls_address(&self) -> Option<SocketAddr> {
        self.tls_address
    }

    /// For whoever looks after it.
    pub fn watch(&self) -> Watch {
        Watch::of(self.shared.clone())
    }

    /// Number of the newest change that is in force.
    pub fn number(&self) -> i64 {
        self.shared.current.newest().number
    }

    /// How many keys it knows.
    pub fn keys(&self) -> usize {
        self.shared.current.newest().keys()
    }

    /// Ships what its log holds to this taker, from now on and until it has stopped.
    pub fn ship(&mut self, taker: Box<dyn Taker>) -> Result<(), Fault> {
        self.meter.ship(taker)
    }

    /// Says to this reporter that it is there, from now on and until it has stopped.
    pub fn report(&mut self, about: About, reporter: Box<dyn Reporter>) -> Result<(), Fault> {
        self.reporting = Some(Reporting::start(self.meter.gateway().clone(), about, self.shared.current.clone(), reporter)?);
        Ok(())
    }

    /// Brings what calls say, where their app records it, to this recorder, from now on.
    pub fn record(&mut self, mut recorder: Box<dyn Recorder>) -> Result<(), Fault> {
        let ((records, waiting), stopped) = (record::line(), self.stop.clone());
        let _ = self.shared.records.set(records);
        self.threads.push(thread("gateway-records".into(), move || record::bring(recorder.as_mut(), &waiting, &stopped))?);
        Ok(())
    }

    /// Holds only the part of each rate that this balancer gives it, from now on.
    pub fn balance(&mut self, mut balancer: Box<dyn Balancer>) -> Result<(), Fault> {
        let (shared, stopped) = (self.shared.clone(), self.stop.clone());
        self.threads.push(thread("gateway-rates".into(), move || {
            let hot = shared.hot.get_or_init(rates::Hot::default);
            loop {
                std::thread::park_timeout(rates::EVERY);
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                // While nobody answers, what was given runs out, and the rates are whole again.
                if let Err(fault) = hot.balance(balancer.as_mut(), shared.clock()) {
                    tracing::debug!(%fault, "rates are not balanced");
                }
            }
        })?);
        Ok(())
    }

    /// Takes no new connections, lets calls in flight end (10 seconds at most), then returns.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.ring.send(true);
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join();
        }
        self.meter.end();
        if let Some(reporting) = self.reporting.take() {
            reporting.end();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.halt();
    }
}

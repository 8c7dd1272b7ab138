//! The wire: listeners, threads, connections. Each thread has a runtime, a pool of upstream connections and a view of the snapshot of its own, without locks.

mod body;
mod call;
mod caller;
mod deliver;
mod echo;
mod forward;
mod line;
mod meter;
mod open;
mod peer;
mod phases;
mod pool;
mod reply;
mod serve;
mod socket;
mod spare;
mod straight;
mod taken;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;
use socket2::{Domain, Protocol, Socket, Type};
use store::{Hasher, Sealer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::LocalOptions;
use tokio::sync::watch;
use tokio::task::spawn_local;
use tokio_rustls::TlsAcceptor;

use crate::House;
use crate::guess::Guesses;
pub(crate) use crate::meter::now_us;
use crate::meter::{Lane, Seed};
use crate::problem::Problems;
use crate::quota::Ask;
use crate::rates::Hot;
use crate::record::Records;
use crate::signed::Replays;
use crate::snapshot::{Current, Seen};
use crate::tls::{Certificate, Trust};
use crate::token::Believed;
use crate::upstream::{Target, keep_probing};
pub(crate) use body::Guarded;
pub(crate) use peer::Peer;
use pool::Pool;
pub(crate) use pool::connect;
use straight::{Dated, Waiting, keep_sweeping};
use words::Reach;

/// A head must be there within this time after its first byte, or after the connection was made.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Largest head of a request.
const HEAD_BYTES: usize = 32 * 1024;
/// Most connections of a thread; more wait in the backlog.
const CONNECTIONS: usize = 10_000;
/// How long calls in flight may go on when the gateway stops.
const DRAIN: Duration = Duration::from_secs(10);

/// What all threads share, unchanging but for the snapshot.
pub(crate) struct Shared {
    pub current: Arc<Current>,
    pub hasher: Hasher,
    /// Opens the secrets that requests are signed with.
    pub sealer: Sealer,
    /// Signatures that were used, by any thread.
    pub replays: Replays,
    /// Who makes the access tokens that are believed.
    pub issuer: String,
    pub problems: Problems,
    pub reach: Reach,
    /// The program itself as an upstream.
    pub house: Option<Doorstep>,
    /// So many calls a thread takes at a time.
    pub most_calls: usize,
    /// What callers are shown over TLS.
    pub certificate: Option<Arc<Certificate>>,
    /// Connections to upstreams over TLS.
    pub trust: Trust,
    /// Rates of which it was asked, once somebody balances them over several gateways.
    pub hot: OnceLock<Hot>,
    /// Where goes what calls say, once somebody keeps it.
    pub records: OnceLock<Records>,
    /// When the clock of the rates began.
    pub began: Instant,
}

/// The program itself as an upstream, and the bearer text by which it knows us.
pub(crate) struct Doorstep {
    pub targets: [Target; 1],
    pub pass: String,
}

impl Doorstep {
    pub(crate) fn of(house: House) -> Self {
        Self { targets: [Target::of(house.address, Arc::default())], pass: house.pass }
    }
}

impl Shared {
    /// Nanoseconds of the gateway's own clock: rates and rests go by it.
    pub(crate) fn clock(&self) -> u64 {
        self.clock_at(Instant::now())
    }

    /// The same, at this moment.
    pub(crate) fn clock_at(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.began).as_nanos()).unwrap_or(u64::MAX / 2)
    }
}

/// What a thread has of its own.
pub(crate) struct Worker {
    pub shared: Arc<Shared>,
    pub seen: RefCell<Seen>,
    /// Connections to upstreams that hyper speaks over.
    pub pool: RefCell<Pool>,
    /// Connections to upstreams of the straight way.
    waiting: RefCell<Waiting>,
    /// The moment that answers bear.
    dated: RefCell<Dated>,
    pub guesses: RefCell<Guesses>,
    /// Access tokens that this thread has believed.
    pub believed: RefCell<Believed>,
    pub random: RefCell<StdRng>,
    pub ask: Ask,
    pub lane: Rc<Lane>,
    open: Cell<usize>,
    /// Calls that were let in and have not ended.
    pub flying: Rc<Cell<usize>>,
}

/// What a thread listens on.
pub(crate) struct Doors {
    pub plain: std::net::TcpListener,
    pub tls: Option<(std::net::TcpListener, TlsAcceptor)>,
}

/// One listening socket a thread; the kernel spreads connections over them.
pub(crate) fn listeners(at: SocketAddr, count: usize) -> std::io::Result<Vec<std::net::TcpListener>> {
    let first = listener(at)?;
    // Port 0 stands for any: the others take the one the first was given.
    let at = first.local_addr()?;
    let mut all = vec![first];
    for _ in 1..count.max(1) {
        all.push(listener(at)?);
    }
    Ok(all)
}

fn listener(at: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&at.into())?;
    socket.listen(4_096)?;
    Ok(socket.into())
}

/// A thread's life.
pub(crate) fn work(number: usize, shared: Arc<Shared>, doors: Doors, stop: watch::Receiver<bool>, ask: Ask, lane: Seed) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build_local(LocalOptions::default()) {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!(%error, "a thread of the gateway has no runtime"),
    };
    let lane = Rc::new(Lane::new(lane));
    let worker = Rc::new(Worker {
        shared,
        seen: RefCell::new(Seen::new()),
        pool: RefCell::default(),
        waiting: RefCell::default(),
        dated: RefCell::default(),
        guesses: RefCell::default(),
        believed: RefCell::default(),
        random: RefCell::new(StdRng::from_rng(&mut rand::rng())),
        ask,
        lane: lane.clone(),
        open: Cell::new(0),
        flying: Rc::default(),
    });
    runtime.block_on(async {
        let (writing, counting) = (lane.clone(), lane.clone());
        spawn_local(async move { writing.keep_writing().await });
        spawn_local(async move { counting.keep_counting().await });
        spawn_local(keep_sweeping(worker.clone()));
        // What one thread finds out of the upstreams, all know.
        if number == 0 {
            spawn_local(keep_probing(worker.clone()));
        }
        accept(worker, doors, stop).await;
    });
    // Calls that are cut off because the runtime ends say so.
    drop(runtime);
    lane.note_refusals(now_us());
    if !lane.write() {
        tracing::error!("what was metered last could not be written down");
    }
}

async fn accept(worker: Rc<Worker>, doors: Doors, mut stop: watch::Receiver<bool>) {
    let secure = doors.tls.map(|(listener, acceptor)| TcpListener::from_std(listener).map(|listener| (listener, acceptor))).transpose();
    let (listener, secure) = match (TcpListener::from_std(doors.plain), secure) {
        (Ok(listener), Ok(secure)) => (listener, secure),
        (Err(error), _) | (_, Err(error)) => return tracing::error!(%error, "a listener of the gateway cannot be used"),
    };
    loop {
        let room = worker.open.get() < CONNECTIONS;
        tokio::select! {
            taken = listener.accept(), if room => take(&worker, taken, None, &stop).await,
            taken = next(secure.as_ref()), if room => take(&worker, taken, secure.as_ref().map(|(_, acceptor)| acceptor.clone()), &stop).await,
            () = tokio::time::sleep(Duration::from_millis(5)), if !room => {}
            _ = stop.changed() => break,
        }
    }
    drop((listener, secure));
    let drained = async {
        while worker.open.get() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(DRAIN, drained).await;
}

/// The next connection at a door that may not be there.
async fn next(door: Option<&(TcpListener, TlsAcceptor)>) -> std::io::Result<(TcpStream, SocketAddr)> {
    match door {
        Some((listener, _)) => listener.accept().await,
        None => std::future::pending().await,
    }
}

async fn take(worker: &Rc<Worker>, taken: std::io::Result<(TcpStream, SocketAddr)>, acceptor: Option<TlsAcceptor>, stop: &watch::Receiver<bool>) {
    // Out of files: wait for connections to end instead of spinning.
    let Ok((stream, from)) = taken else { return tokio::time::sleep(Duration::from_millis(20)).await };
    worker.open.set(worker.open.get() + 1);
    let (worker, stop) = (worker.clone(), stop.clone());
    spawn_local(async move {
        let _ = stream.set_nodelay(true);
        match acceptor {
            Some(acceptor) => serve::tls(&worker, acceptor, stream, Peer::at(from.ip()), stop).await,
            None => serve::plain(&worker, stream, Peer::at(from.ip()), stop).await,
        }
        worker.open.set(worker.open.get() - 1);
    });
}

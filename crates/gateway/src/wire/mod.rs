//! The wire: listeners, threads, connections. Each thread has a runtime, a pool of upstream connections and a view of the snapshot of its own, without locks.

mod body;
mod call;
mod echo;
mod forward;
mod meter;
mod open;
mod pool;
mod reply;

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rand::SeedableRng;
use rand::rngs::StdRng;
use socket2::{Domain, Protocol, Socket, Type};
use store::Hasher;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};

use crate::guess::Guesses;
pub(crate) use crate::meter::now_us;
use crate::meter::{Lane, Seed};
use crate::problem::Problems;
use crate::quota::Ask;
use crate::snapshot::{Current, Seen};
use pool::Pool;
use words::Reach;

/// A head must be there within this time after its first byte, or after the connection was made.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Largest head of a request.
const HEAD_BYTES: usize = 32 * 1024;
/// Most headers of a request.
const HEADERS: usize = 100;
/// Most connections of a thread; more wait in the backlog.
const CONNECTIONS: usize = 10_000;
/// How long calls in flight may go on when the gateway stops.
const DRAIN: Duration = Duration::from_secs(10);

/// What all threads share, unchanging but for the snapshot.
pub(crate) struct Shared {
    pub current: Arc<Current>,
    pub hasher: Hasher,
    pub problems: Problems,
    pub reach: Reach,
    pub house: Option<crate::House>,
    /// When the clock of the rates began.
    pub began: Instant,
}

/// What a thread has of its own.
pub(crate) struct Worker {
    pub shared: Arc<Shared>,
    pub seen: RefCell<Seen>,
    pub pool: RefCell<Pool>,
    pub guesses: RefCell<Guesses>,
    pub random: RefCell<StdRng>,
    pub ask: Ask,
    pub lane: Rc<Lane>,
    open: Cell<usize>,
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
pub(crate) fn work(shared: Arc<Shared>, listener: std::net::TcpListener, stop: watch::Receiver<bool>, ask: Ask, lane: Seed) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!(%error, "a thread of the gateway has no runtime"),
    };
    let lane = Rc::new(Lane::new(lane));
    let worker = Rc::new(Worker {
        shared,
        seen: RefCell::new(Seen::new()),
        pool: RefCell::default(),
        guesses: RefCell::default(),
        random: RefCell::new(StdRng::from_rng(&mut rand::rng())),
        ask,
        lane: lane.clone(),
        open: Cell::new(0),
    });
    LocalSet::new().block_on(&runtime, async {
        let (writing, counting) = (lane.clone(), lane.clone());
        spawn_local(async move { writing.keep_writing().await });
        spawn_local(async move { counting.keep_counting().await });
        accept(worker, listener, stop).await;
    });
    // Calls that were cut off when the runtime ended have said so by now.
    lane.note_refusals(now_us());
    if !lane.write() {
        tracing::error!("what was metered last could not be written down");
    }
}

async fn accept(worker: Rc<Worker>, listener: std::net::TcpListener, mut stop: watch::Receiver<bool>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "a listener of the gateway cannot be used"),
    };
    loop {
        let room = worker.open.get() < CONNECTIONS;
        tokio::select! {
            taken = listener.accept(), if room => match taken {
                Ok((stream, from)) => {
                    worker.open.set(worker.open.get() + 1);
                    spawn_local(serve(worker.clone(), stream, from.ip(), stop.clone()));
                }
                // Out of files: wait for connections to end instead of spinning.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            () = tokio::time::sleep(Duration::from_millis(5)), if !room => {}
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    let drained = async {
        while worker.open.get() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(DRAIN, drained).await;
}

async fn serve(worker: Rc<Worker>, stream: TcpStream, from: IpAddr, mut stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let served = worker.clone();
    let service = service_fn(move |request| call::answer(served.clone(), from, request));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_headers(HEADERS).max_header_size(HEAD_BYTES).half_close(false);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%from, %error, "a connection ended");
    }
    worker.open.set(worker.open.get() - 1);
}

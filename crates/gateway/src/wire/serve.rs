//! Connections of callers: HTTP/1.1 and HTTP/2, plain and over TLS. What is simple takes the straight way, the rest that through hyper; the phases of a call are the same.
//!
//! Invariant: nobody holds a connection without saying anything: the handshake, the first call and the next have their times.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::spawn_local;
use tokio_rustls::TlsAcceptor;

use super::line::Line;
use super::straight::{self, Left};
use super::{HEAD_BYTES, HEAD_TIME, Peer, Worker, call};

/// So long a connection of HTTP/2 may lie idle.
const IDLE: Duration = Duration::from_secs(60);
/// How often a silent peer is asked whether it is there, and how long it may think about it.
const PING: Duration = Duration::from_secs(20);
/// Most calls at a time over one connection of HTTP/2.
const STREAMS: u32 = 128;
/// So much of a body may be on its way before the upstream has taken it: of a call, and of all calls of a connection.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;

/// A connection without TLS.
pub(super) async fn plain(worker: &Rc<Worker>, stream: TcpStream, from: Peer, stop: watch::Receiver<bool>) {
    let from = Rc::new(from);
    match straight::speak(worker, stream, &from, stop.clone()).await {
        Left::Http1(stream, ahead) => speak_http1(worker, Line::behind(ahead, stream), from, stop).await,
        Left::Http2(stream, ahead) => speak_http2(worker, Line::behind(ahead, stream), from, stop).await,
        Left::Ended => {}
    }
}

/// A connection over TLS; what is spoken inside was agreed on in the handshake.
pub(super) async fn tls(worker: &Rc<Worker>, acceptor: TlsAcceptor, stream: TcpStream, from: Peer, mut stop: watch::Receiver<bool>) {
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(HEAD_TIME, acceptor.accept(stream)) => shaken,
        _ = stop.changed() => return,
    };
    let stream = match shaken {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(from = %from.address, %error, "a handshake failed"),
        Err(_) => return tracing::debug!(from = %from.address, "a handshake took too long"),
    };
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let from = Rc::new(from.with(shown.map(AsRef::as_ref), &worker.shared.hasher));
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        return speak_http2(worker, TokioIo::new(stream), from, stop).await;
    }
    match straight::speak(worker, stream, &from, stop.clone()).await {
        // Whoever agreed on HTTP/1.1 and speaks HTTP/2 hears so from hyper.
        Left::Http1(stream, ahead) | Left::Http2(stream, ahead) => speak_http1(worker, Line::behind(ahead, stream), from, stop).await,
        Left::Ended => {}
    }
}

async fn speak_http1(worker: &Rc<Worker>, io: impl Read + Write + Unpin + Send + 'static, from: Rc<Peer>, mut stop: watch::Receiver<bool>) {
    let (served, peer) = (worker.clone(), from.clone());
    let service = service_fn(move |request| call::answer(served.clone(), peer.clone(), request));
    let mut http = http1::Builder::new();
    // At most 100 headers, as hyper has it when nothing is said: saying so makes it clear room for them at each call.
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_header_size(HEAD_BYTES).half_close(false);
    let mut connection = std::pin::pin!(http.serve_connection(io, service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(from = %from.address, %error, "a connection ended");
    }
}

async fn speak_http2(worker: &Rc<Worker>, io: impl Read + Write + Unpin + 'static, from: Rc<Peer>, mut stop: watch::Receiver<bool>) {
    let busy = Rc::new(Busy { calls: Cell::new(0), since: Cell::new(Instant::now()), heard: Cell::new(false) });
    let (served, noted, peer) = (worker.clone(), busy.clone(), from.clone());
    let service = service_fn(move |request| {
        let (served, at, from) = (served.clone(), noted.begin(), peer.clone());
        async move {
            let answer = call::answer(served, from, request).await;
            drop(at);
            answer
        }
    });
    let mut http = http2::Builder::new(OnThread);
    http.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING).max_concurrent_streams(STREAMS);
    http.max_header_list_size(HEAD_BYTES as u32).initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(CONNECTION_WINDOW);
    let mut connection = std::pin::pin!(http.serve_connection(io, service));
    let ended = loop {
        tokio::select! {
            ended = connection.as_mut() => break ended,
            _ = stop.changed() => {
                connection.as_mut().graceful_shutdown();
                break connection.await;
            }
            () = tokio::time::sleep(busy.wait()) => if busy.is_idle() {
                connection.as_mut().graceful_shutdown();
                break connection.await;
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(from = %from.address, %error, "a connection ended");
    }
}

/// What happens on a connection of HTTP/2: its calls, and since when there is none.
struct Busy {
    calls: Cell<usize>,
    since: Cell<Instant>,
    heard: Cell<bool>,
}

impl Busy {
    fn begin(self: &Rc<Self>) -> At {
        self.calls.set(self.calls.get() + 1);
        self.heard.set(true);
        At(self.clone())
    }

    fn limit(&self) -> Duration {
        if self.heard.get() { IDLE } else { HEAD_TIME }
    }

    fn wait(&self) -> Duration {
        if self.calls.get() > 0 { IDLE } else { self.limit().saturating_sub(self.since.get().elapsed()).max(Duration::from_millis(10)) }
    }

    fn is_idle(&self) -> bool {
        self.calls.get() == 0 && self.since.get().elapsed() >= self.limit()
    }
}

/// A call that goes on.
struct At(Rc<Busy>);

impl Drop for At {
    fn drop(&mut self) {
        self.0.calls.set(self.0.calls.get() - 1);
        self.0.since.set(Instant::now());
    }
}

/// Calls of a connection of HTTP/2 run on the thread that took it.
#[derive(Clone, Copy)]
struct OnThread;

impl<F: Future + 'static> hyper::rt::Executor<F> for OnThread {
    fn execute(&self, future: F) {
        spawn_local(async move { drop(future.await) });
    }
}

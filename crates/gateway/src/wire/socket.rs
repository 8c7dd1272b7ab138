//! WebSocket: after the handshake bytes go both ways as they are. The connection counts as one call, from its handshake to its end, with all its bytes.
//!
//! Invariant: only operations that the document marks are passed through; however the connection ends, it is settled once.

use std::cell::Cell;
use std::time::Duration;

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Request, StatusCode, Version as Http};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::task::spawn_local;
use tokio::time::Instant;

use super::open::Open;

/// So long nothing may come from either side; both protocols have pings for whoever wants to stay.
const SILENCE: Duration = Duration::from_secs(300);
/// So long the other side may take to end after one has.
const FAREWELL: Duration = Duration::from_secs(10);
/// Longest wait for the handshake to be through.
const HANDSHAKE: Duration = Duration::from_secs(15);

/// Both ends of a connection that was agreed on.
#[derive(Clone)]
pub(crate) struct Tunnel {
    pub caller: OnUpgrade,
    pub upstream: OnUpgrade,
}

/// Does the caller ask for a WebSocket?
pub(crate) fn is_asked_for<B>(request: &Request<B>) -> bool {
    let has = |name: header::HeaderName, wanted: &str| {
        let said = request.headers().get_all(name);
        said.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(wanted))
    };
    request.version() == Http::HTTP_11 && has(header::UPGRADE, "websocket") && has(header::CONNECTION, "upgrade")
}

/// Says on the next connection what the caller said on its own.
pub(crate) fn ask_for(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// The upstream agreed.
pub(crate) fn is_agreed(status: StatusCode) -> bool {
    status == StatusCode::SWITCHING_PROTOCOLS
}

/// Passes bytes both ways until one side ends, or both are silent.
pub(crate) fn pass(open: Open, tunnel: Tunnel) {
    spawn_local(async move {
        let ends = async { tokio::try_join!(tunnel.caller, tunnel.upstream) };
        let Ok(Ok((caller, upstream))) = tokio::time::timeout(HANDSHAKE, ends).await else { return };
        let line = Line { open, inwards: Cell::new(0), outwards: Cell::new(0), heard: Cell::new(Instant::now()) };
        let (from_caller, to_caller) = split(TokioIo::new(caller));
        let (from_upstream, to_upstream) = split(TokioIo::new(upstream));
        let mut there = std::pin::pin!(line.pump(from_caller, to_upstream, &line.inwards));
        let mut back = std::pin::pin!(line.pump(from_upstream, to_caller, &line.outwards));
        tokio::select! {
            () = there.as_mut() => drop(tokio::time::timeout(FAREWELL, back).await),
            () = back.as_mut() => drop(tokio::time::timeout(FAREWELL, there).await),
            () = line.silence() => {}
        }
    });
}

/// A connection that bytes go over. It is settled when it is dropped, however it ends.
struct Line {
    open: Open,
    inwards: Cell<u64>,
    outwards: Cell<u64>,
    heard: Cell<Instant>,
}

impl Line {
    async fn pump(&self, mut from: ReadHalf<TokioIo<Upgraded>>, mut to: WriteHalf<TokioIo<Upgraded>>, count: &Cell<u64>) {
        let mut piece = vec![0; 8 << 10];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            self.heard.set(Instant::now());
            if to.write_all(&piece[..length]).await.is_err() || to.flush().await.is_err() {
                return;
            }
            count.set(count.get() + length as u64);
        }
        let _ = to.shutdown().await;
    }

    async fn silence(&self) {
        loop {
            let until = self.heard.get() + SILENCE;
            if Instant::now() >= until {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.open.close_line(self.inwards.get(), self.outwards.get());
    }
}

//! Connections to upstreams: how they are made, and those that wait for the next call: first in, first out, skipped while not ready. One pool a thread, so there is no lock.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::client::conn::http1::{self, SendRequest};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::spawn_local;
use tokio_rustls::client::TlsStream;

use super::Worker;
use super::body::Guarded;
use super::line::Line;
use crate::problem::Refusal;
use crate::tls::{Trust, server_name};
use crate::upstream::Target;
use words::Reach;

/// Most waiting connections to one upstream.
pub(super) const WAITING: usize = 256;
/// Longest wait of a connection: shorter than what servers usually allow.
pub(super) const IDLE: Duration = Duration::from_secs(4);
/// Longest wait for a connection to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// A connection to an upstream.
pub(crate) type Sender = SendRequest<Guarded>;

/// Waiting connections by `https://host:port`, each with the moment since when it waits.
#[derive(Default)]
pub(crate) struct Pool {
    waiting: HashMap<Arc<str>, VecDeque<(Sender, Instant)>>,
}

impl Pool {
    /// A connection that can take a call now.
    pub(crate) fn take(&mut self, origin: &str) -> Option<Sender> {
        let waiting = self.waiting.get_mut(origin)?;
        for _ in 0..waiting.len() {
            let (sender, since) = waiting.pop_front()?;
            if sender.is_closed() || since.elapsed() > IDLE {
                continue;
            }
            if sender.is_ready() {
                return Some(sender);
            }
            waiting.push_back((sender, since));
        }
        None
    }

    /// Keeps a connection whose call has its head; it is ready again when the body has gone through.
    pub(crate) fn give_back(&mut self, origin: &Arc<str>, sender: Sender) {
        if let Some(waiting) = self.waiting.get_mut(origin) {
            if waiting.len() < WAITING {
                waiting.push_back((sender, Instant::now()));
            }
        } else {
            self.waiting.insert(origin.clone(), VecDeque::from([(sender, Instant::now())]));
        }
    }
}

/// A connection, over which nothing was said yet.
pub(super) enum Link {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Makes a connection over which hyper speaks.
pub(crate) async fn connect(host: &str, port: u16, reach: Reach, trust: Option<&Trust>) -> Result<Sender, Refusal> {
    let made = tokio::time::timeout(CONNECT, async { speak(reach_out(host, port, reach, trust).await?).await });
    made.await.unwrap_or(Err(Refusal::UpstreamSlow))
}

/// Makes one to a target.
pub(super) async fn connect_to(worker: &Worker, to: &Target, house: bool) -> Result<Sender, Refusal> {
    let (host, port, reach, trust) = whom(worker, to, house);
    connect(host, port, reach, trust).await
}

/// Makes a connection to a target, over which nothing was said yet.
pub(super) async fn link_to(worker: &Worker, to: &Target, house: bool) -> Result<Link, Refusal> {
    let (host, port, reach, trust) = whom(worker, to, house);
    tokio::time::timeout(CONNECT, reach_out(host, port, reach, trust)).await.unwrap_or(Err(Refusal::UpstreamSlow))
}

/// The program itself may lie at a private address; upstreams of others only if the operator allows it.
fn whom<'a>(worker: &'a Worker, to: &'a Target, house: bool) -> (&'a str, u16, Reach, Option<&'a Trust>) {
    let reach = if house { Reach { private: true } } else { worker.shared.reach };
    (&to.address.host, to.address.port, reach, to.address.tls.then_some(&worker.shared.trust))
}

/// What is within reach is asked of the address that is connected to, so a name that changes its mind gains nothing.
async fn reach_out(host: &str, port: u16, reach: Reach, trust: Option<&Trust>) -> Result<Link, Refusal> {
    let stream = TcpStream::connect(addresses(host, port, reach).await?.as_slice()).await.map_err(|_| Refusal::UpstreamFailed)?;
    let _ = stream.set_nodelay(true);
    match trust {
        Some(trust) => shake(trust, host, stream).await.map(|stream| Link::Tls(Box::new(stream))),
        None => Ok(Link::Plain(stream)),
    }
}

/// The handshake: the certificate has to be for this host, vouched for and in its time.
async fn shake(trust: &Trust, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, Refusal> {
    let name = server_name(host).ok_or(Refusal::UpstreamUntrusted)?;
    trust.0.connect(name, stream).await.map_err(|error| {
        tracing::debug!(host, %error, "a handshake with an upstream failed");
        if error.kind() == std::io::ErrorKind::InvalidData { Refusal::UpstreamUntrusted } else { Refusal::UpstreamFailed }
    })
}

async fn speak(link: Link) -> Result<Sender, Refusal> {
    let (sender, connection) = http1::handshake(Line::over(link)).await.map_err(|_| Refusal::UpstreamFailed)?;
    spawn_local(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a connection to an upstream ended");
        }
    });
    Ok(sender)
}

/// All addresses of a host that are within reach; they are tried one after the other.
async fn addresses(host: &str, port: u16, reach: Reach) -> Result<Vec<SocketAddr>, Refusal> {
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => tokio::net::lookup_host((host, port)).await.map_err(|_| Refusal::UpstreamFailed)?.collect(),
    };
    let allowed: Vec<SocketAddr> = found.iter().copied().filter(|address| reach.allows(address.ip())).collect();
    if allowed.is_empty() && !found.is_empty() { Err(Refusal::UpstreamForbidden) } else { Ok(allowed) }
}

impl AsyncRead for Link {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Link {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[std::io::IoSlice<'_>]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

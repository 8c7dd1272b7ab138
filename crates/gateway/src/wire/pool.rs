//! Connections to upstreams that wait for the next call: first in, first out, skipped while not ready. One pool a thread, so there is no lock.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::spawn_local;

use super::body::Guarded;
use super::line::Line;
use crate::problem::Refusal;
use crate::tls::{Trust, server_name};
use words::Reach;

/// Most waiting connections to one upstream.
const WAITING: usize = 256;
/// Longest wait of a connection: shorter than what servers usually allow.
const IDLE: Duration = Duration::from_secs(4);
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

/// Makes a connection. What is within reach is asked of the address that is connected to, so a name that changes its mind gains nothing.
pub(crate) async fn connect(host: &str, port: u16, reach: Reach, trust: Option<&Trust>) -> Result<Sender, Refusal> {
    let made = tokio::time::timeout(CONNECT, async {
        let stream = TcpStream::connect(address(host, port, reach).await?).await.map_err(|_| Refusal::UpstreamFailed)?;
        let _ = stream.set_nodelay(true);
        match trust {
            Some(trust) => speak(TokioIo::new(shake(trust, host, stream).await?)).await,
            None => speak(Line::over(stream)).await,
        }
    });
    made.await.unwrap_or(Err(Refusal::UpstreamSlow))
}

/// The handshake: the certificate has to be for this host, vouched for and in its time.
async fn shake(trust: &Trust, host: &str, stream: TcpStream) -> Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static, Refusal> {
    let name = server_name(host).ok_or(Refusal::UpstreamUntrusted)?;
    trust.0.connect(name, stream).await.map_err(|error| {
        tracing::debug!(host, %error, "a handshake with an upstream failed");
        if error.kind() == std::io::ErrorKind::InvalidData { Refusal::UpstreamUntrusted } else { Refusal::UpstreamFailed }
    })
}

async fn speak(io: impl Read + Write + Unpin + Send + 'static) -> Result<Sender, Refusal> {
    let (sender, connection) = http1::handshake(io).await.map_err(|_| Refusal::UpstreamFailed)?;
    spawn_local(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a connection to an upstream ended");
        }
    });
    Ok(sender)
}

async fn address(host: &str, port: u16, reach: Reach) -> Result<SocketAddr, Refusal> {
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => tokio::net::lookup_host((host, port)).await.map_err(|_| Refusal::UpstreamFailed)?.collect(),
    };
    let allowed = found.iter().find(|address| reach.allows(address.ip()));
    allowed.copied().ok_or(if found.is_empty() { Refusal::UpstreamFailed } else { Refusal::UpstreamForbidden })
}

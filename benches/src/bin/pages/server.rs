//! The program's own router on a socket of loopback, with a watch at the server: from the request until its reply is whole.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use benches::{Client, Crowd, Dice, Done, Timing};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use webkit::App;
use words::Fault;

/// What requests took at the server.
type Watch = Arc<Mutex<Vec<Duration>>>;

/// A server that is timed.
pub(crate) struct Server {
    port: u16,
    watch: Watch,
    _runtime: Runtime,
}

/// How a kind of request went.
pub(crate) struct Asked {
    /// At the server.
    pub(crate) server: Timing,
    /// As the clients saw it.
    pub(crate) client: Timing,
}

impl Server {
    /// Starts it.
    pub(crate) fn start(app: &App) -> Done<Self> {
        let watch = Watch::default();
        let noted = watch.clone();
        let timed = from_fn(move |request: Request, next: Next| {
            let (watch, begun) = (noted.clone(), Instant::now());
            async move {
                let reply = next.run(request).await;
                watch.lock().unwrap_or_else(PoisonError::into_inner).push(begun.elapsed());
                reply
            }
        });
        let runtime = Builder::new_multi_thread().enable_all().build().map_err(Fault::new)?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).map_err(Fault::new)?;
        let port = listener.local_addr().map_err(Fault::new)?.port();
        let service = app.router().layer(timed).into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        Ok(Self { port, watch, _runtime: runtime })
    }

    /// Somebody's connection: `headers` say who they are.
    pub(crate) fn client(&self, headers: &str) -> Done<Client> {
        Client::to(self.port, headers)
    }

    /// A crowd asks, each over a connection of its own; what the server took meanwhile belongs to it.
    pub(crate) fn ask(&self, crowd: Crowd, headers: &str, deed: impl Fn(&mut Client, &mut Dice) -> Done + Sync) -> Done<Asked> {
        self.taken();
        let begun = Instant::now();
        let client = crowd.run_with(|_| self.client(headers), deed)?;
        Ok(Asked { server: Timing::of_waits(self.taken(), begun.elapsed()), client })
    }

    /// What requests took since this was asked last.
    pub(crate) fn taken(&self) -> Vec<Duration> {
        std::mem::take(&mut self.watch.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

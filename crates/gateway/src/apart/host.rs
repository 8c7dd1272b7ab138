//! The server's side of the internal API: who may come in, and where each question goes.
//!
//! Invariant: nothing of a request is read, and no database asked, before its sender has shown that it knows the secret.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::post;
use axum::{Router, http::HeaderMap};
use store::SharedSecret;
use tokio::sync::Semaphore;
use words::Id;

use super::answers::{self, Caller, trouble};
use super::leased::Leased;
use super::{GATEWAY, Handed, PREFIX, SHOWS, Side};
use crate::Rates;
use crate::wire::now_us;

/// Largest question, largest list of demands (ten thousand of them), and largest shipment.
const QUESTION: usize = 64 << 10;
const DEMANDS: usize = 2 << 20;
const SHIPMENT: usize = 8 << 20;
/// Most of what calls said at a time: twenty calls of two bodies and two hundred header lines, and marks.
const RECORDS: usize = 16 << 20;
/// So many gateways get everything at a time: each holds a look at the database meanwhile.
const STREAMS: usize = 4;
/// Whoever is refused is logged at most so often.
const LOGGED_US: i64 = 10_000_000;

/// What answers for a gateway of this id.
type Sides = Arc<dyn Fn(&Id) -> Box<dyn Side> + Send + Sync>;
/// Does the server answer for the host of this request?
type Hosts = Arc<dyn Fn(&HeaderMap) -> bool + Send + Sync>;

/// What the server's side is made of.
pub struct HostOptions {
    /// What a gateway must know.
    pub secret: Arc<SharedSecret>,
    /// What is handed over to it.
    pub handed: Handed,
    /// What answers for a gateway of this id.
    pub sides: Sides,
    /// What it hears of rates from its gateways.
    pub rates: Arc<Rates>,
    /// Does the server answer for the host of this request? Its pages would not, so calls to what it serves would fail.
    pub hosts: Hosts,
}

/// What all answers share.
pub(super) struct Inside {
    pub secret: Arc<SharedSecret>,
    pub handed: Handed,
    pub sides: Sides,
    pub leased: Leased,
    pub rates: Arc<Rates>,
    pub streams: Arc<Semaphore>,
    hosts: Hosts,
    logged_us: AtomicI64,
}

/// Routes of the internal API.
pub fn host(options: HostOptions) -> Router {
    let HostOptions { secret, handed, sides, rates, hosts } = options;
    let streams = Arc::new(Semaphore::new(STREAMS));
    let inside = Arc::new(Inside { secret, handed, sides, leased: Leased::default(), rates, streams, hosts, logged_us: AtomicI64::new(0) });
    let routes = Router::new()
        .route("/hello", post(answers::hello))
        .route("/newest", post(answers::newest))
        .route("/changes", post(answers::changes))
        .route("/everything", post(answers::everything))
        .route("/leases", post(answers::lease))
        .route("/returns", post(answers::take_back))
        .route("/positions", post(answers::position))
        .route("/shipments", post(answers::take).layer(DefaultBodyLimit::max(SHIPMENT)))
        .route("/losses", post(answers::lose))
        .route("/closings", post(answers::close))
        .route("/rates", post(answers::rates).layer(DefaultBodyLimit::max(DEMANDS)))
        .route("/reports", post(answers::report))
        .route("/records", post(answers::record).layer(DefaultBodyLimit::max(RECORDS)))
        .layer(DefaultBodyLimit::max(QUESTION))
        .layer(from_fn_with_state(inside.clone(), door))
        .with_state(inside);
    Router::new().nest(PREFIX, routes)
}

/// Lets in whoever knows the secret, and notes which gateway it is.
async fn door(State(inside): State<Arc<Inside>>, mut request: Request, next: Next) -> Response {
    match inside.admit(request.headers()) {
        Err(refused) => *refused,
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
    }
}

impl Inside {
    fn admit(&self, headers: &HeaderMap) -> Result<Caller, Box<Response>> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        if !self.secret.fits(SHOWS, token) {
            self.log_refused();
            return Err(Box::new(trouble(401, "secret-refused", "the gateway does not know the secret of this server")));
        }
        if !(self.hosts)(headers) {
            return Err(Box::new(trouble(400, "host-unknown", "this server does not answer for that host: name it in server.hosts")));
        }
        let id = Id::parse(header(GATEWAY)).ok().filter(|id| id.as_str().starts_with("gtw_"));
        id.map(Caller).ok_or_else(|| Box::new(trouble(400, "malformed", "no gateway has that id")))
    }

    fn log_refused(&self) {
        let (now, last) = (now_us(), self.logged_us.load(Ordering::Relaxed));
        if now - last > LOGGED_US && self.logged_us.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            tracing::warn!("a gateway that does not know the secret was refused");
        }
    }
}

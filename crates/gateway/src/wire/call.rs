//! One call, from its head to its answer: understand → find the key → find the operation → write down → pass on. Nothing here waits for a database.

use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use capabilities::Environment;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response};

use super::body::{Noted, Out};
use super::meter::{self, Said};
use super::open::Open;
use super::{Worker, echo, forward, now_us, reply};
use crate::ask::{self, Place};
use crate::problem::Refusal;
use crate::route::{Capability, Found};
use crate::snapshot::{App, Key, Root};
use crate::trace::Marks;
use crate::upstream::Targets;

/// Below this the program itself serves what is registered as `builtin:…`.
const SERVED: &str = "/api/v1/served/";

/// Why a call was refused, and which methods would have been allowed.
pub(crate) type Refused = (Refusal, Vec<String>);

/// A call that may be passed on.
pub(crate) struct Admitted {
    pub capability: Arc<Capability>,
    pub major: i64,
    /// Where its operation stands in the version's line.
    pub operation: usize,
    /// Must its end be on the disk before the answer goes out?
    pub durable: bool,
    pub environment: Environment,
    /// Where a live app's subscription stands among its own.
    pub subscription: Option<usize>,
    pub key: Arc<Key>,
    pub app: Arc<App>,
}

/// Answers one call.
pub(crate) async fn answer(worker: Rc<Worker>, from: IpAddr, request: Request<Incoming>) -> Result<Response<Out>, Infallible> {
    let (at, began) = (now_us(), Instant::now());
    if request.uri().path() == "/-/health" {
        return Ok(health(&worker));
    }
    let (marks, fit) = Marks::of(request.headers(), at / 1_000, &mut worker.random.borrow_mut());
    let english = reply::english(request.headers());
    let root = worker.seen.borrow_mut().look(&worker.shared.current).clone();
    let mut whose = None;
    let admitted = match fit {
        true => admit(&worker, &root, &request, from, at, &mut whose),
        false => Err((Refusal::Correlator, Vec::new())),
    };
    let (said, passed) = match admitted {
        Ok(admitted) => {
            let (said, open) = let_in(&worker, &admitted, &marks, at, began).await;
            match open {
                Ok(open) => (said, pass_metered(&worker, request, admitted, from, &marks, open).await),
                Err(refusal) => (said, worker.turn_away(whose.as_ref(), (refusal, Vec::new()))),
            }
        }
        Err(refused) => (Said::default(), worker.turn_away(whose.as_ref(), refused)),
    };
    let mut response = match passed {
        Ok(mut response) => {
            reply::mark(response.headers_mut(), marks);
            response
        }
        Err((refusal, allow)) => reply::refuse(&worker, refusal, english, marks, &allow),
    };
    said.mark(response.headers_mut());
    Ok(response)
}

/// Everything that can be said without the upstream, in the order in which it is told.
fn admit(worker: &Worker, root: &Root, request: &Request<Incoming>, from: IpAddr, at: i64, whose: &mut Option<Arc<Key>>) -> Result<Admitted, Refused> {
    let no = |refusal: Refusal| (refusal, Vec::new());
    ask::check_head(request.version(), request.method(), request.uri(), request.headers()).map_err(no)?;
    let key = whose.insert(find_key(worker, root, request, from, at).map_err(no)?).clone();
    let Place { slug, version, rest } = ask::place(request.uri().path()).ok_or(no(Refusal::CapabilityUnknown))?;
    let app = root.app(key.app.as_str()).ok_or(no(Refusal::AppClosed))?.clone();
    let environment = ask::admit(&key, &app, slug, from, at).map_err(no)?;
    let capability = root.capability(slug).ok_or(no(Refusal::CapabilityUnknown))?.clone();
    let found = capability.version(version).ok_or(no(Refusal::VersionUnknown))?;
    if environment == Environment::Live && !found.line.state.is_live() || found.upstream(environment).is_none() {
        return Err(no(Refusal::NotLive));
    }
    let subscription = match environment {
        Environment::Live => Some(app.subscription(slug).ok_or(no(Refusal::NotSubscribed))?),
        Environment::Sandbox => None,
    };
    let operation = match found.find(request.method().as_str(), rest) {
        Found::Operation(at) => at,
        Found::OtherMethod(methods) => return Err((Refusal::Method, methods)),
        Found::Nothing => return Err(no(Refusal::OperationUnknown)),
    };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|len| len.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|len| len > found.line.body_limit) {
        return Err(no(Refusal::BodyLarge));
    }
    let (major, durable) = (found.line.major, found.line.durable);
    Ok(Admitted { major, operation, durable, environment, subscription, key, app, capability })
}

/// The key of the call; whoever guesses is slowed down.
fn find_key(worker: &Worker, root: &Root, request: &Request<Incoming>, from: IpAddr, at: i64) -> Result<Arc<Key>, Refusal> {
    let text = ask::key_text(request.headers())?;
    if !worker.guesses.borrow().may_try(from, at) {
        return Err(Refusal::Guessing);
    }
    if let Some(key) = root.key(&worker.shared.hasher.hash(text)) {
        return Ok(key.clone());
    }
    if worker.guesses.borrow_mut().wrong(from, at) {
        tracing::warn!(%from, "many wrong keys from one address");
    }
    Err(Refusal::KeyUnknown)
}

/// What the call uses up is taken, and the call written down, before anything of it reaches an upstream.
async fn let_in(worker: &Rc<Worker>, admitted: &Admitted, marks: &Marks, at: i64, began: Instant) -> (Said, Result<Open, Refusal>) {
    if worker.lane.is_failing() {
        return (Said::default(), Err(Refusal::MeterFull));
    }
    let (holder, limits) = admitted.app.held(admitted.subscription);
    // When there is as much as a thread takes, those wait first whose plan promises least.
    if worker.flying.get() >= worker.shared.most_calls * limits.share / 100 {
        return (Said::default(), Err(Refusal::Overloaded));
    }
    let (said, taken) = meter::take(worker, holder, limits).await;
    let open = match taken {
        Ok(()) => Open::admit((&worker.lane, &worker.flying), admitted, marks, at, began).await.map_err(|_| Refusal::MeterFull),
        Err(refusal) => Err(refusal),
    };
    (said, open)
}

impl Worker {
    /// Counts a call of which nothing goes on.
    fn turn_away(&self, whose: Option<&Arc<Key>>, refused: Refused) -> Result<Response<Out>, Refused> {
        self.lane.refuse(whose.map(|key| &key.app), refused.0.code());
        Err(refused)
    }
}

/// Passes the call on; its end is written down before the last byte of whatever answers it leaves.
async fn pass_metered(
    worker: &Rc<Worker>,
    request: Request<Incoming>,
    admitted: Admitted,
    from: IpAddr,
    marks: &Marks,
    open: Open,
) -> Result<Response<Out>, Refused> {
    let head_only = request.method() == Method::HEAD;
    match pass_on(worker, request, admitted, from, marks, &open.noted).await {
        Ok(response) => open.answer(response, head_only).await.map_err(|refusal| (refusal, Vec::new())),
        Err(refused) => {
            open.refuse(refused.0).await;
            Err(refused)
        }
    }
}

async fn pass_on(
    worker: &Rc<Worker>,
    request: Request<Incoming>,
    admitted: Admitted,
    from: IpAddr,
    marks: &Marks,
    noted: &Rc<Noted>,
) -> Result<Response<Out>, Refused> {
    let version = admitted.capability.version(&format!("v{}", admitted.major)).ok_or((Refusal::VersionUnknown, Vec::new()))?;
    let no = |refusal: Refusal| (refusal, Vec::new());
    let mut response = match version.upstream(admitted.environment) {
        Some(Targets::Builtin(name)) if name == "echo" => echo::answer(request, &admitted, version, marks, noted).await.map_err(no)?,
        Some(Targets::Builtin(name)) => {
            let house = worker.shared.house.as_ref().ok_or(no(Refusal::UpstreamFailed))?;
            let base = format!("{SERVED}{name}");
            let way = forward::Way { targets: &house.targets, base: Some(&base), version, pass: Some(&house.pass) };
            forward::forward(worker, request, way, &admitted, from, marks, noted).await.map_err(no)?
        }
        Some(Targets::Http(targets)) => {
            let way = forward::Way { targets, base: None, version, pass: None };
            forward::forward(worker, request, way, &admitted, from, marks, noted).await.map_err(no)?
        }
        None => return Err(no(Refusal::NotLive)),
    };
    reply::mark_version(response.headers_mut(), version);
    Ok(response)
}

/// For whoever watches the gateway: it answers, and this is how far it has followed.
fn health(worker: &Worker) -> Response<Out> {
    let root = worker.seen.borrow_mut().look(&worker.shared.current).clone();
    let body = format!("{{\"ready\":true,\"change\":{}}}\n", root.number);
    let mut response = Response::new(Out::Whole(Some(Bytes::from(body))));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Calls that change nothing may be made again when a waiting connection turns out to be dead.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

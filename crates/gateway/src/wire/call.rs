//! One call, from its head to its answer: understand → find the key → find the operation → write down → pass on. Nothing here waits for a database.

use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use capabilities::Environment;
use http_body::Body;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response};

use super::body::{Guarded, Noted, Out};
use super::caller::{self, Caller};
use super::meter::{self, Said};
use super::open::Open;
use super::socket::{self, Tunnel};
use super::{Worker, echo, forward, now_us, reply};
use crate::ask::{self, Place};
use crate::problem::{Refusal, Refused};
use crate::route::{Capability, Found, Version};
use crate::rules::{self, Mistake};
use crate::signed::Signed;
use crate::snapshot::{App, Key, Root};
use crate::trace::Marks;
use crate::upstream::Targets;

/// Below this the program itself serves what is registered as `builtin:…`.
const SERVED: &str = "/api/v1/served/";

/// A call that may be passed on.
pub(crate) struct Admitted {
    pub capability: Arc<Capability>,
    pub major: i64,
    /// Where its operation stands in the version's line.
    pub operation: usize,
    /// Must its end be on the disk before the answer goes out?
    pub durable: bool,
    /// Largest body.
    pub body_limit: u64,
    /// What is to be done with its body.
    pub body: rules::Ask,
    /// May it become a WebSocket?
    pub socket: bool,
    pub environment: Environment,
    /// Where a live app's subscription stands among its own.
    pub subscription: Option<usize>,
    pub key: Arc<Key>,
    /// The signature that the call came with, if it did.
    pub signed: Option<Box<Signed>>,
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
        false => Err(Refusal::Correlator.into()),
    };
    let (said, passed) = match admitted {
        Ok(admitted) => {
            let noted = Rc::<Noted>::default();
            let mut request = request;
            let caller = (admitted.socket && socket::is_asked_for(&request)).then(|| hyper::upgrade::on(&mut request));
            let request = request.map(|body| Guarded::request(body, admitted.body_limit, noted.clone()));
            let mut said = Said::default();
            match let_in(&worker, request, &admitted, &marks, (at, began), noted, &mut said).await {
                Ok((request, open)) => (said, pass_metered(&worker, request, admitted, from, &marks, open, caller).await),
                Err(refused) => (said, worker.turn_away(whose.as_ref(), refused)),
            }
        }
        Err(refused) => (Said::default(), worker.turn_away(whose.as_ref(), refused)),
    };
    let mut response = match passed {
        Ok(mut response) => {
            reply::mark(response.headers_mut(), marks);
            response
        }
        Err(refused) => reply::refuse(&worker, &refused, english, marks),
    };
    said.mark(response.headers_mut());
    Ok(response)
}

/// Everything that can be said without the upstream, in the order in which it is told.
fn admit(worker: &Worker, root: &Root, request: &Request<Incoming>, from: IpAddr, at: i64, whose: &mut Option<Arc<Key>>) -> Result<Admitted, Refused> {
    ask::check_head(request.version(), request.method(), request.uri(), request.headers())?;
    let Caller { key, signed, granted } = caller::find(worker, root, request, from, at)?;
    let key = whose.insert(key).clone();
    let Place { slug, version, rest } = ask::place(request.uri().path()).ok_or(Refusal::CapabilityUnknown)?;
    let app = root.app(key.app.as_str()).ok_or(Refusal::AppClosed)?.clone();
    let environment = ask::admit(&key, &app, slug, from, at)?;
    caller::may(granted.as_deref(), slug)?;
    let capability = root.capability(slug).ok_or(Refusal::CapabilityUnknown)?.clone();
    let found = capability.version(version).ok_or(Refusal::VersionUnknown)?;
    if environment == Environment::Live && !found.line.state.is_live() || found.upstream(environment).is_none() {
        return Err(Refusal::NotLive.into());
    }
    let subscription = match environment {
        Environment::Live => Some(app.subscription(slug).ok_or(Refusal::NotSubscribed)?),
        Environment::Sandbox => None,
    };
    let operation = match found.find(request.method().as_str(), rest) {
        Found::Operation(at) => at,
        Found::OtherMethod(allow) => return Err(Refused { allow, ..Refusal::Method.into() }),
        Found::Nothing => return Err(Refusal::OperationUnknown.into()),
    };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|len| len.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|len| len > found.line.body_limit) {
        return Err(Refusal::BodyLarge.into());
    }
    let body = check_input(found, operation, rest, request)?;
    let (major, durable, body_limit) = (found.line.major, found.line.durable, found.line.body_limit);
    let socket = found.line.sockets.contains(&operation);
    Ok(Admitted { major, operation, durable, body_limit, body, socket, environment, subscription, key, signed, app, capability })
}

/// Does the call keep to the document of its version, as far as its head tells? What is to be done with its body.
fn check_input(version: &Version, operation: usize, rest: &str, request: &Request<Incoming>) -> Result<rules::Ask, Refused> {
    let Some(checks) = &version.checks else { return Ok(rules::Ask::Nothing) };
    let mistakes = checks.head(operation, rest, request.uri().query(), request.headers());
    if !mistakes.is_empty() {
        return Err(Refused { mistakes, ..Refusal::Input.into() });
    }
    match checks.body(operation, request.headers(), !request.body().is_end_stream()) {
        rules::Ask::Missing => {
            let missing = Mistake { place: "body", pointer: String::new(), code: "missing", limit: None };
            Err(Refused { mistakes: vec![missing], ..Refusal::Input.into() })
        }
        rules::Ask::Kind => Err(Refusal::MediaType.into()),
        ask => Ok(ask),
    }
}

/// What the call uses up is taken, its body looked into, and the call written down, before anything of it reaches an upstream.
async fn let_in(
    worker: &Rc<Worker>,
    request: Request<Guarded>,
    admitted: &Admitted,
    marks: &Marks,
    (at, began): (i64, Instant),
    noted: Rc<Noted>,
    said: &mut Said,
) -> Result<(Request<Guarded>, Open), Refused> {
    if worker.lane.is_failing() {
        return Err(Refusal::MeterFull.into());
    }
    let (holder, limits) = admitted.app.held(admitted.subscription);
    // When there is as much as a thread takes, those wait first whose plan promises least.
    if worker.flying.get() >= worker.shared.most_calls * limits.share / 100 {
        return Err(Refusal::Overloaded.into());
    }
    let rate;
    (*said, rate) = meter::take_rate(worker, holder, limits);
    rate?;
    let request = look_into(request, admitted, &noted).await?;
    caller::use_up(worker, admitted.signed.as_deref())?;
    meter::take_quota(worker, holder, limits, said).await?;
    let open = Open::admit((&worker.lane, &worker.flying), noted, admitted, marks, at, began).await.map_err(|_| Refusal::MeterFull)?;
    Ok((request, open))
}

/// Reads the body of a call whose signature or whose document says what is in it, and looks whether it is.
async fn look_into(request: Request<Guarded>, admitted: &Admitted, noted: &Rc<Noted>) -> Result<Request<Guarded>, Refused> {
    let signed = admitted.signed.as_deref().filter(|signed| signed.is_about_body());
    if signed.is_none() && !matches!(admitted.body, rules::Ask::Look(_)) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let read = Box::pin(Limited::new(body, usize::try_from(rules::LONGEST).unwrap_or(usize::MAX)).collect()).await;
    let bytes = read.map_err(|_| noted.cut.get().unwrap_or(Refusal::BodyLarge))?.to_bytes();
    if !signed.is_none_or(|signed| signed.fits(&bytes)) {
        return Err(Refusal::DigestWrong.into());
    }
    let mistakes = mistakes_of(admitted, &bytes);
    if mistakes.is_empty() { Ok(Request::from_parts(parts, Guarded::whole(bytes, noted.clone()))) } else { Err(Refused { mistakes, ..Refusal::Input.into() }) }
}

fn mistakes_of(admitted: &Admitted, body: &[u8]) -> Vec<Mistake> {
    let rules::Ask::Look(schema) = admitted.body else { return Vec::new() };
    let version = admitted.capability.by_major(admitted.major);
    version.and_then(|version| version.checks.as_ref()).map(|checks| checks.look(schema, body)).unwrap_or_default()
}

impl Worker {
    /// Counts a call of which nothing goes on.
    fn turn_away(&self, whose: Option<&Arc<Key>>, refused: Refused) -> Result<Response<Out>, Refused> {
        self.lane.refuse(whose.map(|key| &key.app), refused.why.code());
        Err(refused)
    }
}

/// Passes the call on; its end is written down before the last byte of whatever answers it leaves.
async fn pass_metered(
    worker: &Rc<Worker>,
    request: Request<Guarded>,
    admitted: Admitted,
    from: IpAddr,
    marks: &Marks,
    open: Open,
    caller: Option<OnUpgrade>,
) -> Result<Response<Out>, Refused> {
    let head_only = request.method() == Method::HEAD;
    match pass_on(worker, request, admitted, from, marks, &open.noted, caller).await {
        Ok(mut response) if socket::is_agreed(response.status()) => {
            let tunnel = response.extensions_mut().remove::<Tunnel>().ok_or(Refusal::UpstreamFailed)?;
            open.open_line(tunnel);
            Ok(response)
        }
        Ok(response) => Ok(open.answer(response, head_only).await?),
        Err(refusal) => {
            Box::pin(open.refuse(refusal)).await;
            Err(refusal.into())
        }
    }
}

async fn pass_on(
    worker: &Rc<Worker>,
    request: Request<Guarded>,
    admitted: Admitted,
    from: IpAddr,
    marks: &Marks,
    noted: &Rc<Noted>,
    caller: Option<OnUpgrade>,
) -> Result<Response<Out>, Refusal> {
    let version = admitted.capability.by_major(admitted.major).ok_or(Refusal::VersionUnknown)?;
    let mut response = match version.upstream(admitted.environment) {
        Some(Targets::Builtin(name)) if name == "echo" => Box::pin(echo::answer(request, &admitted, marks, noted)).await?,
        Some(Targets::Builtin(name)) => {
            let house = worker.shared.house.as_ref().ok_or(Refusal::UpstreamFailed)?;
            let base = format!("{SERVED}{name}");
            let way = forward::Way { targets: &house.targets, base: Some(&base), version, pass: Some(&house.pass), rewrite: None, caller: None };
            forward::forward(worker, request, way, &admitted, from, marks, noted).await?
        }
        Some(Targets::Http(targets)) => {
            let way = forward::Way { targets, base: None, version, pass: None, rewrite: version.ways.rewrite(admitted.operation), caller };
            forward::forward(worker, request, way, &admitted, from, marks, noted).await?
        }
        None => return Err(Refusal::NotLive),
    };
    reply::mark_version(response.headers_mut(), version);
    Ok(response)
}

/// For whoever watches the gateway: it answers, and this is how far it has followed; not ready while it knows nothing at all.
fn health(worker: &Worker) -> Response<Out> {
    let root = worker.seen.borrow_mut().look(&worker.shared.current).clone();
    let ready = root.number > 0;
    let body = format!("{{\"ready\":{ready},\"change\":{}}}\n", root.number);
    let mut response = Response::new(Out::Whole(Some(Bytes::from(body))));
    if !ready {
        *response.status_mut() = hyper::StatusCode::SERVICE_UNAVAILABLE;
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Calls that change nothing may be made again when a waiting connection turns out to be dead.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

//! Passes a call on to its upstream, streaming both ways.
//!
//! Invariant: the request is framed anew by us; nothing that belongs to the caller's connection, and not the key, goes on.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Request, Response, StatusCode, Uri, Version as Http};

use rand::RngExt;
use tokio::time::Instant;
use words::Reach;

use super::body::{Guarded, Noted, Out};
use super::call::Admitted;
use super::pool::{self, Sender};
use super::socket::{self, Tunnel};
use super::spare::Spare;
use super::{Worker, now_us};
use crate::ask;
use crate::problem::Refusal;
use crate::route::Version;
use crate::trace::{CORRELATOR, Marks, REQUEST_ID, TRACEPARENT};
use crate::upstream::{Health, Target, Why, choose};
use crate::way::Rewrite;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const APP: HeaderName = HeaderName::from_static("x-hechuang-app");
const ENVIRONMENT: HeaderName = HeaderName::from_static("x-hechuang-environment");

/// Where a call goes.
pub(crate) struct Way<'a> {
    pub targets: &'a [Target],
    /// Path before that of the call, if it is not that of the target.
    pub base: Option<&'a str>,
    pub version: &'a Version,
    /// The bearer text that the program itself asks for.
    pub pass: Option<&'a str>,
    /// What is changed of the call.
    pub rewrite: Option<&'a Rewrite>,
    /// The caller's end, if it asks for a WebSocket and may have one.
    pub caller: Option<OnUpgrade>,
}

/// Passes a call on and brings the head of the answer back; its body follows by itself.
pub(crate) async fn forward(
    worker: &Rc<Worker>,
    request: Request<Guarded>,
    way: Way<'_>,
    admitted: &Admitted,
    from: IpAddr,
    marks: &Marks,
    noted: &Rc<Noted>,
) -> Result<Response<Out>, Refusal> {
    let asked = request.uri().clone();
    let shut = way.version.ways.shut(&asked, request.headers(), way.targets);
    let outgoing = outgoing(request, &way, admitted, from, marks)?;
    let mut answer = deliver(worker, outgoing, (&asked, shut), &way, noted).await?;
    let agreed = socket::is_agreed(answer.status());
    let upstream = agreed.then(|| hyper::upgrade::on(&mut answer));
    let (mut parts, body) = answer.into_parts();
    ask::strip_hop(&mut parts.headers);
    parts.version = Http::HTTP_11;
    if let Some(upstream) = upstream {
        // Nobody asked for other protocols.
        let caller = way.caller.ok_or(Refusal::UpstreamFailed)?;
        socket::ask_for(&mut parts.headers);
        parts.extensions.insert(Tunnel { caller, upstream });
        return Ok(Response::from_parts(parts, Out::Whole(None)));
    }
    Ok(Response::from_parts(parts, Out::Through(Guarded::response(body))))
}

/// To a target that can be called and is not shut to it; to another one if it fails, as often as the version allows: what was not sent at all, or may be sent twice.
async fn deliver(
    worker: &Rc<Worker>,
    mut request: Request<Guarded>,
    (asked, shut): (&Uri, u32),
    way: &Way<'_>,
    noted: &Noted,
) -> Result<Response<Incoming>, Refusal> {
    let until = Instant::now() + Duration::from_millis(way.version.line.timeout_ms);
    let (mut tried, mut again, mut missed) = (shut, way.version.line.retries, Refusal::UpstreamResting);
    loop {
        let random = |sum| worker.random.borrow_mut().random_range(0..sum);
        let Ok(turn) = choose(way.targets, tried, worker.shared.clock(), random) else { return Err(missed) };
        tried |= 1 << turn.at;
        aim(&mut request, asked, turn.target, way)?;
        let mut spare = Spare::of(&request);
        let ended = tokio::time::timeout_at(until, attempt(worker, turn.target, request, &mut spare, way)).await;
        // What the caller did wrong with its body is not the upstream's fault.
        if let (false, Some(cut)) = (matches!(ended, Ok(Ok(_))), noted.cut.get()) {
            return Err(cut);
        }
        let (now, at) = (worker.shared.clock(), now_us());
        let other = || way.targets.iter().enumerate().any(|(at, target)| tried & (1 << at) == 0 && target.health.may(now).is_ok());
        let may_again = |again: &mut u8, health: &Health| *again > 0 && other() && health.may_again(now) && std::mem::replace(again, *again - 1) > 0;
        let health = turn.target.health.clone();
        (request, missed) = match ended {
            Err(_) if noted.waits.get() => return Err(Refusal::BodySlow),
            Err(_) => {
                turn.bad(Why::Slow, now, at);
                return Err(Refusal::UpstreamSlow);
            }
            Ok(Ok(response)) if !is_trouble(response.status()) => {
                turn.good();
                return Ok(response);
            }
            Ok(Ok(response)) => {
                turn.bad(Why::Status, now, at);
                match spare.filter(|_| may_again(&mut again, &health)).and_then(|spare| spare.request()) {
                    Some(spare) => (spare, Refusal::UpstreamFailed),
                    None => return Ok(response),
                }
            }
            Ok(Err(Missed::Unsent(request, refusal))) => {
                turn.bad(why(refusal, Why::Refused), now, at);
                (*request, refusal)
            }
            Ok(Err(Missed::Lost)) => {
                turn.bad(Why::Broken, now, at);
                let spare = spare.filter(|_| may_again(&mut again, &health)).and_then(|spare| spare.request());
                (spare.ok_or(Refusal::UpstreamFailed)?, Refusal::UpstreamFailed)
            }
        };
    }
}

/// Answers of an upstream that cannot serve at the moment.
fn is_trouble(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

fn why(refusal: Refusal, otherwise: Why) -> Why {
    match refusal {
        Refusal::UpstreamForbidden => Why::Forbidden,
        Refusal::UpstreamUntrusted => Why::Untrusted,
        Refusal::UpstreamSlow => Why::Slow,
        _ => otherwise,
    }
}

/// Aims a request at a target.
fn aim(request: &mut Request<Guarded>, asked: &Uri, at: &Target, way: &Way<'_>) -> Result<(), Refusal> {
    *request.uri_mut() = target(asked, way.base.unwrap_or(&at.address.base), way.rewrite)?;
    request.headers_mut().insert(header::HOST, at.authority.clone());
    Ok(())
}

/// The request as the upstream gets it.
fn outgoing(request: Request<Guarded>, way: &Way<'_>, admitted: &Admitted, from: IpAddr, marks: &Marks) -> Result<Request<Guarded>, Refusal> {
    let (mut parts, body) = request.into_parts();
    parts.version = Http::HTTP_11;
    ask::strip_hop(&mut parts.headers);
    ask::strip_ours(&mut parts.headers);
    if admitted.signed.is_some() {
        ask::strip_signature(&mut parts.headers);
    }
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| Refusal::UpstreamFailed);
    join_cookies(&mut parts.headers);
    if let Some(rewrite) = way.rewrite {
        rewrite.headers(&mut parts.headers);
    }
    parts.headers.insert(FORWARDED_FOR, text(&from.to_string())?);
    parts.headers.insert(APP, text(admitted.key.app.as_str())?);
    parts.headers.insert(ENVIRONMENT, HeaderValue::from_static(admitted.environment.as_str()));
    if let Some(pass) = way.pass {
        parts.headers.insert(header::AUTHORIZATION, text(&format!("Bearer {pass}"))?);
    }
    if way.caller.is_some() {
        socket::ask_for(&mut parts.headers);
    }
    put_marks(&mut parts.headers, marks);
    parts.extensions.clear();
    Ok(Request::from_parts(parts, body))
}

/// HTTP/2 may send cookies in crumbs; HTTP/1.1 knows one line of them (RFC 9113 §8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let mut crumbs = headers.get_all(header::COOKIE).iter();
    let (Some(_), Some(_)) = (crumbs.next(), crumbs.next()) else { return };
    let whole = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b"; "[..]);
    if let Ok(whole) = HeaderValue::from_bytes(&whole) {
        headers.insert(header::COOKIE, whole);
    }
}

fn put_marks(headers: &mut HeaderMap, marks: &Marks) {
    headers.insert(REQUEST_ID, marks.request_id.clone());
    headers.insert(TRACEPARENT, marks.traceparent.clone());
    if let Some(correlator) = &marks.correlator {
        headers.insert(CORRELATOR, correlator.clone());
    }
}

/// The upstream's base, what stands below the version, and the query; encoded as it came.
fn target(uri: &Uri, base: &str, rewrite: Option<&Rewrite>) -> Result<Uri, Refusal> {
    let rest = ask::place(uri.path()).map_or("/", |place| place.rest);
    let changed = rewrite.and_then(|rewrite| rewrite.path(rest));
    let rest = changed.as_deref().unwrap_or(rest);
    let slash = if base.is_empty() && rest.is_empty() { "/" } else { "" };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path: PathAndQuery = format!("{base}{rest}{slash}{query}").parse().map_err(|_| Refusal::Malformed)?;
    Ok(Uri::from(path))
}

/// What became of a request that has no answer.
enum Missed {
    /// Nothing of it was sent.
    Unsent(Box<Request<Guarded>>, Refusal),
    /// It may have arrived.
    Lost,
}

/// Over a waiting connection if there is one; what was never sent over it, or may be sent twice, is sent once more over a new one.
async fn attempt(
    worker: &Rc<Worker>,
    to: &Target,
    mut request: Request<Guarded>,
    spare: &mut Option<Spare>,
    way: &Way<'_>,
) -> Result<Response<Incoming>, Missed> {
    let waiting = worker.pool.borrow_mut().take(&to.origin);
    if let Some(sender) = waiting {
        match send_over(worker, sender, request, to).await {
            Ok(response) => return Ok(response),
            Err(mut error) => request = error.take_message().or_else(|| spare.take()?.request()).ok_or(Missed::Lost)?,
        }
    }
    // The program itself may lie at a private address; upstreams of others only if the operator allows it.
    let reach = if way.pass.is_some() { Reach { private: true } } else { worker.shared.reach };
    let address = &to.address;
    // Boxed: it is rare and large, and what a call may have to wait for is moved with it.
    match Box::pin(pool::connect(&address.host, address.port, reach, address.tls.then_some(&worker.shared.trust))).await {
        Err(refusal) => Err(Missed::Unsent(Box::new(request), refusal)),
        Ok(sender) => send_over(worker, sender, request, to).await.map_err(|mut error| match error.take_message() {
            Some(request) => Missed::Unsent(Box::new(request), Refusal::UpstreamFailed),
            None => Missed::Lost,
        }),
    }
}

async fn send_over(
    worker: &Rc<Worker>,
    mut sender: Sender,
    request: Request<Guarded>,
    to: &Target,
) -> Result<Response<Incoming>, TrySendError<Request<Guarded>>> {
    let response = sender.try_send_request(request).await?;
    worker.pool.borrow_mut().give_back(&to.origin, sender);
    Ok(response)
}

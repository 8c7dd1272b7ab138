//! Passes a call on to its upstream, streaming both ways.
//!
//! Invariant: the request is framed anew by us; nothing that belongs to the caller's connection, and not the key, goes on.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use http_body::Body;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{HeaderMap, Request, Response, StatusCode, Uri, Version as Http};

use words::Reach;

use super::Worker;
use super::body::{Guarded, Noted, Out};
use super::call::{Admitted, is_safe};
use super::pool::{self, Sender};
use crate::ask;
use crate::problem::Refusal;
use crate::route::Version;
use crate::trace::{CORRELATOR, Marks, REQUEST_ID, TRACEPARENT};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const APP: HeaderName = HeaderName::from_static("x-hechuang-app");
const ENVIRONMENT: HeaderName = HeaderName::from_static("x-hechuang-environment");

/// Where a call goes.
pub(crate) struct Target<'a> {
    /// Over TLS?
    pub tls: bool,
    pub host: &'a str,
    pub port: u16,
    pub base: &'a str,
    pub version: &'a Version,
    /// The bearer text that the program itself asks for.
    pub pass: Option<&'a str>,
}

/// Passes a call on and brings the head of the answer back; its body follows by itself.
pub(crate) async fn forward(
    worker: &Rc<Worker>,
    request: Request<Incoming>,
    to: Target<'_>,
    admitted: &Admitted,
    from: IpAddr,
    marks: &Marks,
    noted: &Rc<Noted>,
) -> Result<Response<Out>, Refusal> {
    let authority = authority(&to);
    let outgoing = outgoing(request, &to, &authority, admitted, from, marks, noted.clone())?;
    let wait = Duration::from_millis(to.version.line.timeout_ms);
    let answered = tokio::time::timeout(wait, send(worker, outgoing, &to, &authority)).await;
    let response = match answered {
        Err(_) => return Err(Refusal::UpstreamSlow),
        // What the caller did wrong with its body is not the upstream's fault.
        Ok(Err(refusal)) => return Err(noted.cut.get().unwrap_or(refusal)),
        Ok(Ok(response)) => response,
    };
    let (mut parts, body) = response.into_parts();
    if parts.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Refusal::UpstreamFailed);
    }
    ask::strip_hop(&mut parts.headers);
    parts.version = Http::HTTP_11;
    Ok(Response::from_parts(parts, Out::Through(Guarded::response(body))))
}

/// `host:port`; a port that goes without saying is not said.
fn authority(to: &Target<'_>) -> String {
    match (to.host.contains(':'), to.port == if to.tls { 443 } else { 80 }) {
        (true, true) => format!("[{}]", to.host),
        (true, false) => format!("[{}]:{}", to.host, to.port),
        (false, true) => to.host.to_owned(),
        (false, false) => format!("{}:{}", to.host, to.port),
    }
}

/// The request as the upstream gets it.
fn outgoing(
    request: Request<Incoming>,
    to: &Target<'_>,
    authority: &str,
    admitted: &Admitted,
    from: IpAddr,
    marks: &Marks,
    noted: Rc<Noted>,
) -> Result<Request<Guarded>, Refusal> {
    let (mut parts, body) = request.into_parts();
    parts.uri = target(&parts.uri, to.base)?;
    parts.version = Http::HTTP_11;
    ask::strip_hop(&mut parts.headers);
    ask::strip_ours(&mut parts.headers);
    parts.headers.remove(header::EXPECT);
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| Refusal::UpstreamFailed);
    join_cookies(&mut parts.headers);
    parts.headers.insert(header::HOST, text(authority)?);
    parts.headers.insert(FORWARDED_FOR, text(&from.to_string())?);
    parts.headers.insert(APP, text(admitted.key.app.as_str())?);
    parts.headers.insert(ENVIRONMENT, HeaderValue::from_static(admitted.environment.as_str()));
    if let Some(pass) = to.pass {
        parts.headers.insert(header::AUTHORIZATION, text(&format!("Bearer {pass}"))?);
    }
    put_marks(&mut parts.headers, marks);
    parts.extensions.clear();
    Ok(Request::from_parts(parts, Guarded::request(body, to.version.line.body_limit, noted)))
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
    headers.insert(HeaderName::from_static(REQUEST_ID), marks.request_id.clone());
    headers.insert(HeaderName::from_static(TRACEPARENT), marks.traceparent.clone());
    if let Some(correlator) = &marks.correlator {
        headers.insert(HeaderName::from_static(CORRELATOR), correlator.clone());
    }
}

/// The upstream's base, what stands below the version, and the query; encoded as it came.
fn target(uri: &Uri, base: &str) -> Result<Uri, Refusal> {
    let rest = ask::place(uri.path()).map_or("/", |place| place.rest);
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path: PathAndQuery = format!("{base}{rest}{query}").parse().map_err(|_| Refusal::Malformed)?;
    Ok(Uri::from(path))
}

/// Over a waiting connection if there is one; what was never sent over it, or may be sent twice, is sent once more over a new one.
async fn send(worker: &Rc<Worker>, request: Request<Guarded>, to: &Target<'_>, authority: &str) -> Result<Response<Incoming>, Refusal> {
    let waiting = worker.pool.borrow_mut().take((to.tls, authority));
    let Some(sender) = waiting else { return send_new(worker, request, to, authority).await };
    let spare = spare(&request);
    match send_over(worker, sender, request, (to.tls, authority)).await {
        Ok(response) => Ok(response),
        Err(mut error) => {
            let request = error.take_message().or(spare).ok_or(Refusal::UpstreamFailed)?;
            send_new(worker, request, to, authority).await
        }
    }
}

/// A copy of a request that may be sent twice.
fn spare(request: &Request<Guarded>) -> Option<Request<Guarded>> {
    if !is_safe(request.method()) || !request.body().is_end_stream() {
        return None;
    }
    let mut copy = Request::new(Guarded::empty());
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    Some(copy)
}

async fn send_new(worker: &Rc<Worker>, request: Request<Guarded>, to: &Target<'_>, authority: &str) -> Result<Response<Incoming>, Refusal> {
    // The program itself may lie at a private address; upstreams of others only if the operator allows it.
    let reach = if to.pass.is_some() { Reach { private: true } } else { worker.shared.reach };
    let sender = pool::connect(to.host, to.port, reach, to.tls.then_some(&worker.shared.trust)).await?;
    send_over(worker, sender, request, (to.tls, authority)).await.map_err(|_| Refusal::UpstreamFailed)
}

async fn send_over(
    worker: &Rc<Worker>,
    mut sender: Sender,
    request: Request<Guarded>,
    whither: (bool, &str),
) -> Result<Response<Incoming>, TrySendError<Request<Guarded>>> {
    let response = sender.try_send_request(request).await?;
    worker.pool.borrow_mut().give_back(whither, sender);
    Ok(response)
}

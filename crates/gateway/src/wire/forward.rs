//! Passes a call on that hyper has read, streaming both ways.
//!
//! Invariant: the request is framed anew by us; nothing that belongs to the caller's connection, and not the key, goes on.

use std::rc::Rc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Request, Response, Uri, Version as Http};

use tokio::time::Instant;

use super::body::{Guarded, Noted, Out};
use super::deliver::{Carrier, Late, Missed, Way, deliver, put_target};
use super::phases::Admitted;
use super::pool::{self, Sender};
use super::socket::{self, Tunnel};
use super::spare::Spare;
use super::{Peer, Worker};
use crate::ask;
use crate::problem::Refusal;
use crate::trace::Marks;
use crate::upstream::Target;

pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(super) const APP: HeaderName = HeaderName::from_static("x-hechuang-app");
pub(super) const ENVIRONMENT: HeaderName = HeaderName::from_static("x-hechuang-environment");

/// Passes a call on and brings the head of the answer back; its body follows by itself. `caller` is its end if it asks for a WebSocket and may have one.
#[allow(clippy::too_many_arguments, reason = "the parts of one call")]
pub(super) async fn forward(
    worker: &Rc<Worker>,
    request: Request<Guarded>,
    way: Way<'_>,
    caller: Option<OnUpgrade>,
    admitted: &Admitted,
    from: &Peer,
    marks: &Marks,
    noted: &Rc<Noted>,
) -> Result<Response<Out>, Refusal> {
    let shut = way.version.ways.shut(request.uri().query(), request.headers(), way.targets);
    let asked = request.uri().clone();
    let request = outgoing(request, &way, caller.is_some(), admitted, from, marks)?;
    let mut carrier = Hyper { worker, asked, request: Some(request), spare: None };
    let mut answer = deliver(worker, &mut carrier, shut, &way, noted).await?;
    // What is not chunked and says so otherwise cannot be framed anew.
    if !ask::is_framed(answer.headers()) {
        return Err(Refusal::UpstreamFailed);
    }
    let agreed = socket::is_agreed(answer.status());
    let upstream = agreed.then(|| hyper::upgrade::on(&mut answer));
    let (mut parts, body) = answer.into_parts();
    ask::strip_hop(&mut parts.headers);
    parts.version = Http::HTTP_11;
    if let Some(upstream) = upstream {
        // Nobody asked for other protocols.
        let caller = caller.ok_or(Refusal::UpstreamFailed)?;
        socket::ask_for(&mut parts.headers);
        parts.extensions.insert(Tunnel { caller, upstream });
        return Ok(Response::from_parts(parts, Out::Whole(None)));
    }
    Ok(Response::from_parts(parts, Out::Through(Guarded::response(body))))
}

/// The request as the upstream gets it.
fn outgoing(request: Request<Guarded>, way: &Way<'_>, socket: bool, admitted: &Admitted, from: &Peer, marks: &Marks) -> Result<Request<Guarded>, Refusal> {
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
    parts.headers.insert(FORWARDED_FOR, text(&from.text)?);
    parts.headers.insert(APP, text(admitted.key.app.id().as_str())?);
    parts.headers.insert(ENVIRONMENT, HeaderValue::from_static(admitted.environment.as_str()));
    if let Some(pass) = way.pass {
        parts.headers.insert(header::AUTHORIZATION, text(&format!("Bearer {pass}"))?);
    }
    if socket {
        socket::ask_for(&mut parts.headers);
    }
    super::reply::mark(&mut parts.headers, marks);
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

/// A call on its way through hyper.
struct Hyper<'a> {
    worker: &'a Rc<Worker>,
    /// What the caller asked for.
    asked: Uri,
    request: Option<Request<Guarded>>,
    spare: Option<Spare>,
}

impl Carrier for Hyper<'_> {
    type Answer = Response<Incoming>;

    fn aim(&mut self, to: &Target, way: &Way<'_>) -> Result<(), Refusal> {
        let Some(request) = &mut self.request else { return Err(Refusal::UpstreamFailed) };
        let mut target = Vec::new();
        *request.uri_mut() = self.asked.clone();
        put_target(&mut target, &*request, to, way);
        let path = PathAndQuery::from_maybe_shared(Bytes::from(target)).map_err(|_| Refusal::Malformed)?;
        *request.uri_mut() = Uri::from(path);
        request.headers_mut().insert(header::HOST, to.authority.clone());
        Ok(())
    }

    async fn attempt(&mut self, to: &Target, way: &Way<'_>, until: Instant) -> Result<Result<Response<Incoming>, Missed>, Late> {
        let Some(request) = self.request.take() else { return Ok(Err(Missed::Lost)) };
        self.spare = Spare::of(&request);
        tokio::time::timeout_at(until, self.send(to, request, way)).await.map_err(|_| Late)
    }

    fn status(answer: &Response<Incoming>) -> u16 {
        answer.status().as_u16()
    }

    fn is_kept(&self) -> bool {
        self.spare.is_some()
    }

    fn keep(&mut self) -> bool {
        self.request = self.spare.take().and_then(Spare::request);
        self.request.is_some()
    }
}

impl Hyper<'_> {
    /// Over a waiting connection if there is one; what was never sent over it, or may be sent twice, is sent once more over a new one.
    async fn send(&mut self, to: &Target, mut request: Request<Guarded>, way: &Way<'_>) -> Result<Response<Incoming>, Missed> {
        let waiting = self.worker.pool.borrow_mut().take(&to.origin);
        if let Some(sender) = waiting {
            match self.send_over(sender, request, to).await {
                Ok(response) => return Ok(response),
                Err(mut error) => request = error.take_message().or_else(|| self.spare.take()?.request()).ok_or(Missed::Lost)?,
            }
        }
        // Boxed: it is rare and large, and what a call may have to wait for is moved with it.
        match Box::pin(pool::connect_to(self.worker, to, way.pass.is_some())).await {
            Err(refusal) => {
                self.request = Some(request);
                Err(Missed::Unsent(refusal))
            }
            Ok(sender) => self.send_over(sender, request, to).await.map_err(|mut error| {
                self.request = error.take_message();
                if self.request.is_some() { Missed::Unsent(Refusal::UpstreamFailed) } else { Missed::Lost }
            }),
        }
    }

    async fn send_over(&self, mut sender: Sender, request: Request<Guarded>, to: &Target) -> Result<Response<Incoming>, TrySendError<Request<Guarded>>> {
        let response = sender.try_send_request(request).await?;
        self.worker.pool.borrow_mut().give_back(&to.origin, sender);
        Ok(response)
    }
}

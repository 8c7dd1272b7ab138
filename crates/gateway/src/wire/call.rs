//! One call that hyper has read, from its head to its answer.

use std::convert::Infallible;
use std::rc::Rc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response};

use super::body::{Guarded, Noted, Out};
use super::meter::Said;
use super::open::Open;
use super::phases::{Admitted, Came, Goes, admit, let_in, take_turn, whither};
use super::socket::{self, Tunnel};
use super::taken::Along;
use super::{Peer, Worker, echo, forward, reply};
use crate::problem::{Refusal, Refused};
use crate::rules;
use crate::trace::Marks;

/// Where whoever watches the gateway asks how far it has followed.
pub(super) const HEALTH: &str = "/-/health";

/// Answers one call.
pub(crate) async fn answer(worker: Rc<Worker>, from: Rc<Peer>, request: Request<Incoming>) -> Result<Response<Out>, Infallible> {
    let came = Came::now();
    if request.uri().path() == HEALTH {
        return Ok(health(&worker));
    }
    let (marks, fit) = Marks::of(&request, came.at_us / 1_000, &mut worker.random.borrow_mut());
    let english = reply::english(&request);
    let (mut whose, mut said) = (None, Said::default());
    let admitted = if fit { admit(&worker, &request, &from, came.at_us, &mut whose) } else { Err(Refusal::Correlator.into()) };
    let let_in = match admitted {
        Ok(admitted) => begin(&worker, request, admitted, &marks, came, &mut said).await,
        Err(refused) => Err(refused),
    };
    let passed = match let_in {
        Ok(begun) => pass_metered(&worker, begun, &from, &marks).await,
        Err(refused) => {
            worker.turn_away(whose.as_ref(), refused.why);
            Err(refused)
        }
    };
    let mut response = match passed {
        Ok(mut response) => {
            reply::mark(response.headers_mut(), &marks);
            response
        }
        Err(refused) => reply::refuse(&worker, &refused, english, &marks),
    };
    said.mark(response.headers_mut());
    Ok(response)
}

/// A call that was let in.
struct Begun {
    request: Request<Guarded>,
    admitted: Admitted,
    open: Open,
    /// The caller's end, if it asks for a WebSocket and may have one.
    caller: Option<OnUpgrade>,
}

/// What the call uses up is taken, its body looked into, and the call written down.
async fn begin(worker: &Rc<Worker>, mut request: Request<Incoming>, admitted: Admitted, marks: &Marks, came: Came, said: &mut Said) -> Result<Begun, Refused> {
    take_turn(worker, &admitted, came, said)?;
    let noted = Rc::<Noted>::default();
    let caller = (admitted.socket && socket::is_asked_for(&request)).then(|| hyper::upgrade::on(&mut request));
    if admitted.app.is_recorded(came.at_us)
        && let Some(line) = worker.shared.records.get()
    {
        let along = Along::begin(line.clone(), marks.request_id.clone(), admitted.key.app.id(), &request);
        noted.along.replace(Some(Box::new(along)));
    }
    let request = request.map(|body| Guarded::request(body, admitted.body_limit, noted.clone()));
    let request = look_into(request, &admitted, &noted).await?;
    let open = let_in(worker, &admitted, marks, came, noted, said).await?;
    open.noted.along(Along::let_in);
    Ok(Begun { request, admitted, open, caller })
}

/// Reads the body of a call whose signature or whose document says what is in it, and looks whether it is.
async fn look_into(request: Request<Guarded>, admitted: &Admitted, noted: &Rc<Noted>) -> Result<Request<Guarded>, Refused> {
    if !admitted.asks_for_body() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let read = Box::pin(Limited::new(body, usize::try_from(rules::LONGEST).unwrap_or(usize::MAX)).collect()).await;
    let bytes = read.map_err(|_| noted.cut.get().unwrap_or(Refusal::BodyLarge))?.to_bytes();
    admitted.look_into(&bytes)?;
    Ok(Request::from_parts(parts, Guarded::whole(bytes, noted.clone())))
}

/// Passes the call on; its end is written down before the last byte of whatever answers it leaves.
async fn pass_metered(worker: &Rc<Worker>, begun: Begun, from: &Peer, marks: &Marks) -> Result<Response<Out>, Refused> {
    let Begun { request, admitted, open, caller } = begun;
    let head_only = request.method() == Method::HEAD;
    let passed = pass_on(worker, request, admitted, from, marks, &open.noted, caller).await;
    passed.iter().for_each(|response| open.noted.along(|along| along.answers(response)));
    match passed {
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
    from: &Peer,
    marks: &Marks,
    noted: &Rc<Noted>,
    caller: Option<OnUpgrade>,
) -> Result<Response<Out>, Refusal> {
    let version = admitted.capability.by_major(admitted.major).ok_or(Refusal::VersionUnknown)?;
    let mut response = match whither(worker, version, &admitted)? {
        Goes::Echo => Box::pin(echo::answer(request, &admitted, marks, noted)).await?,
        Goes::On(way) => forward::forward(worker, request, way, caller, &admitted, from, marks, noted).await?,
    };
    reply::mark_version(response.headers_mut(), version);
    Ok(response)
}

/// For whoever watches the gateway: it answers, and this is how far it has followed; not ready while it knows nothing at all.
pub(super) fn health(worker: &Worker) -> Response<Out> {
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
pub(crate) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

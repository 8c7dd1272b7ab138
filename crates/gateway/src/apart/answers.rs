//! What the server answers to a gateway: each question goes to the side of that gateway, on a thread that may block.
//!
//! Invariant: a gateway speaks for itself only; what it sends of another's log is refused.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use capabilities::Lease;
use metering::LogId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use words::{Fault, Id, Trouble as Kind};

use super::everything::{send, stream};
use super::host::Inside;
use super::leased::Turn;
use super::{
    After, Demands, Done, EDITION, Hello, Leases, LogAt, Newest, Position, Records, Returned, Shares, Side, Step, Trouble, Wanted, Wants, Welcome, proves,
};
use crate::Need;
use crate::meter::unpack;

/// Which gateway asks.
#[derive(Clone)]
pub(super) struct Caller(pub Id);

type Inner = State<Arc<Inside>>;
type From = Extension<Caller>;

pub(super) async fn hello(State(inside): Inner, _: From, body: Bytes) -> Response {
    let Ok(hello) = serde_json::from_slice::<Hello>(&body) else { return malformed() };
    if hello.edition != EDITION {
        return trouble(409, "edition", &format!("the gateway speaks edition {}, this server speaks {EDITION}: run the same version on both", hello.edition));
    }
    match inside.handed.seal(&inside.secret) {
        Ok(sealed) => json(200, &Welcome { proof: inside.secret.token(&proves(&hello.question)), handed: hex::encode(sealed) }),
        Err(fault) => broken(&fault),
    }
}

pub(super) async fn newest(State(inside): Inner, from: From) -> Response {
    answer(&inside, from, |side, _| Ok(Newest { number: side.newest()? })).await
}

pub(super) async fn changes(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, _, after: After| {
        let (number, changes) = side.since(after.number)?;
        Ok(Step { number, changes })
    })
    .await
}

pub(super) async fn everything(State(inside): Inner, Extension(Caller(gateway)): From) -> Response {
    let Ok(permit) = inside.streams.clone().try_acquire_owned() else { return busy() };
    let ((pieces, body), mut side) = (stream(), (inside.sides)(&gateway));
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        if let Err(fault) = send(side.as_mut(), pieces) {
            tracing::warn!(%gateway, %fault, "a gateway did not get everything");
        }
    });
    let mut response = Response::new(Body::new(body));
    set_type(&mut response, "application/x-ndjson");
    response
}

pub(super) async fn lease(State(inside): Inner, from: From, body: Bytes) -> Response {
    let Ok(Wants { wants }) = serde_json::from_slice(&body) else { return malformed() };
    let shared = inside.clone();
    let done = run(&inside, from, move |side, gateway| {
        let Some(turn) = shared.leased.begin(gateway) else { return Ok(None) };
        leases(side, &turn, &wants).map(Some)
    });
    match done.await {
        Ok(Some(leases)) => json(200, &Leases { leases }),
        Ok(None) => busy(),
        Err(fault) => broken(&fault),
    }
}

/// Whoever asks with a word that was answered gets that answer; all others are leased to together.
fn leases(side: &mut dyn Side, turn: &Turn<'_>, wants: &[Wanted]) -> Result<Vec<Option<Lease>>, Fault> {
    let known: Vec<Option<Lease>> = wants.iter().map(|want| turn.known(&want.holder, &want.word)).collect();
    let fresh = || wants.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(want, _)| want);
    let needs: Vec<Need> = fresh().map(|want| Need { holder: want.holder.clone(), units: want.units }).collect();
    let leased = if needs.is_empty() { Vec::new() } else { side.lease(&needs)? };
    for (want, lease) in fresh().zip(&leased) {
        if let Some(lease @ Lease::Units { .. }) = lease {
            turn.keep(&want.holder, &want.word, lease);
        }
    }
    let mut leased = leased.into_iter();
    Ok(known.into_iter().map(|known| known.or_else(|| leased.next().flatten())).collect())
}

pub(super) async fn take_back(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, _, back: Returned| side.take_back(&back.holder, &back.month, back.units).map(|()| Done {})).await
}

pub(super) async fn position(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, gateway, at: LogAt| {
        let (next, closed) = side.position(&log(gateway, &at))?;
        Ok(Position { next, closed })
    })
    .await
}

pub(super) async fn take(State(inside): Inner, from: From, body: Bytes) -> Response {
    match unpack(&body) {
        Some(shipment) if shipment.log.gateway == from.0.0 => answer(&inside, from, move |side, _| side.take(Arc::new(shipment))).await,
        _ => malformed(),
    }
}

pub(super) async fn lose(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, gateway, at: LogAt| side.lose(&log(gateway, &at), at.entry).map(|()| Done {})).await
}

pub(super) async fn close(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, gateway, at: LogAt| side.close(&log(gateway, &at), at.entry).map(|()| Done {})).await
}

pub(super) async fn rates(State(inside): Inner, Extension(Caller(gateway)): From, body: Bytes) -> Response {
    match serde_json::from_slice::<Demands>(&body) {
        Ok(asked) => json(200, &Shares { shares: inside.rates.balance(&gateway, &asked.demands) }),
        Err(_) => malformed(),
    }
}

pub(super) async fn report(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, gateway, said: capabilities::GatewayReport| {
        side.report(&capabilities::GatewayReport { id: gateway.clone(), apart: true, ..said }).map(|()| Done {})
    })
    .await
}

pub(super) async fn record(State(inside): Inner, from: From, body: Bytes) -> Response {
    asked(&inside, from, &body, |side, _, said: Records| side.record(&said.records).map(|()| Done {})).await
}

fn log(gateway: &Id, at: &LogAt) -> LogId {
    LogId { gateway: gateway.clone(), epoch: at.epoch, lane: at.lane }
}

/// Answers a question that has a form.
async fn asked<F: DeserializeOwned + Send + 'static, T: Serialize + Send + 'static>(
    inside: &Inside,
    from: From,
    body: &[u8],
    look: impl FnOnce(&mut dyn Side, &Id, F) -> Result<T, Fault> + Send + 'static,
) -> Response {
    match serde_json::from_slice(body) {
        Ok(form) => answer(inside, from, move |side, gateway| look(side, gateway, form)).await,
        Err(_) => malformed(),
    }
}

async fn answer<T: Serialize + Send + 'static>(
    inside: &Inside,
    from: From,
    look: impl FnOnce(&mut dyn Side, &Id) -> Result<T, Fault> + Send + 'static,
) -> Response {
    match run(inside, from, look).await {
        Ok(said) => json(200, &said),
        Err(fault) => broken(&fault),
    }
}

/// On a thread that may block.
async fn run<T: Send + 'static>(
    inside: &Inside,
    Extension(Caller(gateway)): From,
    look: impl FnOnce(&mut dyn Side, &Id) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let mut side = (inside.sides)(&gateway);
    tokio::task::spawn_blocking(move || look(side.as_mut(), &gateway)).await.map_err(Fault::new)?
}

fn json(status: u16, said: &impl Serialize) -> Response {
    let mut response = Response::new(Body::from(serde_json::to_vec(said).unwrap_or_default()));
    *response.status_mut() = status.try_into().unwrap_or_default();
    set_type(&mut response, if status < 400 { "application/json" } else { "application/problem+json" });
    response
}

fn set_type(response: &mut Response, kind: &'static str) {
    response.headers_mut().insert("content-type", axum::http::HeaderValue::from_static(kind));
}

/// Why nothing was done.
pub(super) fn trouble(status: u16, code: &str, detail: &str) -> Response {
    json(status, &Trouble { status, code: code.into(), detail: detail.into() })
}

fn malformed() -> Response {
    trouble(400, "malformed", "that is no question of a gateway")
}

fn busy() -> Response {
    trouble(503, "busy", "ask again in a moment")
}

fn broken(fault: &Fault) -> Response {
    match fault.trouble {
        Kind::Busy => busy(),
        Kind::Away | Kind::Unsure | Kind::Full => trouble(503, "database-away", "the database of the server takes nothing at the moment"),
        Kind::Broken | Kind::Misfit => {
            tracing::error!(%fault, "a gateway could not be answered");
            trouble(500, "broken", "see the log of the server")
        }
    }
}

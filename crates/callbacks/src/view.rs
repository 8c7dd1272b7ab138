//! What the pages and the API show. Secrets are not in it.

use schemars::JsonSchema;
use serde::Serialize;
use words::{Bilingual, Id, Instant};

use crate::Kind;
use crate::endpoint::{Endpoint, EndpointState};
use crate::message::{DeliveryState, TEST};
use crate::sql_delivery::{Attempt, Delivery};

/// A kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindView {
    /// `capability.version_deprecated`.
    pub value: String,
    /// What it is called.
    pub label: Bilingual,
}

impl KindView {
    pub(crate) fn all(kinds: &[Kind]) -> Vec<Self> {
        kinds.iter().map(|kind| Self { value: kind.kind.to_owned(), label: kind.name.clone() }).collect()
    }
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EndpointView {
    /// Id.
    pub id: Id,
    /// Address.
    pub url: String,
    /// What it is for.
    pub about: String,
    /// Kinds it wants; all if none.
    pub kinds: Vec<String>,
    /// Is it sent to?
    pub state: EndpointState,
    /// Why it is paused: `gone` or `silent`; empty if it is not.
    pub reason: String,
    /// The secret before signs too until then.
    pub old_until: Option<Instant>,
    /// Made at.
    pub made_at: Instant,
}

impl EndpointView {
    pub(crate) fn of(endpoint: Endpoint, now: Instant) -> Self {
        let Endpoint { id, url, about, kinds, state, reason, old_until, made_at, .. } = endpoint;
        Self { id, url, about, kinds, state, reason, old_until: old_until.filter(|until| now < *until), made_at }
    }
}

/// An event for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeliveryView {
    /// Id.
    pub id: Id,
    /// Id of the event, as it is sent in `webhook-id`.
    pub event: Id,
    /// Kind of the event.
    pub kind: String,
    /// How far it has got.
    pub state: DeliveryState,
    /// How often it was sent since it was last asked for.
    pub attempts: i64,
    /// When it is sent again, if it waits.
    pub next_at: Option<Instant>,
    /// Made at.
    pub made_at: Instant,
    /// Was it sent to try the endpoint?
    pub test: bool,
}

impl DeliveryView {
    pub(crate) fn of(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id.clone(),
            event: delivery.event.clone(),
            kind: delivery.kind.clone(),
            state: delivery.state,
            attempts: delivery.attempts,
            next_at: (delivery.state == DeliveryState::Waiting).then_some(delivery.next_at),
            made_at: delivery.made_at,
            test: delivery.kind == TEST,
        }
    }
}

/// What came of sending it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AttemptView {
    /// From 1.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// How long it took.
    pub took_ms: i64,
    /// Status of the answer; nothing if there was none.
    pub status: Option<i64>,
    /// The beginning of the answer, or what was in the way.
    pub said: String,
}

impl AttemptView {
    pub(crate) fn of(attempt: Attempt) -> Self {
        let Attempt { number, at, took_ms, status, said } = attempt;
        Self { number, at, took_ms, status, said }
    }
}

//! A delivery is taken to be sent, and what came of it is written down.
//!
//! Tells `EndpointPaused`. Invariant: one process has it at a time, for as long as sending may take; whoever dies over it leaves it to the next.

use store::{Read, Tx};
use words::{Acting, Fault, Id, Instant};

use crate::endpoint::{Endpoint, EndpointState};
use crate::message::DeliveryState;
use crate::net::Answered;
use crate::retry::{Next, Why, after};
use crate::sql_delivery::{Attempt, Due};
use crate::told::EndpointPaused;
use crate::{sql, sql_delivery};

/// Longer than sending may take.
const LEASE_S: i64 = 60;

/// Ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub delivery: Id,
    pub url: String,
    pub body: String,
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub at_s: i64,
    /// `webhook-signature`.
    pub signature: String,
}

/// Takes a due delivery; nothing if another has it or nothing is to be sent any more.
pub(crate) fn take(tx: &mut Tx, due: &Due) -> Result<Option<Parcel>, Fault> {
    let now = tx.now();
    let Some(endpoint) = sql::endpoint(tx, &due.endpoint)?.filter(|endpoint| endpoint.state == EndpointState::On) else { return Ok(None) };
    if !sql_delivery::delivery_lease(tx, due, now.plus_seconds(LEASE_S))? {
        return Ok(None);
    }
    parcel(tx, &endpoint, &due.id, now)
}

fn parcel(read: &Read, endpoint: &Endpoint, delivery: &Id, now: Instant) -> Result<Option<Parcel>, Fault> {
    let Some(delivery) = sql_delivery::delivery(read, delivery)? else { return Ok(None) };
    let (id, at_s) = (delivery.event.to_string(), now.micros().div_euclid(1_000_000));
    let signatures: Vec<String> = sql::secrets(read, &endpoint.id, now)?.iter().map(|secret| secret.sign(&id, at_s, &delivery.body)).collect();
    Ok(Some(Parcel { delivery: delivery.id, url: endpoint.url.clone(), body: delivery.body, id, at_s, signature: signatures.join(" ") }))
}

/// Writes down what came of it.
pub(crate) fn note(tx: &mut Tx, id: &Id, answered: &Answered) -> Result<(), Fault> {
    let Some(delivery) = sql_delivery::delivery(tx, id)?.filter(|delivery| delivery.state == DeliveryState::Waiting) else { return Ok(()) };
    let (now, number) = (tx.now(), sql_delivery::attempts_of(tx, id)?.first().map_or(1, |last| last.number + 1));
    let status = answered.status.map(i64::from);
    sql_delivery::attempt_insert(tx, id, &Attempt { number, at: now, took_ms: answered.took_ms, status, said: answered.said.clone() })?;
    let attempts = delivery.attempts + 1;
    match after(attempts, answered.status, tx.random()[0]) {
        Next::Taken => sql_delivery::delivery_put(tx, id, DeliveryState::Delivered, attempts, now),
        Next::Again(seconds) => sql_delivery::delivery_put(tx, id, DeliveryState::Waiting, attempts, now.plus_seconds(seconds)),
        Next::Pause(why) => {
            sql_delivery::delivery_put(tx, id, DeliveryState::Failed, attempts, now)?;
            pause(tx, &delivery.endpoint, why)
        }
    }
}

fn pause(tx: &mut Tx, endpoint: &Id, why: Why) -> Result<(), Fault> {
    let Some(endpoint) = sql::endpoint(tx, endpoint)?.filter(|endpoint| endpoint.state == EndpointState::On) else { return Ok(()) };
    let reason = why.as_str().to_owned();
    let paused = Endpoint { state: EndpointState::Paused, reason: reason.clone(), ..endpoint };
    sql::endpoint_write(tx, &paused)?;
    sql_delivery::deliveries_give_up(tx, &paused.id)?;
    tx.tell(&Acting::system("courier"), &EndpointPaused { endpoint: paused.id, owner: paused.owner, reason }).map(drop)
}

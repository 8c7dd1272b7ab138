//! Its owner has a delivery sent again, or all that failed within a week.
//!
//! Invariant: it is the same event with the same `webhook-id`.

use store::{Read, Tx};
use words::{Acting, Failure, Id, Outcome};

use crate::endpoint::{Endpoint, EndpointState};
use crate::message::DeliveryState;
use crate::ops;
use crate::refusal::EndpointRefusal;
use crate::sql_delivery::{self as sql, Delivery};

const WEEK_S: i64 = 7 * 86_400;

/// Sends one again.
pub fn resend(tx: &mut Tx, who: &Acting, delivery: &Id) -> Outcome<(), EndpointRefusal> {
    let delivery = sql::delivery(tx, delivery)?.ok_or(Failure::Absent)?;
    on(tx, who, &delivery.endpoint)?;
    if delivery.state == DeliveryState::Waiting {
        return Err(EndpointRefusal::Waiting.into());
    }
    Ok(again(tx, &delivery)?)
}

/// Sends what failed within a week again, at most 200 at a time; returns how many.
pub fn resend_failed(tx: &mut Tx, who: &Acting, endpoint: &Id) -> Outcome<usize, EndpointRefusal> {
    let endpoint = on(tx, who, endpoint)?;
    let failed = sql::failed_since(tx, &endpoint.id, tx.now().plus_seconds(-WEEK_S))?;
    for id in &failed {
        let delivery = sql::delivery(tx, id)?.ok_or(Failure::Absent)?;
        again(tx, &delivery)?;
    }
    Ok(failed.len())
}

fn on(read: &Read, who: &Acting, id: &Id) -> Outcome<Endpoint, EndpointRefusal> {
    let endpoint = ops::own(read, who, id)?;
    if endpoint.state == EndpointState::On { Ok(endpoint) } else { Err(EndpointRefusal::NotOn.into()) }
}

/// Attempts are numbered on, but the ten of the schedule begin anew: see `carry_delivery`.
fn again(tx: &mut Tx, delivery: &Delivery) -> Result<(), words::Fault> {
    let now = tx.now();
    sql::delivery_put(tx, &delivery.id, DeliveryState::Waiting, 0, now)
}

//! Its owner tries an endpoint: an event of the kind `callbacks.test` for it alone.

use serde_json::json;
use store::Tx;
use words::{Acting, Id, Outcome};

use crate::endpoint::EndpointState;
use crate::message::{Message, TEST};
use crate::ops::publish::keep;
use crate::refusal::EndpointRefusal;
use crate::{ops, sql_delivery};

/// Sends it; returns the delivery.
pub fn send_test(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Id, EndpointRefusal> {
    let endpoint = ops::own(tx, who, id)?;
    if endpoint.state != EndpointState::On {
        return Err(EndpointRefusal::NotOn.into());
    }
    let (event, at) = (tx.id("evt"), tx.now());
    let subject = endpoint.id.to_string();
    let message = Message { id: event, owner: endpoint.owner, kind: TEST.into(), subject, at, data: json!({ "hello": "world" }) };
    keep(tx, &message)?;
    Ok(sql_delivery::delivery_insert(tx, &endpoint.id, &message.id)?)
}

//! Its owner switches an endpoint on or off, or takes it away.
//!
//! Tells `EndpointSwitched`. Invariant: what waits for one that is off waits; what waits for one that is taken away has failed.

use store::Tx;
use words::{Acting, Id, Never, Outcome};

use crate::endpoint::{Endpoint, EndpointState};
use crate::told::EndpointSwitched;
use crate::{ops, sql, sql_delivery};

/// On (also when it was paused) or off.
pub fn switch_endpoint(tx: &mut Tx, who: &Acting, id: &Id, on: bool) -> Outcome<Endpoint, Never> {
    put(tx, who, id, if on { EndpointState::On } else { EndpointState::Off })
}

/// Takes it away.
pub fn remove_endpoint(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Endpoint, Never> {
    sql_delivery::deliveries_give_up(tx, &ops::own::<Never>(tx, who, id)?.id)?;
    put(tx, who, id, EndpointState::Removed)
}

/// Takes away all endpoints of a person who is gone.
pub fn remove_endpoints_of(tx: &mut Tx, who: &Acting, owner: &Id) -> Outcome<(), Never> {
    for endpoint in sql::endpoints_of(tx, owner)? {
        sql_delivery::deliveries_give_up(tx, &endpoint.id)?;
        write(tx, who, endpoint, EndpointState::Removed)?;
    }
    Ok(())
}

fn put(tx: &mut Tx, who: &Acting, id: &Id, state: EndpointState) -> Outcome<Endpoint, Never> {
    let endpoint = ops::own(tx, who, id)?;
    if endpoint.state == state { Ok(endpoint) } else { write(tx, who, endpoint, state) }
}

fn write(tx: &mut Tx, who: &Acting, endpoint: Endpoint, state: EndpointState) -> Outcome<Endpoint, Never> {
    let endpoint = Endpoint { state, reason: String::new(), ..endpoint };
    sql::endpoint_write(tx, &endpoint)?;
    tx.tell(who, &EndpointSwitched { endpoint: endpoint.id.clone(), state: state.as_str().into() })?;
    Ok(endpoint)
}

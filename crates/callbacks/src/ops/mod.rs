//! The use cases, one a file.

use store::Read;
use words::{Acting, Failure, Id, Outcome};

use crate::endpoint::{Endpoint, EndpointState};
use crate::sql;

pub(crate) mod add_endpoint;
pub(crate) mod carry_delivery;
pub(crate) mod change_endpoint;
pub(crate) mod publish;
pub(crate) mod resend;
pub(crate) mod roll_secret;
pub(crate) mod send_test;
pub(crate) mod sweep;
pub(crate) mod switch_endpoint;

/// One's own endpoint that was not taken away; anybody else's does not exist.
pub(crate) fn own<R>(read: &Read, who: &Acting, id: &Id) -> Outcome<Endpoint, R> {
    let endpoint = sql::endpoint(read, id)?.filter(|endpoint| endpoint.owner == who.person && endpoint.state != EndpointState::Removed);
    endpoint.ok_or(Failure::Absent)
}

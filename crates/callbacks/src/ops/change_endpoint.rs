//! Its owner changes the address, what it is for, or which kinds it wants.
//!
//! Tells `EndpointChanged`. Invariant: what waits goes to the new address.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::endpoint::{Endpoint, EndpointDraft};
use crate::refusal::EndpointRefusal;
use crate::told::EndpointChanged;
use crate::{Rules, ops, sql};

/// Changes it; to what it is already changes nothing.
pub fn change_endpoint(tx: &mut Tx, who: &Acting, rules: &Rules, id: &Id, draft: &EndpointDraft) -> Outcome<Endpoint, EndpointRefusal> {
    let before = ops::own(tx, who, id)?;
    draft.admit(rules.reach, &rules.kinds)?;
    let after = Endpoint { url: draft.url.clone(), about: draft.about.trim().to_owned(), kinds: draft.kinds.clone(), ..before.clone() };
    if after != before {
        sql::endpoint_write(tx, &after)?;
        tx.tell(who, &EndpointChanged { endpoint: id.clone() })?;
    }
    Ok(after)
}

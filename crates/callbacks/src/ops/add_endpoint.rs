//! A developer names an address for events.
//!
//! Tells `EndpointAdded`. Invariant: the secret is in the answer and lies sealed; nobody can ask for it again.

use store::Tx;
use words::{Acting, Outcome};

use crate::endpoint::{ENDPOINTS, Endpoint, EndpointDraft, EndpointState};
use crate::refusal::EndpointRefusal;
use crate::secret::Secret;
use crate::told::EndpointAdded;
use crate::{Rules, sql};

/// Makes an endpoint; returns it with the text of its secret.
pub fn add_endpoint(tx: &mut Tx, who: &Acting, rules: &Rules, draft: &EndpointDraft) -> Outcome<(Endpoint, String), EndpointRefusal> {
    draft.admit(rules.reach, &rules.kinds)?;
    if sql::endpoints_of(tx, &who.person)?.len() as i64 >= ENDPOINTS {
        return Err(EndpointRefusal::TooMany { max: ENDPOINTS }.into());
    }
    let secret = Secret::of(&tx.random());
    let endpoint = Endpoint {
        id: tx.id("cbe"),
        owner: who.person.clone(),
        url: draft.url.clone(),
        about: draft.about.trim().to_owned(),
        kinds: draft.kinds.clone(),
        state: EndpointState::On,
        reason: String::new(),
        old_until: None,
        made_at: tx.now(),
    };
    sql::endpoint_insert(tx, &endpoint, &secret)?;
    tx.tell(who, &EndpointAdded { endpoint: endpoint.id.clone(), owner: who.person.clone() })?;
    Ok((endpoint, secret.text()))
}

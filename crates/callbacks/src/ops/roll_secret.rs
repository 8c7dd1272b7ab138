//! Its owner rolls the secret of an endpoint.
//!
//! Tells `SecretRolled`. Invariant: for a day both sign, so the receiver can change over without missing one; rolled again within it, the middle one signs on.

use store::Tx;
use words::{Acting, Id, Never, Outcome};

use crate::secret::Secret;
use crate::told::SecretRolled;
use crate::{ops, sql};

const OVERLAP_S: i64 = 86_400;

/// Rolls it; returns the text of the new one.
pub fn roll_secret(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<String, Never> {
    let endpoint = ops::own::<Never>(tx, who, id)?;
    let (secret, until) = (Secret::of(&tx.random()), tx.now().plus_seconds(OVERLAP_S));
    sql::secret_roll(tx, &endpoint.id, &secret, until)?;
    tx.tell(who, &SecretRolled { endpoint: endpoint.id })?;
    Ok(secret.text())
}

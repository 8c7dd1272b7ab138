//! A developer, or the operator, kills a key.
//!
//! Tells `KeyRevoked`. Invariant: a revoked key never works again.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::key::Key;
use crate::refusal::KeyRefusal;
use crate::told::KeyRevoked;
use crate::{feed, ops, sql};

/// Kills a key, from the next moment on.
pub fn revoke_key(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Key, KeyRefusal> {
    let mut key = sql::key(tx, id)?.ok_or(Failure::Absent)?;
    ops::own_app::<KeyRefusal>(tx, who, &key.app)?;
    if key.revoked_at.is_some() {
        return Err(KeyRefusal::Ended.into());
    }
    key.revoked_at = Some(tx.now());
    sql::key_end(tx, id, key.ends_at, key.revoked_at)?;
    feed::note(tx, feed::KEY, id)?;
    tx.tell(who, &KeyRevoked { key: id.clone(), app: key.app.clone() })?;
    Ok(key)
}

//! A developer rolls a key: a new one with the same restrictions, while the old one works on for the overlap.
//!
//! Tells `KeyMade`. Invariant: the old key ends no later than it would have ended, and never before the new one works.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::app::AppState;
use crate::key::KeyKind;
use crate::ops::make_key::{Blank, NewKey, mint};
use crate::refusal::KeyRefusal;
use crate::{Asks, feed, ops, sql};

/// Rolls a key.
pub fn roll_key<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<NewKey, KeyRefusal> {
    let old = sql::key(tx, id)?.ok_or(Failure::Absent)?;
    let app = ops::own_app(tx, who, &old.app)?;
    if app.state == AppState::Closed {
        return Err(KeyRefusal::AppClosed.into());
    }
    if matches!(old.extra.kind, KeyKind::Jwks | KeyKind::Certificate) {
        return Err(KeyRefusal::NoRoll.into());
    }
    let now = tx.now();
    if !old.works(now) {
        return Err(KeyRefusal::Ended.into());
    }
    let overlap = now.plus_seconds(A::overlap_hours(tx)? * 3_600);
    let ends_at = old.ends_at.map_or(overlap, |end| end.min(overlap));
    sql::key_end(tx, &old.id, Some(ends_at), None)?;
    feed::note(tx, feed::KEY, &old.id)?;
    mint(
        tx,
        who,
        &app,
        Blank {
            kind: old.extra.kind,
            jwks: None,
            certificate: None,
            name: old.name,
            capabilities: old.capabilities,
            nets: old.nets,
            ends_at: old.ends_at,
            replaces: Some(old.id),
        },
    )
}

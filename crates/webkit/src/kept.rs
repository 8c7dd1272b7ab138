//! `Idempotency-Key`: the reply is kept in the transaction of the deed, so that the deed is never done twice.
//!
//! Invariant: same key, caller and request → the kept reply; another request → refused. Kept for ever, sealed (a reply may show a new token).

use serde::Serialize;
use store::Tx;
use words::{Fault, Outcome, Refusal};

use crate::reply::Raw;
use crate::sql::{KeptRow, kept_find, kept_insert};
use crate::{Problem, Reply};

/// Key, caller, and which write of the request it is.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub actor: String,
    pub text: String,
    pub step: i64,
    pub request_hash: String,
}

/// How it came to the reply.
#[derive(Debug)]
pub(crate) enum Kept {
    Fresh(Raw),
    Again(Raw),
    OtherRequest,
}

/// Runs the case unless it was run before under this key.
pub(crate) fn once<V: Serialize, R: Refusal>(tx: &mut Tx, key: Option<&Key>, case: &mut impl FnMut(&mut Tx) -> Outcome<Reply<V>, R>) -> Outcome<Kept, R> {
    let Some(key) = key else { return case(tx).map(|reply| Kept::Fresh(reply.into_raw())) };
    if let Some(kept) = kept_find(tx, &key.actor, &key.text, key.step)? {
        if kept.request_hash != key.request_hash {
            return Ok(Kept::OtherRequest);
        }
        let plain = tx.unseal_secret(&kept.reply)?;
        return Ok(Kept::Again(serde_json::from_slice(&plain).map_err(Fault::new)?));
    }
    let raw = case(tx)?.into_raw();
    let plain = serde_json::to_vec(&raw).map_err(Fault::new)?;
    let reply = tx.seal_secret(&plain)?;
    kept_insert(tx, &key.actor, &key.text, key.step, KeptRow { request_hash: key.request_hash.clone(), reply })?;
    Ok(Kept::Fresh(raw))
}

/// A key that is fit to be kept: 1 to 200 visible ASCII characters.
pub(crate) fn readable(text: &str) -> Result<String, Problem> {
    let text = text.trim().trim_matches('"');
    let fine = (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if fine { Ok(text.to_owned()) } else { Err(Problem::new(400, "idempotency-key-malformed")) }
}

//! Who calls: by the text of a key, by an access token, by a signature, or by the certificate of the connection; whoever guesses is slowed down.
//!
//! Invariant: a credential is believed only in the way it is made for: the name of a signing secret is no key, and a key signs nothing.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use capabilities::Proof;
use words::Fault;

use super::{Peer, Worker, now_us};
use crate::ask;
use crate::fields::Head;
use crate::problem::{Refusal, Refused};
use crate::signed::{self, Message, Shown, Signed, Use};
use crate::snapshot::{Key, Root};
use crate::token::{self, Granted};

/// The credential of a call.
pub(super) struct Caller {
    pub key: Arc<Key>,
    pub signed: Option<Box<Signed>>,
    /// What the access token says that it came with, if it did.
    pub granted: Option<Rc<Granted>>,
}

/// Is an access token, if one was shown, for this capability?
pub(super) fn may(granted: Option<&Granted>, slug: &str) -> Result<(), Refused> {
    match granted {
        Some(granted) if !granted.is_for(slug) => Err(Refused { allow: vec![slug.to_owned()], ..Refusal::TokenScope.into() }),
        _ => Ok(()),
    }
}

/// The credential of the call. What came with it is looked at, and nothing else then: the certificate of its connection counts if nothing did.
pub(super) fn find(worker: &Worker, root: &Root, head: &impl Head, peer: &Peer, at: i64) -> Result<Caller, Refusal> {
    let from = peer.address;
    match ask::key_text(head) {
        Ok(text) if text.starts_with(token::BEGINS) => by_token(worker, root, text, from, at),
        Ok(text) => by_text(worker, root, text, from, at).map(|key| Caller { key, signed: None, granted: None }),
        Err(missing) => match (signed::shown(head), &peer.certificate) {
            (Some(shown), _) => by_signature(worker, root, head, shown?, from, at),
            (None, Some(shown)) => by_certificate(worker, root, shown, from, at).map(|key| Caller { key, signed: None, granted: None }),
            (None, None) => Err(missing),
        },
    }
}

fn by_text(worker: &Worker, root: &Root, text: &[u8], from: IpAddr, at: i64) -> Result<Arc<Key>, Refusal> {
    worker.may_try(from, at)?;
    let known = root.key(&worker.shared.hasher.hash(text)).filter(|key| *key.proof() == Proof::Text);
    known.cloned().ok_or_else(|| worker.guessed(Refusal::KeyUnknown, from, at))
}

/// That whoever calls has its key was proved when the connection was made.
fn by_certificate(worker: &Worker, root: &Root, shown: &[u8; 32], from: IpAddr, at: i64) -> Result<Arc<Key>, Refusal> {
    worker.may_try(from, at)?;
    let known = root.key(shown).and_then(|key| match key.proof() {
        Proof::Certificate { begins_at } => Some((key, *begins_at)),
        _ => None,
    });
    let (key, begins_at) = known.ok_or_else(|| worker.guessed(Refusal::CertificateUnknown, from, at))?;
    if at < begins_at { Err(Refusal::CertificateEarly) } else { Ok(key.clone()) }
}

fn by_signature(worker: &Worker, root: &Root, head: &impl Head, shown: Shown, from: IpAddr, at: i64) -> Result<Caller, Refusal> {
    worker.may_try(from, at)?;
    let known = root.key(&worker.shared.hasher.hash(shown.keyid().as_bytes()));
    let (key, secret) = known.and_then(|key| Some((key, secret(worker, key)?))).ok_or_else(|| worker.guessed(Refusal::KeyUnknown, from, at))?;
    let signed = shown.check(&Message::of(head), head.has_body(), &secret, at).map_err(|why| match why {
        Refusal::SignatureWrong => worker.guessed(why, from, at),
        why => why,
    })?;
    Ok(Caller { key: key.clone(), signed: Some(Box::new(signed)), granted: None })
}

/// The credential of a token is looked up each time: whoever kills it kills its tokens.
fn by_token(worker: &Worker, root: &Root, text: &[u8], from: IpAddr, at: i64) -> Result<Caller, Refusal> {
    let known = worker.believed.borrow().known(text, root.signers(), at);
    let granted = match known {
        Some(known) => known?,
        None => {
            worker.may_try(from, at)?;
            let proved = worker.believed.borrow_mut().prove(text, root.signers(), &worker.shared.issuer, at);
            proved.map_err(|why| if why == Refusal::TokenExpired { why } else { worker.guessed(why, from, at) })?
        }
    };
    let key = root.key(&worker.shared.hasher.hash(granted.credential.as_bytes())).filter(|key| *key.proof() == Proof::Token);
    let key = key.ok_or(Refusal::TokenInvalid)?.clone();
    Ok(Caller { key, signed: None, granted: Some(granted) })
}

/// The secret of a credential that signs; it lies sealed, in memory too.
fn secret(worker: &Worker, key: &Key) -> Option<Vec<u8>> {
    let Proof::Signature { secret } = key.proof() else { return None };
    let opened = hex::decode(secret).map_err(Fault::new).and_then(|sealed| worker.shared.sealer.open(&sealed));
    opened.inspect_err(|fault| tracing::error!(%fault, key = %key.id.id(), "the secret of a credential cannot be opened")).ok()
}

/// Uses the signature of a call up, if it has one, before anything of the call counts. What was over before the body had come is not looked for among those that were used.
pub(super) fn use_up(worker: &Worker, signed: Option<&Signed>) -> Result<(), Refusal> {
    let Some(signed) = signed else { return Ok(()) };
    let now = now_us();
    if signed.until_us <= now {
        return Err(Refusal::SignatureExpired);
    }
    match worker.shared.replays.use_up(signed.mark, signed.until_us, now) {
        Use::First => Ok(()),
        Use::Again => Err(Refusal::SignatureReplayed),
        Use::Full => Err(Refusal::SignatureFull),
    }
}

impl Worker {
    fn may_try(&self, from: IpAddr, at: i64) -> Result<(), Refusal> {
        if self.guesses.borrow().may_try(from, at) { Ok(()) } else { Err(Refusal::Guessing) }
    }

    /// Counts a wrong credential.
    fn guessed(&self, why: Refusal, from: IpAddr, at: i64) -> Refusal {
        if self.guesses.borrow_mut().wrong(from, at) {
            tracing::warn!(%from, "many wrong keys from one address");
        }
        why
    }
}

//! Calls that are signed instead of showing a key (RFC 9421, `hmac-sha256`): what they have to cover, when they are believed. Pure, given the moment.
//!
//! Invariant: what a signature does not cover can be altered on the way, so method, target and body have to be covered; it is believed for five minutes at most.

mod base;
mod field;
mod replay;

use hyper::header::HeaderName;
use ring::{digest, hmac};

use crate::fields::Fields;
use crate::problem::Refusal;
use field::Input;

pub(crate) use base::Message;
pub(crate) use replay::{Replays, Use};

/// What is signed (RFC 9421 §4.1).
pub(crate) const INPUT: HeaderName = HeaderName::from_static("signature-input");
/// The signature (RFC 9421 §4.2).
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const CONTENT_DIGEST: &str = "content-digest";
/// So far a signature's moment may lie from ours, in both directions.
const SKEW_S: i64 = 300;

/// A signature as it came with a call.
pub(crate) struct Shown {
    input: Input,
    signature: Vec<u8>,
}

/// A signature that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    /// The beginning of the signature, by which it is known when it comes again: an HMAC, so nobody without the secret can choose it.
    pub mark: [u8; 16],
    /// It is not believed from then on.
    pub until_us: i64,
    /// What the body has to be.
    digest: Option<[u8; 32]>,
}

/// The signature of a call; nothing if it is not signed.
pub(crate) fn shown(fields: &impl Fields) -> Option<Result<Shown, Refusal>> {
    if fields.said(INPUT.as_str()).is_none() && fields.said(SIGNATURE.as_str()).is_none() {
        return None;
    }
    Some(read(fields).ok_or(Refusal::SignatureMalformed))
}

fn read(fields: &impl Fields) -> Option<Shown> {
    let input = field::input(one(fields, INPUT.as_str())?)?;
    let signature = field::signature(one(fields, SIGNATURE.as_str())?, &input.label)?;
    Some(Shown { input, signature })
}

/// The value of a field that has one line.
fn one<'a>(fields: &'a impl Fields, name: &'a str) -> Option<&'a [u8]> {
    let mut lines = fields.all(name);
    lines.next().filter(|_| lines.next().is_none())
}

impl Shown {
    /// The credential that it names.
    pub(crate) fn keyid(&self) -> &str {
        self.input.keyid.as_deref().unwrap_or_default()
    }

    /// Is it to be believed? `has_body`: then its digest has to be covered.
    pub(crate) fn check(&self, message: &Message<'_, impl Fields>, has_body: bool, secret: &[u8], now_us: i64) -> Result<Signed, Refusal> {
        // There is one algorithm for a shared secret; a signature need not name it, and cannot choose (RFC 9421 §3.2).
        if self.input.alg.as_deref().is_some_and(|alg| alg != "hmac-sha256") {
            return Err(Refusal::SignatureAlgorithm);
        }
        let covers = |name: &str| self.input.components.iter().any(|one| one == name);
        let target = covers("@target-uri") || covers("@authority") && covers("@path") && covers("@query");
        if !(covers("@method") && target && (covers(CONTENT_DIGEST) || !has_body)) {
            return Err(Refusal::SignatureComponents);
        }
        let until_us = self.until(now_us)?;
        self.prove(message, secret)?;
        let digest = covers(CONTENT_DIGEST).then(|| digest_of(message.fields).ok_or(Refusal::DigestWrong)).transpose()?;
        let mark = self.signature.first_chunk().copied().ok_or(Refusal::SignatureWrong)?;
        Ok(Signed { mark, until_us, digest })
    }

    /// Until when it is believed.
    fn until(&self, now_us: i64) -> Result<i64, Refusal> {
        let micros = |seconds: i64| seconds.saturating_mul(1_000_000);
        let created = self.input.created.map(micros).filter(|created| (created.saturating_sub(now_us)).saturating_abs() < micros(SKEW_S));
        let created = created.ok_or(Refusal::SignatureCreated)?;
        let until = self.input.expires.map_or(i64::MAX, micros).min(created.saturating_add(micros(SKEW_S)));
        if until > now_us { Ok(until) } else { Err(Refusal::SignatureExpired) }
    }

    /// A proxy before us may speak TLS, so what depends on the scheme fits with either.
    fn prove(&self, message: &Message<'_, impl Fields>, secret: &[u8]) -> Result<(), Refusal> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        for scheme in ["https", "http"] {
            let base = base::base(message, &self.input, scheme).ok_or(Refusal::SignatureComponents)?;
            if hmac::verify(&key, &base, &self.signature).is_ok() {
                return Ok(());
            }
        }
        Err(Refusal::SignatureWrong)
    }
}

/// What `Content-Digest` says; all its lines are one list.
fn digest_of(fields: &impl Fields) -> Option<[u8; 32]> {
    let lines: Vec<&[u8]> = fields.all(CONTENT_DIGEST).collect();
    field::sha256(&lines.join(&b", "[..]))
}

impl Signed {
    /// Has the body to be read before the call goes on?
    pub(crate) fn is_about_body(&self) -> bool {
        self.digest.is_some()
    }

    /// Is this the body that was signed?
    pub(crate) fn fits(&self, body: &[u8]) -> bool {
        self.digest.is_none_or(|wanted| digest::digest(&digest::SHA256, body).as_ref() == wanted)
    }
}

#[cfg(test)]
mod tests;

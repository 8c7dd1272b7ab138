//! A developer makes a key, or another credential, of an app.
//!
//! Tells `KeyMade`. Invariant: the text is in the answer and nowhere else; of a key there is the keyed hash, of a signing secret what is sealed.

use store::Tx;
use words::{Acting, Fault, Id, Outcome};

use crate::app::{App, AppState, Environment};
use crate::certificate::{Certificate, certificate_name};
use crate::key::{Extra, HASHER, KEYS, Key, KeyDraft, KeyKind, SEALER, jwks_of, text_of};
use crate::net::Net;
use crate::refusal::KeyRefusal;
use crate::told::KeyMade;
use crate::{feed, ops, sql, sql_certificate};

/// A key that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The key.
    pub key: Key,
    /// Its text, for its owner's eyes.
    pub text: String,
    /// Where its calls go.
    pub environment: Environment,
}

/// Makes a key.
pub fn make_key(tx: &mut Tx, who: &Acting, app: &Id, draft: &KeyDraft) -> Outcome<NewKey, KeyRefusal> {
    let app = ops::own_app(tx, who, app)?;
    let nets = admit(tx, &app, draft)?;
    let jwks = match draft.kind {
        KeyKind::Jwks => Some(jwks_of(&draft.jwks).ok_or(KeyRefusal::Jwks)?),
        _ => None,
    };
    let certificate = match draft.kind {
        KeyKind::Certificate => Some(certificate(tx, draft)?),
        _ => None,
    };
    let now = tx.now();
    let asked = draft.days.map(|days| now.plus_seconds(days * 86_400));
    // A certificate ends when it says, or sooner.
    let ends_at = asked.into_iter().chain(certificate.as_ref().map(|one| one.ends_at)).min();
    mint(
        tx,
        who,
        &app,
        Blank {
            jwks,
            certificate,
            kind: draft.kind,
            name: draft.name.trim().to_owned(),
            capabilities: draft.capabilities.clone(),
            nets,
            ends_at,
            replaces: None,
        },
    )
}

fn admit(tx: &Tx, app: &App, draft: &KeyDraft) -> Outcome<Vec<Net>, KeyRefusal> {
    if app.state == AppState::Closed {
        return Err(KeyRefusal::AppClosed.into());
    }
    if draft.name.trim().is_empty() {
        return Err(KeyRefusal::NameNeeded.into());
    }
    for slug in &draft.capabilities {
        if sql::capability_by_slug(tx, slug)?.is_none() {
            return Err(KeyRefusal::CapabilityUnknown { slug: slug.clone() }.into());
        }
    }
    let net = |text: &String| Net::parse(text.trim()).ok_or_else(|| KeyRefusal::Net { net: text.clone() });
    let nets = draft.nets.iter().map(net).collect::<Result<Vec<_>, _>>()?;
    if draft.days.is_some_and(|days| !(1..=3_660).contains(&days)) {
        return Err(KeyRefusal::Days.into());
    }
    let now = tx.now();
    if sql::keys_of(tx, &app.id)?.iter().filter(|key| key.works(now)).count() >= KEYS { Err(KeyRefusal::TooMany { max: KEYS }.into()) } else { Ok(nets) }
}

/// The certificate of a draft: one that can be read, is not over, and is nobody's yet, also if it was revoked.
fn certificate(tx: &Tx, draft: &KeyDraft) -> Outcome<Certificate, KeyRefusal> {
    let read = Certificate::of_pem(&draft.certificate).ok_or(KeyRefusal::Certificate)?;
    if read.ends_at <= tx.now() {
        return Err(KeyRefusal::CertificateOver.into());
    }
    if sql_certificate::is_known(tx, &read.fingerprint)? { Err(KeyRefusal::CertificateKnown.into()) } else { Ok(read) }
}

/// What a new key is made of.
pub(crate) struct Blank {
    pub kind: KeyKind,
    pub jwks: Option<String>,
    pub certificate: Option<Certificate>,
    pub name: String,
    pub capabilities: Vec<String>,
    pub nets: Vec<Net>,
    pub ends_at: Option<words::Instant>,
    pub replaces: Option<Id>,
}

pub(crate) fn mint(tx: &mut Tx, who: &Acting, app: &App, blank: Blank) -> Outcome<NewKey, KeyRefusal> {
    let (text, prefix) = text_of(blank.kind, app.environment, || tx.random());
    let id = tx.id("key");
    let (looked_up, extra) = beside(tx, &blank, &text, &id)?;
    let key = Key {
        hash: tx.hasher(HASHER).hex(looked_up.as_bytes()),
        extra,
        id: id.clone(),
        app: app.id.clone(),
        name: blank.name,
        prefix,
        capabilities: blank.capabilities,
        nets: blank.nets,
        ends_at: blank.ends_at,
        revoked_at: None,
        replaces: blank.replaces.clone(),
        made_at: tx.now(),
    };
    sql::key_insert(tx, &key)?;
    feed::note(tx, feed::KEY, &key.id)?;
    tx.tell(who, &KeyMade { key: key.id.clone(), app: app.id.clone(), replaces: blank.replaces, kind: blank.kind })?;
    Ok(NewKey { key, text, environment: app.environment })
}

/// What gateways look a credential up by, and what there is of it beside its row.
fn beside(tx: &Tx, blank: &Blank, text: &str, id: &Id) -> Result<(String, Extra), Fault> {
    let extra = Extra { kind: blank.kind, jwks: blank.jwks.clone(), certificate: blank.certificate.clone(), ..Extra::default() };
    Ok(match (blank.kind, &blank.certificate) {
        (KeyKind::Key, _) => (text.to_owned(), extra),
        (KeyKind::Certificate, Some(shown)) => (certificate_name(&shown.fingerprint), extra),
        (KeyKind::Certificate, None) => return Err(Fault::new("a certificate without one")),
        (KeyKind::Signing, _) => (id.to_string(), Extra { sealed: Some(tx.sealer(SEALER)?.seal(text.as_bytes())?), ..extra }),
        (KeyKind::Client, _) => (id.to_string(), Extra { secret_hash: Some(tx.hasher(HASHER).hex(text.as_bytes())), ..extra }),
        (KeyKind::Jwks, _) => (id.to_string(), extra),
    })
}

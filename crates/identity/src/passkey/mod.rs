//! Passkeys (WebAuthn level 2): what the browser hands over is read and verified here, purely; the use cases ask the database.
//!
//! Invariant: what was verified was made for this origin and this site, by a verified user, over a challenge that the use case then takes once.

mod authenticator;
mod cbor;
mod place;
mod refusal;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

pub(crate) use place::is_here;
pub use place::{Place, PlaceMistake};
pub use refusal::PasskeyRefusal;

use jose::Written;

/// A ceremony with an authenticator ends after this long.
pub(crate) const CEREMONY_SECONDS: i64 = 300;
/// Most passkeys of one person.
pub(crate) const PASSKEYS_MAX: usize = 20;

/// Kinds of keys that we can verify, the best first: EdDSA, ES256, RS256.
pub(crate) const ALGORITHMS: [i64; 3] = [-8, -7, -257];

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PasskeyView {
    /// Id.
    pub id: Id,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub made_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// Since when it is stopped, because a copy of it seems to be about.
    pub stopped_at: Option<Instant>,
}

/// What the browser hands over when a passkey was made. All in base64url.
#[derive(Debug, Clone)]
pub(crate) struct MadeAnswer<'a> {
    pub client_data: &'a str,
    pub attestation: &'a str,
}

/// What the browser hands over when a passkey was used. All in base64url.
#[derive(Debug, Clone)]
pub(crate) struct UsedAnswer<'a> {
    pub client_data: &'a str,
    pub authenticator_data: &'a str,
    pub signature: &'a str,
    pub user_handle: Option<&'a str>,
}

/// A passkey as it is kept, as far as verifying goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub id: Id,
    pub person: Id,
    pub key: Vec<u8>,
}

/// A passkey that was made over a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub(crate) challenge: String,
    pub(crate) credential: String,
    pub(crate) key: Vec<u8>,
    pub(crate) counter: i64,
}

/// A passkey that signed a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    pub(crate) challenge: String,
    pub(crate) held: Held,
    pub(crate) counter: i64,
}

/// Reads and verifies the making of a passkey.
pub(crate) fn made(place: &Place, answer: &MadeAnswer<'_>) -> Result<Made, PasskeyRefusal> {
    let (challenge, _) = client(place, answer.client_data, "webauthn.create")?;
    let object = decoded(answer.attestation)?;
    let said = authenticator::attested(&object).and_then(authenticator::Said::read).ok_or(PasskeyRefusal::Unreadable)?;
    said.check(&place.rp_id)?;
    let (id, key) = said.made.ok_or(PasskeyRefusal::Unreadable)?;
    authenticator::public_key(key).ok_or(PasskeyRefusal::KeyKind)?;
    Ok(Made { challenge, credential: URL_SAFE_NO_PAD.encode(id), key: key.to_vec(), counter: said.counter })
}

/// Reads and verifies the use of a passkey that we hold.
pub(crate) fn used(place: &Place, held: Held, answer: &UsedAnswer<'_>) -> Result<Used, PasskeyRefusal> {
    let (challenge, hash) = client(place, answer.client_data, "webauthn.get")?;
    let (data, signed) = (decoded(answer.authenticator_data)?, decoded(answer.signature)?);
    let said = authenticator::Said::read(&data).ok_or(PasskeyRefusal::Unreadable)?;
    said.check(&place.rp_id)?;
    // A discoverable passkey names its owner; one that was named in the question need not.
    let owner = answer.user_handle.filter(|text| !text.is_empty()).map(decoded).transpose()?;
    if owner.is_some_and(|owner| owner != held.person.as_str().as_bytes()) {
        return Err(PasskeyRefusal::Wrong);
    }
    let key = authenticator::public_key(&held.key).ok_or(PasskeyRefusal::KeyKind)?;
    if !key.signed(&[data.as_slice(), &hash].concat(), &signed, Written::Der) {
        return Err(PasskeyRefusal::Wrong);
    }
    Ok(Used { challenge, held, counter: said.counter })
}

/// What the browser says about the ceremony.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// The challenge, and the hash of what the browser said.
fn client(place: &Place, text: &str, kind: &str) -> Result<(String, Vec<u8>), PasskeyRefusal> {
    let bytes = decoded(text)?;
    let said: ClientData = serde_json::from_slice(&bytes).map_err(|_| PasskeyRefusal::Unreadable)?;
    if said.kind != kind {
        return Err(PasskeyRefusal::Unreadable);
    }
    if said.origin != place.origin || said.cross_origin {
        return Err(PasskeyRefusal::Elsewhere);
    }
    Ok((said.challenge, digest(&SHA256, &bytes).as_ref().to_vec()))
}

/// As it stands in what browsers are asked.
pub(crate) fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn decoded(text: &str) -> Result<Vec<u8>, PasskeyRefusal> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyRefusal::Unreadable)
}

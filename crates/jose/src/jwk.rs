//! The keys of others (JWK set, RFC 7517): those that may sign with RS256, ES256 or EdDSA. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::PublicKey;

/// A key with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `kid`.
    pub id: Option<String>,
    /// The key.
    pub key: PublicKey,
}

/// All keys of a set that we can verify with.
pub type Keys = Vec<Key>;

const MOST: usize = 100;

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<String>,
}

/// Reads a set; keys of other kinds or purposes are left out.
pub fn read_keys(bytes: &[u8]) -> Option<Keys> {
    let set: Set = serde_json::from_slice(bytes).ok()?;
    let known = set.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
    Some(known.filter_map(|key| key_of(&key).map(|found| Key { id: key.kid, key: found })).collect())
}

fn key_of(key: &Jwk) -> Option<PublicKey> {
    // Whoever shows the private part as well has no private key any more.
    if key.d.is_some() {
        return None;
    }
    let number = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?.trim_end_matches('=')).ok();
    let for_signing = key.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
    let alg = |wanted: &str| for_signing && key.alg.as_deref().is_none_or(|alg| alg == wanted);
    match key.kty.as_str() {
        "RSA" if alg("RS256") => PublicKey::rsa(&number(&key.n)?, &number(&key.e)?),
        "EC" if alg("ES256") && key.crv.as_deref() == Some("P-256") => PublicKey::p256(&number(&key.x)?, &number(&key.y)?),
        "OKP" if alg("EdDSA") && key.crv.as_deref() == Some("Ed25519") => PublicKey::ed25519(&number(&key.x)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_kinds_and_purposes_are_left_out() {
        let x = URL_SAFE_NO_PAD.encode([7; 32]);
        let text = format!(
            r#"{{"keys":[
                {{"kty":"EC","crv":"P-256","kid":"a","x":"{x}","y":"{x}"}},
                {{"kty":"EC","crv":"P-256","kid":"b","x":"{x}","y":"{x}","use":"enc"}},
                {{"kty":"EC","crv":"P-384","kid":"c","x":"{x}","y":"{x}"}},
                {{"kty":"EC","crv":"P-256","kid":"d","x":"{x}","y":"{x}","alg":"ES512"}},
                {{"kty":"oct","kid":"e","k":"AAAA"}},
                {{"kty":"RSA","kid":"f","n":"AQAB","e":"AQAB"}},
                {{"kid":"g"}},
                {{"kty":"OKP","crv":"Ed25519","kid":"h","x":"{x}"}},
                {{"kty":"OKP","crv":"X25519","kid":"i","x":"{x}"}},
                {{"kty":"EC","crv":"P-256","kid":"j","x":"{x}","y":"{x}","d":"{x}"}}
            ]}}"#
        );
        let keys = read_keys(text.as_bytes()).unwrap();
        assert_eq!(keys.iter().map(|key| key.id.as_deref()).collect::<Vec<_>>(), [Some("a"), Some("h")]);
        assert_eq!(read_keys(b"[]"), None);
    }
}

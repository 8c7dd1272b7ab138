//! Signed tokens in compact form (RFC 7515 §7.1): taken apart, believed by a key, made. Pure.
//!
//! Invariant: nothing of a token counts before [`Compact::is_by`] has said yes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{PublicKey, Written};

/// The head of a token (RFC 7515 §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// Algorithm, as the token says; the key decides whether it is right.
    pub alg: String,
    /// Name of the key.
    pub kid: Option<String>,
    /// What kind of token it is.
    pub typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// A token that was taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compact<'a> {
    /// Its head.
    pub head: Head,
    /// What it says.
    pub claims: Map<String, Value>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a token apart; nothing if it is none, or is longer than so many bytes.
    pub fn parse(token: &'a str, longest: usize) -> Option<Self> {
        if token.len() > longest {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let head: Head = serde_json::from_slice(&decoded(head)?).ok()?;
        let claims = serde_json::from_slice(&decoded(claims)?).ok()?;
        head.crit.is_none().then_some(Self { claims, signed, signature: decoded(signature)?, head })
    }

    /// Did the holder of this key sign it, with the key's own algorithm (RFC 8725 §3.1)?
    pub fn is_by(&self, key: &PublicKey) -> bool {
        self.head.alg == key.algorithm() && key.signed(self.signed.as_bytes(), &self.signature, Written::Fixed)
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// A claim that is a moment, in whole seconds (RFC 7519 §2, NumericDate).
    pub fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.claims.get(name)?;
        // Parts of a second do not matter; what is no number of seconds is none.
        value.as_i64().or_else(|| value.as_f64().filter(|seconds| seconds.abs() < 1e12).map(|seconds| seconds as i64))
    }

    /// Is one of these among those it was made for (RFC 7519 §4.1.3)?
    pub fn is_for(&self, audiences: &[&str]) -> bool {
        let wanted = |one: &Value| one.as_str().is_some_and(|one| audiences.contains(&one));
        match self.claims.get("aud") {
            Some(Value::Array(several)) => several.iter().any(wanted),
            Some(one) => wanted(one),
            None => false,
        }
    }
}

/// An Ed25519 key that signs tokens (RFC 8037).
pub struct Signer {
    id: String,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// From its name and the 32 bytes that it is made of; nothing if the mathematics refuses them.
    pub fn of(id: impl Into<String>, seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(|pair| Self { id: id.into(), pair })
    }

    /// Its public part, base64url: the `x` of its JWK.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    /// Signs a token of this type.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Option<String> {
        let head = json!({ "alg": "EdDSA", "typ": typ, "kid": self.id }).to_string();
        let claims = serde_json::to_vec(claims).ok()?;
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        Some(format!("{signed}.{signature}"))
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}, …)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsigned(head: &str, claims: &str, signature: &str) -> String {
        [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".") + "." + signature
    }

    #[test]
    fn the_vector_of_rfc_8037_is_believed() {
        // RFC 8037, A.4: the key of A.1 over a text that is no JSON, so the key alone is asked.
        let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let key = PublicKey::ed25519(&x).unwrap();
        let signature = URL_SAFE_NO_PAD.decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg").unwrap();
        assert!(key.signed(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", &signature, Written::Fixed));
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        assert_eq!(Signer::of("k", &seed).unwrap().public(), URL_SAFE_NO_PAD.encode(&x));
    }

    #[test]
    fn a_token_is_believed_by_its_own_key_and_algorithm_only() {
        let signer = Signer::of("k1", &[7; 32]).unwrap();
        let key = PublicKey::ed25519(&URL_SAFE_NO_PAD.decode(signer.public()).unwrap()).unwrap();
        let token = signer.sign("at+jwt", &json!({ "iss": "a", "exp": 5, "nbf": 1.5, "aud": ["x", "y"] })).unwrap();
        let read = Compact::parse(&token, 1_000).unwrap();
        assert_eq!((read.head.alg.as_str(), read.head.kid.as_deref(), read.head.typ.as_deref()), ("EdDSA", Some("k1"), Some("at+jwt")));
        assert!(read.is_by(&key) && read.is_for(&["y"]) && !read.is_for(&["z"]));
        assert_eq!((read.text("iss"), read.seconds("exp"), read.seconds("nbf"), read.seconds("iss")), (Some("a"), Some(5), Some(1), None));
        let other = PublicKey::ed25519(&URL_SAFE_NO_PAD.decode(Signer::of("k1", &[8; 32]).unwrap().public()).unwrap()).unwrap();
        assert!(!read.is_by(&other));
        let (head, rest) = token.split_once('.').unwrap();
        let signature = rest.rsplit_once('.').unwrap().1;
        for alg in ["none", "HS256", "ES256", "eddsa"] {
            let forged = unsigned(&format!(r#"{{"alg":"{alg}"}}"#), r#"{"iss":"a"}"#, signature);
            assert!(!Compact::parse(&forged, 1_000).unwrap().is_by(&key), "{alg}");
        }
        let altered = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"iss":"b"}"#));
        assert!(!Compact::parse(&altered, 1_000).unwrap().is_by(&key));
        let nothing = unsigned(r#"{"alg":"none"}"#, r#"{"iss":"a"}"#, "");
        assert!(!Compact::parse(&nothing, 1_000).unwrap().is_by(&key));
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let good = unsigned(r#"{"alg":"EdDSA"}"#, "{}", "aGk");
        assert!(Compact::parse(&good, good.len()).is_some() && Compact::parse(&good, good.len() - 1).is_none());
        for text in [
            "",
            "a.b",
            "a.b.c",
            "..",
            &unsigned(r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#, "{}", "aGk"),
            &unsigned(r#"{"kid":"a"}"#, "{}", "aGk"),
            &unsigned(r#"{"alg":"EdDSA"}"#, "[]", "aGk"),
            &unsigned(r#"{"alg":"EdDSA"}"#, "{}", "a Gk"),
            &format!("{good}.aGk"),
        ] {
            assert_eq!(Compact::parse(text, 1_000), None, "{text}");
        }
    }
}

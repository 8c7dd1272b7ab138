//! Is a client's assertion (`private_key_jwt`, RFC 7523 §3) to be believed? Every check, in its order. Pure.

use jose::{Compact, Key};
use words::Instant;

/// How an assertion says what it is (RFC 7523 §2.2).
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Longest assertion, bytes.
pub(crate) const LONGEST: usize = 8 * 1024;
/// It may be valid for so long.
const LIFE_SECONDS: i64 = 300;
/// Clocks may differ by so much.
const SKEW_SECONDS: i64 = 30;
/// Keys that are tried.
const KEYS: usize = 10;

/// An assertion that is believed, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assertion {
    /// Its own name.
    pub jti: String,
    /// It is not believed from then on.
    pub until: Instant,
}

/// Did one of these keys sign it? The token names its key, or all are tried.
pub(crate) fn is_by(assertion: &Compact<'_>, keys: &[Key]) -> bool {
    let named = |key: &&Key| assertion.head.kid.is_none() || key.id == assertion.head.kid;
    keys.iter().filter(named).take(KEYS).any(|key| assertion.is_by(&key.key))
}

/// What it says, checked against the client that it is from and against us; the word says what is to blame.
pub(crate) fn check(assertion: &Compact<'_>, client: &str, audiences: &[&str], now: Instant) -> Result<Assertion, &'static str> {
    let now = now.micros().div_euclid(1_000_000);
    if assertion.text("iss") != Some(client) {
        return Err("iss");
    }
    if assertion.text("sub") != Some(client) {
        return Err("sub");
    }
    if !assertion.is_for(audiences) {
        return Err("aud");
    }
    let until = assertion.seconds("exp").filter(|exp| *exp > now - SKEW_SECONDS && *exp <= now + LIFE_SECONDS + SKEW_SECONDS).ok_or("exp")?;
    if assertion.claims.contains_key("nbf") && assertion.seconds("nbf").is_none_or(|from| from > now + SKEW_SECONDS) {
        return Err("nbf");
    }
    if assertion.claims.contains_key("iat") && assertion.seconds("iat").is_none_or(|made| (made - now).abs() > LIFE_SECONDS + SKEW_SECONDS) {
        return Err("iat");
    }
    let jti = assertion.text("jti").filter(|jti| (1..=255).contains(&jti.len())).ok_or("jti")?.to_owned();
    Ok(Assertion { jti, until: Instant::from_micros((until + SKEW_SECONDS) * 1_000_000) })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jose::{Signer, read_keys};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn checked(claims: &Value) -> Result<Assertion, &'static str> {
        let token = Signer::of("k", &[7; 32]).unwrap().sign("JWT", claims).unwrap();
        check(&Compact::parse(&token, LONGEST).unwrap(), "app_1", &["https://a/oauth/token", "https://a"], Instant::from_micros(NOW * 1_000_000))
    }

    #[test]
    fn an_assertion_is_believed_only_after_every_check() {
        let good = json!({ "iss": "app_1", "sub": "app_1", "aud": "https://a", "exp": NOW + 300, "iat": NOW, "jti": "1" });
        assert_eq!(checked(&good).map(|one| one.jti), Ok("1".into()));
        for (name, value, wanted) in [
            ("iss", json!("app_2"), Err("iss")),
            ("sub", json!("app_2"), Err("sub")),
            ("aud", json!("https://b"), Err("aud")),
            ("aud", json!(["https://b", "https://a/oauth/token"]), Ok(())),
            ("exp", json!(NOW - 31), Err("exp")),
            ("exp", json!(NOW + 331), Err("exp")),
            ("exp", json!("soon"), Err("exp")),
            ("nbf", json!(NOW + 31), Err("nbf")),
            ("iat", json!(NOW - 400), Err("iat")),
            ("iat", json!("now"), Err("iat")),
            ("jti", json!(""), Err("jti")),
            ("jti", json!(7), Err("jti")),
        ] {
            let mut claims = good.clone();
            claims[name] = value;
            assert_eq!(checked(&claims).map(drop), wanted, "{claims}");
        }
        for missing in ["iss", "sub", "aud", "exp", "jti"] {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(missing);
            assert_eq!(checked(&claims), Err(missing));
        }
    }

    #[test]
    fn the_key_that_it_names_has_signed_it() {
        let x = |seed: u8| Signer::of("", &[seed; 32]).unwrap().public();
        let keys = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{}"}},{{"kty":"OKP","crv":"Ed25519","kid":"b","x":"{}"}}]}}"#, x(1), x(2));
        let keys = read_keys(keys.as_bytes()).unwrap();
        let by = |kid: &str, seed: u8| {
            let token = Signer::of(kid, &[seed; 32]).unwrap().sign("JWT", &json!({})).unwrap();
            is_by(&Compact::parse(&token, LONGEST).unwrap(), &keys)
        };
        assert!(by("a", 1) && by("b", 2) && !by("a", 2) && !by("c", 1) && !by("a", 3));
        // HMAC with the public key as its secret is no algorithm here.
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"a"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode("{}"));
        let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(x(1)).unwrap());
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(ring::hmac::sign(&secret, signed.as_bytes())));
        assert!(!is_by(&Compact::parse(&token, LONGEST).unwrap(), &keys));
    }
}

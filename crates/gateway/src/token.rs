//! Access tokens (RFC 9068), believed without asking anybody: the keys that sign them are in the snapshot. Pure, given the moment.
//!
//! Invariant: a token counts only while its credential does, which is looked up again for each call; what was believed once is not proved again while it lasts.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use capabilities::{AUDIENCE, SignerLine, TOKEN_TYPE};
use jose::{Compact, PublicKey};

use crate::problem::Refusal;

/// How the text of every token begins: `{"` in base64url.
pub(crate) const BEGINS: &[u8] = b"eyJ";
/// Longest token, bytes.
pub(crate) const LONGEST: usize = 4_096;
/// Tokens that a thread remembers; beyond, all are forgotten and proved again.
const REMEMBERED: usize = 4_096;
/// Clocks may differ by so much.
const SKEW_S: i64 = 5;

/// A key that signs tokens.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub line: SignerLine,
    key: PublicKey,
}

impl Signer {
    /// From its line; nothing if that is no key.
    pub(crate) fn of(line: &SignerLine) -> Option<Self> {
        let key = URL_SAFE_NO_PAD.decode(&line.x).ok().and_then(|x| PublicKey::ed25519(&x))?;
        Some(Self { line: line.clone(), key })
    }
}

/// A token that is believed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    /// The credential that it was got with.
    pub credential: String,
    /// The only capabilities it is for; whatever its credential may call if nothing is said.
    scope: Option<Box<[String]>>,
    /// Who signed it.
    signer: String,
    until_us: i64,
}

impl Granted {
    /// Is it for this capability?
    pub(crate) fn is_for(&self, slug: &str) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.iter().any(|one| one == slug))
    }
}

/// Is this token to be believed, and what does it say?
fn believe(text: &[u8], signers: &[Signer], issuer: &str, now_us: i64) -> Result<Granted, Refusal> {
    let text = std::str::from_utf8(text).map_err(|_| Refusal::TokenInvalid)?;
    let token = Compact::parse(text, LONGEST).ok_or(Refusal::TokenInvalid)?;
    let typ = token.head.typ.as_deref().is_some_and(|typ| typ.trim_start_matches("application/").eq_ignore_ascii_case(TOKEN_TYPE));
    let signer = signers.iter().find(|signer| token.head.kid.as_deref() == Some(signer.line.id.as_str()));
    let signer = signer.filter(|signer| typ && token.is_by(&signer.key)).ok_or(Refusal::TokenInvalid)?;
    if token.text("iss") != Some(issuer) || !token.is_for(&[AUDIENCE]) {
        return Err(Refusal::TokenInvalid);
    }
    let now = now_us.div_euclid(1_000_000);
    let end = token.seconds("exp").ok_or(Refusal::TokenInvalid)?;
    if end <= now {
        return Err(Refusal::TokenExpired);
    }
    let early = ["iat", "nbf"].into_iter().filter_map(|name| token.seconds(name)).any(|from| from > now + SKEW_S);
    let credential = token.text("credential").filter(|_| !early).ok_or(Refusal::TokenInvalid)?.to_owned();
    let scope = token.text("scope").map(|scope| scope.split(' ').map(str::to_owned).collect());
    Ok(Granted { credential, scope, signer: signer.line.id.to_string(), until_us: end.saturating_mul(1_000_000) })
}

/// Tokens that a thread has believed.
#[derive(Default)]
pub(crate) struct Believed {
    tokens: HashMap<Box<[u8]>, Rc<Granted>>,
    /// How often a signature was looked at.
    proved: Cell<u64>,
}

impl Believed {
    /// A token that was believed before, if it still is.
    pub(crate) fn known(&self, text: &[u8], signers: &[Signer], now_us: i64) -> Option<Result<Rc<Granted>, Refusal>> {
        let granted = self.tokens.get(text)?;
        if granted.until_us <= now_us {
            return Some(Err(Refusal::TokenExpired));
        }
        signers.iter().any(|signer| signer.line.id.as_str() == granted.signer).then(|| Ok(granted.clone()))
    }

    /// Proves a token and remembers it if it is believed.
    pub(crate) fn prove(&mut self, text: &[u8], signers: &[Signer], issuer: &str, now_us: i64) -> Result<Rc<Granted>, Refusal> {
        self.proved.set(self.proved.get() + 1);
        let granted = Rc::new(believe(text, signers, issuer, now_us)?);
        if self.tokens.len() >= REMEMBERED {
            self.tokens.clear();
        }
        self.tokens.insert(text.into(), granted.clone());
        Ok(granted)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use words::Id;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn signer(id: &str, seed: u8) -> (jose::Signer, Signer) {
        let signs = jose::Signer::of(id, &[seed; 32]).unwrap();
        let line = SignerLine { id: Id::fixed(id.to_owned()), x: signs.public() };
        (signs, Signer::of(&line).unwrap())
    }

    fn claims() -> Value {
        json!({ "iss": "https://a", "sub": "app_1", "aud": AUDIENCE, "iat": NOW, "exp": NOW + 600, "jti": "1", "credential": "key_1", "scope": "echo sms" })
    }

    fn result(token: &str, known: &Signer) -> Result<String, Refusal> {
        believe(token.as_bytes(), std::slice::from_ref(known), "https://a", NOW * 1_000_000).map(|granted| granted.credential)
    }

    #[test]
    fn a_token_is_believed_only_after_every_check() {
        let (signs, known) = signer("sig_1", 7);
        let signed = |typ: &str, claims: &Value| signs.sign(typ, claims).unwrap();
        assert_eq!(result(&signed("at+jwt", &claims()), &known), Ok("key_1".into()));
        assert_eq!(result(&signed("application/at+jwt", &claims()), &known), Ok("key_1".into()));
        for (name, value, wanted) in [
            ("iss", json!("https://b"), Err(Refusal::TokenInvalid)),
            ("aud", json!("urn:other"), Err(Refusal::TokenInvalid)),
            ("aud", json!(["urn:other", AUDIENCE]), Ok(())),
            ("exp", json!(NOW), Err(Refusal::TokenExpired)),
            ("exp", json!("never"), Err(Refusal::TokenInvalid)),
            ("iat", json!(NOW + 60), Err(Refusal::TokenInvalid)),
            ("nbf", json!(NOW + 60), Err(Refusal::TokenInvalid)),
            ("credential", json!(7), Err(Refusal::TokenInvalid)),
        ] {
            let mut claims = claims();
            claims[name] = value;
            assert_eq!(result(&signed("at+jwt", &claims), &known).map(drop), wanted, "{claims}");
        }
        assert_eq!(result(&signed("JWT", &claims()), &known), Err(Refusal::TokenInvalid), "an assertion is no access token");
        let (stranger, _) = signer("sig_1", 8);
        assert_eq!(result(&stranger.sign("at+jwt", &claims()).unwrap(), &known), Err(Refusal::TokenInvalid), "a foreign key under our name");
        let (unknown, _) = signer("sig_2", 7);
        assert_eq!(result(&unknown.sign("at+jwt", &claims()).unwrap(), &known), Err(Refusal::TokenInvalid), "a name that we do not know");
    }

    #[test]
    fn the_token_does_not_choose_the_algorithm() {
        let (_, known) = signer("sig_1", 7);
        let public = URL_SAFE_NO_PAD.decode(&known.line.x).unwrap();
        for alg in ["none", "None", "HS256", "ES256", "RS256"] {
            let head = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "at+jwt", "kid": "sig_1" }).to_string());
            let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims().to_string()));
            // HMAC with the public key as its secret: the classic confusion.
            let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public), signed.as_bytes());
            for signature in [String::new(), URL_SAFE_NO_PAD.encode(tag)] {
                assert_eq!(result(&format!("{signed}.{signature}"), &known), Err(Refusal::TokenInvalid), "{alg}");
            }
        }
        for text in ["eyJ", "eyJ.eyJ.eyJ", "", "eyJhbGciOiJub25lIn0.e30."] {
            assert_eq!(result(text, &known), Err(Refusal::TokenInvalid), "{text}");
        }
    }

    #[test]
    fn what_was_believed_is_not_proved_again_while_it_lasts_and_its_key_is_known() {
        let (signs, known) = signer("sig_1", 7);
        let (token, signers, mut believed) = (signs.sign("at+jwt", &claims()).unwrap(), [known], Believed::default());
        let at = NOW * 1_000_000;
        assert!(believed.known(token.as_bytes(), &signers, at).is_none());
        let granted = believed.prove(token.as_bytes(), &signers, "https://a", at).unwrap();
        assert!(granted.is_for("sms") && granted.is_for("echo") && !granted.is_for("ech"));
        assert_eq!(believed.known(token.as_bytes(), &signers, at + 599_999_999), Some(Ok(granted)));
        assert_eq!(believed.known(token.as_bytes(), &signers, at + 600_000_000), Some(Err(Refusal::TokenExpired)));
        assert_eq!(believed.known(token.as_bytes(), &[], at), None, "its key is not known any more");
        for n in 0..=REMEMBERED {
            let mut claims = claims();
            claims["jti"] = json!(n);
            believed.prove(signs.sign("at+jwt", &claims).unwrap().as_bytes(), &signers, "https://a", at).unwrap();
        }
        assert!(believed.tokens.len() <= REMEMBERED && believed.proved.get() > REMEMBERED as u64);
    }
}

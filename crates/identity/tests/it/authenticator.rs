//! An authenticator in software: makes keys of every kind that we take, signs, counts, and lies where a test wants it to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value, json};

/// A throwaway RSA key (PKCS#1), for tests only.
const RSA: &str = include_str!("rsa.txt");

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// What it says and where; a test changes what it wants to be wrong.
#[derive(Clone)]
pub struct Story {
    pub origin: String,
    pub rp_id: String,
    pub flags: u8,
    pub counter: u32,
    pub kind: Option<&'static str>,
    pub cross_origin: bool,
    pub user_handle: Option<String>,
    pub spoil: bool,
}

impl Story {
    pub fn honest(counter: u32) -> Self {
        let (origin, rp_id) = ("http://localhost:8080".into(), "localhost".into());
        Self { origin, rp_id, flags: 0x05, counter, kind: None, cross_origin: false, user_handle: None, spoil: false }
    }
}

/// One passkey.
pub struct Authenticator {
    key: Key,
    pub id: Vec<u8>,
    pub owner: String,
}

impl Authenticator {
    pub fn es256(id: u8) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self::with(Key::Es256(pair), id)
    }

    pub fn ed25519(id: u8) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::with(Key::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap()), id)
    }

    pub fn rs256(id: u8) -> Self {
        Self::with(Key::Rs256(rsa_pair()), id)
    }

    fn with(key: Key, id: u8) -> Self {
        Self { key, id: vec![id; 32], owner: String::new() }
    }

    /// Answers `POST /me/passkeys/challenges`.
    pub fn make(&mut self, asked: &Value, story: &Story) -> Value {
        let user = URL_SAFE_NO_PAD.decode(asked["user"].as_str().unwrap()).unwrap();
        self.owner = String::from_utf8(user).unwrap();
        let mut data = self.said(story, story.flags | 0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose());
        let object = map(&[(text("fmt"), text("none")), (text("attStmt"), map(&[])), (text("authData"), bytes(&data))]);
        json!({ "label": "我的手机", "client_data": client_data(asked, story, "webauthn.create"), "attestation": b64(object) })
    }

    /// Answers `POST /login/passkey/challenges`.
    pub fn sign(&self, asked: &Value, story: &Story) -> Value {
        let client_data = client_data(asked, story, "webauthn.get");
        let mut data = self.said(story, story.flags);
        let hash = digest(&SHA256, &URL_SAFE_NO_PAD.decode(&client_data).unwrap());
        let signature = self.signature(&[data.as_slice(), hash.as_ref()].concat());
        if story.spoil {
            *data.last_mut().unwrap() ^= 1;
        }
        let owner = story.user_handle.clone().unwrap_or_else(|| self.owner.clone());
        json!({
            "credential": b64(&self.id), "client_data": client_data, "authenticator_data": b64(&data),
            "signature": b64(signature), "user_handle": b64(owner), "next": "/me/security",
        })
    }

    fn said(&self, story: &Story, flags: u8) -> Vec<u8> {
        [digest(&SHA256, story.rp_id.as_bytes()).as_ref(), &[flags], &story.counter.to_be_bytes()].concat()
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Key::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Key::Rs256(pair) => rsa_sign(pair, message),
        }
    }

    fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(pair) => {
                let point = pair.public_key().as_ref();
                map(&[
                    (number(1), number(2)),
                    (number(3), number(-7)),
                    (number(-1), number(1)),
                    (number(-2), bytes(&point[1..33])),
                    (number(-3), bytes(&point[33..])),
                ])
            }
            Key::EdDsa(pair) => {
                map(&[(number(1), number(1)), (number(3), number(-8)), (number(-1), number(6)), (number(-2), bytes(pair.public_key().as_ref()))])
            }
            Key::Rs256(pair) => {
                let (n, e) = rsa_parts(pair);
                map(&[(number(1), number(3)), (number(3), number(-257)), (number(-1), bytes(&n)), (number(-2), bytes(&e))])
            }
        }
    }
}

pub fn rsa_pair() -> RsaKeyPair {
    let der = base64::engine::general_purpose::STANDARD.decode(RSA.split_whitespace().collect::<String>()).unwrap();
    RsaKeyPair::from_der(&der).unwrap()
}

pub fn rsa_sign(pair: &RsaKeyPair, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

/// Modulus and exponent.
pub fn rsa_parts(pair: &RsaKeyPair) -> (Vec<u8>, Vec<u8>) {
    let public: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
    (public.n, public.e)
}

fn client_data(asked: &Value, story: &Story, kind: &str) -> String {
    let said = json!({ "type": story.kind.unwrap_or(kind), "challenge": asked["challenge"], "origin": story.origin, "crossOrigin": story.cross_origin });
    b64(said.to_string())
}

fn head(kind: u8, length: usize) -> Vec<u8> {
    match length {
        0..=23 => vec![kind << 5 | u8::try_from(length).unwrap()],
        24..=255 => vec![kind << 5 | 24, u8::try_from(length).unwrap()],
        _ => [&[kind << 5 | 25][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    }
}

fn number(number: i64) -> Vec<u8> {
    if number >= 0 { head(0, usize::try_from(number).unwrap()) } else { head(1, usize::try_from(-1 - number).unwrap()) }
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len()), bytes.to_vec()].concat()
}

fn text(text: &str) -> Vec<u8> {
    [head(3, text.len()), text.as_bytes().to_vec()].concat()
}

fn map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let inside = pairs.iter().flat_map(|(key, value)| [key.clone(), value.clone()].concat());
    head(5, pairs.len()).into_iter().chain(inside).collect()
}

//! An identity provider on this machine: discovery, keys, and a token endpoint that checks PKCE and says what a test wants it to say.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::authenticator::{b64, rsa_pair, rsa_parts, rsa_sign};

/// Which key signs, and under which name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    Rs256,
    Es256,
    /// A key that the provider does not publish, under the name of one that it does.
    Foreign,
    /// `alg: none`, no signature.
    Nobody,
    /// The public key used as a secret of HMAC.
    Hmac,
}

/// What the provider does; tests bend it.
pub struct Story {
    /// Claims by code: what was said at the authorisation endpoint.
    codes: BTreeMap<String, Granted>,
    pub published: Vec<&'static str>,
    pub signer: Signer,
    pub kid: &'static str,
    pub bend: fn(&mut Value),
    pub document: fn(&mut Value),
    pub token_status: u16,
    pub huge: bool,
    pub asked: Vec<String>,
}

impl Story {
    /// Signs what its user agreed to with its own key.
    pub fn honest(&mut self) {
        self.signer = Signer::Rs256;
        self.kid = "rsa";
        self.bend = |_| {};
    }
}

struct Granted {
    claims: Value,
    challenge: String,
    back: String,
}

pub struct Provider {
    pub issuer: String,
    pub story: Arc<Mutex<Story>>,
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let story = Story {
            codes: BTreeMap::new(),
            published: vec!["rsa", "ec"],
            signer: Signer::Rs256,
            kid: "rsa",
            bend: |_| {},
            document: |_| {},
            token_status: 200,
            huge: false,
            asked: Vec::new(),
        };
        let story = Arc::new(Mutex::new(story));
        let (shared, name) = (story.clone(), issuer.clone());
        std::thread::spawn(move || {
            let ec = new_ec();
            for stream in listener.incoming().flatten() {
                answer(stream, &name, &shared, &ec);
            }
        });
        Self { issuer, story }
    }

    /// Its user agrees: the code and the state with which the browser goes back. `claims` without issuer, audience, times and nonce.
    pub fn agree(&self, address: &str, now: i64, claims: Value) -> (String, String) {
        let asked = query(address.split_once('?').unwrap().1);
        let mut all = json!({ "iss": self.issuer, "aud": asked["client_id"], "iat": now, "exp": now + 300, "auth_time": now, "nonce": asked["nonce"] });
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let code = format!("code-{}", self.story.lock().unwrap().codes.len());
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        let granted = Granted { claims: all, challenge: asked["code_challenge"].clone(), back: asked["redirect_uri"].clone() };
        self.story.lock().unwrap().codes.insert(code.clone(), granted);
        (code, asked["state"].clone())
    }

    pub fn bend(&self, bend: impl FnOnce(&mut Story)) {
        bend(&mut self.story.lock().unwrap());
    }

    pub fn count(&self, path: &str) -> usize {
        self.story.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }
}

pub fn query(text: &str) -> BTreeMap<String, String> {
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.replace('+', " ").into_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'%' {
            out.push(u8::from_str_radix(std::str::from_utf8(&bytes[at + 1..at + 3]).unwrap(), 16).unwrap());
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

fn new_ec() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

fn answer(mut stream: TcpStream, issuer: &str, story: &Mutex<Story>, ec: &EcdsaKeyPair) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut length, mut basic) = (String::new(), 0, None);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "authorization" => basic = value.trim().strip_prefix("Basic ").map(str::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut story = story.lock().unwrap();
    story.asked.push(path.clone());
    let (status, mut text) = match path.as_str() {
        "/.well-known/openid-configuration" => (200, document(issuer, &story).to_string()),
        "/jwks" => (200, keys(&story, ec).to_string()),
        "/token" => token(&mut story, &query(&String::from_utf8(body).unwrap()), basic, ec),
        _ => (404, "{}".into()),
    };
    if story.huge {
        text = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(300_000));
    }
    let _ = write!(stream, "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}", text.len());
}

fn document(issuer: &str, story: &Story) -> Value {
    let mut document = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"), "code_challenge_methods_supported": ["plain", "S256"],
    });
    (story.document)(&mut document);
    document
}

fn keys(story: &Story, ec: &EcdsaKeyPair) -> Value {
    let (n, e) = rsa_parts(&rsa_pair());
    let point = ec.public_key().as_ref();
    let all = [
        ("rsa", json!({ "kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": b64(n), "e": b64(e) })),
        ("ec", json!({ "kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "x": b64(&point[1..33]), "y": b64(&point[33..]) })),
    ];
    json!({ "keys": all.into_iter().filter(|(name, _)| story.published.contains(name)).map(|(_, key)| key).collect::<Vec<_>>() })
}

/// A code is redeemed once, by who has the secret and the verifier.
fn token(story: &mut Story, form: &BTreeMap<String, String>, basic: Option<String>, ec: &EcdsaKeyPair) -> (u16, String) {
    let who = basic.map(|basic| String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap());
    let Some(granted) = story.codes.remove(&form["code"]) else { return (400, json!({ "error": "invalid_grant" }).to_string()) };
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, form["code_verifier"].as_bytes()));
    if who.as_deref() != Some("hechuang:geheim%21") || challenge != granted.challenge || form["redirect_uri"] != granted.back {
        return (401, json!({ "error": "invalid_client" }).to_string());
    }
    let mut claims = granted.claims;
    (story.bend)(&mut claims);
    (story.token_status, json!({ "access_token": "a", "token_type": "Bearer", "id_token": signed(story, &claims, ec) }).to_string())
}

fn signed(story: &Story, claims: &Value, ec: &EcdsaKeyPair) -> String {
    let alg = match story.signer {
        Signer::Rs256 => "RS256",
        Signer::Es256 | Signer::Foreign => "ES256",
        Signer::Nobody => "none",
        Signer::Hmac => "HS256",
    };
    let kid = if story.signer == Signer::Es256 || story.signer == Signer::Foreign { "ec" } else { story.kid };
    let text = format!("{}.{}", b64(json!({ "alg": alg, "kid": kid }).to_string()), b64(claims.to_string()));
    let signature = match story.signer {
        Signer::Rs256 => rsa_sign(&rsa_pair(), text.as_bytes()),
        Signer::Es256 => ec.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec(),
        Signer::Foreign => new_ec().sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec(),
        Signer::Nobody => Vec::new(),
        Signer::Hmac => {
            let (n, _) = rsa_parts(&rsa_pair());
            ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &n), text.as_bytes()).as_ref().to_vec()
        }
    };
    format!("{text}.{}", b64(signature))
}

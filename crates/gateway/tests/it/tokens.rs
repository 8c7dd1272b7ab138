//! Access tokens at a gateway: what is believed, what is not, and that a killed credential takes its tokens with it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use capabilities::{AUDIENCE, Change, KeyLine, Net, Proof, SignerLine};
use jose::Signer;
use ring::hmac;
use serde_json::{Value, json};
use words::Id;

use crate::world::*;

fn signer(id: &'static str, seed: u8) -> (Signer, SignerLine) {
    let signer = Signer::of(id, &[seed; 32]).expect("a key");
    let line = SignerLine { id: Id::fixed(id), x: signer.public() };
    (signer, line)
}

/// A credential that tokens are got with.
fn client(world: &World) -> KeyLine {
    KeyLine { id: Id::fixed("key_client"), proof: Proof::Token, ..world.key("key_client", "app_sandbox") }
}

fn world(upstream: Option<std::net::SocketAddr>) -> (World, Signer) {
    let world = World::new(upstream);
    let (signer, line) = signer("sig_1", 7);
    world.tell(Change::Signers { signers: vec![line] });
    world.tell(Change::Key(client(&world)));
    std::thread::sleep(Duration::from_millis(200));
    (world, signer)
}

fn claims() -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    json!({ "iss": ISSUER, "sub": "app_sandbox", "client_id": "app_sandbox", "aud": AUDIENCE, "iat": now, "exp": now + 600, "jti": "atk_1", "credential": "key_client" })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn call(world: &World, path: &str, token: &str) -> Seen {
    world.call(&format!("GET {path}"), &[("authorization", &format!("Bearer {token}"))], "")
}

fn got(seen: &Seen) -> (u16, String) {
    (seen.status, seen.code())
}

#[test]
fn a_token_lets_calls_in_and_goes_no_further() {
    let up = upstream();
    let (world, signer) = world(Some(up.address));
    let token = signer.sign("at+jwt", &claims()).expect("a token");
    for _ in 0..3 {
        let seen = call(&world, "/echo/v1/anything", &token);
        assert_eq!(seen.status, 200, "{}", seen.body);
        assert!(seen.body.contains("app_sandbox") && !seen.body.contains("eyJ"), "{}", seen.body);
    }
    assert_eq!(call(&world, "/up/v1/x", &token).status, 201);
    assert!(!up.got.lock().unwrap()[0].contains("eyJ"));
}

#[test]
fn every_token_that_is_not_believed_is_refused_as_rfc_6750_says() {
    let (world, signer) = world(None);
    let signed = |claims: &Value| signer.sign("at+jwt", claims).expect("a token");
    let forged = |alg: &str, signature: &dyn Fn(&str) -> String| {
        let head = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "at+jwt", "kid": "sig_1" }).to_string());
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims().to_string()));
        format!("{signed}.{}", signature(&signed))
    };
    let public = URL_SAFE_NO_PAD.decode(signer.public()).expect("base64");
    let confused = |signed: &str| URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), signed.as_bytes()));
    let foreign = Signer::of("sig_1", &[8; 32]).expect("a key").sign("at+jwt", &claims()).expect("a token");
    let good = signed(&claims());
    let altered = {
        let (head, rest) = good.split_once('.').expect("a head");
        let signature = rest.rsplit_once('.').expect("a signature").1;
        format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(with("scope", json!("up")).to_string()))
    };
    for (what, token, status, code) in [
        ("none", forged("none", &|_| String::new()), 401, "gateway-token-invalid"),
        ("HS256 with the public key", forged("HS256", &confused), 401, "gateway-token-invalid"),
        ("a foreign key", foreign, 401, "gateway-token-invalid"),
        ("altered", altered, 401, "gateway-token-invalid"),
        ("another kind of token", signer.sign("JWT", &claims()).expect("a token"), 401, "gateway-token-invalid"),
        ("for others", signed(&with("aud", json!("urn:other"))), 401, "gateway-token-invalid"),
        ("of others", signed(&with("iss", json!("https://other"))), 401, "gateway-token-invalid"),
        ("no credential", signed(&with("credential", json!("key_nosuch"))), 401, "gateway-token-invalid"),
        ("a key's name", signed(&with("credential", json!(KEY))), 401, "gateway-token-invalid"),
        ("expired", signed(&with("exp", json!(1_700_000_000))), 401, "gateway-token-expired"),
        ("garbage", "eyJ.eyJ".to_owned(), 401, "gateway-token-invalid"),
        ("too long", format!("eyJ{}", "a".repeat(5_000)), 401, "gateway-key-missing"),
        ("for another capability", signed(&with("scope", json!("up durable"))), 403, "gateway-token-scope"),
        ("for this one", signed(&with("scope", json!("up echo"))), 200, ""),
    ] {
        let seen = call(&world, "/echo/v1/anything", &token);
        assert_eq!(got(&seen), (status, code.to_owned()), "{what}");
        let challenge = seen.header("www-authenticate");
        match code {
            "gateway-token-invalid" | "gateway-token-expired" => assert_eq!(challenge, Some("Bearer error=\"invalid_token\""), "{what}"),
            "gateway-token-scope" => assert_eq!(challenge, Some("Bearer error=\"insufficient_scope\", scope=\"echo\""), "{what}"),
            _ => {}
        }
    }
    // What tokens are got with is no key itself.
    assert_eq!(got(&world.call("GET /echo/v1/anything", &[("x-api-key", "key_client")], "")), (401, "gateway-key-unknown".into()));
}

#[test]
fn a_killed_credential_takes_its_tokens_with_it_and_so_does_a_key_that_signed_them() {
    let (world, signer) = world(None);
    let token = signer.sign("at+jwt", &claims()).expect("a token");
    let asked = || got(&call(&world, "/echo/v1/anything", &token));
    assert_eq!(asked().0, 200);
    let until = |status: u16| {
        let began = Instant::now();
        while asked().0 != status {
            assert!(began.elapsed() < Duration::from_secs(1), "never {status}");
            std::thread::sleep(Duration::from_millis(20));
        }
        asked().1
    };
    world.tell(Change::Key(KeyLine { revoked: true, ..client(&world) }));
    assert_eq!(until(401), "gateway-token-invalid");
    let net = Net::parse("10.0.0.0/8").into_iter().collect();
    world.tell(Change::Key(KeyLine { nets: net, ..client(&world) }));
    assert_eq!(until(403), "gateway-key-net");
    world.tell(Change::Key(client(&world)));
    until(200);
    world.tell(Change::Signers { signers: vec![self::signer("sig_2", 9).1] });
    assert_eq!(until(401), "gateway-token-invalid");
}

#[test]
fn tokens_are_believed_from_the_last_good_snapshot() {
    let (mut world, signer) = world(None);
    let token = signer.sign("at+jwt", &claims()).expect("a token");
    world.gateway = None;
    world.told.lock().unwrap().away = true;
    world.start();
    assert_eq!(call(&world, "/echo/v1/anything", &token).status, 200);
}

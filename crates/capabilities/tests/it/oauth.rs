//! The token endpoint, through the door: who gets an access token, who does not, and what signs it.

use std::net::{IpAddr, Ipv4Addr};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use capabilities::{AUDIENCE, App, Change, ClientShown, Environment, KeyDraft, KeyKind, KeyRefusal, NewKey, SignerLine, TokenRefusal, prove_client};
use jose::{Compact, PublicKey, Signer};
use serde_json::{Value, json};
use store::testing::Temp;
use webkit::testing::{Client, Seen};
use words::{Failure, Never};

use crate::pages::door;
use crate::world::*;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const ENDPOINT: &str = "https://hechuang.example/oauth/token";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn make(world: &Temp, app: &App, draft: KeyDraft) -> NewKey {
    let id = app.id.clone();
    done(world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft))
}

fn client(world: &Temp, app: &App) -> NewKey {
    make(world, app, KeyDraft { kind: KeyKind::Client, ..key_named("buys tokens") })
}

/// A set with the public key that is made of this byte.
pub fn jwks(seed: u8) -> String {
    let x = Signer::of("", &[seed; 32]).expect("a key").public();
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": format!("k{seed}"), "x": x }] }).to_string()
}

/// An assertion of this app, signed by the key of [`jwks`].
fn assertion(world: &Temp, app: &App, seed: u8, jti: &str) -> String {
    let now = world.clock.now().micros() / 1_000_000;
    let claims = json!({ "iss": app.id, "sub": app.id, "aud": ENDPOINT, "iat": now, "exp": now + 60, "jti": jti });
    Signer::of(format!("k{seed}"), &[seed; 32]).and_then(|signer| signer.sign("JWT", &claims)).expect("an assertion")
}

fn asked(door: &webkit::App, fields: &[(&str, &str)], basic: Option<(&str, &str)>) -> Seen {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", value.replace(':', "%3A").replace(' ', "+"))).collect();
    let basic = basic.map(|(client, secret)| format!("Basic {}", STANDARD.encode(format!("{client}:{secret}"))));
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded"), ("accept", "*/*")];
    headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
    Client::new(door).send("POST", "/oauth/token", &headers, body.join("&").into_bytes())
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn signers(world: &Temp) -> Vec<SignerLine> {
    let all = world.db.read::<_, Never>(|read| Ok(capabilities::changes_since::<Ground>(read, 0, 10_000)?.1)).expect("changes");
    all.into_iter().filter_map(|change| if let Change::Signers { signers } = change { Some(signers) } else { None }).next_back().unwrap_or_default()
}

/// What a token says, believed by a key that gateways know.
fn believed(world: &Temp, token: &str) -> Value {
    let token = Compact::parse(token, 4_096).expect("a token");
    let known = signers(world).into_iter().find(|line| Some(line.id.as_str()) == token.head.kid.as_deref()).expect("a key that gateways know");
    let key = PublicKey::ed25519(&URL_SAFE_NO_PAD.decode(known.x).expect("base64")).expect("a key");
    assert!(token.is_by(&key) && token.head.typ.as_deref() == Some("at+jwt"));
    Value::Object(token.claims)
}

#[test]
fn a_client_gets_a_token_by_its_secret_in_both_ways() {
    let world = world();
    let door = door(&world);
    let (app, _) = app(&world, 1, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(9), sms()));
    let secret = client(&world, &app);
    assert!(secret.text.starts_with("hos_") && secret.text.len() == 68);
    let answer = asked(&door, &[GRANT, ("scope", "sms")], Some((app.id.as_str(), &secret.text))).expect(200);
    assert_eq!((answer.header("cache-control"), answer.header("content-type")), ("no-store", "application/json"));
    let view = answer.json();
    assert_eq!((&view["token_type"], &view["expires_in"], &view["scope"]), (&json!("Bearer"), &json!(600), &json!("sms")));
    let claims = believed(&world, view["access_token"].as_str().expect("a token"));
    let now = world.clock.now().micros() / 1_000_000;
    let wanted = json!({
        "iss": "https://hechuang.example", "sub": app.id, "client_id": app.id, "aud": AUDIENCE, "iat": now, "exp": now + 600,
        "jti": claims["jti"], "scope": "sms", "credential": secret.key.id,
    });
    assert_eq!(claims, wanted);
    let posted = asked(&door, &[GRANT, ("client_id", app.id.as_str()), ("client_secret", &secret.text)], None).expect(200).json();
    assert_eq!((posted.get("scope"), believed(&world, posted["access_token"].as_str().expect("a token"))["scope"].is_null()), (None, true));
    let keys = Client::new(&door).get_json("/.well-known/jwks.json").expect(200).json();
    assert_eq!(jose::read_keys(keys.to_string().as_bytes()).expect("keys").len(), 1, "{keys}");
    let server = Client::new(&door).get_json("/.well-known/oauth-authorization-server").expect(200).json();
    assert_eq!((&server["issuer"], &server["token_endpoint"]), (&json!("https://hechuang.example"), &json!(ENDPOINT)));
    world.assert_clean();
}

#[test]
fn an_assertion_of_a_registered_key_gives_one_token() {
    let world = world();
    let door = door(&world);
    let (app, _) = app(&world, 1, Environment::Live);
    let registered = make(&world, &app, KeyDraft { kind: KeyKind::Jwks, jwks: jwks(3), ..key_named("signs") });
    assert_eq!(registered.text, "", "there is no secret");
    let ask = |text: &str| asked(&door, &[GRANT, ("client_assertion_type", JWT_BEARER), ("client_assertion", text)], None);
    let first = assertion(&world, &app, 3, "1");
    let token = ask(&first).expect(200).json();
    assert_eq!(believed(&world, token["access_token"].as_str().expect("a token"))["credential"], json!(registered.key.id));
    let refused = |text: &str| {
        let answer = ask(text).expect(401);
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"hechuang\"");
        let view = answer.json();
        assert_eq!(view["error"], json!("invalid_client"));
        view["error_description"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(refused(&first), "jti", "each is used once");
    assert_eq!(refused(&assertion(&world, &app, 4, "2")), "signature", "a foreign key");
    assert_eq!(refused("eyJhbGciOiJub25lIn0.e30."), "sub");
    assert_eq!(refused("no token"), "client_assertion");
    world.clock.set(world.clock.now().plus_seconds(1_000));
    assert_eq!(refused(&first), "exp");
    let id = registered.key.id.clone();
    let roll = refused_roll(&world, id.clone());
    assert_eq!(roll, Err(Failure::Refused(KeyRefusal::NoRoll)));
    ask(&assertion(&world, &app, 3, "3")).expect(200);
    done(&world, move |tx| capabilities::revoke_key(tx, &developer(1), &id));
    assert_eq!(refused(&assertion(&world, &app, 3, "4")), "signature");
    world.assert_clean();
}

fn refused_roll(world: &Temp, id: words::Id) -> Result<(), Failure<KeyRefusal>> {
    refused(world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &id)).map(drop)
}

#[test]
fn every_refusal_is_said_in_the_words_of_the_rfc() {
    let world = world();
    let door = door(&world);
    let (app, first) = app(&world, 1, Environment::Sandbox);
    let (other, _) = self::app(&world, 2, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(9), sms()));
    let secret = client(&world, &app).text;
    let only = make(&world, &app, KeyDraft { kind: KeyKind::Client, capabilities: vec!["sms".into()], days: Some(1), ..key_named("only sms") });
    let (id, other) = (app.id.to_string(), other.id.to_string());
    for (fields, basic, status, error) in [
        (&[][..], Some((id.as_str(), secret.as_str())), 400, "invalid_request"),
        (&[("grant_type", "password")], Some((&id, &secret)), 400, "unsupported_grant_type"),
        (&[GRANT], None, 401, "invalid_client"),
        (&[GRANT], Some((&id, "hos_guess")), 401, "invalid_client"),
        (&[GRANT], Some((&other, &secret)), 401, "invalid_client"),
        (&[GRANT], Some(("app_nosuch", &secret)), 401, "invalid_client"),
        (&[GRANT], Some((&id, &first.text)), 401, "invalid_client"),
        (&[GRANT, ("client_secret", "x")], Some((&id, &secret)), 400, "invalid_request"),
        (&[GRANT, ("scope", "nosuch")], Some((&id, &secret)), 400, "invalid_scope"),
        (&[GRANT, ("scope", "sms nosuch")], Some((&id, &only.text)), 400, "invalid_scope"),
        (&[GRANT, ("scope", "sms"), ("resource", "ignored")], Some((&id, &only.text)), 200, ""),
    ] {
        let answer = asked(&door, fields, basic).expect(status);
        assert_eq!(answer.json()["error"].as_str().unwrap_or_default(), error, "{fields:?} {basic:?}");
        if !error.is_empty() {
            let page = format!("/problems/capabilities-oauth-{}", error.replace('_', "-"));
            assert_eq!(answer.json()["error_uri"], json!(format!("https://hechuang.example{page}")));
            Client::new(&door).get(&page).expect(200);
        }
    }
    // A token does not outlive its credential.
    world.clock.set(only.key.ends_at.expect("an end").plus_seconds(-100));
    assert_eq!(asked(&door, &[GRANT], Some((&id, &only.text))).expect(200).json()["expires_in"], json!(100));
    world.clock.set(only.key.ends_at.expect("an end"));
    asked(&door, &[GRANT], Some((&id, &only.text))).expect(401);
    let app = app.id.clone();
    done(&world, move |tx| capabilities::close_app(tx, &developer(1), &app));
    asked(&door, &[GRANT], Some((&id, &secret))).expect(401);
    world.assert_clean();
}

#[test]
fn what_holds_for_keys_holds_for_clients() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let draft = KeyDraft { kind: KeyKind::Client, nets: vec!["10.0.0.0/8".into()], ..key_named("inside") };
    let made = make(&world, &app, draft);
    let shown = ClientShown::Secret { client: app.id.to_string(), secret: made.text.clone() };
    let from = |address: IpAddr| world.db.read(|read| prove_client(read, &shown, address, &[])).map(|client| client.credential);
    assert_eq!(from(IpAddr::from([10, 1, 2, 3])), Ok(made.key.id.clone()));
    assert_eq!(from(HERE), Err(Failure::Refused(TokenRefusal::Client("client_secret"))));
    let id = made.key.id.clone();
    let rolled = done(&world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &id));
    assert!(rolled.text.starts_with("hos_") && rolled.text != made.text);
    assert_eq!(from(IpAddr::from([10, 1, 2, 3])), Ok(made.key.id), "the old one works on for the overlap");
    let rows = world.db.read::<_, Never>(|read| Ok(format!("{:?}", read.rows("select * from capabilities_credential", &[])?))).expect("rows");
    assert!(!rows.contains(&made.text[12..]) && !rows.contains(&rolled.text[12..]));
    world.assert_clean();
}

#[test]
fn only_sets_of_public_keys_are_registered() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let long = "AQAB".repeat(90);
    for (text, fine) in [
        (jwks(1), true),
        (jwks(1).replace("\"kty\"", "\"d\":\"AAAA\",\"kty\""), false),
        (format!(r#"{{"keys":[{{"kty":"RSA","kid":"a","n":"{long}","e":"AQAB"}}]}}"#), true),
        (r#"{"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]}"#.into(), false),
        (r#"{"keys":[{"kty":"oct","kid":"a","k":"AQAB"}]}"#.into(), false),
        (r#"{"keys":[]}"#.into(), false),
        ("{}".into(), false),
        (String::new(), false),
        ("[".repeat(1_000), false),
    ] {
        let (id, draft) = (app.id.clone(), KeyDraft { kind: KeyKind::Jwks, jwks: text.clone(), ..key_named("signs") });
        let made = refused(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft)).map(drop);
        assert_eq!(made, if fine { Ok(()) } else { Err(Failure::Refused(KeyRefusal::Jwks)) }, "{text}");
    }
    world.assert_clean();
}

#[test]
fn keys_that_sign_follow_one_another_and_no_token_is_orphaned() {
    let world = world();
    let door = door(&world);
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let secret = client(&world, &app).text;
    let token = || {
        let text = asked(&door, &[GRANT], Some((app.id.as_str(), &secret))).expect(200).json();
        let text = text["access_token"].as_str().expect("a token").to_owned();
        believed(&world, &text);
        Compact::parse(&text, 4_096).expect("a token").head.kid.expect("a name")
    };
    let first = token();
    world.run_until(world.clock.now().plus_seconds(30 * 86_400 - 1));
    assert_eq!(token(), first);
    world.run_until(world.clock.now().plus_seconds(1));
    assert_eq!((token(), signers(&world).len()), (first.clone(), 2), "the next is told before it signs");
    world.run_until(world.clock.now().plus_seconds(60));
    let second = token();
    assert_ne!(second, first);
    world.run_until(world.clock.now().plus_seconds(600));
    assert_eq!(signers(&world).len(), 2, "the last token of the first is believed to its end");
    world.run_until(world.clock.now().plus_seconds(4_000));
    assert_eq!(signers(&world).iter().map(|line| line.id.to_string()).collect::<Vec<_>>(), [second]);
    world.assert_clean();
}

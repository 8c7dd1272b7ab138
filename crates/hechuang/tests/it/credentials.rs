//! Credentials other than keys, from the page to the meter: a signed call, and a call with an access token that was bought at the token endpoint.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use testkit::Got;
use webkit::testing::Client;

use crate::ground::House;
use crate::opened::Opened;

const PATH: &str = "/echo/v1/anything";

/// Makes a credential of this kind for an app; gives its id and its text.
pub fn credential(developer: &mut Client, app: &str, kind: &str) -> (String, String) {
    let made = developer.post_json(&format!("/apps/{app}/keys"), &json!({ "name": "机器", "kind": kind })).expect(200).json();
    let text = |at: &str| made.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    assert_eq!(text("/key/kind"), kind);
    (text("/key/id"), text("/text"))
}

/// A call that is signed, to the gateway at this port; again with another nonce until it has heard of the secret.
pub fn signed_call(port: u16, keyid: &str, secret: &str) -> Got {
    let began = Instant::now();
    loop {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time");
        let params = format!("(\"@method\" \"@path\" \"@query\" \"@authority\");created={};nonce=\"{}\";keyid=\"{keyid}\"", now.as_secs(), now.as_nanos());
        let authority = format!("localhost:{port}");
        let base = format!("\"@method\": GET\n\"@path\": {PATH}\n\"@query\": ?\n\"@authority\": {authority}\n\"@signature-params\": {params}");
        let signature = STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), base.as_bytes()));
        let (input, signature) = (format!("s={params}"), format!("s=:{signature}:"));
        let got = testkit::ask(port, "GET", PATH, &[("signature-input", &input), ("signature", &signature)], "").expect("an answer");
        if got.status != 401 || began.elapsed() > Duration::from_secs(10) {
            return got;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}

fn token(house: &House, client: &str, secret: &str) -> Value {
    let basic = format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", basic.as_str())];
    let mut stranger = Client::new(&house.app);
    stranger.send("POST", "/oauth/token", &headers, b"grant_type=client_credentials&scope=echo".to_vec()).json()
}

/// Calls of an app that came in, once there are so many.
fn metered(opened: &Opened, app: &str, wanted: i64) -> i64 {
    let began = Instant::now();
    loop {
        let read = |read: &store::Read| Ok(metering::used(read, app, words::Instant::from_micros(0), words::Instant::from_micros(i64::MAX / 2))?);
        let used = opened.house.temp.db.read::<_, words::Never>(read).map_err(words::Failure::into_fault).expect("usage");
        let count = used.iter().map(|row| row.billable).sum();
        if count >= wanted || began.elapsed() > Duration::from_secs(20) {
            return count;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn signed_calls_and_calls_with_access_tokens_are_let_in_and_metered() {
    let opened = Opened::of(House::peopled());
    let mut developer = opened.house.client("developer");
    let app =
        developer.post_json("/apps", &json!({ "name": "小程序", "environment": "sandbox" })).expect(200).json()["app"].as_str().expect("an app").to_owned();
    let (keyid, secret) = credential(&mut developer, &app, "signing");
    let got = signed_call(opened.port(), &keyid, &secret);
    assert_eq!(got.status, 200, "{}", got.body);
    let (client, secret) = credential(&mut developer, &app, "client");
    let bought = token(&opened.house, &app, &secret);
    let bearer = bought["access_token"].as_str().unwrap_or_else(|| panic!("{bought}")).to_owned();
    let got = opened.call(&bearer, "GET", PATH, None);
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(opened.call(&bearer, "GET", "/tariff/v1/measures", None).status, 403, "it is for echo only");
    assert_eq!(metered(&opened, &app, 2), 2);
    let page = developer.get(&format!("/apps/{app}")).expect(200).body;
    assert!(page.contains("/oauth/token") && page.contains(&keyid) && page.contains(&client), "{page}");
    // Whoever kills the credential kills its tokens.
    developer.post_json(&format!("/keys/{client}/revocation"), &json!({})).expect(200);
    assert_eq!(token(&opened.house, &app, &secret)["error"], json!("invalid_client"));
    let began = Instant::now();
    let bearer = format!("Bearer {bearer}");
    while testkit::ask(opened.port(), "GET", PATH, &[("authorization", &bearer)], "").expect("an answer").status != 401 {
        assert!(began.elapsed() < Duration::from_secs(1), "its tokens still work");
    }
    opened.house.temp.assert_clean();
}

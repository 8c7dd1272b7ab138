//! Signed requests through a gateway: who is let in, who is refused with which code, and that nothing is used twice.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use capabilities::{Change, KeyLine, Net};
use ring::{digest, hmac};

use crate::world::*;

pub const SECRET: &str = "hms_00000000111111112222222233333333";

fn now_s() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs()).expect("a time")
}

/// What goes into a signature; a test alters one thing.
pub struct Sign<'a> {
    method: &'a str,
    path: &'a str,
    body: &'a str,
    secret: &'a str,
    keyid: &'a str,
    components: Option<&'a str>,
    created: i64,
    more: &'a str,
}

impl Default for Sign<'_> {
    fn default() -> Self {
        Self { method: "GET", path: "/echo/v1/anything", body: "", secret: SECRET, keyid: "key_sign", components: None, created: now_s(), more: "" }
    }
}

impl Sign<'_> {
    /// The fields of the signature, as a client of its own would make them.
    fn fields(&self) -> Vec<(String, String)> {
        let sha = STANDARD.encode(digest::digest(&digest::SHA256, self.body.as_bytes()));
        let content_digest = format!("sha-256=:{sha}:");
        let usual = if self.body.is_empty() { r#""@method" "@target-uri""# } else { r#""@method" "@target-uri" "content-digest""# };
        let components = self.components.unwrap_or(usual);
        let params = format!("({components});created={};keyid=\"{}\"{}", self.created, self.keyid, self.more);
        let mut base = String::new();
        for component in components.split_whitespace() {
            let value = match component.trim_matches('"') {
                "@method" => self.method.to_owned(),
                "@target-uri" => format!("http://gateway{}", self.path),
                "@authority" => "gateway".to_owned(),
                "@path" => self.path.to_owned(),
                "@query" => "?".to_owned(),
                _ => content_digest.clone(),
            };
            base.push_str(&format!("{component}: {value}\n"));
        }
        base.push_str(&format!("\"@signature-params\": {params}"));
        let signature = STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes()), base.as_bytes()));
        let mut fields = vec![("signature-input".to_owned(), format!("s={params}")), ("signature".to_owned(), format!("s=:{signature}:"))];
        if !self.body.is_empty() {
            fields.push(("content-digest".to_owned(), content_digest));
        }
        fields
    }

    pub fn send(&self, world: &World) -> Seen {
        send(world, &format!("{} {}", self.method, self.path), &self.fields(), self.body)
    }
}

fn send(world: &World, head: &str, fields: &[(String, String)], body: &str) -> Seen {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    world.call(head, &fields, body)
}

fn world(upstream: Option<std::net::SocketAddr>) -> World {
    let world = World::new(upstream);
    world.tell(Change::Key(world.signing(SECRET, "app_sandbox")));
    std::thread::sleep(std::time::Duration::from_millis(200));
    world
}

fn got(seen: &Seen) -> (u16, String) {
    (seen.status, seen.code())
}

#[test]
fn a_signed_request_is_let_in_once_and_its_signature_goes_no_further() {
    let up = upstream();
    let world = world(Some(up.address));
    let seen = Sign::default().send(&world);
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(seen.body.contains("app_sandbox") && !seen.body.contains("signature"), "{}", seen.body);
    let signed = Sign { method: "POST", path: "/up/v1/x", body: "hello", more: ";nonce=\"1\"", ..Sign::default() };
    let fields = signed.fields();
    assert_eq!(send(&world, "POST /up/v1/x", &fields, "hello").status, 201);
    for _ in 0..4 {
        // Over new connections, so also at the other thread.
        let again = send(&world, "POST /up/v1/x", &fields, "hello");
        assert_eq!(got(&again), (401, "gateway-signature-replayed".into()));
        assert_eq!(again.header("www-authenticate"), Some("Bearer"));
    }
    let other = Sign { more: ";nonce=\"2\"", ..signed };
    assert_eq!(other.send(&world).status, 201, "the same again, signed again");
    let parts = Sign { components: Some(r#""@method" "@authority" "@path" "@query""#), ..Sign::default() };
    assert_eq!(parts.send(&world).status, 200);
    let got = up.got.lock().unwrap();
    assert_eq!(got.len(), 2, "{got:?}");
    assert!(got.iter().all(|one| !one.to_ascii_lowercase().contains("signature") && one.contains("content-digest") && one.ends_with("hello")), "{got:?}");
    // What a caller with a key says to the upstream in such fields is theirs.
    drop(got);
    let key = format!("Bearer {KEY}");
    world.call("GET /up/v1/x", &[("authorization", &key), ("signature-input", "s=()"), ("signature", "s=:aGk=:")], "");
    assert!(up.got.lock().unwrap()[2].contains("signature-input: s=()"));
}

#[test]
fn every_signature_that_is_not_believed_has_its_code() {
    let world = world(None);
    let now = now_s();
    for (sign, status, code) in [
        (Sign { secret: "guessed", ..Sign::default() }, 401, "gateway-signature-wrong"),
        (Sign { keyid: "key_nosuch", ..Sign::default() }, 401, "gateway-key-unknown"),
        (Sign { keyid: KEY, secret: KEY, ..Sign::default() }, 401, "gateway-key-unknown"),
        (Sign { keyid: "", ..Sign::default() }, 401, "gateway-key-unknown"),
        (Sign { more: ";alg=\"none\"", ..Sign::default() }, 401, "gateway-signature-algorithm"),
        (Sign { more: ";alg=\"ed25519\"", ..Sign::default() }, 401, "gateway-signature-algorithm"),
        (Sign { created: now - 400, ..Sign::default() }, 401, "gateway-signature-created"),
        (Sign { created: now + 400, ..Sign::default() }, 401, "gateway-signature-created"),
        (Sign { more: &format!(";expires={}", now - 1), ..Sign::default() }, 401, "gateway-signature-expired"),
        (Sign { components: Some(r#""@method""#), ..Sign::default() }, 401, "gateway-signature-components"),
        (Sign { method: "POST", body: "x", components: Some(r#""@method" "@target-uri""#), ..Sign::default() }, 401, "gateway-signature-components"),
        (Sign { more: ";created=1", ..Sign::default() }, 400, "gateway-signature-malformed"),
        (Sign { more: ";surprise=1", ..Sign::default() }, 400, "gateway-signature-malformed"),
    ] {
        assert_eq!(got(&sign.send(&world)), (status, code.to_owned()), "{} {:?} {}", sign.keyid, sign.components, sign.more);
    }
    let mut twice = Sign::default().fields();
    twice.push(twice[0].clone());
    assert_eq!(got(&send(&world, "GET /echo/v1/anything", &twice, "")), (400, "gateway-signature-malformed".into()));
    let fields = Sign { method: "POST", body: "hello", ..Sign::default() }.fields();
    assert_eq!(got(&send(&world, "POST /echo/v1/anything", &fields, "hullo")), (400, "gateway-digest-wrong".into()));
    assert_eq!(send(&world, "POST /echo/v1/anything", &fields, "hello").status, 200, "what was refused used nothing up");
    assert_eq!(got(&send(&world, "GET /echo/v1/anything?b=2", &Sign::default().fields(), "")), (401, "gateway-signature-wrong".into()));
    // The name of a secret is no key, neither alone nor with what it signs.
    assert_eq!(got(&world.call("GET /echo/v1/anything", &[("x-api-key", "key_sign")], "")), (401, "gateway-key-unknown".into()));
}

#[test]
fn what_holds_for_keys_holds_for_signing_secrets() {
    let world = world(None);
    let line = world.signing(SECRET, "app_sandbox");
    let net = |text: &str| Net::parse(text).into_iter().collect::<Vec<_>>();
    for (number, (line, wanted)) in [
        (KeyLine { capabilities: vec!["up".into()], ..line.clone() }, (403, "gateway-key-capability")),
        (KeyLine { nets: net("10.0.0.0/8"), ..line.clone() }, (403, "gateway-key-net")),
        (KeyLine { ends_at: Some(1_000_000), ..line.clone() }, (401, "gateway-key-ended")),
        (KeyLine { revoked: true, ..line }, (401, "gateway-key-unknown")),
    ]
    .into_iter()
    .enumerate()
    {
        world.tell(Change::Key(line));
        std::thread::sleep(std::time::Duration::from_millis(200));
        let seen = Sign { more: &format!(";nonce=\"{number}\""), ..Sign::default() }.send(&world);
        assert_eq!((seen.status, seen.code().as_str()), wanted);
    }
}

#[test]
fn a_secret_lies_sealed_on_the_disk_and_works_from_there() {
    let mut world = world(None);
    world.gateway = None;
    for file in ["snapshot.base", "snapshot.log"] {
        let kept = std::fs::read(world.folder.join("gateway").join(file)).expect("a snapshot");
        let kept = String::from_utf8_lossy(&kept);
        assert!(!kept.contains(SECRET) && !kept.contains(&hex::encode(SECRET)), "{file}");
    }
    world.told.lock().unwrap().away = true;
    world.start();
    assert_eq!(Sign::default().send(&world).status, 200);
}

#[test]
fn whoever_guesses_signatures_is_slowed_down() {
    let world = world(None);
    let statuses: Vec<u16> = (0..80).map(|n| Sign { secret: &format!("guess {n}"), ..Sign::default() }.send(&world).status).collect();
    assert!(statuses[..30].iter().all(|status| *status == 401) && statuses.contains(&429), "{statuses:?}");
}

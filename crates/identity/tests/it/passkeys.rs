//! Passkeys through the door: added, used, and everything that an attacker might try with a key of their own.

use identity::LoginSecret;
use serde_json::{Value, json};
use webkit::testing::{Client, Seen};
use words::{Acting, Id, Node};

use crate::authenticator::{Authenticator, Story, b64};
use crate::house::{House, day, zj};

const FIVE_MINUTES: i64 = 300;

struct Scene {
    house: House,
    app: webkit::App,
    clerk: Id,
}

fn scene() -> Scene {
    let house = House::new();
    let clerk = house.person("陈思远", zj());
    let (whom, secret) = (clerk.clone(), LoginSecret::of_password("correct horse battery", &[9; 16]).unwrap());
    house.write(move |tx| identity::register_login(tx, &Acting::system("setup"), &whom, "chensiyuan", &secret));
    let app = house.door(None);
    Scene { house, app, clerk }
}

impl Scene {
    fn client(&self) -> Client {
        Client::session(&self.app, &self.house.session(&self.clerk))
    }

    fn wait(&self, seconds: i64) {
        self.house.temp.clock.set(self.house.temp.clock.now().plus_seconds(seconds));
    }

    /// Adds a passkey to the clerk.
    #[track_caller]
    fn added(&self, mut authenticator: Authenticator) -> Authenticator {
        let mut client = self.client();
        let asked = client.post_json("/me/passkeys/challenges", &json!({})).expect(200).json();
        client.post_json("/me/passkeys", &authenticator.make(&asked, &Story::honest(1))).expect(200);
        authenticator
    }

    /// Signs in as a stranger with this story.
    fn tried(&self, authenticator: &Authenticator, story: &Story) -> Seen {
        let mut client = Client::new(&self.app);
        let asked = asked(&mut client);
        client.post_json("/login/passkey", &authenticator.sign(&asked, story))
    }

    fn passkeys(&self) -> Value {
        self.client().get_json("/me/security").expect(200).json()["passkeys"].clone()
    }
}

#[track_caller]
fn asked(client: &mut Client) -> Value {
    client.post_json("/login/passkey/challenges", &json!({})).expect(200).json()
}

#[test]
fn a_passkey_of_each_kind_is_added_and_signs_in_without_a_name() {
    let scene = scene();
    for authenticator in [Authenticator::es256(1), Authenticator::ed25519(2), Authenticator::rs256(3)] {
        let authenticator = scene.added(authenticator);
        let mut client = Client::new(&scene.app);
        let asked = asked(&mut client);
        assert_eq!((&asked["rp_id"], &asked["credentials"]), (&json!("localhost"), &json!([])));
        let there = client.post_json("/login/passkey", &authenticator.sign(&asked, &Story::honest(2))).expect(200).json();
        assert_eq!(there["person"], scene.clerk.as_str());
        client.get("/me/security").expect(200);
    }
    let list = scene.passkeys();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["name"]), (3, &json!("我的手机")));
    assert!(list[0]["used_at"].is_string() && list[0]["stopped_at"].is_null());
    scene.house.temp.assert_clean();
}

#[test]
fn the_browser_posts_the_answer_as_a_form_and_goes_on() {
    let scene = scene();
    let authenticator = scene.added(Authenticator::es256(1));
    let mut client = Client::new(&scene.app);
    let page = client.get("/login").expect(200).body;
    assert!(page.contains("data-passkey=\"use\"") && page.contains("data-origin=\"http://localhost:8080\"") && page.contains("/static/passkey.js"), "{page}");
    let asked = asked(&mut client);
    let answer = authenticator.sign(&asked, &Story::honest(2));
    let fields: Vec<(&str, &str)> = answer.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    assert_eq!(client.post("/login/passkey", &fields).expect(303).location(), "/me/security");
    // The same answer once more: shown on the page it came from, in words.
    let again = client.post("/login/passkey", &[fields, vec![("_back", "/login")]].concat()).expect(422);
    assert!(again.body.contains("这次操作已失效"));
}

type Bend = fn(&mut Story);

#[test]
fn what_an_attacker_may_try_when_signing_in() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    let table: [(&str, Bend, &str); 10] = [
        ("another origin", |story| story.origin = "https://evil.example".into(), "identity-passkey-elsewhere"),
        ("another port", |story| story.origin = "http://localhost:9090".into(), "identity-passkey-elsewhere"),
        ("in a frame of another site", |story| story.cross_origin = true, "identity-passkey-elsewhere"),
        ("another site", |story| story.rp_id = "evil.example".into(), "identity-passkey-elsewhere"),
        ("nobody there", |story| story.flags = 0x04, "identity-passkey-unverified"),
        ("not verified", |story| story.flags = 0x01, "identity-passkey-unverified"),
        ("copied, though it cannot be", |story| story.flags = 0x15, "identity-passkey-unreadable"),
        ("the answer of another ceremony", |story| story.kind = Some("webauthn.create"), "identity-passkey-unreadable"),
        ("another owner", |story| story.user_handle = Some("psn_other".into()), "identity-passkey-wrong"),
        ("changed after signing", |story| story.spoil = true, "identity-passkey-wrong"),
    ];
    for (name, bend, code) in table {
        let mut story = Story::honest(2);
        bend(&mut story);
        assert_eq!(scene.tried(&mine, &story).expect(422).code(), code, "{name}");
    }
    let mut forged = Authenticator::es256(1);
    forged.owner.clone_from(&mine.owner);
    assert_eq!(scene.tried(&forged, &Story::honest(2)).code(), "identity-passkey-wrong", "a foreign key under a known id");
    let mut unknown = Authenticator::es256(9);
    unknown.owner.clone_from(&mine.owner);
    assert_eq!(scene.tried(&unknown, &Story::honest(2)).code(), "identity-passkey-unknown", "a key that nobody added");
    scene.tried(&mine, &Story::honest(2)).expect(200);
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    let mut client = Client::new(&scene.app);
    let honest = mine.sign(&asked(&mut client), &Story::honest(2));
    for (field, value) in [
        ("client_data", "!".to_owned()),
        ("client_data", b64("no json")),
        ("client_data", b64("{}")),
        ("authenticator_data", b64([0; 36])),
        ("authenticator_data", b64([0; 40])),
        ("signature", "=".to_owned()),
        ("user_handle", "!".to_owned()),
    ] {
        let mut bent = honest.clone();
        bent[field] = json!(value);
        assert_eq!(client.post_json("/login/passkey", &bent).expect(422).code(), "identity-passkey-unreadable", "{field} {value}");
    }
    let mut nobody = honest.clone();
    nobody.as_object_mut().unwrap().remove("user_handle");
    assert_eq!(client.post_json("/login/passkey", &nobody).expect(422).code(), "identity-passkey-unreadable");
    client.post_json("/login/passkey", &honest).expect(200);
}

#[test]
fn a_challenge_works_once_soon_and_in_its_own_browser() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    let (mut victim, mut thief) = (Client::new(&scene.app), Client::new(&scene.app));
    let question = asked(&mut victim);
    asked(&mut thief);
    let answer = mine.sign(&question, &Story::honest(2));
    assert_eq!(thief.post_json("/login/passkey", &answer).code(), "identity-challenge-gone", "another browser");
    victim.post_json("/login/passkey", &answer).expect(200);
    assert_eq!(victim.post_json("/login/passkey", &mine.sign(&question, &Story::honest(4))).code(), "identity-challenge-gone", "used");
    let question = asked(&mut victim);
    scene.wait(FIVE_MINUTES);
    assert_eq!(victim.post_json("/login/passkey", &mine.sign(&question, &Story::honest(4))).code(), "identity-challenge-gone", "too late");
    let invented = json!({ "challenge": b64([7; 32]) });
    assert_eq!(victim.post_json("/login/passkey", &mine.sign(&invented, &Story::honest(4))).code(), "identity-challenge-gone", "invented");
    // A question for a proof signs nobody in.
    let question = scene.client().post_json("/reauth/passkey/challenges", &json!({})).expect(200).json();
    assert_eq!(victim.post_json("/login/passkey", &mine.sign(&question, &Story::honest(4))).code(), "identity-challenge-gone", "for another purpose");
}

#[test]
fn a_counter_that_goes_back_stops_the_passkey() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    scene.tried(&mine, &Story::honest(7)).expect(200);
    for counter in [7, 8] {
        assert_eq!(scene.tried(&mine, &Story::honest(counter)).expect(422).code(), "identity-passkey-stopped", "{counter}");
    }
    assert!(scene.passkeys()[0]["stopped_at"].is_string());
    assert!(scene.client().get("/me/security").expect(200).body.contains("可能被复制"));
    // Authenticators that do not count say zero for ever.
    let mut other = Authenticator::ed25519(2);
    let mut client = scene.client();
    let question = client.post_json("/me/passkeys/challenges", &json!({})).expect(200).json();
    client.post_json("/me/passkeys", &other.make(&question, &Story::honest(0))).expect(200);
    for _ in 0..2 {
        scene.tried(&other, &Story::honest(0)).expect(200);
    }
    scene.house.temp.assert_clean();
}

#[test]
fn a_passkey_proves_again_who_one_is() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    let mut client = scene.client();
    scene.wait(FIVE_MINUTES + 1);
    assert_eq!(client.post_json("/me/tokens", &json!({ "name": "脚本", "days": 1 })).expect(403).code(), "identity-proof-needed");
    assert_eq!(client.post_json("/me/passkeys/challenges", &json!({})).expect(403).code(), "identity-proof-needed");
    assert!(client.get("/reauth?next=/me/security").expect(200).body.contains("action=\"/reauth/passkey\""));
    let question = client.post_json("/reauth/passkey/challenges", &json!({})).expect(200).json();
    assert_eq!(question["credentials"], json!([b64(&mine.id)]));
    client.post_json("/reauth/passkey", &mine.sign(&question, &Story::honest(2))).expect(200);
    client.post_json("/me/tokens", &json!({ "name": "脚本", "days": 1 })).expect(200);
    // Somebody else's passkey proves nothing about me.
    let other = scene.house.person("别人", zj());
    let mut other = Client::session(&scene.app, &scene.house.session(&other));
    let question = other.post_json("/reauth/passkey/challenges", &json!({})).expect(200).json();
    assert_eq!(other.post_json("/reauth/passkey", &mine.sign(&question, &Story::honest(3))).expect(422).code(), "identity-passkey-wrong");
}

#[test]
fn what_is_refused_when_adding() {
    let scene = scene();
    let first = scene.added(Authenticator::es256(1));
    let mut client = scene.client();
    let mut offer = |bend: Bend, id: u8| {
        let question = client.post_json("/me/passkeys/challenges", &json!({})).expect(200).json();
        let mut story = Story::honest(0);
        bend(&mut story);
        let seen = client.post_json("/me/passkeys", &Authenticator::es256(id).make(&question, &story));
        (seen.status, seen.code())
    };
    let table: [(Bend, u8, u16, &str); 5] = [
        (|story| story.origin = "https://evil.example".into(), 2, 422, "identity-passkey-elsewhere"),
        (|story| story.rp_id = "evil.example".into(), 2, 422, "identity-passkey-elsewhere"),
        (|story| story.flags = 0x01, 2, 422, "identity-passkey-unverified"),
        (|story| story.kind = Some("webauthn.get"), 2, 422, "identity-passkey-unreadable"),
        (|_| {}, first.id[0], 409, "identity-passkey-known"),
    ];
    for (bend, id, status, code) in table {
        assert_eq!(offer(bend, id), (status, code.to_owned()));
    }
    // The challenge belongs to whom it was made for.
    let question = client.post_json("/me/passkeys/challenges", &json!({})).expect(200).json();
    let thief = scene.house.person("别人", zj());
    let mut thief = Client::session(&scene.app, &scene.house.session(&thief));
    thief.post_json("/me/passkeys/challenges", &json!({})).expect(200);
    assert_eq!(thief.post_json("/me/passkeys", &Authenticator::es256(5).make(&question, &Story::honest(0))).code(), "identity-challenge-gone");
    Client::new(&scene.app).post_json("/me/passkeys/challenges", &json!({})).expect(401);
}

#[test]
fn twenty_are_enough() {
    let scene = scene();
    for id in 1..=20 {
        scene.added(Authenticator::ed25519(id));
        scene.wait(60);
    }
    assert_eq!(scene.client().post_json("/me/passkeys/challenges", &json!({})).expect(409).code(), "identity-passkey-too-many");
}

#[test]
fn the_owner_removes_a_passkey_and_nobody_else() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    let path = format!("/me/passkeys/{}", scene.passkeys()[0]["id"].as_str().unwrap());
    let other = scene.house.person("别人", zj());
    Client::session(&scene.app, &scene.house.session(&other)).send_json("DELETE", &path, &json!({})).expect(404);
    scene.client().post(&path, &[("_method", "delete")]).expect(303);
    assert_eq!(scene.tried(&mine, &Story::honest(2)).code(), "identity-passkey-unknown");
    // Whoever has no password keeps the last way in.
    let keyless = scene.house.person("没有口令", zj());
    let mut client = Client::session(&scene.app, &scene.house.session(&keyless));
    let question = client.post_json("/me/passkeys/challenges", &json!({})).expect(200).json();
    client.post_json("/me/passkeys", &Authenticator::es256(3).make(&question, &Story::honest(1))).expect(200);
    let id = client.get_json("/me/security").json()["passkeys"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(client.send_json("DELETE", &format!("/me/passkeys/{id}"), &json!({})).expect(409).code(), "identity-last-way");
    scene.house.temp.assert_clean();
}

#[test]
fn whoever_leaves_or_is_erased_comes_in_by_no_passkey() {
    let scene = scene();
    let mine = scene.added(Authenticator::es256(1));
    let whom = scene.clerk.clone();
    scene.house.write(move |tx| identity::person_leaves(tx, &Acting::system("setup"), &whom, day("2026-01-02")));
    assert_eq!(scene.tried(&mine, &Story::honest(2)).code(), "identity-passkey-unknown");
    let left = scene.house.read(|read| read.rows("select id from identity_passkey", &[])).len();
    assert_eq!(left, 0);
    scene.house.temp.assert_clean();
}

#[test]
fn an_altered_passkey_is_noticed() {
    let scene = scene();
    scene.added(Authenticator::es256(1));
    scene.house.give(&scene.clerk, "unit.hr", Node::group());
    scene.house.write::<_, words::Never>(|tx| Ok(tx.execute("update identity_passkey set counter = counter - 1", &[])?));
    let found = scene.house.temp.verify();
    assert!(found.checks.iter().flat_map(|check| &check.findings).any(|finding| finding.place == "identity_passkey"));
}

//! Signing in at an identity provider, linking, proving again; and a table of what providers, networks and attackers may do instead.

use identity::{Find, PersonDraft, ProviderDraft, Providers};
use serde_json::{Value, json};
use webkit::testing::{Client, Seen};
use words::{Acting, Bilingual, Id, Lang, Node};

use crate::house::{House, day, zj};
use crate::provider::{Provider, Signer, Story, query};

struct Scene {
    house: House,
    provider: Provider,
    app: webkit::App,
    clerk: Id,
}

fn draft(issuer: &str, find: Find, create: bool) -> ProviderDraft {
    ProviderDraft {
        key: "corp".into(),
        issuer: issuer.into(),
        client_id: "hechuang".into(),
        client_secret: Some("geheim!".into()),
        scopes: vec!["openid".into(), "email".into()],
        name: Bilingual::new("统一认证", "Company account"),
        find,
        create,
    }
}

fn scene(find: Find, create: bool) -> Scene {
    let (house, provider) = (House::new(), Provider::start());
    let clerk = house.write(|tx| {
        let draft = PersonDraft::parse("陈思远", None, Some("chen@example.cn"), None, Some("ZJ-0012"), Lang::Zh).unwrap();
        identity::add_person_system(tx, &draft, None)
    });
    let app = house.door_with(Providers::of(vec![draft(&provider.issuer, find, create)]).unwrap());
    Scene { house, provider, app, clerk }
}

/// What an honest provider says of the clerk.
fn chen() -> Value {
    json!({ "sub": "248289761001", "email": "Chen@example.cn", "email_verified": true, "name": "陈思远", "employee_number": "zj-0012" })
}

impl Scene {
    fn now(&self) -> i64 {
        self.house.temp.clock.now().micros() / 1_000_000
    }

    fn wait(&self, seconds: i64) {
        self.house.temp.clock.set(self.house.temp.clock.now().plus_seconds(seconds));
    }

    fn session(&self, who: &Id) -> Client {
        Client::session(&self.app, &self.house.session(who))
    }

    /// Sets out, agrees there, and says where the browser is sent back to.
    #[track_caller]
    fn back(&self, client: &mut Client, from: &str, claims: Value) -> String {
        let form = if from.starts_with("/me/") { json!({}) } else { json!({ "next": "/me/profile" }) };
        let there = client.post_json(from, &form).expect(200).json();
        let (code, state) = self.provider.agree(there["address"].as_str().unwrap(), self.now(), claims);
        format!("/login/providers/corp/return?code={code}&state={state}")
    }

    #[track_caller]
    fn arrives(&self, claims: Value) -> Seen {
        let mut client = Client::new(&self.app);
        let back = self.back(&mut client, "/login/providers/corp", claims);
        client.get_json(&back)
    }

    fn links(&self) -> usize {
        self.house.read(|read| read.rows("select id from identity_link", &[])).len()
    }
}

#[test]
fn one_signs_in_is_linked_and_comes_back_by_the_same_account() {
    let scene = scene(Find::Email, false);
    let mut client = Client::new(&scene.app);
    assert!(client.get("/login").expect(200).body.contains("统一认证"));
    let page = client.post("/login/providers/corp", &[("next", "/me/profile")]).expect(200);
    assert!(page.body.contains("http-equiv=\"refresh\"") && page.body.contains("code_challenge_method=S256") && !page.body.contains("code_verifier"));
    let back = scene.back(&mut client, "/login/providers/corp", chen());
    assert_eq!(client.get(&back).expect(303).location(), "/me/profile");
    assert!(client.get("/me/profile").expect(200).body.contains("陈思远"));
    // The address may change at the provider: the account is known by its subject.
    let again = scene.arrives(json!({ "sub": "248289761001", "email": "new@example.cn", "email_verified": false })).expect(200).json();
    assert_eq!((again["person"].as_str(), scene.links()), (Some(scene.clerk.as_str()), 1));
    assert_eq!((scene.provider.count("/.well-known/openid-configuration"), scene.provider.count("/jwks")), (1, 1), "kept for an hour");
    scene.house.temp.assert_clean();
}

#[test]
fn where_the_browser_is_sent_says_no_more_than_it_must() {
    let scene = scene(Find::Email, false);
    let there = Client::new(&scene.app).post_json("/login/providers/corp", &json!({ "next": "//evil.example" })).expect(200).json();
    let address = there["address"].as_str().unwrap();
    let asked = query(address.split_once('?').unwrap().1);
    assert!(address.starts_with(&format!("{}/authorize?", scene.provider.issuer)));
    assert_eq!(asked["redirect_uri"], "http://localhost:8080/login/providers/corp/return");
    assert_eq!((asked["scope"].as_str(), asked["client_id"].as_str()), ("openid email", "hechuang"));
    assert_eq!([&asked["state"], &asked["nonce"], &asked["code_challenge"]].map(|text| text.len()), [43; 3]);
    assert!(!asked.contains_key("prompt"));
}

type Bend = fn(&mut Story);

#[test]
fn an_id_token_is_believed_only_after_every_check() {
    let table: [(&str, Bend, &str); 18] = [
        ("wrong nonce", |story| story.bend = |claims| claims["nonce"] = json!("other"), "nonce"),
        ("no nonce", |story| story.bend = |claims| drop(claims.as_object_mut().unwrap().remove("nonce")), "nonce"),
        ("foreign key", |story| story.signer = Signer::Foreign, "signature"),
        ("nobody signed", |story| story.signer = Signer::Nobody, "alg"),
        ("the public key as a secret", |story| story.signer = Signer::Hmac, "alg"),
        ("unknown key", |story| story.kid = "old", "kid"),
        ("another key's name", |story| story.kid = "ec", "kid"),
        ("expired", |story| story.bend = |claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 61), "exp"),
        ("no end", |story| story.bend = |claims| drop(claims.as_object_mut().unwrap().remove("exp")), "exp"),
        ("made long ago", |story| story.bend = |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 900), "exp"),
        ("made tomorrow", |story| story.bend = |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 86_400), "iat"),
        ("not yet", |story| story.bend = |claims| claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + 3600), "iat"),
        ("wrong aud", |story| story.bend = |claims| claims["aud"] = json!("another"), "aud"),
        ("shared aud without azp", |story| story.bend = |claims| claims["aud"] = json!(["hechuang", "another"]), "aud"),
        ("wrong azp", |story| story.bend = |claims| claims["azp"] = json!("another"), "aud"),
        ("wrong iss", |story| story.bend = |claims| claims["iss"] = json!("https://evil.example"), "iss"),
        ("no sub", |story| story.bend = |claims| claims["sub"] = json!(""), "sub"),
        ("no object", |story| story.bend = |claims| *claims = json!("text"), "malformed"),
    ];
    let scene = scene(Find::Email, false);
    for (name, bend, reason) in table {
        scene.wait(60);
        scene.provider.bend(|story| {
            story.honest();
            bend(story);
        });
        let seen = scene.arrives(chen()).expect(422);
        assert_eq!(seen.code(), "identity-provider-token-wrong", "{name}: {}", seen.body);
        assert!(seen.json()["detail"].as_str().unwrap().contains(reason), "{name}: {}", seen.body);
    }
    assert_eq!(scene.links(), 0);
}

#[test]
fn what_differs_a_little_is_believed() {
    let table: [(&str, Bend); 5] = [
        ("ES256", |story| story.signer = Signer::Es256),
        ("a clock that is fifty seconds ahead", |story| story.bend = |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 50)),
        ("just expired", |story| story.bend = |claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 50)),
        ("aud as a list", |story| story.bend = |claims| claims["aud"] = json!(["hechuang"])),
        ("several aud, asked for by us", |story| {
            story.bend = |claims| {
                claims["aud"] = json!(["hechuang", "another"]);
                claims["azp"] = json!("hechuang");
            }
        }),
    ];
    let scene = scene(Find::Email, false);
    for (name, bend) in table {
        scene.wait(60);
        scene.provider.bend(|story| {
            story.honest();
            bend(story);
        });
        let seen = scene.arrives(chen());
        assert_eq!(seen.status, 200, "{name}: {}", seen.body);
    }
}

#[test]
fn keys_are_fetched_again_when_the_provider_changes_them_but_not_for_every_stranger() {
    let scene = scene(Find::Email, false);
    scene.provider.bend(|story| story.published = vec!["ec"]);
    scene.provider.bend(|story| story.signer = Signer::Es256);
    scene.arrives(chen()).expect(200);
    scene.provider.bend(|story| (story.published, story.signer) = (vec!["rsa"], Signer::Rs256));
    assert_eq!(scene.arrives(chen()).code(), "identity-provider-token-wrong", "asked a moment ago");
    scene.wait(11);
    scene.arrives(chen()).expect(200);
    assert_eq!(scene.provider.count("/jwks"), 2);
}

#[test]
fn a_state_works_once_soon_and_in_its_own_browser() {
    let scene = scene(Find::Email, false);
    let mut victim = Client::new(&scene.app);
    let back = scene.back(&mut victim, "/login/providers/corp", chen());
    // Somebody else's link: whoever follows it must not be signed in as the attacker.
    let mut other = Client::new(&scene.app);
    other.post_json("/login/providers/corp", &json!({})).expect(200);
    assert_eq!(other.get_json(&back).expect(422).code(), "identity-challenge-gone", "another browser");
    let back = scene.back(&mut victim, "/login/providers/corp", chen());
    victim.get_json(&back).expect(200);
    assert_eq!(victim.get_json(&back).expect(422).code(), "identity-challenge-gone", "replayed");
    let back = scene.back(&mut victim, "/login/providers/corp", chen());
    scene.wait(601);
    assert_eq!(victim.get_json(&back).expect(422).code(), "identity-challenge-gone", "too late");
    assert_eq!(victim.get_json("/login/providers/corp/return?code=a&state=b").code(), "identity-challenge-gone", "invented");
    assert_eq!(victim.get_json("/login/providers/corp/return").code(), "identity-challenge-gone", "empty");
    victim.get_json("/login/providers/other/return?code=a&state=b").expect(404);
    victim.post_json("/login/providers/other", &json!({})).expect(404);
}

#[test]
fn two_providers_are_not_mixed_up() {
    let (house, honest, evil) = (House::new(), Provider::start(), Provider::start());
    house.write(|tx| {
        let draft = PersonDraft::parse("陈思远", None, Some("chen@example.cn"), None, None, Lang::Zh).unwrap();
        identity::add_person_system(tx, &draft, None)
    });
    let second = ProviderDraft { key: "evil".into(), ..draft(&evil.issuer, Find::Email, false) };
    let app = house.door_with(Providers::of(vec![draft(&honest.issuer, Find::Email, false), second]).unwrap());
    let now = house.temp.clock.now().micros() / 1_000_000;
    let mut client = Client::new(&app);
    let there = |client: &mut Client| {
        let there = client.post_json("/login/providers/corp", &json!({})).expect(200).json();
        honest.agree(there["address"].as_str().unwrap(), now, chen())
    };
    let (code, state) = there(&mut client);
    assert_eq!(client.get_json(&format!("/login/providers/evil/return?code={code}&state={state}")).code(), "identity-challenge-gone");
    let (code, state) = there(&mut client);
    let named = format!("/login/providers/corp/return?code={code}&state={state}&iss={}", evil.issuer);
    assert_eq!(client.get_json(&named).code(), "identity-challenge-gone");
    assert_eq!((honest.count("/token"), evil.count("/token")), (0, 0), "no code left the house");
    let (code, state) = there(&mut client);
    client.get_json(&format!("/login/providers/corp/return?code={code}&state={state}&iss={}", honest.issuer)).expect(200);
}

#[test]
fn who_is_meant_is_found_by_the_rule_of_the_configuration() {
    let unknown = json!({ "sub": "7", "email": "li@example.cn", "email_verified": true, "name": "李四", "employee_number": "GD-7" });
    let unverified = json!({ "sub": "8", "email": "chen@example.cn", "email_verified": false, "name": "x" });
    let silent = json!({ "sub": "9" });
    let by_staff = || Find::StaffNo("employee_number".into());
    let table: [(Find, bool, Value, &str); 10] = [
        (Find::Email, false, chen(), ""),
        (Find::Email, false, unknown.clone(), "identity-provider-unknown-person"),
        (Find::Email, false, unverified.clone(), "identity-provider-email-unverified"),
        (Find::Email, false, silent.clone(), "identity-provider-unknown-person"),
        (Find::Email, true, unknown.clone(), ""),
        (Find::Email, true, unverified, "identity-provider-email-unverified"),
        (by_staff(), false, chen(), ""),
        (by_staff(), false, unknown.clone(), "identity-provider-unknown-person"),
        (by_staff(), true, unknown, ""),
        (Find::Linked, false, chen(), "identity-provider-unknown-person"),
    ];
    for (find, create, claims, code) in table {
        let scene = scene(find.clone(), create);
        let seen = scene.arrives(claims.clone());
        assert_eq!(if seen.status == 200 { String::new() } else { seen.code() }, code, "{find:?} {create} {claims}: {}", seen.body);
        scene.house.temp.assert_clean();
    }
}

#[test]
fn two_people_with_one_address_are_told_apart_by_nobody() {
    let scene = scene(Find::Email, false);
    scene.house.write(|tx| {
        let draft = PersonDraft::parse("另一人", None, Some("chen@example.cn"), None, None, Lang::Zh).unwrap();
        identity::add_person_system(tx, &draft, None)
    });
    assert_eq!(scene.arrives(chen()).expect(422).code(), "identity-provider-several");
}

#[test]
fn a_provider_that_breaks_is_told_in_words() {
    let table: [(&str, Bend); 7] = [
        ("another issuer", |story| story.document = |document| document["issuer"] = json!("https://evil.example")),
        ("keys in the clear", |story| story.document = |document| document["jwks_uri"] = json!("http://evil.example/jwks")),
        ("no PKCE", |story| story.document = |document| document["code_challenge_methods_supported"] = json!(["plain"])),
        ("no document", |story| story.document = |document| *document = json!([])),
        ("endless", |story| story.huge = true),
        ("no keys", |story| story.published = Vec::new()),
        ("token endpoint broken", |story| story.token_status = 500),
    ];
    for (name, bend) in table {
        let scene = scene(Find::Email, false);
        scene.provider.bend(bend);
        let mut client = Client::new(&scene.app);
        let there = client.post_json("/login/providers/corp", &json!({}));
        let seen = if there.status == 200 { scene.arrives(chen()) } else { there };
        assert_eq!((seen.status, seen.code().as_str()), (502, "identity-provider-unreachable"), "{name}: {}", seen.body);
    }
    let scene = scene(Find::Email, false);
    let mut client = Client::new(&scene.app);
    let there = client.post_json("/login/providers/corp", &json!({})).expect(200).json();
    let state = &query(there["address"].as_str().unwrap().split_once('?').unwrap().1)["state"];
    let declined = client.get(&format!("/login/providers/corp/return?error=access_denied&state={state}")).expect(422);
    assert!(declined.body.contains("没有同意"), "{}", declined.body);
}

#[test]
fn an_account_is_linked_and_unlinked_by_its_owner() {
    let scene = scene(Find::Linked, false);
    let mut client = scene.session(&scene.clerk);
    let back = scene.back(&mut client, "/me/links/corp", chen());
    assert_eq!(client.get(&back).expect(303).location(), "/me/security");
    let view = client.get_json("/me/security").expect(200).json();
    assert_eq!((view["links"][0]["name"]["en"].as_str(), view["providers"].as_array().map(Vec::len)), (Some("Company account"), Some(0)));
    scene.arrives(chen()).expect(200);
    // Another account of the same provider, and the same account for another person.
    let mut claims = chen();
    claims["sub"] = json!("2");
    let back = scene.back(&mut client, "/me/links/corp", claims);
    assert_eq!(client.get_json(&back).expect(409).code(), "identity-provider-linked-already");
    let other = scene.house.person("别人", zj());
    let mut other = scene.session(&other);
    let back = scene.back(&mut other, "/me/links/corp", chen());
    assert_eq!(other.get_json(&back).expect(409).code(), "identity-provider-linked-elsewhere");
    // Whoever sets out for one person and comes back as another links nothing.
    let back = scene.back(&mut other, "/me/links/corp", json!({ "sub": "3" }));
    let ceremony = other.cookie("ceremony").unwrap().to_owned();
    let mut mixed = scene.session(&scene.clerk).header("cookie", "");
    assert_eq!(mixed.send("GET", &back, &[("accept", "application/json"), ("cookie", &format!("ceremony={ceremony}"))], Vec::new()).status, 422);
    let link = format!("/me/links/{}", view["links"][0]["link"]["id"].as_str().unwrap());
    other.send_json("DELETE", &link, &json!({})).expect(404);
    assert_eq!(client.send_json("DELETE", &link, &json!({})).expect(409).code(), "identity-last-way");
    let (whom, secret) = (scene.clerk.clone(), identity::LoginSecret::of_password("correct horse battery", &[9; 16]).unwrap());
    scene.house.write(move |tx| identity::register_login(tx, &Acting::system("setup"), &whom, "chensiyuan", &secret));
    client.send_json("DELETE", &link, &json!({})).expect(200);
    assert_eq!(scene.arrives(chen()).code(), "identity-provider-unknown-person");
    scene.wait(301);
    assert_eq!(client.post_json("/me/links/corp", &json!({})).expect(403).code(), "identity-proof-needed");
    scene.house.temp.assert_clean();
}

#[test]
fn a_sign_in_by_provider_proves_nothing_yet_and_a_fresh_one_does() {
    let scene = scene(Find::Email, false);
    let mut client = Client::new(&scene.app);
    let back = scene.back(&mut client, "/login/providers/corp", chen());
    client.get_json(&back).expect(200);
    let token = json!({ "name": "脚本", "days": 1 });
    assert_eq!(client.post_json("/me/tokens", &token).expect(403).code(), "identity-proof-needed", "the provider may have let them in hours ago");
    assert!(client.get("/reauth").expect(200).body.contains("/reauth/providers/corp"));
    let there = client.post_json("/reauth/providers/corp", &json!({})).expect(200).json();
    assert!(there["address"].as_str().unwrap().contains("prompt=login&max_age=0"));
    let mut stale = chen();
    stale["auth_time"] = json!(scene.now() - 3600);
    let back = scene.back(&mut client, "/reauth/providers/corp", stale);
    assert!(client.get_json(&back).expect(422).json()["detail"].as_str().unwrap().contains("auth_time"));
    let back = scene.back(&mut client, "/reauth/providers/corp", json!({ "sub": "another" }));
    assert_eq!(client.get_json(&back).expect(422).code(), "identity-provider-not-own");
    let back = scene.back(&mut client, "/reauth/providers/corp", chen());
    client.get_json(&back).expect(200);
    client.post_json("/me/tokens", &token).expect(200);
}

#[test]
fn whoever_left_comes_in_by_no_provider() {
    let scene = scene(Find::Email, false);
    scene.arrives(chen()).expect(200);
    let whom = scene.clerk.clone();
    scene.house.write(move |tx| identity::person_leaves(tx, &Acting::system("setup"), &whom, day("2026-01-02")));
    assert_eq!(scene.links(), 0);
    assert_eq!(scene.arrives(chen()).expect(422).code(), "identity-provider-unknown-person");
    scene.house.temp.assert_clean();
}

#[test]
fn an_altered_link_is_noticed() {
    let scene = scene(Find::Email, false);
    scene.arrives(chen()).expect(200);
    scene.house.give(&scene.clerk, "unit.hr", Node::group());
    scene.house.write::<_, words::Never>(|tx| Ok(tx.execute("update identity_link set subject = 'x'", &[])?));
    let found = scene.house.temp.verify();
    assert!(found.checks.iter().flat_map(|check| &check.findings).any(|finding| finding.place == "identity_link"));
}

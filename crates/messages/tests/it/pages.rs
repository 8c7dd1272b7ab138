//! Pages and the capability, through the door.

use serde_json::{Value, json};
use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::Fault;

use crate::world::*;

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = match name.as_str() {
            "reviewer" => reviewer(),
            "gateway" => gateway(),
            "other" => developer(2),
            _ => developer(1),
        };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

fn door(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone())
        .part(messages::Messages::<Ground>::routes(), messages::TEMPLATES, messages::TEXTS)
        .value(messages::Networks::default())
        .gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

#[test]
fn a_developer_submits_and_the_reviewer_sees_it() {
    let world = world();
    let door = door(&world);
    let mut developer = Client::session(&door, "developer");
    let fields =
        |purpose: &'static str, body: &'static str| [("kind", "template"), ("purpose", purpose), ("name", "开幕通知"), ("body", body), ("_back", "/messages")];
    let refused = developer.post("/messages/texts", &fields("marketing", "双创周开幕，欢迎参加。")).expect(422);
    assert!(refused.body.contains("退订回TD"), "{}", refused.body);
    let page = developer.post_and_follow("/messages/texts", &fields("marketing", "双创周开幕，欢迎 {name} 参加。退订回TD")).expect(200);
    assert!(page.body.contains("开幕通知") && page.body.contains("待审核") && page.body.contains("+8619900000007"), "{}", page.body);
    let mine = developer.get_json("/messages").expect(200).json();
    let id = mine["texts"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!((mine["texts"][0]["parameters"].clone(), mine["senders"].as_array().map(Vec::len)), (json!(["name"]), Some(2)));
    let mut reviewer = Client::session(&door, "reviewer").english();
    for path in ["/messages/review".to_owned(), format!("/messages/texts/{id}"), "/messages".to_owned()] {
        assert_eq!(reviewer.get(&path).status, 200, "{path}");
    }
    assert!(reviewer.get("/messages/review").body.contains("开幕通知"));
    assert!(reviewer.get("/messages/review?state=approved").expect(200).body.contains("Nothing here"));
    assert_eq!(developer.get("/messages/review").status, 403);
    assert_eq!(Client::session(&door, "other").get(&format!("/messages/texts/{id}")).status, 404);
    assert!(developer.get(&format!("/messages/texts/{id}")).expect(200).body.contains("UCS-2"));
    developer.post_and_follow(&format!("/messages/texts/{id}/withdrawal"), &[("_back", "/messages")]).expect(200);
    assert!(developer.get("/messages").body.contains("已撤回"));
    world.assert_clean();
}

/// A call of an app, as a gateway brings it.
fn call(door: &App, app: u8, method: &str, path: &str, key: Option<&str>, body: &Value) -> webkit::testing::Seen {
    let id = crate::world::app(app).to_string();
    let mut client = Client::bearer(door, "gateway").header("x-hechuang-app", &id);
    if let Some(key) = key {
        client = client.header("idempotency-key", key);
    }
    match method {
        "GET" => client.get_json(path),
        _ => client.post_json(path, body),
    }
}

#[test]
fn an_app_sends_through_the_gateway_and_asks_what_became_of_it() {
    let world = world();
    let texts = texts(&world);
    let door = door(&world);
    let body = json!({ "template": texts.0.id, "signature": texts.1.id, "parameters": { "code": "4711" }, "numbers": ["13800138000", "19900000005"] });
    let sends = "/served/messages/sends";
    let sent = call(&door, 1, "POST", sends, Some("s1"), &body).expect(200).json();
    let again = call(&door, 1, "POST", sends, Some("s1"), &body).expect(200).json();
    assert_eq!((sent.clone(), counted(&world, 1)), (again, 1), "the same send again is done once");
    let other = json!({ "template": texts.0.id, "signature": texts.1.id, "parameters": { "code": "4712" }, "numbers": ["13800138000"] });
    assert_eq!(call(&door, 1, "POST", sends, Some("s1"), &other).expect(422).code(), "idempotency-key-reused");
    assert_eq!(call(&door, 3, "POST", sends, Some("s1"), &body).expect(422).code(), "messages-template-unknown", "keys of one app are none of another's");
    world.settle();
    let id = sent["send"]["id"].as_str().expect("an id").to_owned();
    let seen = call(&door, 1, "GET", &format!("{sends}/{id}"), None, &Value::Null).expect(200).json();
    assert_eq!(
        (seen["send"]["delivered"].as_i64(), seen["messages"][0]["number"].as_str(), seen["messages"][1]["code"].as_str()),
        (Some(1), Some("+86138****8000"), Some("blocked")),
        "{seen}"
    );
    assert_eq!(call(&door, 3, "GET", &format!("{sends}/{id}"), None, &Value::Null).status, 404, "of another app");
    assert_eq!(call(&door, 1, "GET", sends, None, &Value::Null).expect(200).json()["sends"].as_array().map(Vec::len), Some(1));
    assert_eq!(call(&door, 1, "GET", "/served/messages/texts", None, &Value::Null).expect(200).json()["texts"].as_array().map(Vec::len), Some(2));
    assert_eq!(call(&door, 2, "POST", sends, None, &body).expect(501).code(), "messages-network-off");
    call(&door, 1, "POST", "/served/messages/replies", None, &json!({ "number": "13800138000", "text": "TD" })).expect(200);
    call(&door, 1, "POST", "/served/messages/opt-outs", None, &json!({ "number": "13800138001" })).expect(200);
    let out = call(&door, 1, "GET", "/served/messages/opt-outs", None, &Value::Null).expect(200).json();
    assert_eq!((out["numbers"].as_array().map(Vec::len), out["numbers"][1]["said"].as_str()), (Some(2), Some("TD")), "{out}");
    assert_eq!(Client::session(&door, "developer").get_json(sends).status, 403, "only gateways come in here");
    for who in ["developer", "reviewer"] {
        for mut client in [Client::session(&door, who), Client::session(&door, who).english()] {
            assert!(client.get(&format!("/apps/{}/messages", app(1))).expect(200).body.contains(&id), "{who}");
            assert!(client.get(&format!("/messages/sends/{id}")).expect(200).body.contains("+86138****8000"), "{who}");
        }
    }
    assert_eq!(Client::session(&door, "other").get(&format!("/apps/{}/messages", app(1))).status, 404);
    assert_eq!(Client::session(&door, "other").get(&format!("/messages/sends/{id}")).status, 404);
    world.assert_clean();
}

//! The pages and the API, through the door, in both languages.

use serde_json::json;
use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::Fault;

use crate::receiver::Receiver;
use crate::world::*;

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = developer(if name == "first" { 1 } else { 2 });
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

fn door(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone()).part(callbacks::routes(), callbacks::TEMPLATES, callbacks::TEXTS).value(rules()).gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

/// The address of the endpoint that was just made.
fn link(body: &str) -> String {
    let rest = body.split("href=\"/callbacks/").nth(1).expect("a link to it");
    format!("/callbacks/{}", rest.split('"').next().unwrap_or_default())
}

#[test]
fn a_developer_adds_one_tries_it_and_sees_what_came_of_it() {
    let (world, receiver) = (world(), Receiver::start());
    let door = door(&world);
    let mut first = Client::session(&door, "first");
    assert!(first.get("/callbacks").expect(200).body.contains("还没有回调地址"));
    let once = first.post("/callbacks", &[("url", &receiver.url), ("kinds[]", "thing.made"), ("about", "通知"), ("_back", "/callbacks")]).expect(200);
    assert!(once.body.contains("whsec_"));
    let at = link(&once.body);
    let page = first.post_and_follow(&format!("{at}/tests"), &[("_back", &at)]).expect(200);
    assert!(page.body.contains("马上发送"), "{}", page.body);
    receiver.will(&[500]);
    callbacks::send_due(&world.db, HERE).unwrap();
    let page = first.get(&at).expect(200);
    assert!(page.body.contains("等待") && page.body.contains("测试") && !page.body.contains("whsec_Bw"), "{}", page.body);
    let delivery = page.body.split("href=\"/callback-deliveries/").nth(1).and_then(|rest| rest.split('"').next()).expect("a delivery").to_owned();
    let shown = first.get(&format!("/callback-deliveries/{delivery}")).expect(200);
    assert!(shown.body.contains(">500<") && shown.body.contains("okay") && shown.body.contains("callbacks.test"), "{}", shown.body);
    assert_eq!(first.send_json("POST", &format!("/callback-deliveries/{delivery}/resends"), &json!({})).expect(409).code(), "callbacks-waiting");
    first.post_and_follow(&format!("{at}/state"), &[("_method", "put"), ("on", "false"), ("_back", &at)]).expect(200);
    assert!(first.get(&at).body.contains("已关闭"));
    assert_eq!(first.send_json("POST", &format!("{at}/tests"), &json!({})).expect(409).code(), "callbacks-not-on");
    let changed = json!({ "url": receiver.url, "about": "别的", "kinds": [] });
    first.send_json("PUT", &at, &changed).expect(200);
    assert!(first.post(&format!("{at}/secrets"), &[("_back", &at)]).expect(200).body.contains("whsec_"));
    first.post_and_follow(&at, &[("_method", "delete"), ("_back", &at)]).expect(200);
    assert_eq!(first.get(&at).status, 404);
    world.assert_clean();
}

#[test]
fn what_cannot_be_sent_to_is_told_at_its_field_and_others_see_nothing() {
    let (world, receiver) = (world(), Receiver::start());
    let door = door(&world);
    let mut first = Client::session(&door, "first");
    for (url, kinds, code) in
        [("https://user:pass@example.com", json!([]), "callbacks-address"), ("https://example.com", json!(["nosuch"]), "callbacks-kind-unknown")]
    {
        let refused = first.post_json("/callbacks", &json!({ "url": url, "kinds": kinds })).expect(422);
        assert_eq!(refused.code(), code, "{url}");
    }
    let once = first.post_json("/callbacks", &json!({ "url": receiver.url })).expect(200).json();
    let at = format!("/callbacks/{}", once["id"].as_str().unwrap());
    let mut second = Client::session(&door, "second");
    for (method, path) in [("GET", at.clone()), ("DELETE", at.clone()), ("POST", format!("{at}/secrets")), ("POST", format!("{at}/tests"))] {
        assert_eq!(second.send_json(method, &path, &json!({})).status, 404, "{method} {path}");
    }
    for n in 0..19 {
        first.post_json("/callbacks", &json!({ "url": format!("{}/{n}", receiver.url) })).expect(200);
    }
    assert_eq!(first.post_json("/callbacks", &json!({ "url": receiver.url })).expect(409).code(), "callbacks-many");
    for path in ["/callbacks", at.as_str()] {
        for client in [Client::session(&door, "first"), Client::session(&door, "first").english()] {
            client.clone().get(path).expect(200);
        }
        assert_eq!(Client::new(&door).get(path).status, 303, "{path}");
    }
    world.assert_clean();
}

//! Messages as a capability: a text is reviewed in its case, a sandbox app sends it through the gateway, the reports come, and the parts are counted through the door for everybody's usage.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use webkit::testing::Client;

use crate::ground::House;
use crate::opened::Opened;

fn submit(client: &mut Client, kind: &str, body: &str) -> String {
    let text = json!({ "kind": kind, "purpose": "verification", "name": kind, "body": body });
    client.post_json("/messages/texts", &text).expect(201).json()["id"].as_str().expect("an id").to_owned()
}

fn called(opened: &Opened, key: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let got = opened.call(key, method, path, body);
    (got.status, serde_json::from_str(&got.body).unwrap_or_else(|_| panic!("{} {}", got.status, got.body)))
}

#[test]
fn a_reviewed_text_is_sent_through_the_gateway_reported_and_counted() {
    let opened = Opened::of(House::peopled());
    let house = &opened.house;
    let (mut developer, mut operator) = (house.client("developer"), house.client("capability-operator"));
    let signature = submit(&mut developer, "signature", "社区互联");
    let template = submit(&mut developer, "template", "验证码 {code}，5 分钟内有效。");
    house.temp.settle();
    let case = |id: &str| house.first("select for_case as it from messages_text where id = $1", &[id]).expect("a case");
    operator.get(&format!("/cases/{}", case(&template))).expect(200);
    let page = operator.get(&format!("/messages/texts/{template}")).expect(200);
    assert!(page.body.contains("验证码 {code}"), "the reviewer sees what is reviewed");
    operator.post_json(&format!("/cases/{}/moves", case(&signature)), &json!({ "move": "approve" })).expect(200);
    operator.post_json(&format!("/cases/{}/moves", case(&template)), &json!({ "move": "return" })).expect(409);
    operator.post_json(&format!("/cases/{}/moves", case(&template)), &json!({ "move": "approve" })).expect(200);
    house.temp.settle();
    assert_eq!(developer.get_json(&format!("/messages/texts/{template}")).expect(200).json()["text"]["state"], "approved");

    let key = opened.key_of("developer", "sandbox");
    let body =
        json!({ "template": template, "signature": signature, "parameters": { "code": "4711" }, "numbers": ["+8619900000001", "19900000003", "19900000005"] });
    let (status, sent) = called(&opened, &key, "POST", "/message/v1/sends", Some(&body));
    assert_eq!((status, sent["send"]["parts_each"].as_i64(), sent["send"]["refused"].as_i64()), (200, Some(1), Some(1)), "{sent}");
    let id = sent["send"]["id"].as_str().expect("an id").to_owned();
    let began = Instant::now();
    loop {
        house.temp.settle();
        let (_, seen) = called(&opened, &key, "GET", &format!("/message/v1/sends/{id}"), None);
        if seen["send"]["sent"] == 0 {
            assert_eq!((seen["send"]["delivered"].as_i64(), seen["send"]["failed"].as_i64()), (Some(1), Some(1)), "{seen}");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{seen}");
    }
    let app = sent["app"].as_str().expect("the app").to_owned();
    let events = developer.get_json(&format!("/apps/{app}/events?meter=message.parts")).expect(200).json();
    let units: Vec<_> = events["events"].as_array().expect("events").iter().map(|one| (one["units"].as_i64(), one["kind"].as_str())).collect();
    assert_eq!(units, [(Some(1), Some("cn")), (Some(1), Some("cn"))], "what was refused is not counted: {events}");
    let (status, wrong) = called(&opened, &key, "POST", "/message/v1/sends", Some(&json!({ "template": template, "signature": signature, "numbers": [] })));
    assert_eq!((status, wrong["code"].as_str()), (422, Some("gateway-input")), "the document is asked first: {wrong}");
    house.temp.assert_clean();
}

#[test]
fn a_live_app_is_told_that_no_network_is_connected_and_nothing_counts() {
    let opened = Opened::of(House::peopled());
    let house = &opened.house;
    let mut developer = house.client("developer");
    let (signature, template) = (submit(&mut developer, "signature", "社区互联"), submit(&mut developer, "template", "您好。"));
    let key = opened.key_of("developer", "live");
    let app = house.first("select app as it from capabilities_key order by id desc limit 1", &[]).expect("the app");
    developer.post_json("/capabilities/message/subscriptions", &json!({ "app": app, "plan": "trial" })).expect(201);
    house.temp.settle();
    let body = json!({ "template": template, "signature": signature, "numbers": ["13800138000"] });
    let began = Instant::now();
    loop {
        let (status, said) = called(&opened, &key, "POST", "/message/v1/sends", Some(&body));
        if status != 403 {
            assert_eq!((status, said["code"].as_str()), (501, Some("messages-network-off")), "{said}");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{said}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(developer.get_json(&format!("/apps/{app}/events")).expect(200).json()["events"].as_array().is_some_and(Vec::is_empty));
    house.temp.assert_clean();
}

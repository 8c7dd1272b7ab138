//! An app is put up for listing with what it uses, reviewed in its case, shown to everybody, and gone once it is closed.

use serde_json::{Value, json};
use webkit::testing::Client;

use crate::ground::House;

fn moves(house: &House, who: &str, case: &str, name: &str, reason: &str) {
    house.client(who).post_json(&format!("/cases/{case}/moves"), &json!({ "move": name, "reason": reason })).expect(200);
    house.temp.settle();
}

#[test]
fn an_app_that_uses_capabilities_is_listed_by_the_operator_and_gone_once_it_is_closed() {
    let house = House::peopled();
    let mut developer = house.client("developer");
    let app =
        developer.post_json("/apps", &json!({ "name": "邻里报修通", "environment": "live" })).expect(200).json()["app"].as_str().expect("an app").to_owned();
    let at = format!("/apps/{app}/listing");
    let form = json!({ "title": "邻里报修通", "summary": "住户在小程序里报修、查访客、试算话费。", "url": "https://example.cn/community" });
    assert_eq!(developer.post_json(&at, &form).expect(409).code(), "portal-listing-unused", "an app that uses nothing is none of ours");
    developer.post_json("/capabilities/echo/subscriptions", &json!({ "app": app, "plan": "trial" })).expect(201);
    house.temp.settle();
    let with = |name: &str, value: Value| -> Value {
        let mut wrong = form.clone();
        wrong[name] = value;
        wrong
    };
    for (name, value) in [("url", json!("javascript:alert(1)")), ("summary", json!("短")), ("title", json!(" "))] {
        let problem = developer.post_json(&at, &with(name, value)).expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{problem}");
    }
    let shown = |filter: &str| -> usize {
        Client::new(&house.app).get_json(&format!("/listed-apps?{filter}")).expect(200).json()["apps"].as_array().map_or(0, Vec::len)
    };
    let case = developer.post_json(&at, &form).expect(201).json()["id"].as_str().expect("a case").to_owned();
    house.temp.settle();
    assert_eq!(developer.post_json(&at, &form).expect(409).code(), "portal-listing-there");
    house.client("public").post_json(&at, &form).expect(404);
    assert_eq!(shown("q=邻里"), 0, "nothing is shown before somebody agreed");
    Client::new(&house.app).get(&format!("/listed-apps/{case}")).expect(404);
    let todos = house.client("capability-operator").get_json("/me").json()["todos"].clone();
    assert!(todos.as_array().is_some_and(|all| all.iter().any(|todo| todo["link"] == format!("/cases/{case}") && todo["due_at"].is_string())), "{todos}");
    moves(&house, "capability-operator", &case, "list", "");
    for (filter, found) in [("q=邻里", 1), ("q=邻里 话费", 1), ("q=邻里 没有", 0), ("q=邻里&capability=echo", 1), ("q=邻里&capability=tariff", 0)]
    {
        assert_eq!(shown(filter), found, "{filter}");
    }
    let view = Client::new(&house.app).get_json(&format!("/listed-apps/{case}")).expect(200).json();
    assert_eq!((&view["uses"][0]["slug"], &view["developer"]), (&json!("echo"), &Value::Null), "{view}");
    developer.post(&format!("/apps/{app}/closing"), &[]).expect(303);
    house.temp.settle();
    assert_eq!(shown("q=邻里"), 0, "an app that is closed is not shown");
}

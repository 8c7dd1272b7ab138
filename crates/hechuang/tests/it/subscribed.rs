//! A live app calls what it subscribed: asked for on the page, said yes to by the operator, held by the gateway, and over when it is taken back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use webkit::testing::Client;

use crate::ground::House;
use crate::opened::Opened;

/// What the gateway answers, once it is what is wanted; and how long that took.
fn until(opened: &Opened, key: &str, path: &str, wanted: (u16, &str)) -> Duration {
    let began = Instant::now();
    loop {
        let got = opened.call(key, "GET", path, None);
        let code = serde_json::from_str::<Value>(&got.body).ok().and_then(|body| body["code"].as_str().map(str::to_owned)).unwrap_or_default();
        if (got.status, code.as_str()) == wanted {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{} {} and not {wanted:?}", got.status, got.body);
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn todos(house: &House, who: &str) -> i64 {
    let sql = "select cast(count(*) as text) as it from desk_todo where state = 'open' and owner_person = $1 and link like '/cases/%'";
    house.first(sql, &[house.world.persons[who].as_str()]).and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn messages(house: &House, who: &str, title: &str) -> bool {
    let sql = "select i.id as it from desk_inbox i join desk_message m on m.id = i.message where i.person = $1 and m.title_zh like $2 limit 1";
    house.first(sql, &[house.world.persons[who].as_str(), title]).is_some()
}

/// The app of this name.
fn app_named(client: &mut Client, name: &str) -> String {
    let apps = client.get_json("/apps").expect(200).json();
    let found = apps["apps"].as_array().into_iter().flatten().find(|app| app["name"] == name);
    found.and_then(|app| app["id"].as_str()).unwrap_or_else(|| panic!("{name}: {apps}")).to_owned()
}

#[test]
fn a_live_app_calls_what_it_subscribed_while_it_is_subscribed() {
    let opened = Opened::of(House::peopled());
    let house = &opened.house;
    let key = opened.key_of("developer", "live");
    let (mut developer, mut operator) = (house.client("developer"), house.client("capability-operator"));
    let app = app_named(&mut developer, "小程序");
    let echo = "/echo/v1/anything";
    until(&opened, &key, echo, (403, "gateway-not-subscribed"));

    // The free plan begins at once, and is live within a moment.
    let asked = developer.post_json("/capabilities/echo/subscriptions", &json!({ "app": app, "plan": "trial" })).expect(201).json();
    assert_eq!((asked["state"].as_str(), asked["left"].as_i64()), (Some("active"), Some(10_000)), "{asked}");
    let took = until(&opened, &key, echo, (200, ""));
    assert!(took < Duration::from_millis(1_500), "{took:?}");
    let got = opened.call(&key, "GET", echo, None);
    assert!(got.header("ratelimit-policy").contains("\"month\";q=10000"), "{}", got.header("ratelimit-policy"));

    // Another plan waits for the operator, who leads what the program itself brings; the old one holds.
    let id = asked["id"].as_str().expect("an id").to_owned();
    let before = todos(house, "capability-operator");
    let asked = developer.send_json("PUT", &format!("/subscriptions/{id}/plan"), &json!({ "plan": "payg", "note": "上线了" })).expect(200).json();
    assert_eq!((asked["state"].as_str(), asked["plan"].as_str()), (Some("changing"), Some("trial")), "{asked}");
    house.temp.settle();
    assert_eq!(todos(house, "capability-operator"), before + 1);
    assert!(messages(house, "capability-operator", "%提请换套餐%"));
    operator.post_json(&format!("/cases/{id}/moves"), &json!({ "move": "keep_plan" })).expect(409);
    operator.post_json(&format!("/cases/{id}/moves"), &json!({ "move": "approve_change" })).expect(200);
    house.temp.settle();
    let now = developer.get_json(&format!("/subscriptions/{id}")).expect(200).json();
    assert_eq!((now["subscription"]["state"].as_str(), now["subscription"]["plan"].as_str()), (Some("active"), Some("payg")), "{now}");
    assert_eq!(todos(house, "capability-operator"), before, "done");
    assert!(messages(house, "developer", "%同意换套餐%"));
    let list = operator.get_json("/capabilities/echo/subscriptions").expect(200).json();
    assert!(list["subscriptions"].as_array().is_some_and(|all| all.iter().any(|one| one["id"] == json!(id) && one["developer"].is_string())), "{list}");
    for who in ["lead", "capability-owner"].iter().filter(|who| house.world.persons.contains_key(**who)) {
        house.client(who).get_json(&format!("/subscriptions/{id}")).expect(404);
    }

    // The app is closed: the subscription is over, and the operator hears of it.
    developer.post_json(&format!("/apps/{app}/closing"), &json!({})).expect(200);
    house.temp.settle();
    let over = developer.get_json(&format!("/subscriptions/{id}")).expect(200).json();
    assert_eq!(over["subscription"]["state"].as_str(), Some("ended"));
    assert!(messages(house, "capability-operator", "%应用已关闭%"));
    until(&opened, &key, echo, (403, "gateway-app-closed"));
}

#[test]
fn a_plan_that_asks_for_the_real_name_waits_for_it_and_then_for_the_owner() {
    let house = House::peopled();
    let mut outsider = Client::new(&house.app);
    let fields = [("kind", "student"), ("name", "林夏"), ("email", "lin.xia@example.cn"), ("login", "linxia"), ("password", "correct horse battery")];
    outsider.get("/register").expect(200);
    outsider.post("/register", &fields).expect(200);
    outsider.post_json("/apps", &json!({ "name": "试一试", "environment": "sandbox" })).expect(200);
    let app = app_named(&mut outsider, "试一试");
    let ask = |client: &mut Client, app: &str, plan: &str| {
        client.post_json("/capabilities/tariff/subscriptions", &json!({ "app": app, "plan": plan, "note": "月结" }))
    };
    assert_eq!(ask(&mut outsider, &app, "trial").expect(409).code(), "capabilities-subscription-sandbox");
    outsider.post_json("/apps", &json!({ "name": "企业应用", "environment": "live" })).expect(200);
    let app = app_named(&mut outsider, "企业应用");
    let asked = ask(&mut outsider, &app, "business").expect(201).json();
    assert_eq!(asked["state"].as_str(), Some("real_name"), "{asked}");
    let id = asked["id"].as_str().expect("an id").to_owned();
    let state = |client: &mut Client| client.get_json(&format!("/subscriptions/{id}")).expect(200).json()["subscription"]["state"].clone();

    outsider.send_json("PUT", "/me/real-name", &json!({ "id_number": "11010519491231002X" })).expect(200);
    let person = house.first("select person as it from identity_outsider order by person desc limit 1", &[]).expect("a person");
    house.client("admin").post_json(&format!("/admin/people/{person}/real-name"), &json!({ "fits": true })).expect(200);
    house.temp.settle();
    assert_eq!(state(&mut outsider), json!("asked"), "the owner is next");

    let mut operator = house.client("capability-operator");
    operator.post_json(&format!("/cases/{id}/moves"), &json!({ "move": "decline" })).expect(409);
    operator.post_json(&format!("/cases/{id}/moves"), &json!({ "move": "decline", "reason": "先用按量套餐" })).expect(200);
    house.temp.settle();
    assert_eq!(state(&mut outsider), json!("declined"));
    let case = outsider.get(&format!("/cases/{id}")).expect(200);
    assert!(case.body.contains("先用按量套餐"), "both sides see the course");
    assert!(operator.get(&format!("/cases/{id}")).expect(200).body.contains("先用按量套餐"));
}

//! What a capability meters itself is held to the spending limit: parts of messages before they are sent, units that an owner asks for before it works, usage that is only told from then on.

use std::time::{Duration, Instant};

use hechuang::ground::Ground;
use messages::{SendDraft, SendRefusal, Sender, Simulated};
use serde_json::{Value, json};
use webkit::testing::Client;
use words::{Failure, Id};

use crate::ground::House;
use crate::opened::Opened;
use crate::paid::{pay, with_free_calls};

/// A reviewed text of the developer.
fn text(house: &House, kind: &str, body: &str) -> Id {
    let form = json!({ "kind": kind, "purpose": "verification", "name": kind, "body": body });
    let made = house.client("developer").post_json("/messages/texts", &form).expect(201).json();
    let id = made["id"].as_str().expect("an id").to_owned();
    house.temp.settle();
    let case = house.first("select for_case as it from messages_text where id = $1", &[&id]).expect("a case");
    house.client("capability-operator").post_json(&format!("/cases/{case}/moves"), &json!({ "move": "approve" })).expect(200);
    house.temp.settle();
    Id::fixed(id)
}

fn set_limit(developer: &mut Client, app: &str, yuan: &str) {
    developer.send_json("PUT", "/billing/budget", &json!({ "subject": app, "amount": yuan, "hard": true })).expect(200);
}

/// The code of what the gateway answers to a call, once it is this one.
#[track_caller]
fn until(opened: &Opened, key: &str, wanted: &str) {
    let began = Instant::now();
    loop {
        let got = opened.call(key, "GET", "/message/v1/texts", None);
        let code = serde_json::from_str::<Value>(&got.body).ok().and_then(|body| body["code"].as_str().map(str::to_owned)).unwrap_or_default();
        if code == wanted && (!code.is_empty() || got.status == 200) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(12), "{} {} and not {wanted}", got.status, got.body);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_a_capability_meters_itself_is_held_to_the_limit() {
    let opened = Opened::of(with_free_calls(House::peopled(), 1_000));
    let house = &opened.house;
    let (template, signature) = (text(house, "template", "验证码 {code}，5 分钟内有效。"), text(house, "signature", "社区互联"));
    let (mut developer, mut operator) = (house.client("developer"), house.client("capability-operator"));
    let key = opened.key_of("developer", "live");
    let app = house.first("select app as it from capabilities_key order by id desc limit 1", &[]).expect("the app");
    let asked = developer.post_json("/capabilities/message/subscriptions", &json!({ "app": app, "plan": "payg" })).expect(201).json();
    house.temp.settle();
    operator.post_json(&format!("/cases/{}/moves", asked["id"].as_str().expect("an id")), &json!({ "move": "approve" })).expect(200);
    house.temp.settle();
    let person = house.world.persons["developer"].clone();
    let asked = developer.post_json("/billing/topups", &json!({ "customer": person, "amount": "5.00" })).expect(201).json();
    pay(house, "H1", "5.00", asked["reference"].as_str().expect("a reference"));
    set_limit(&mut developer, &app, "0.30");
    let sender = Sender { app: Id::fixed(app.clone()), name: "正式".into(), owner: person, live: true };
    let send = |count: usize| {
        let numbers = (0..count).map(|nth| format!("1380013{nth:04}")).collect();
        let draft =
            SendDraft { template: template.clone(), signature: signature.clone(), parameters: [("code".to_owned(), "4711".to_owned())].into(), numbers };
        let sender = sender.clone();
        let sent = house.temp.db.write("messages.send", move |tx| messages::send_messages::<Ground>(tx, &Simulated, &sender, &draft));
        sent.map(|(send, _)| send.numbers).map_err(|failure| match failure {
            Failure::Refused(why) => why,
            other => panic!("{:?}", other.into_fault()),
        })
    };
    // Five fen a part: four, and then two, fit into thirty.
    assert_eq!(send(4), Ok(4));
    assert_eq!(send(3), Err(SendRefusal::LimitReached), "as a whole or not at all");
    assert_eq!(send(2), Ok(2));
    assert_eq!(send(1), Err(SendRefusal::LimitReached));
    until(&opened, &key, "");

    // What is only told counts, and stops the gateway, though its calls are free.
    let tell = |operator: &mut Client, id: &str, units: i64, reservation: &Value| {
        let data = json!({ "units": units, "kind": "cn", "reservation": reservation });
        let event =
            json!({ "specversion": "1.0", "id": id, "source": "held", "type": "message.parts", "subject": app, "time": house.temp.clock.now(), "data": data });
        assert_eq!(operator.post_json("/capabilities/message/events", &event).expect(200).json()["taken"], json!(1));
    };
    set_limit(&mut developer, &app, "0.35");
    tell(&mut operator, "1", 3, &Value::Null);
    let reserve = |operator: &mut Client, units: i64| {
        operator.post_json("/capabilities/message/reservations", &json!({ "app": app, "meter": "message.parts", "units": units }))
    };
    assert_eq!(reserve(&mut operator, 1).expect(402).code(), "gateway-limit-reached");
    let taken = || house.first("select cast(sum(limit_minor) as text) as it from billing_reserve where subject = $1", &[&app]);
    assert_eq!(taken().as_deref(), Some("35"), "all of the limit");

    // What was asked for is counted once.
    set_limit(&mut developer, &app, "1.00");
    let kept = reserve(&mut operator, 10).expect(200).json();
    assert_eq!(taken().as_deref(), Some("95"), "nine that were used, and ten that are kept");
    tell(&mut operator, "2", 8, &kept["id"]);
    assert_eq!(taken().as_deref(), Some("95"));
    operator.send_json("DELETE", &format!("/reservations/{}", kept["id"].as_str().expect("an id")), &json!({})).expect(200);
    assert_eq!(taken().as_deref(), Some("85"), "two were not used");
    tell(&mut operator, "3", 4, &kept["id"]);
    until(&opened, &key, "gateway-limit-reached");
    set_limit(&mut developer, &app, "2.00");
    house.temp.settle();
    until(&opened, &key, "");
    house.temp.assert_clean();
}

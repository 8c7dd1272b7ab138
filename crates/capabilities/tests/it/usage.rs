//! Usage and the request log: what the owner of an app and the owner of a capability see, and nobody else.

use std::sync::Arc;

use capabilities::Environment;
use metering::{Admitted, Ending, Entry, LogId, Refused, Settled, Shipment};
use store::testing::Temp;
use webkit::testing::Client;
use words::Id;

use crate::pages::door;
use crate::world::*;

pub fn request(n: i64) -> Id {
    // Half past ten in the morning of the test.
    Id::new("req", 1_788_229_800_000 + n, [1; 10])
}

/// Calls of an app: `n` of them answered with 200 after 7 ms, then one with 503, one whose caller went away.
pub fn called(world: &Temp, app: &Id, key: &Id, meter: &str, n: i64) {
    let mut entries = Vec::new();
    for call in 0..n + 2 {
        let admitted = Admitted {
            at_us: 1_788_229_800_000_000 + call * 1_000,
            app: Arc::from(app.as_str()),
            key: Arc::from(key.as_str()),
            meter: Arc::from(meter),
            dims: Arc::from("v1 POST /messages"),
            request: request(call),
        };
        let (ending, status) = match call - n {
            0 => (Ending::Answered, 503),
            1 => (Ending::CallerGone, 0),
            _ => (Ending::Answered, 200),
        };
        let of = entries.len() as i64 + 1;
        entries.push(Entry::Admitted(admitted));
        entries.push(Entry::Settled(Settled { of, ending, status, bytes_in: 12, bytes_out: 345, wait_us: 7_000, total_us: 8_000 }));
    }
    entries.push(Entry::Refused(Refused {
        at_us: 1_788_229_800_000_000,
        app: Some(Arc::from(app.as_str())),
        reason: Arc::from("capabilities-slug"),
        count: 9,
    }));
    let shipment = Shipment { log: LogId { gateway: Id::new("gtw", 1, [1; 10]), epoch: 1, lane: 0 }, first: 1, entries };
    done(world, move |tx| metering::take_shipment(tx, &shipment));
}

#[test]
fn the_owner_of_an_app_sees_what_it_used_and_finds_each_call() {
    let world = world();
    let (app, key) = app(&world, 2, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    called(&world, &app.id, &key.key.id, "sms.calls", 60);
    let door = door(&world);
    let mut developer = Client::session(&door, "developer");
    let usage = developer.get_json(&format!("/apps/{}/usage", app.id)).expect(200).json();
    let counts = |counts: &serde_json::Value| ["accepted", "billable", "free", "ignored", "s2", "s5"].map(|name| counts[name].as_i64().expect(name));
    assert_eq!((counts(&usage["all"]), counts(&usage["today"])), ([62, 60, 1, 1, 60, 1], [62, 60, 1, 1, 60, 1]), "{usage}");
    assert_eq!((usage["kinds"][0]["slug"].as_str(), usage["kinds"][0]["operation"].as_str()), (Some("sms"), Some("v1 POST /messages")));
    assert_eq!((usage["days"].as_array().map(Vec::len), usage["days"][0]["good"].as_i64(), usage["most"].as_i64()), (Some(30), Some(60), Some(62)));
    assert_eq!((usage["all"]["p50_ms"].as_i64(), usage["quota"].as_i64()), (Some(7), Some(100)), "{usage}");
    assert_eq!(usage["reasons"].as_array().map(Vec::len), Some(2));
    let csv = developer.get(&format!("/apps/{}/usage?format=csv", app.id)).expect(200);
    assert!(csv.body.contains("v1 POST /messages") && csv.body.contains("60"), "{}", csv.body);
    assert_eq!(developer.get_json(&format!("/apps/{}/usage?month=2026-08", app.id)).expect(200).json()["all"]["accepted"], 0);
    let first = developer.get_json(&format!("/apps/{}/calls", app.id)).expect(200);
    assert_eq!(first.json()["calls"].as_array().map(Vec::len), Some(50));
    assert!(first.header("link").contains("cursor=req_"), "{}", first.header("link"));
    let last = first.json()["calls"][49]["request"].as_str().expect("an id").to_owned();
    let rest = developer.get_json(&format!("/apps/{}/calls?cursor={last}", app.id)).expect(200).json();
    assert_eq!(rest["calls"].as_array().map(Vec::len), Some(12));
    let found = developer.get_json(&format!("/apps/{}/calls?request={}", app.id, request(61))).expect(200).json();
    assert_eq!((found["calls"][0]["outcome"].as_str(), found["calls"][0]["billable"].as_bool()), (Some("caller_gone"), Some(false)), "{found}");
    let call = developer.get_json(&format!("/calls/{}", request(3))).expect(200).json();
    assert!(call["key"].as_str().is_some_and(|prefix| prefix.starts_with("hcs_")), "{call}");
    for path in [format!("/apps/{}/usage", app.id), format!("/apps/{}/calls", app.id)] {
        for (who, status) in [("owner", 404), ("operator", 200)] {
            assert_eq!(Client::session(&door, who).get(&path).status, status, "{who} {path}");
        }
        for mut client in [Client::session(&door, "developer"), Client::session(&door, "developer").english()] {
            let page = client.get(&path).expect(200);
            assert!(page.body.contains("v1 POST /messages"), "{}", page.body);
        }
    }
    assert!(developer.get(&format!("/apps/{}/calls?request=req_nosuch", app.id)).expect(200).body.contains("没有找到这次调用"));
    world.assert_clean();
}

#[test]
fn the_owner_of_a_capability_sees_who_calls_it_and_finds_the_call_without_the_key() {
    let world = world();
    let (app, key) = app(&world, 2, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    called(&world, &app.id, &key.key.id, "sms.calls", 3);
    let door = door(&world);
    let mut owner = Client::session(&door, "owner");
    let seen = owner.get_json("/capabilities/sms/usage").expect(200).json();
    assert_eq!(
        (seen["callers"][0]["name"].as_str(), seen["callers"][0]["counts"]["billable"].as_i64(), seen["all"]["accepted"].as_i64()),
        (Some("小程序"), Some(3), Some(5)),
        "{seen}"
    );
    let call = owner.get_json(&format!("/calls/{}", request(1))).expect(200).json();
    assert_eq!((call["key"].is_null(), call["operation"].as_str()), (true, Some("v1 POST /messages")), "{call}");
    assert!(owner.get("/capabilities/sms/usage").expect(200).body.contains("小程序"));
    assert!(owner.get(&format!("/calls/{}", request(1))).expect(200).body.contains("v1 POST /messages"));
    let mut developer = Client::session(&door, "developer");
    assert_eq!(developer.get("/capabilities/sms/usage").status, 404);
    assert_eq!(developer.get(&format!("/calls/{}", request(99))).status, 404);
    assert_eq!(Client::new(&door).get(&format!("/calls/{}", request(1))).status, 303, "strangers sign in first");
    world.assert_clean();
}

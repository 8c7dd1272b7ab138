//! Usage that a capability meters itself: who may tell it, as which events, who sees it, and who decides of what could not be understood.

use capabilities::{Environment, SubscriptionDraft, VersionDraft};
use serde_json::{Value, json};
use store::testing::Temp;
use webkit::testing::Client;
use words::Id;

use crate::pages::door;
use crate::world::*;

const METERS: &str = r#"{"openapi":"3.1.0","info":{"title":"Messages","version":"1"},"x-hechuang-meters":{"parts":{"zh":"短信条数","en":"Message parts"}},
 "paths":{"/messages":{"post":{"operationId":"send","summary":"Send"}}}}"#;

/// A capability that meters parts.
fn world_with_meter() -> Temp {
    let world = world();
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let version = VersionDraft { document: METERS.into(), ..version() };
    done(&world, move |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", version.clone()));
    world
}

fn event(id: &str, app: &Id, units: Value) -> Value {
    json!({ "specversion": "1.0", "id": id, "source": "sms.example/meter", "type": "sms.parts", "subject": app, "time": "2026-09-01T09:00:00+08:00",
        "datacontenttype": "application/json", "data": { "units": units, "kind": "cn" } })
}

#[test]
fn the_owner_tells_usage_as_cloud_events_and_the_developer_sees_each() {
    let world = world_with_meter();
    let (app, _) = app(&world, 2, Environment::Sandbox);
    let door = door(&world);
    let mut owner = Client::bearer(&door, "owner");
    let one = owner.post_json("/capabilities/sms/events", &event("1", &app.id, json!(3))).expect(200).json();
    assert_eq!((one["taken"].as_i64(), one["events"][0]["outcome"].as_str()), (Some(1), Some("taken")), "{one}");
    let batch = json!([event("1", &app.id, json!(3)), event("2", &app.id, json!(4)), event("3", &app.id, json!("many"))]);
    let seen = owner.post_json("/capabilities/sms/events", &batch).expect(200).json();
    assert_eq!([&seen["taken"], &seen["quarantined"], &seen["duplicates"]].map(Value::as_i64), [Some(1), Some(1), Some(1)], "{seen}");
    assert_eq!((seen["events"][0]["duplicate"].as_bool(), seen["events"][2]["doubt"].as_str()), (Some(true), Some("units")));
    let conflict = owner.post_json("/capabilities/sms/events", &json!([event("1", &app.id, json!(9))])).expect(409);
    assert_eq!((conflict.code().as_str(), conflict.json()["errors"][0]["pointer"].as_str()), ("metering-event-conflict", Some("/0")), "{}", conflict.body);
    assert!(conflict.body.contains("事件 1"), "{}", conflict.body);
    let nameless = owner.post_json("/capabilities/sms/events", &json!([{ "specversion": "1.0", "id": "7", "type": "sms.parts" }])).expect(422);
    assert!(nameless.body.contains("source"), "{}", nameless.body);
    owner.post_json("/capabilities/sms/events", &json!([{ "specversion": "0.3", "id": "7", "source": "x", "type": "sms.parts" }])).expect(422);
    for (who, status) in [("developer", 403), ("operator", 200)] {
        assert_eq!(Client::bearer(&door, who).post_json("/capabilities/sms/events", &event("1", &app.id, json!(3))).status, status, "{who}");
    }
    let mut developer = Client::session(&door, "developer");
    let events = developer.get_json(&format!("/apps/{}/events", app.id)).expect(200).json();
    let units: Vec<_> = events["events"].as_array().expect("events").iter().map(|one| (one["id"].as_str(), one["units"].as_i64())).collect();
    assert_eq!(units, [(Some("2"), Some(4)), (Some("1"), Some(3))], "{events}");
    let hour = developer.get_json(&format!("/apps/{}/events?meter=sms.parts&hour=2026-09-01T01:00:00Z", app.id)).expect(200).json();
    assert_eq!((hour["events"].as_array().map(Vec::len), hour["month"]["month"].as_str()), (Some(2), Some("2026-09")), "{hour}");
    assert!(
        developer.get_json(&format!("/apps/{}/events?hour=2026-09-01T02:00:00Z", app.id)).expect(200).json()["events"].as_array().is_some_and(Vec::is_empty)
    );
    let usage = developer.get_json(&format!("/apps/{}/usage", app.id)).expect(200).json();
    assert_eq!((usage["meters"][0]["units"].as_i64(), usage["all"]["accepted"].as_i64()), (Some(7), Some(0)), "units are no calls: {usage}");
    let callers = owner.get_json("/capabilities/sms/usage").expect(200).json();
    assert_eq!((callers["meters"][0]["meter"].as_str(), callers["meters"][0]["events"].as_i64()), (Some("sms.parts"), Some(2)));
    for mut client in [Client::session(&door, "developer"), Client::session(&door, "developer").english()] {
        for path in ["usage", "events", "events?hour=2026-09-01T01:00:00Z"] {
            assert!(client.get(&format!("/apps/{}/{path}", app.id)).expect(200).body.contains("sms.parts"), "{path}");
        }
    }
    assert!(developer.get(&format!("/apps/{}/events?format=csv", app.id)).expect(200).body.contains("sms.example/meter"));
    assert_eq!(owner.get_json(&format!("/apps/{}/events", app.id)).status, 404, "events of an app are its owner's");
    world.assert_clean();
}

#[test]
fn what_waits_is_decided_by_the_owner_or_the_operator_and_by_nobody_else() {
    let world = world_with_meter();
    let (app, _) = app(&world, 2, Environment::Sandbox);
    let door = door(&world);
    let mut owner = Client::session(&door, "owner");
    let batch = json!([event("1", &app.id, json!("drei")), event("2", &Id::fixed("app_nosuch"), json!(1))]);
    Client::bearer(&door, "owner").post_json("/capabilities/sms/events", &batch).expect(200);
    assert!(owner.get("/capabilities/sms").expect(200).body.contains("待核用量 (2)"));
    assert!(owner.get("/capabilities/sms/quarantine").expect(200).body.contains("ce-specversion: 1.0"), "it says how usage is told");
    let list = owner.get_json("/capabilities/sms/quarantine").expect(200).json();
    let id = |n: usize| list["events"][n]["id"].as_str().expect("an id").to_owned();
    let (second, first) = (id(0), id(1));
    assert_eq!(Client::session(&door, "developer").get(&format!("/quarantine/{first}")).status, 404);
    let all = Client::session(&door, "operator").get("/admin/quarantine").expect(200);
    assert!(all.body.contains(&first) && all.body.contains("sms"), "{}", all.body);
    let page = owner.get(&format!("/quarantine/{first}")).expect(200);
    assert!(page.body.contains("drei") && page.body.contains("数量不合要求") && page.body.contains("短信条数"), "{}", page.body);
    let back = format!("/quarantine/{first}");
    let mut fields = vec![
        ("meter", "sms.parts"),
        ("app", app.id.as_str()),
        ("time", "2026-09-01T09:00:00+08:00"),
        ("units", ""),
        ("kind", ""),
        ("note", "看日志"),
        ("_back", back.as_str()),
    ];
    let refused = owner.post(&format!("/quarantine/{first}/taking"), &fields).expect(422);
    assert!(refused.body.contains("数量应为不小于零的整数"), "{}", refused.body);
    fields[3] = ("units", "3");
    owner.post_and_follow(&format!("/quarantine/{first}/taking"), &fields).expect(200);
    assert_eq!(owner.post_json(&format!("/quarantine/{first}/discarding"), &json!({ "note": "再来" })).expect(409).code(), "metering-event-decided");
    let mut operator = Client::session(&door, "operator").english();
    operator.post(&format!("/quarantine/{second}/discarding"), &[("note", "No such app"), ("_back", "/admin/quarantine")]);
    let page = operator.get(&format!("/quarantine/{second}")).expect(200);
    assert!(page.body.contains("No such app") && page.body.contains("Discarded") && !page.body.contains("/taking\""), "{}", page.body);
    for (state, id) in [("taken", &first), ("discarded", &second)] {
        assert!(owner.get(&format!("/capabilities/sms/quarantine?state={state}")).expect(200).body.contains(id.as_str()), "{state}");
    }
    let usage = Client::session(&door, "developer").get_json(&format!("/apps/{}/usage", app.id)).expect(200).json();
    assert_eq!(usage["meters"][0]["units"].as_i64(), Some(3), "{usage}");
    world.assert_clean();
}

#[test]
fn a_live_app_is_counted_in_hours_in_which_it_was_subscribed() {
    let world = world_with_meter();
    let (app, _) = app(&world, 2, Environment::Live);
    let version = world.db.read::<_, words::Never>(|read| Ok(read.row("select id from capabilities_version", &[])?.expect("a version").get::<Id>("id")?));
    let version = version.map_err(words::Failure::into_fault).expect("read");
    for state in [capabilities::VersionState::Sandbox, capabilities::VersionState::Live] {
        let id = version.clone();
        done(&world, move |tx| capabilities::carry_version::<Ground>(tx, &operator(), &id, state));
    }
    let now = world.clock.now();
    let at = |seconds: i64| now.plus_seconds(seconds);
    let door = door(&world);
    let mut owner = Client::bearer(&door, "owner");
    let mut tell = |id: &str, at: words::Instant| {
        let mut event = event(id, &app.id, json!(1));
        event["time"] = json!(at);
        owner.post_json("/capabilities/sms/events", &event).expect(200).json()["events"][0]["doubt"].as_str().map(str::to_owned)
    };
    assert_eq!(tell("before", at(0)).as_deref(), Some("unsubscribed"));
    let (subscriber, draft) = (app.id.clone(), SubscriptionDraft { slug: "sms".into(), plan: "open".into(), for_case: None, note: String::new() });
    let subscribed = done(&world, move |tx| capabilities::subscribe::<Ground>(tx, &developer(2), &subscriber, &draft));
    assert_eq!(tell("within", at(0)), None);
    assert_eq!(tell("too early", at(-7_200)).as_deref(), Some("unsubscribed"));
    let id = subscribed.id;
    done(&world, move |tx| capabilities::cancel_subscription::<Ground>(tx, &developer(2), &id));
    world.run_until(at(86_400));
    assert_eq!(tell("late", at(60)), None, "what was used before it ended counts");
    assert_eq!(tell("after", at(7_200)).as_deref(), Some("unsubscribed"));
    world.assert_clean();
}

#[test]
fn meters_are_declared_by_documents_and_keep_their_newest_names() {
    let world = world_with_meter();
    let door = door(&world);
    let mut owner = Client::session(&door, "owner");
    let names = |owner: &mut Client| owner.get_json("/capabilities/sms").expect(200).json()["meters"].clone();
    assert_eq!(names(&mut owner), json!([{ "meter": "sms.parts", "name": { "zh": "短信条数", "en": "Message parts" } }]));
    let document = METERS.replace("短信条数", "条数");
    owner.send_json("PUT", "/capabilities/sms/versions/1/document", &json!({ "document": document })).expect(200);
    assert_eq!(names(&mut owner)[0]["name"]["zh"], "条数");
    owner.send_json("PUT", "/capabilities/sms/versions/1/document", &json!({ "document": DOCUMENT })).expect(200);
    assert_eq!(names(&mut owner)[0]["meter"], "sms.parts", "late usage is still understood");
    let wrong = METERS.replace("\"parts\"", "\"calls\"");
    let refused = owner.send_json("PUT", "/capabilities/sms/versions/1/document", &json!({ "document": wrong })).expect(422);
    assert_eq!(refused.code(), "capabilities-document-word");
    world.assert_clean();
}

#[test]
fn an_event_in_headers_is_the_same_event() {
    let world = world_with_meter();
    let (app, _) = app(&world, 2, Environment::Sandbox);
    let door = door(&world);
    let mut owner = Client::bearer(&door, "owner");
    let mut send = |but: &[(&str, &str)], body: &str| {
        let app = app.id.to_string();
        let mut headers = vec![
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("ce-specversion", "1.0"),
            ("ce-id", "1"),
            ("ce-source", "sms.example%2Fmeter"),
            ("ce-type", "sms.parts"),
            ("ce-subject", app.as_str()),
            ("ce-time", "2026-09-01T09:00:00+08:00"),
        ];
        headers.retain(|(name, _)| !but.iter().any(|(other, _)| other == name));
        headers.extend(but.iter().copied().filter(|(_, value)| !value.is_empty()));
        owner.send("POST", "/capabilities/sms/events", &headers, body.as_bytes().to_vec())
    };
    let data = r#"{"units":3,"kind":"cn"}"#;
    let taken = send(&[], data).expect(200).json();
    assert_eq!((taken["taken"].as_i64(), taken["events"][0]["source"].as_str()), (Some(1), Some("sms.example/meter")), "{taken}");
    assert_eq!(send(&[], r#"{"units":4,"kind":"cn"}"#).expect(409).code(), "metering-event-conflict");
    for (but, status, code) in [
        (("ce-id", ""), 422, "/ce-id"),
        (("ce-specversion", "0.3"), 422, "/ce-specversion"),
        (("ce-source", "%ff"), 422, "/ce-source"),
        (("content-type", "text/xml"), 415, "media-type-unknown"),
    ] {
        let seen = send(&[but], data);
        assert!(seen.status == status && seen.body.contains(code), "{but:?}: {} {}", seen.status, seen.body);
    }
    let same = owner.post_json("/capabilities/sms/events", &event("1", &app.id, json!(3))).expect(200).json();
    assert_eq!(same["duplicates"].as_i64(), Some(1), "structured, it is the same: {same}");
}

#[test]
fn units_are_kept_until_they_are_told_given_back_or_over() {
    let world = world_with_meter();
    let (app, _) = app(&world, 2, Environment::Sandbox);
    let door = door(&world);
    let mut owner = Client::bearer(&door, "owner");
    let draft = |meter: &str, units: i64, minutes: i64| json!({ "app": app.id, "meter": meter, "units": units, "minutes": minutes });
    for (body, status, code) in [
        (draft("sms.parts", 0, 60), 422, "metering-doubt-units"),
        (draft("sms.parts", 5, 2_000), 422, "capabilities-reservation-minutes"),
        (draft("sms.minutes", 5, 60), 422, "metering-doubt-meter"),
        (json!({ "app": "app_nosuch", "meter": "sms.parts", "units": 5 }), 422, "metering-doubt-subject"),
    ] {
        let seen = owner.post_json("/capabilities/sms/reservations", &body);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{}", seen.body);
    }
    let kept = owner.post_json("/capabilities/sms/reservations", &draft("sms.parts", 10, 60)).expect(200).json();
    let id = kept["id"].as_str().expect("an id").to_owned();
    assert_eq!((kept["left"].as_i64(), kept["month"].as_str()), (Some(10), Some("2026-09")), "{kept}");
    let left = || {
        seen(&world, |read| {
            read.row("select left_units from capabilities_reservation where id = $1", &[id.as_str().into()])?.expect("a row").get::<i64>("left_units")
        })
    };
    let mut used = event("1", &app.id, json!(4));
    used["data"]["reservation"] = json!(id);
    owner.post_json("/capabilities/sms/events", &used).expect(200);
    assert_eq!(left(), 6);
    owner.post_json("/capabilities/sms/events", &used).expect(200);
    assert_eq!(left(), 6, "the same event uses nothing again");
    let mut other = event("2", &app.id, json!(4));
    other["data"]["reservation"] = json!("rsv_nosuch");
    owner.post_json("/capabilities/sms/events", &other).expect(200);
    let mut more = event("3", &app.id, json!(9));
    more["data"]["reservation"] = json!(id);
    let taken = owner.post_json("/capabilities/sms/events", &more).expect(200).json();
    assert_eq!((taken["taken"].as_i64(), left()), (Some(1), 0), "more than was kept counts all the same");

    // Given back, and over by itself; once.
    let again = owner.post_json("/capabilities/sms/reservations", &draft("sms.parts", 7, 60)).expect(200).json();
    let at = format!("/reservations/{}", again["id"].as_str().expect("an id"));
    assert_eq!(Client::bearer(&door, "developer").send_json("DELETE", &at, &json!({})).status, 403);
    assert_eq!(owner.send_json("DELETE", &at, &json!({})).expect(200).json()["left"], 0);
    owner.send_json("DELETE", &at, &json!({})).expect(200);
    owner.post_json("/capabilities/sms/reservations", &draft("sms.parts", 8, 1)).expect(200);
    let now = seen(&world, |read| Ok(read.now()));
    world.run_until(now.plus_seconds(61));
    let told = seen(&world, |read| {
        let row = read.row("select cast(count(*) as bigint) as n from store_event where kind = 'capabilities.units_freed'", &[])?.expect("a row");
        row.get::<i64>("n")
    });
    assert_eq!(told, 2, "each was given back once");
    world.assert_clean();
}

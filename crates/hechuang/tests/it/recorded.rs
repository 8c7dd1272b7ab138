//! What calls say, from the gateway to the page: masked, sealed, for the owner of their app alone, and gone with them.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::ask;
use words::{Acting, Failure, Id};

use crate::circle::moved;
use crate::ground::House;
use crate::opened::Opened;
use crate::schema::findings;

const PHONE: &str = "13812345678";
const SECRET: &str = "correct-horse-battery";

/// A capability of the team lead whose sandbox answers with this.
fn hydrant(opened: &Opened, answer: &'static str) {
    let mut lead = opened.house.client("lead");
    lead.post_json("/capabilities", &json!({ "slug": "hydrant", "zh": "消防栓", "en": "Hydrants" })).expect(201);
    let document = json!({ "openapi": "3.1.0", "info": { "title": "Hydrants", "version": "1" },
        "paths": { "/hydrants": { "post": { "requestBody": { "content": { "application/json": { "schema": { "type": "object" } } } }, "responses": { "200": { "description": "Hydrants" } } } } } });
    let upstream = opened.upstream(answer);
    let version = json!({ "sandbox_upstream": upstream, "live_upstream": "", "document": document.to_string(), "timeout_ms": 2_000, "body_limit": 1_024 });
    lead.post_json("/capabilities/hydrant/versions", &version).expect(201);
    let of_hydrant = "select id as it from capabilities_version where capability in (select id from capabilities_capability where slug = 'hydrant')";
    moved(opened, &mut lead, &opened.house.first(of_hydrant, &[]).expect("a version"), "publish");
}

/// An app of the developer whose calls are recorded, and a key that gateways hear of after that.
fn recording_app(house: &House) -> (String, String) {
    let mut developer = house.client("developer");
    let app =
        developer.post_json("/apps", &json!({ "name": "小程序", "environment": "sandbox" })).expect(200).json()["app"].as_str().expect("an app").to_owned();
    let until = developer.send_json("PUT", &format!("/apps/{app}/recording"), &json!({ "hours": 1 })).expect(200).json();
    assert!(until["until"].is_string(), "{until}");
    let made = developer.post_json(&format!("/apps/{app}/keys"), &json!({ "name": "机器" })).expect(200).json();
    (app, made["text"].as_str().expect("a key").to_owned())
}

/// The id of a call that says what nobody else may read.
fn called(opened: &Opened, key: &str) -> String {
    let headers = [("x-api-key", key), ("x-client-secret", SECRET), ("content-type", "application/json")];
    let body = json!({ "mobile": PHONE, "note": format!("call {PHONE}"), "street": 7 }).to_string();
    for _ in 0..200 {
        let got = ask(opened.port(), "POST", &format!("/hydrant/v1/hydrants?token={SECRET}&side=left"), &headers, &body).expect("an answer");
        if got.status == 200 {
            return got.header("x-request-id").to_owned();
        }
        assert_eq!(got.status, 401, "{}", got.body);
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("the gateway does not learn of the key")
}

/// The call as the developer sees it, once it has come in and what it said too.
fn seen(house: &House, path: &str) -> Value {
    let (mut developer, began) = (house.client("developer"), Instant::now());
    loop {
        let got = developer.get_json(path);
        if got.status == 200 && !got.json()["recorded"].is_null() {
            return got.json();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{}", got.body);
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Files below a folder that hold one of these texts.
fn holding(folder: &Path, texts: &[&str], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, texts, found);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let read = String::from_utf8_lossy(&bytes);
            found.extend(texts.iter().any(|text| read.contains(text)).then(|| path.display().to_string()));
        }
    }
}

fn erase(house: &House, key: &str) {
    let person = house.world.persons[key].clone();
    let handle = house.first("select handle as it from identity_party where id = $1", &[person.as_str()]).expect("a handle");
    let held = house.all("select id as it from identity_grant where person = $1", &[person.as_str()]);
    let erased = house.temp.db.write("erase", move |tx| {
        let system = Acting::system("setup");
        for grant in &held {
            identity::end_grant(tx, &system, &Id::fixed(grant.clone()), "asked to be forgotten").map_err(|failure| Failure::Broken(failure.into_fault()))?;
        }
        identity::erase_person(tx, &system, &person, &handle, "asked to be forgotten")
    });
    erased.map_err(Failure::into_fault).expect("erased");
    house.temp.settle();
}

#[test]
fn what_a_call_said_is_seen_masked_by_the_owner_of_its_app_alone_and_goes_with_them() {
    let mut opened = Opened::of(House::peopled());
    hydrant(&opened, "{\"password\":\"correct-horse-battery\",\"pressure\":5}");
    let (app, key) = recording_app(&opened.house);
    let request = called(&opened, &key);
    let path = format!("/calls/{request}");
    let call = seen(&opened.house, &path);
    let document = opened.house.app.openapi().expect("the document");
    let schema = &document["paths"]["/calls/{request}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!((schema.is_null(), findings(&document, schema, &call)), (false, Vec::<String>::new()));
    let said = &call["recorded"];
    assert_eq!(said["line"], json!("POST /hydrant/v1/hydrants?token=***&side=left"));
    let body = |side: &str| serde_json::from_str::<Value>(said[side]["body"].as_str().unwrap_or_default()).unwrap_or_default();
    assert_eq!(body("asked"), json!({ "mobile": "***", "note": "call 138***", "street": 7 }), "{call}");
    assert_eq!(body("answered"), json!({ "password": "***", "pressure": 5 }), "{call}");
    let house = &opened.house;
    for mut developer in [house.client("developer"), house.client("developer").english()] {
        let page = developer.get(&path).expect(200).body;
        assert!(page.contains("side=left") && page.contains("138***") && ![PHONE, SECRET, &key].iter().any(|text| page.contains(text)), "{page}");
    }
    // The owner of the capability and the operator see that it was called, not what was said; others do not find it.
    for (who, status) in [("lead", 200), ("capability-operator", 200), ("public", 404), ("nobody", 401)] {
        let got = house.client(who).get_json(&path);
        assert_eq!((got.status, got.body.contains("side=left")), (status, false), "{who}: {}", got.body);
    }
    opened.close_gateway();
    let house = &opened.house;
    let mut found = Vec::new();
    holding(house.temp.folder(), &[PHONE, SECRET], &mut found);
    assert_eq!(found, Vec::<String>::new(), "nothing of it lies in the clear");
    let kept = || house.all("select request as it from capabilities_record", &[]);
    assert_eq!(kept(), [request]);
    erase(house, "developer");
    assert_eq!(kept(), Vec::<String>::new());
    assert_eq!(house.first("select state as it from capabilities_app where id = $1", &[&app]).as_deref(), Some("closed"));
    house.temp.assert_clean();
}

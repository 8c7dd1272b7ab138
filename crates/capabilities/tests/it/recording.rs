//! What calls say, where the owner of their app has it recorded: masked, sealed, found by the request id, forgotten.

use capabilities::{Environment, RECORDED_CALLS, RECORDED_DAYS, Recorded, RecordingRefusal, Said, Unmasked};
use store::testing::Temp;
use webkit::testing::Client;
use words::{Failure, Id, Never};

use crate::pages::door;
use crate::usage::{called, request};
use crate::world::*;

pub fn recorded(app: &Id, n: i64) -> Recorded {
    let said = |text: &str| Said {
        head: vec![("content-type".into(), "application/json".into()), ("authorization".into(), "Bearer hcs_secret".into())],
        length: text.len() as u64,
        body: Some(text.into()),
    };
    let (line, asked, answered) = ("POST /sms/v1/messages".into(), said(r#"{"mobile":"13812345678","text":"hi"}"#), said(r#"{"ok":true}"#));
    Unmasked { request: request(n), app: app.clone(), line, asked, answered }.mask()
}

pub fn keep(world: &Temp, record: Recorded) {
    keep_all(world, vec![record]);
}

fn keep_all(world: &Temp, records: Vec<Recorded>) {
    world.db.write::<_, Never>("keep", move |tx| Ok(capabilities::keep_records(tx, &records)?)).expect("kept");
}

pub fn rows(world: &Temp) -> Vec<String> {
    let rows = world.db.read::<_, Never>(|read| Ok(read.rows("select * from capabilities_record", &[])?));
    rows.expect("rows").iter().map(|row| format!("{row:?}")).collect()
}

#[test]
fn the_owner_finds_what_a_call_said_masked_until_it_is_forgotten() {
    let world = world();
    let (app, key) = app(&world, 2, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    called(&world, &app.id, &key.key.id, "sms.calls", 3);
    keep(&world, recorded(&app.id, 0));
    assert_eq!(rows(&world).len(), 0, "nobody asked for it");
    let door = door(&world);
    let mut developer = Client::session(&door, "developer").english();
    let path = format!("/apps/{}/recording", app.id);
    developer.send_json("PUT", &path, &serde_json::json!({ "hours": 73 })).expect(422);
    let page = developer.post(&path, &[("_method", "put"), ("hours", "73"), ("_back", &format!("/apps/{}", app.id))]).expect(422).body;
    assert!(page.contains("id=\"f-hours-error\""), "{page}");
    developer.send_json("PUT", &path, &serde_json::json!({ "hours": 2 })).expect(200);
    assert!(developer.get(&format!("/apps/{}", app.id)).body.contains("Recorded until"));
    for n in [1, 2] {
        keep(&world, recorded(&app.id, n));
    }
    assert!(rows(&world).iter().all(|row| !row.contains("13812345678") && !row.contains("hi")), "sealed");
    let call = developer.get_json(&format!("/calls/{}", request(1))).expect(200).json();
    let said = &call["recorded"]["asked"];
    assert_eq!((said["head"][1]["value"].as_str(), said["kind"].as_str()), (Some("***"), Some("application/json")), "{call}");
    assert!(said["body"].as_str().is_some_and(|body| body.contains("\"***\"") && body.contains("\"hi\"")), "{call}");
    for mut client in [Client::session(&door, "developer"), Client::session(&door, "developer").english()] {
        let page = client.get(&format!("/calls/{}", request(1))).expect(200).body;
        assert!(page.contains("POST /sms/v1/messages") && !page.contains("13812345678") && !page.contains("hcs_secret"), "{page}");
    }
    for who in ["owner", "operator"] {
        let others = Client::session(&door, who).get_json(&format!("/calls/{}", request(1))).expect(200).json();
        assert_eq!(others["recorded"], serde_json::Value::Null, "{who} sees the call, not what it said");
    }
    Client::session(&door, "stranger").get_json(&format!("/calls/{}", request(1))).expect(404);
    Client::session(&door, "stranger").send_json("PUT", &path, &serde_json::json!({ "hours": 1 })).expect(404);
    Client::session(&door, "operator").send_json("PUT", &path, &serde_json::json!({ "hours": 1 })).expect(403);
    assert_eq!(developer.get_json(&format!("/calls/{}", request(0))).expect(200).json()["recorded"], serde_json::Value::Null);
    world.run_until(world.clock.now().plus_seconds((RECORDED_DAYS + 1) * 86_400));
    assert_eq!(rows(&world).len(), 0, "forgotten by themselves");
    keep(&world, recorded(&app.id, 2));
    assert_eq!(rows(&world).len(), 0, "the switch is over");
    world.assert_clean();
}

#[test]
fn what_was_recorded_goes_with_the_switch_and_with_the_app() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let record = |who: words::Acting, hours: i64| {
        let id = app.id.clone();
        refused(&world, move |tx| capabilities::record_calls(tx, &who, &id, hours)).map(drop)
    };
    assert_eq!(record(developer(1), -1), Err(Failure::Refused(RecordingRefusal::Hours)));
    assert_eq!(record(operator(), 1), Err(Failure::Refused(RecordingRefusal::NotOwn)), "not even the operator");
    assert_eq!(record(developer(2), 1), Err(Failure::Absent));
    for ends_by_closing in [false, true] {
        record(developer(1), 1).expect("recorded");
        keep(&world, recorded(&app.id, 1));
        assert_eq!(rows(&world).len(), 1);
        let id = app.id.clone();
        if ends_by_closing {
            done(&world, move |tx| capabilities::close_app(tx, &developer(1), &id));
        } else {
            record(developer(1), 0).expect("ended");
            keep(&world, recorded(&app.id, 3));
        }
        assert_eq!(rows(&world).len(), 0, "nor is what was still on its way kept");
    }
    assert_eq!(record(developer(1), 1), Err(Failure::Refused(RecordingRefusal::AppClosed)));
    keep(&world, recorded(&app.id, 2));
    assert_eq!(rows(&world).len(), 0, "its app is closed");
    world.assert_clean();
}

/// The rows of a restored backup come back; the key of whoever was erased does not.
#[test]
fn what_was_recorded_cannot_be_read_once_its_owner_is_erased() {
    let world = world();
    let (app, key) = app(&world, 2, Environment::Sandbox);
    called(&world, &app.id, &key.key.id, "sms.calls", 1);
    let id = app.id.clone();
    done(&world, move |tx| capabilities::record_calls(tx, &developer(2), &id, 1));
    keep(&world, recorded(&app.id, 1));
    let door = door(&world);
    let said = || Client::session(&door, "developer").get_json(&format!("/calls/{}", request(1))).expect(200).json()["recorded"].clone();
    assert!(said().is_object());
    world.db.write::<_, Never>("erase", |tx| Ok(tx.personal_erase(&person(2))?)).expect("erased");
    assert!(said().is_null());
    keep(&world, recorded(&app.id, 2));
    assert_eq!(rows(&world).len(), 1, "and nothing more is kept");
    world.assert_clean();
}

#[test]
fn the_newest_calls_of_an_app_are_kept_and_forgotten_in_parts() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let id = app.id.clone();
    done(&world, move |tx| capabilities::record_calls(tx, &developer(1), &id, 1));
    keep_all(&world, (0..RECORDED_CALLS).map(|n| recorded(&app.id, n)).collect());
    keep_all(&world, (RECORDED_CALLS..RECORDED_CALLS + 5).map(|n| recorded(&app.id, n)).collect());
    let kept = rows(&world);
    assert_eq!(i64::try_from(kept.len()), Ok(RECORDED_CALLS));
    let (oldest, newest) = (request(4), request(RECORDED_CALLS + 4));
    let is_kept = |id: &Id| kept.iter().any(|row| row.contains(id.as_str()));
    assert!(!is_kept(&oldest) && is_kept(&request(5)) && is_kept(&newest));
    world.run_until(world.clock.now().plus_seconds((RECORDED_DAYS + 1) * 86_400));
    assert_eq!(rows(&world).len(), 0);
    world.assert_clean();
}

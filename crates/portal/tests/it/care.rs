//! Audit and administration.

use serde_json::json;
use store::Job;
use words::{Never, Node};

use crate::world::{in_all_faces, world};

#[test]
fn the_log_is_searched_an_event_is_opened_and_an_object_followed() {
    let world = world();
    let auditor = world.person("审计员", "auditor", &Node::group(), "zj");
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    let case = world.project("智慧消防栓", &lead);
    world.temp.settle();
    let mut client = world.as_person(&auditor);
    let log = in_all_faces(&client, "/audit");
    assert!(!log["events"].as_array().unwrap().is_empty());
    let opened = client.get_json("/audit?kind=programme.case_opened").json();
    assert_eq!(opened["events"][0]["subject"], case.id.as_str(), "{opened}");
    let by_name = client.get_json("/audit?actor=陈思远&kind=programme.").json();
    assert!(!by_name["events"].as_array().unwrap().is_empty(), "{by_name}");
    assert!(client.get_json("/audit?until=2026-08-01").json()["events"].as_array().unwrap().is_empty());
    assert!(!client.get_json("/audit?from=2026-09-01&until=2026-09-01").json()["events"].as_array().unwrap().is_empty());
    let event = opened["events"][0]["id"].as_str().unwrap();
    let shown = in_all_faces(&client, &format!("/audit/events/{event}"));
    assert_eq!(shown["seal"]["hash"].as_str().unwrap().len(), 64);
    let trail = in_all_faces(&client, &format!("/audit/{}", case.id));
    assert!(trail["name"].as_str().unwrap().contains("智慧消防栓"));
    client.get("/audit/no-such-thing").expect(404);
    client.get("/audit?format=csv").expect(200);
    world.as_person(&lead).get("/audit").expect(403);
}

#[test]
fn everything_is_verified_and_tampering_is_named() {
    let world = world();
    let auditor = world.person("审计员", "auditor", &Node::group(), "zj");
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    world.project("智慧消防栓", &lead);
    let report = in_all_faces(&world.as_person(&auditor), "/audit/verify");
    assert_eq!(report["clean"], true, "{report}");
    world.temp.tamper("update programme_case set title = 'x'");
    let report = world.as_person(&auditor).get_json("/audit/verify").json();
    assert_eq!((report["clean"].as_bool(), report["findings"][0]["place"].as_str()), (Some(false), Some("programme_case")), "{report}");
}

#[test]
fn a_failed_job_is_seen_and_put_back() {
    let world = world();
    let admin = world.person("管理员", "administrator", &Node::group(), "zj");
    world.write::<_, Never>(|tx| Ok(tx.later(Job::new("test.fails", "1"))?));
    for hours in 1..200 {
        let _ = world.temp.db.run_due();
        world.temp.clock.set(world.temp.clock.now().plus_seconds(hours * 3600));
    }
    let view = in_all_faces(&world.as_person(&admin), "/admin/jobs?state=failed");
    let due = in_all_faces(&world.as_person(&admin), "/admin/jobs?state=due");
    if let Some(job) = view["jobs"].as_array().unwrap().first() {
        let path = format!("/admin/jobs/{}/retries", job["id"].as_str().unwrap());
        world.as_person(&admin).post_json(&path, &json!({})).expect(200);
        world.as_person(&admin).post_json(&path, &json!({})).expect(404);
    } else {
        panic!("no job has failed: {due}");
    }
}

#[test]
fn a_parameter_is_changed_by_two() {
    let world = world();
    let first = world.person("甲", "programme.office", &Node::group(), "office");
    let second = world.person("乙", "programme.office", &Node::group(), "office");
    let pack = packs::embedded().unwrap();
    let param = pack.params.iter().find(|param| param.kind == packs::ParamKind::Int && !param.locked).unwrap();
    let key = &param.key;
    let old: i64 = param.value.parse().unwrap();
    let list = in_all_faces(&world.as_person(&first), "/admin/params");
    assert_eq!(list["params"].as_array().unwrap().len(), pack.params.len());
    let here = format!("/admin/params/{key}");
    in_all_faces(&world.as_person(&first), &here);
    let today = world.temp.clock.now().day().to_string();
    let same = json!({ "body": old.to_string(), "from": today, "reason": "试行一季" });
    let change = world.as_person(&first).post_json(&format!("{here}/changes"), &same).expect(201).json();
    let confirm = format!("/admin/changes/{}/confirmation", change["id"].as_str().unwrap());
    assert_eq!(world.as_person(&first).post_json(&confirm, &json!({})).expect(409).code(), "packs-same-person");
    world.as_person(&second).post_json(&confirm, &json!({})).expect(200);
    let view = in_all_faces(&world.as_person(&first), &here);
    assert_eq!((view["param"]["since"].as_str(), view["changes"][0]["state"].as_str()), (Some(today.as_str()), Some("confirmed")), "{view}");
    world.as_person(&first).post_json(&format!("{here}/changes"), &json!({ "body": "x", "from": today, "reason": "试行一季" })).expect(422);
}

#[test]
fn health_packs_and_the_index_answer() {
    let world = world();
    let admin = world.person("管理员", "administrator", &Node::group(), "zj");
    let health = in_all_faces(&world.as_person(&admin), "/admin/health");
    assert_eq!(health["ready"], true);
    let packs = in_all_faces(&world.as_person(&admin), "/admin/packs");
    assert_eq!(packs["versions"][0]["in_force"], true);
    let index = in_all_faces(&world.as_person(&admin), "/admin");
    assert!(index["places"].as_array().unwrap().len() >= 6, "{index}");
}

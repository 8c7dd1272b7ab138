//! Officials who are too near to a case: it is lost to them entirely, and the next of the fixed line has it.

use identity::{RelationDraft, RelationKind, Severity};
use serde_json::json;
use words::{Acting, Day, Id};

use crate::world::{World, roles};

fn deputy_of(world: &World, official: &str, deputy: &Id) {
    let (official, line) = (world.id(official), vec![deputy.clone()]);
    world.write(move |tx| identity::appoint_deputies(tx, &Acting::system("setup"), &roles(), &official, &line));
}

fn kin(world: &World, a: &str, b: &str) {
    let from_on = Day::parse("2020-01-01").unwrap();
    let draft = RelationDraft {
        kind: RelationKind::Kinship,
        a: world.id(a),
        b: world.id(b),
        from_on,
        to_on: None,
        source: "declared".into(),
        severity: Severity::Excludes,
    };
    world.write(move |tx| identity::put_relation(tx, &Acting::system("setup"), &draft).map(drop));
}

#[test]
fn the_leads_kin_does_not_screen_it_and_the_deputy_does() {
    let world = World::new();
    let deputy = world.person("代理人", "group/gd", "staff", "group");
    deputy_of(&world, "operator", &deputy);
    let id = world.submitted("智慧消防栓监测");
    let case = format!("/cases/{id}");
    world.client("operator").get(&case).expect(200);
    kin(&world, "operator", "lead");
    let (mut operator, mut next) = (world.client("operator"), world.client_of(&deputy));
    operator.get(&case).expect(404);
    operator.post_json(&format!("{case}/moves"), &json!({ "move": "pass_screen" })).expect(404);
    operator.post_json(&format!("{case}/space"), &json!({ "space": "x" })).expect(404);
    assert!(!operator.get("/cases").expect(200).body.contains(&id));
    assert!(next.get(&case).expect(200).body.contains("通过形式审查"));
    next.post_json(&format!("{case}/moves"), &json!({ "move": "pass_screen" })).expect(200);
    world.temp.settle();
    let told = world.temp.db.read::<_, words::Never>(|read| Ok(read.events_of(&id, 0, 1_000)?)).unwrap();
    let passed = told.iter().rfind(|event| event.kind == "programme.case_moved").unwrap();
    assert_eq!((&passed.actor, passed.on_behalf_of.as_ref()), (&deputy, Some(&world.id("operator"))));
    // Another case of the base is still theirs.
    world.client("lead").get(&case).expect(200);
}

#[test]
fn an_official_steps_aside_with_a_reason_and_does_not_choose_who_follows() {
    let world = World::new();
    let deputy = world.person("代理人", "group/gd", "staff", "group");
    deputy_of(&world, "operator", &deputy);
    let id = world.submitted("智慧消防栓监测");
    let case = format!("/cases/{id}");
    let mut operator = world.client("operator");
    let conflict = format!("{case}/conflict");
    assert!(operator.get(&case).expect(200).body.contains("声明回避"));
    operator.post_json(&conflict, &json!({ "conflict": "" })).expect(422);
    world.client("lead").post_json(&conflict, &json!({ "conflict": "x" })).expect(403);
    operator.post(&conflict, &[("conflict", "曾与负责人合伙"), ("_back", &case)]).expect(303);
    operator.get(&case).expect(404);
    let inbox = world.temp.db.read::<_, words::Never>(|read| Ok(desk::inbox(read, &deputy, false, None, 10)?)).unwrap();
    assert!(inbox.iter().any(|item| item.title.zh.starts_with("转由您办理")), "{inbox:?}");
    world.client_of(&deputy).post_json(&format!("{case}/moves"), &json!({ "move": "pass_screen" })).expect(200);
    world.temp.run_until(world.temp.clock.now().plus_seconds(5));
    world.temp.assert_clean();
}

#[test]
fn who_leads_a_project_holds_no_office_in_it() {
    let world = World::new();
    let both = world.id("lead");
    world.write(move |tx| {
        let now = tx.now();
        identity::grant_system(tx, &both, "base.operator", &crate::world::base(), now, None, "test")
    });
    let id = world.submitted("智慧消防栓监测");
    let case = format!("/cases/{id}");
    let mut lead = world.client("lead");
    lead.get(&case).expect(200);
    lead.post_json(&format!("{case}/moves"), &json!({ "move": "pass_screen" })).expect(403);
    lead.post_json(&format!("{case}/space"), &json!({ "space": "x" })).expect(403);
    world.client("operator").post_json(&format!("{case}/moves"), &json!({ "move": "pass_screen" })).expect(200);
}

#[test]
fn who_administers_the_house_does_not_read_its_cases_and_the_auditor_reads_and_changes_nothing() {
    let world = World::new();
    let admin = world.person("管理员", "group", "administrator", "group");
    let auditor = world.person("审计员", "group", "auditor", "group");
    let id = world.submitted("智慧消防栓监测");
    let case = format!("/cases/{id}");
    world.client_of(&admin).get(&case).expect(404);
    let mut auditor = world.client_of(&auditor);
    auditor.get(&case).expect(200);
    auditor.post_json(&format!("{case}/moves"), &json!({ "move": "pass_screen" })).expect(403);
    auditor.post_json(&format!("{case}/facts"), &json!({ "name": "duplicate", "value": "true", "evidence": "x" })).expect(403);
}

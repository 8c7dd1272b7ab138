//! Invitations: answered, withdrawn, lapsed; and what the revision of a case notices.

use serde_json::json;
use words::Id;

use crate::world::World;

const DAY: i64 = 86_400;

fn inbox(world: &World, person: &Id) -> Vec<String> {
    let items = world.temp.db.read::<_, words::Never>(|read| Ok(desk::inbox(read, person, false, None, 20)?)).unwrap();
    items.into_iter().map(|item| item.title.zh).collect()
}

fn state_of(world: &World, id: &str, person: &Id) -> String {
    let case = Id::fixed(id);
    let members = world.temp.db.read::<_, words::Never>(|read| Ok(programme::members(read, &case)?)).unwrap();
    members.into_iter().find(|member| member.person == *person).map(|member| member.state).unwrap_or_default()
}

#[test]
fn an_invitation_that_nobody_answers_is_remembered_and_lapses() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let case = format!("/cases/{id}");
    let (member, lead) = (world.id("member"), world.id("lead"));
    world.sign("lead", &id, "team_consent");
    let mut client = world.client("lead");
    let blocked = client.post_json(&format!("{case}/moves"), &json!({ "move": "submit" })).expect(409);
    assert!(blocked.body.contains("李明"), "who has not answered is named: {}", blocked.body);
    let json = client.get_json(&case).json();
    assert!(json["members"][1]["answer_by"].is_string(), "{json}");
    let start = world.temp.clock.now();
    world.temp.run_until(start.plus_seconds(12 * DAY));
    assert_eq!(state_of(&world, &id, &member), "invited");
    assert!(inbox(&world, &member).iter().any(|title| title.starts_with("提醒：团队邀请")), "{:?}", inbox(&world, &member));
    world.temp.run_until(start.plus_seconds(15 * DAY));
    assert_eq!(state_of(&world, &id, &member), "expired");
    assert!(inbox(&world, &lead).iter().any(|title| title.starts_with("团队邀请已过期")), "{:?}", inbox(&world, &lead));
    world.client("member").post_json(&format!("{case}/members/answer"), &json!({ "yes": true })).expect(404);
    // The lead goes on without, or asks again.
    client.post_json(&format!("{case}/members"), &json!({ "person": "李明" })).expect(201);
    assert_eq!(state_of(&world, &id, &member), "invited");
    client.post_json(&format!("{case}/members/{member}/removal"), &json!({})).expect(200);
    assert_eq!(state_of(&world, &id, &member), "withdrawn");
    assert!(inbox(&world, &member).iter().any(|title| title.starts_with("团队邀请已撤回")));
    client.post_json(&format!("{case}/moves"), &json!({ "move": "submit" })).expect(200);
    world.temp.settle();
    world.temp.assert_clean();
}

#[test]
fn who_has_consented_is_not_sent_away_without_a_reason() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let member = world.id("member");
    world.sign("member", &id, "team_consent");
    let removal = format!("/cases/{id}/members/{member}/removal");
    let refused = world.client("lead").post_json(&removal, &json!({})).expect(422);
    assert_eq!(refused.code(), "programme-reason-needed");
    world.client("lead").post_json(&removal, &json!({ "reason": "本人要求退出" })).expect(200);
    assert!(inbox(&world, &member).iter().any(|title| title.starts_with("已退出团队")));
    assert_eq!(state_of(&world, &id, &member), "left");
}

#[test]
fn the_revision_of_a_case_notices_team_answers_facts_and_obligations() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let case = format!("/cases/{id}");
    let mut lead = world.client("lead");
    let mut before = world.case(&id).revision;
    let mut changed = |what: &str| {
        let now = world.case(&id).revision;
        assert!(now > before, "{what}: {before} → {now}");
        before = now;
    };
    lead.post_json(&format!("{case}/members"), &json!({ "person": "王芳" })).expect(201);
    changed("team");
    lead.post_json(&format!("{case}/forms/application"), &json!({ "title": "换一个题目" })).expect(200);
    changed("answers");
    world.client("operator").post_json(&format!("{case}/facts"), &json!({ "name": "duplicate", "value": "false", "evidence": "查重报告" })).expect(200);
    changed("facts");
    lead.post_json(&format!("{case}/milestones"), &json!({ "title_zh": "样机", "due": "2027-03-31" })).expect(201);
    changed("obligations");
}

#[test]
fn a_lead_hands_over_with_what_they_have_to_do() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let (case, lead, member) = (format!("/cases/{id}"), world.id("lead"), world.id("member"));
    let to = format!("{case}/members/{member}/lead");
    assert_eq!(world.client("lead").post_json(&to, &json!({})).expect(422).code(), "programme-not-member", "who has not consented leads nothing");
    world.sign("member", &id, "team_consent");
    world.client("lead").post_json(&format!("{case}/milestones"), &json!({ "title_zh": "样机", "due": "2027-03-31" })).expect(201);
    let owed = |person: &Id| -> Vec<String> {
        let todos = world.temp.db.read::<_, words::Never>(|read| Ok(desk::todos_of(read, person, &[], 50)?)).unwrap();
        todos.into_iter().filter(|todo| todo.subject == id && !todo.key.contains("invitation")).map(|todo| todo.key).collect()
    };
    let before = owed(&lead);
    assert_eq!(before.len(), 2, "the draft and the milestone: {before:?}");
    world.client("member").post_json(&to, &json!({})).expect(403);
    assert!(world.client("lead").get(&case).expect(200).body.contains(&format!("action=\"{to}\"")), "the page offers it");
    world.client("lead").post_json(&to, &json!({})).expect(200);
    assert_eq!((world.case(&id).lead, owed(&lead), owed(&member)), (member.clone(), Vec::new(), before));
    assert!(inbox(&world, &member).iter().any(|title| title.starts_with("现由李明负责")), "{:?}", inbox(&world, &member));
    world.temp.settle();
    let history = world.client("member").get(&format!("{case}/history")).expect(200).body;
    assert!(history.contains("起任负责人"), "{history}");
    // The office may do it too, and says why; whoever led before may go now.
    let back = format!("{case}/members/{lead}/lead");
    assert_eq!(world.client("operator").post_json(&back, &json!({})).expect(422).code(), "programme-reason-needed");
    world.client("member").post_json(&format!("{case}/members/{lead}/removal"), &json!({ "reason": "本人要求退出" })).expect(200);
    assert_eq!(world.client("operator").post_json(&back, &json!({ "reason": "需要" })).expect(422).code(), "programme-not-member");
    world.temp.settle();
    world.temp.assert_clean();
}

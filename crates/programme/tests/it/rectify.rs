//! A move is taken back: obligations, deadline and timers are those from before, and what cannot be undone is named beforehand.

use serde_json::json;
use words::Id;

use crate::world::World;

type Owed = Vec<(String, String, Option<words::Instant>)>;

fn owed(world: &World, id: &str) -> Owed {
    let case = Id::fixed(id);
    let found = world.temp.db.read::<_, words::Never>(|read| Ok(programme::obligations(read, &case)?)).unwrap();
    found.into_iter().map(|one| (one.id.to_string(), one.state, one.due_at)).collect()
}

#[test]
fn what_was_owed_is_owed_again_and_what_was_done_stays_done() {
    let world = World::new();
    let id = crate::office::onboarding(&world);
    let case = format!("/cases/{id}");
    let (mut operator, mut office) = (world.client("operator"), world.client("office"));
    operator.post_json(&format!("{case}/mentor"), &json!({ "person": "赵老师" })).expect(200);
    let (before, seen) = (owed(&world, &id), world.case(&id));
    assert!(before.iter().any(|(_, state, _)| state == "done") && before.iter().any(|(_, state, _)| state == "open"), "{before:?}");
    let page = office.get(&case).expect(200);
    assert!(page.body.contains("不能恢复的后果") && page.body.contains("推动“和米支持轮”"), "{}", page.body);

    // The lead's withdrawal of a draft has nothing that goes on elsewhere.
    let draft = world.declared("智慧井盖监测");
    let (own, mut lead) = (format!("/cases/{draft}"), world.client("lead"));
    lead.post_json(&format!("{own}/milestones"), &json!({ "title_zh": "样机", "due": "2027-03-31" })).expect(201);
    let open = owed(&world, &draft);
    lead.post_json(&format!("{own}/moves"), &json!({ "move": "withdraw" })).expect(200);
    assert_eq!(owed(&world, &draft)[0].1, "waived");
    lead.post_json(&format!("{own}/rectifications"), &json!({ "reason": "点错了" })).expect(200);
    assert_eq!(owed(&world, &draft), open, "the same obligation with the same due date");
    assert_eq!((world.case(&draft).state.as_str(), world.case(&draft).closed_at), ("draft", None));

    // The one that is onboarding has not been touched.
    assert_eq!((owed(&world, &id), world.case(&id).due_at), (before, seen.due_at));
    world.temp.settle();
    world.temp.assert_clean();
}

#[test]
fn the_deadline_stays_what_it_was_and_those_concerned_are_told() {
    let world = World::new();
    let id = world.submitted("智慧消防栓监测");
    let case = format!("/cases/{id}");
    let mut operator = world.client("operator");
    world.temp.run_until(world.temp.clock.now().plus_seconds(2 * 86_400));
    let before = world.case(&id);
    operator.post_json(&format!("{case}/moves"), &json!({ "move": "return_to_author", "reason": "请补充" })).expect(200);
    world.temp.run_until(world.temp.clock.now().plus_seconds(3_600));
    operator.post_json(&format!("{case}/rectifications"), &json!({ "reason": "退错了项目" })).expect(200);
    let after = world.case(&id);
    assert_eq!((after.state, after.entered_at, after.due_at), (before.state, before.entered_at, before.due_at));
    let due = world.temp.db.read::<_, words::Never>(|read| Ok(read.job_due("programme.clock", &format!("{id}/sla"))?)).unwrap();
    assert_eq!(due, after.due_at, "the timer too");
    let told = world.temp.db.read::<_, words::Never>(|read| Ok(desk::inbox(read, &world.id("lead"), false, None, 10)?)).unwrap();
    assert!(told.iter().any(|item| item.title.zh.starts_with("已更正“退回补正”") && item.body.zh.contains("退错了项目")), "{told:?}");
    world.temp.settle();
    world.temp.assert_clean();
}

//! What the office arranges on a case that was admitted.

use serde_json::json;
use words::{Acting, Id};

use crate::world::World;

/// A case in onboarding. The review is told of elsewhere; here a system step stands in for the decision's guard.
pub fn onboarding(world: &World) -> String {
    let id = world.submitted("智慧消防栓监测");
    let mut operator = world.client("operator");
    operator.post(&format!("/cases/{id}/moves"), &[("move", "pass_screen")]).expect(303);
    world.temp.run_until(world.temp.clock.now().plus_seconds(5));
    let case = Id::fixed(id.clone());
    let round = world.temp.db.read::<_, words::Never>(|read| Ok(review::open_rounds_of(read, case.as_str())?)).unwrap().remove(0);
    let panel = world.temp.db.read::<_, words::Never>(|read| Ok(review::panel(read, Some(&Acting::system("test")), &round.id)?)).unwrap();
    for seat in panel.into_iter().filter(|seat| seat.state.sits()) {
        let (assignment, person, rubric) = (seat.assignment.unwrap(), seat.person.unwrap(), round.rubric.clone());
        world.write::<_, review::SeatRefusal>(move |tx| {
            let who = Acting { person: person.clone(), grants: Vec::new(), proved_at: Some(tx.now()), scopes: None };
            review::accept_assignment(tx, &who, &assignment)?;
            review::declare_no_conflict(tx, &who, &assignment, "")?;
            let mark =
                |criterion: &review::Criterion| (criterion.id.clone(), review::Mark { points: Some(criterion.max), comment: "思路清楚，值得支持。".into() });
            let sheet = review::SheetDraft { marks: rubric.criteria.iter().map(mark).collect(), ..review::SheetDraft::default() };
            review::sign_review(tx, &who, &assignment, &sheet)
        });
    }
    let closing = round.id.clone();
    world.write(move |tx| review::close_round(tx, &Acting::system("test"), &closing));
    world.client("office").post(&format!("/cases/{id}/moves"), &[("move", "admit"), ("_back", &format!("/cases/{id}"))]).expect(303);
    world.temp.settle();
    id
}

#[test]
fn the_office_arranges_what_the_start_asks_for() {
    let world = World::new();
    let id = onboarding(&world);
    let case = format!("/cases/{id}");
    let (mut operator, mut lead) = (world.client("operator"), world.client("lead"));
    assert!(lead.get(&case).expect(200).body.contains("同意入孵通知书"));
    let letter = lead.get(&format!("{case}/letters/admit")).expect(200);
    assert!(letter.body.contains("100.00") && letter.body.contains("思路清楚"), "{}", letter.body);
    let missing = operator.get_json(&case).expect(200).json()["blocked"]["start"].as_array().unwrap().len();
    assert!(missing >= 8, "{missing}");

    operator.post(&format!("{case}/mentor"), &[("person", "赵老师"), ("_back", &case)]).expect(303);
    let own = operator.post(&format!("{case}/mentor"), &[("person", "李明"), ("_back", &case)]).expect(422);
    assert!(own.body.contains("此人已在团队中"), "{}", own.body);
    operator.post(&format!("{case}/space"), &[("space", "三楼 A 区 4 个工位"), ("until", "2027-12-31"), ("_back", &case)]).expect(303);
    operator.post(&format!("{case}/retention"), &[("person", ""), ("until", "2029-08-31"), ("_back", &case)]).expect(303);
    operator.post(&format!("{case}/grant"), &[("amount", "100,000.00"), ("evidence", "双创办〔2026〕3 号"), ("_back", &case)]).expect(303);
    let odd = operator.post(&format!("{case}/facts"), &[("name", "base_pay_frozen"), ("value", "maybe"), ("evidence", "x"), ("_back", &case)]).expect(422);
    assert!(odd.body.contains("值的类型不对"), "{}", odd.body);
    operator.post(&format!("{case}/facts"), &[("name", "base_pay_frozen"), ("value", "true"), ("evidence", "人力确认单"), ("_back", &case)]).expect(303);
    world.client("foreign").post_json(&format!("{case}/space"), &json!({"space": "x"})).expect(403);

    let page = operator.get(&case).expect(200);
    for said in ["赵老师", "三楼 A 区 4 个工位", "2029-08-31", "100,000.00", "人力确认单"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let left = operator.get_json(&case).expect(200).json()["blocked"]["start"].as_array().unwrap().len();
    assert!(left < missing, "{left} < {missing}");
    assert!(world.client("mentor").get(&case).expect(200).body.contains("导师辅导记录"));
    let positions = world.temp.db.read::<_, words::Never>(|read| Ok(programme::children(read, &Id::fixed(id.clone()), Some("person.post"))?)).unwrap();
    assert_eq!(positions.len(), 2);
    world.temp.settle();
    world.temp.assert_clean();
}

#[test]
fn everybody_sees_what_is_public_and_no_more() {
    let world = World::new();
    let id = onboarding(&world);
    let mut stranger = webkit::testing::Client::new(&world.app);
    let list = stranger.get("/projects").expect(200);
    assert!(list.body.contains(&format!("/projects/{id}")) && !list.body.contains("陈思远"), "{}", list.body);
    let page = stranger.get(&format!("/projects/{id}")).expect(200);
    assert!(page.body.contains("智慧消防栓监测") && page.body.contains("物联网") && !page.body.contains("三年以上经验"), "{}", page.body);
    let english = stranger.english().get(&format!("/projects/{id}")).expect(200);
    assert!(english.body.contains("Internet of things"), "{}", english.body);
}

#[test]
fn a_milestone_does_not_rename_the_project() {
    let world = World::new();
    let id = onboarding(&world);
    let answers = json!({"title": "完成现场试点", "due": "2026-12-31", "result": "三个区的试点都已完成", "met": "met"});
    world.client("lead").post_json(&format!("/cases/{id}/forms/milestone?n=1"), &answers).expect(200);
    assert_eq!(world.case(&id).title, "智慧消防栓监测");
    world.temp.assert_clean();
}

#[test]
fn milestones_block_the_way_out_until_they_are_done() {
    let world = World::new();
    let id = onboarding(&world);
    let case = format!("/cases/{id}");
    let mut lead = world.client("lead");
    let wrong = lead.post(&format!("{case}/milestones"), &[("title_zh", "试点"), ("due", "someday12"), ("_back", &case)]).expect(422);
    assert!(wrong.body.contains("请输入日期"), "{}", wrong.body);
    let planned = lead.post_json(&format!("{case}/milestones"), &json!({"title_zh": "完成试点", "due": "2026-12-31"})).expect(201).json();
    let obligation = planned["id"].as_str().unwrap();
    world.client("foreign").post_json(&format!("/obligations/{obligation}/completion"), &json!({"evidence": "x"})).expect(404);
    lead.post(&format!("/obligations/{obligation}/completion"), &[("evidence", "试点报告"), ("_back", &case)]).expect(303);
    let ended = lead.post_json(&format!("/obligations/{obligation}/completion"), &json!({"evidence": "again"})).expect(409);
    assert_eq!(ended.code(), "programme-obligation-ended");
    world.temp.assert_clean();
}

#[test]
fn what_happens_to_a_position_is_told_to_the_team_of_its_project() {
    let world = World::new();
    let id = onboarding(&world);
    let positions = world.temp.db.read::<_, words::Never>(|read| Ok(programme::children(read, &Id::fixed(id.clone()), Some("person.post"))?)).unwrap();
    let own = positions.into_iter().find(|position| position.about == Some(world.id("member"))).unwrap();
    world.client("hr").post_json(&format!("/cases/{}/moves", own.id), &json!({ "move": "step_back", "reason": "家庭原因" })).expect(200);
    for key in ["lead", "member"] {
        let told = world.temp.db.read::<_, words::Never>(|read| Ok(desk::inbox(read, &world.id(key), false, None, 20)?)).unwrap();
        assert!(told.iter().any(|item| item.title.zh.starts_with("不参加脱岗") && item.body.zh.contains("家庭原因")), "{key}: {told:?}");
    }
}

//! Comments on a case and its full history, on pages and over JSON.

use serde_json::json;

use crate::world::World;

#[test]
fn whoever_takes_part_comments_and_whoever_is_named_hears_of_it() {
    let world = World::new();
    let auditor = world.person("审计员", "group", "auditor", "group");
    let id = world.submitted("智慧消防栓监测");
    let (case, comments) = (format!("/cases/{id}"), format!("/cases/{id}/comments"));
    let (mut operator, mut lead) = (world.client("operator"), world.client("lead"));
    let long = "长".repeat(4_001);
    operator.post_json(&comments, &json!({ "body": "" })).expect(422);
    operator.post_json(&comments, &json!({ "body": long })).expect(422);
    world.client("foreign").post_json(&comments, &json!({ "body": "x" })).expect(404);
    operator.post(&comments, &[("body", "请 @李明 补充试点片区的说明"), ("_back", &case)]).expect(303);
    let heard = |key: &str| world.temp.db.read::<_, words::Never>(|read| Ok(desk::inbox(read, &world.id(key), false, None, 10)?)).unwrap();
    assert!(heard("member").iter().any(|item| item.title.zh.starts_with("有人在评论中提到您") && item.body.zh.contains("试点片区")), "{:?}", heard("member"));
    assert!(heard("lead").iter().any(|item| item.title.zh.contains("有新的评论")), "{:?}", heard("lead"));
    let listed = lead.get_json(&comments).expect(200).json();
    let comment = listed["comments"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!((listed["comments"][0]["author_name"].as_str(), listed["may_comment"].as_bool()), (Some("周航"), Some(true)), "{listed}");

    // The auditor reads and says nothing.
    let mut auditor = world.client_of(&auditor);
    assert_eq!(auditor.get_json(&comments).expect(200).json()["may_comment"], false);
    auditor.post_json(&comments, &json!({ "body": "x" })).expect(403);

    // Edited by its author only, withdrawn with a reason; what was before stays to be seen.
    lead.post_json(&format!("{comments}/{comment}/edits"), &json!({ "body": "改" })).expect(403);
    operator.post(&format!("{comments}/{comment}/edits"), &[("body", "请补充滨江片区的说明"), ("_back", &case)]).expect(303);
    let page = lead.get(&case).expect(200);
    assert!(page.body.contains("请补充滨江片区的说明") && page.body.contains("以前的 1 个版本") && page.body.contains("补充试点片区的说明"), "{}", page.body);
    operator.post_json(&format!("{comments}/{comment}/withdrawal"), &json!({ "reason": "" })).expect(422);
    operator.post(&format!("{comments}/{comment}/withdrawal"), &[("reason", "发错了事项"), ("_back", &case)]).expect(303);
    let page = lead.get(&case).expect(200);
    assert!(page.body.contains("发错了事项") && !page.body.contains("滨江片区"), "{}", page.body);
    operator.post_json(&format!("{comments}/{comment}/edits"), &json!({ "body": "x" })).expect(409);
    let elsewhere = world.submitted("智慧井盖监测");
    operator.post_json(&format!("/cases/{elsewhere}/comments/{comment}/withdrawal"), &json!({ "reason": "x" })).expect(404);
    world.temp.assert_clean();
}

#[test]
fn the_full_history_says_what_happened_who_did_it_and_how_the_guards_stood() {
    let world = World::new();
    let id = crate::office::onboarding(&world);
    let history = format!("/cases/{id}/history");
    let mut lead = world.client("lead");
    let page = lead.get(&history).expect(200);
    for said in ["建立", "保存表单“项目申报书”", "签署《成员同意书》", "提交申报 → 形式审查", "通过形式审查 → 入孵评审", "同意入孵通知书", "满足"]
    {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    for place in ["/rounds/", "/notices/", "/letters/"] {
        assert!(page.body.contains(place), "{place}: {}", page.body);
    }
    let json = lead.get_json(&history).expect(200).json();
    let lines = json["lines"].as_array().unwrap();
    let seqs: Vec<i64> = lines.iter().filter_map(|line| line["seq"].as_i64()).collect();
    assert!(seqs.len() > 8 && seqs.is_sorted(), "{seqs:?}");
    let sheet = lead.get(&format!("{history}?format=csv")).expect(200);
    assert!(sheet.body.contains("同意入孵 → 入孵办理") && sheet.body.contains("✓ review('entry_review').passed"), "{}", sheet.body);
    world.client("foreign").get(&history).expect(404);
    assert!(world.english("lead").get(&history).expect(200).body.contains("Form saved: declaration"));
}

//! The other ways of a project, as its people live them over the JSON of their pages: somebody leaves early, a review is called off,
//! a venture's people come back, a project is ended. Each ends with everybody told, and with no to-do that nobody can do.

use packs::Ending;
use serde_json::{Value, json};

use crate::api::Api;
use crate::ground::{House, case_of};

fn house(ending: Ending) -> (Api, programme::Case) {
    let house = House::of(&[Ending::GraduatedInternal, ending]);
    let case = case_of(&house.world, ending);
    (Api::new(house), case)
}

/// Key of the persona who leads a case.
fn lead(api: &Api, case: &programme::Case) -> String {
    api.house.key_of(case.lead.as_str()).expect("a persona").to_owned()
}

/// The positions of a project: case, key of the member, key of their HR.
fn positions(api: &Api, project: &programme::Case) -> Vec<(String, String, String)> {
    let found = api.house.world.read(|read| Ok(programme::children(read, &project.id, Some("person.post"))?)).expect("positions");
    let hr_of = |case: &programme::Case| {
        let holders = api.house.world.read(|read| Ok(identity::holders_of(read, "unit.hr", &case.base)?)).expect("HR");
        api.house.key_of(holders[0].as_str()).expect("a persona").to_owned()
    };
    found
        .iter()
        .map(|case| (case.id.to_string(), api.house.key_of(case.about.as_ref().expect("a member").as_str()).expect("a persona").to_owned(), hr_of(case)))
        .collect()
}

fn todos(api: &mut Api, who: &str) -> Vec<String> {
    let listed = api.get(who, "/me")["todos"].as_array().cloned().unwrap_or_default();
    listed.iter().map(|todo| format!("{} {}", todo["title"]["zh"].as_str().unwrap_or_default(), todo["link"].as_str().unwrap_or_default())).collect()
}

fn heard(api: &mut Api, who: &str, title: &str) -> bool {
    let items = api.get(who, "/inbox")["items"].as_array().cloned().unwrap_or_default();
    items.iter().any(|item| item["title"]["zh"].as_str().is_some_and(|text| text.contains(title)))
}

fn settle(api: &Api) {
    api.house.temp.settle();
}

fn end(api: &Api) {
    let failed = api.house.world.read(|read| Ok(read.jobs("failed", 10)?)).expect("jobs");
    assert!(failed.is_empty(), "{failed:?}");
    api.house.temp.assert_clean();
}

#[test]
fn a_member_who_leaves_early_gets_the_part_that_the_office_decides_and_nothing_waits_for_them() {
    let (mut api, project) = house(Ending::Incubating);
    let boss = lead(&api, &project);
    let (position, member, hr) = positions(&api, &project).into_iter().find(|(_, member, _)| *member != boss).expect("a member");
    let deferred = api.get(&member, &format!("/people/positions/{position}"))["deferred"]["minor"].as_i64().expect("an amount");
    assert!(deferred > 0);
    api.moves(&member, &position, "leave_team", "家庭原因");
    settle(&api);
    let team = api.get(&boss, &format!("/cases/{}", project.id))["members"].clone();
    let state_of = |key: &str| team.as_array().into_iter().flatten().find(|one| one["person"] == api.person(key)).map(|one| one["state"].clone());
    assert_eq!(state_of(&member), Some(json!("left")), "the project goes on without them: {team}");
    assert!(heard(&mut api, &boss, "中途退出团队") && heard(&mut api, &hr, "中途退出团队"));
    assert!(todos(&mut api, "office").iter().any(|todo| todo.contains(&position)), "the office settles it");
    let seen = api.get("office", &format!("/people/positions/{position}"));
    assert_eq!(seen["deferred"]["minor"], deferred, "the office sees what it decides about");
    assert!(api.blocked("office", &position, "settle_pro_rata").iter().any(|text| text.contains("比例")));
    for wrong in ["0", "101"] {
        api.does("office", &format!("/cases/{position}/facts"), json!({ "name": "deferred_part", "value": wrong, "evidence": "会议纪要" }));
        assert!(!api.blocked("office", &position, "settle_pro_rata").is_empty(), "{wrong}");
    }
    api.does("office", &format!("/cases/{position}/facts"), json!({ "name": "deferred_part", "value": "40", "evidence": "会议纪要" }));
    let before = api.available("payable:payroll");
    api.moves("office", &position, "settle_pro_rata", "按贡献发放四成");
    settle(&api);
    assert_eq!(api.available("payable:payroll") - before, (deferred * 4 + 5) / 10, "40 % of it, to the fen");
    assert_eq!(api.get(&member, &format!("/people/positions/{position}"))["deferred"]["minor"], 0);
    assert!(todos(&mut api, &hr).iter().any(|todo| todo.contains(&position)), "HR takes them back");
    api.moves(&hr, &position, "restore", "");
    settle(&api);
    let seen = api.get(&member, &format!("/people/positions/{position}"));
    assert_eq!((seen["state"].as_str(), &seen["new_grade"]), (Some("restored"), &seen["grade"]), "{seen}");
    assert!(!todos(&mut api, &hr).iter().any(|todo| todo.contains(&position)));
    end(&api);
}

#[test]
fn whoever_asks_to_come_back_from_a_venture_by_their_own_page_is_taken_back() {
    let (mut api, project) = house(Ending::GraduatedVenture);
    let (position, member, hr) = positions(&api, &project).remove(0);
    assert_eq!(api.get(&member, &format!("/cases/{position}"))["state"], "on_leave");
    api.does(&member, &format!("/people/positions/{position}/return"), json!({}));
    settle(&api);
    let case = api.get(&member, &format!("/cases/{position}"));
    assert_eq!(case["state"], "returning", "the case goes with the register");
    assert!(heard(&mut api, &hr, "申请返岗"));
    assert!(todos(&mut api, &hr).iter().any(|todo| todo.contains(&position)));
    let grade = api.get(&member, &format!("/people/positions/{position}"))["grade"].clone();
    api.does(&hr, &format!("/people/positions/{position}/restoration"), json!({ "grade": grade }));
    settle(&api);
    assert_eq!(api.get(&member, &format!("/cases/{position}"))["state"], "restored");
    end(&api);
}

#[test]
fn a_review_that_is_called_off_leaves_no_todo_and_its_experts_hear_of_it() {
    let (mut api, project) = house(Ending::EntryReview);
    let boss = lead(&api, &project);
    let round = api.get("office", &format!("/cases/{}", project.id))["rounds"][0]["id"].as_str().expect("a round").to_owned();
    let panel: Vec<String> = api.get("office", &format!("/rounds/{round}"))["panel"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|seat| api.house.key_of(seat["person"].as_str()?).map(str::to_owned))
        .collect();
    assert_eq!(panel.len(), 5);
    assert!(todos(&mut api, &panel[0]).iter().any(|todo| todo.contains("请您评审：入孵评审")));
    api.moves(&boss, project.id.as_str(), "withdraw", "");
    settle(&api);
    for expert in &panel {
        assert!(!todos(&mut api, expert).iter().any(|todo| todo.contains("请您评审")), "{expert}");
        assert!(heard(&mut api, expert, "不必再评审"), "{expert}");
    }
    assert_eq!(api.get("office", &format!("/rounds/{round}"))["round"]["state"], "cancelled");
    end(&api);
}

#[test]
fn whoever_is_drawn_in_the_place_of_another_is_told() {
    let (mut api, project) = house(Ending::EntryReview);
    let round = api.get("office", &format!("/cases/{}", project.id))["rounds"][0]["id"].as_str().expect("a round").to_owned();
    let seats = api.get("office", &format!("/rounds/{round}"))["panel"].as_array().cloned().unwrap_or_default();
    let gone = seats[0].clone();
    api.does("office", &format!("/rounds/{round}/replacements"), json!({ "assignment": gone["assignment"], "reason": "长期出差" }));
    settle(&api);
    let now = api.get("office", &format!("/rounds/{round}"))["panel"].as_array().cloned().unwrap_or_default();
    let new = now.iter().find(|seat| !seats.iter().any(|old| old["person"] == seat["person"])).expect("somebody new");
    let key = |seat: &Value| seat["person"].as_str().and_then(|person| api.house.key_of(person)).expect("a persona").to_owned();
    let (new, gone) = (key(new), key(&gone));
    assert!(todos(&mut api, &new).iter().any(|todo| todo.contains("请您评审")), "{new}");
    assert!(!todos(&mut api, &gone).iter().any(|todo| todo.contains("请您评审")), "{gone}");
    assert!(heard(&mut api, &gone, "不必再评审"));
    end(&api);
}

#[test]
fn when_a_project_is_ended_nothing_planned_stays_open_and_hr_takes_everybody_back() {
    let (mut api, project) = house(Ending::Incubating);
    let (boss, id) = (lead(&api, &project), project.id.to_string());
    api.does(&boss, &format!("/cases/{id}/milestones"), json!({ "title_zh": "完成第二次试点", "due": api.now().day().plus_days(20) }));
    api.moves("office", &id, "terminate", "试验数据不支持预期");
    settle(&api);
    let open: Vec<Value> =
        api.get(&boss, &format!("/cases/{id}"))["obligations"].as_array().into_iter().flatten().filter(|one| one["state"] == "open").cloned().collect();
    assert_eq!(open.iter().map(|one| one["key"].clone()).collect::<Vec<_>>(), [json!("lessons")], "only what the winding up asks for: {open:?}");
    for (position, member, hr) in positions(&api, &project) {
        let hers = todos(&mut api, &hr).into_iter().filter(|todo| todo.contains(&position)).count();
        assert_eq!(hers, 1, "{hr} can take {member} back at once");
        let own = todos(&mut api, &member).into_iter().filter(|todo| todo.contains(&position)).count();
        assert_eq!(own, 1, "{member} is asked once");
        api.moves(&hr, &position, "go_back", "");
        settle(&api);
        assert!(!todos(&mut api, &hr).iter().any(|todo| todo.contains(&position)));
        assert!(!todos(&mut api, &member).iter().any(|todo| todo.contains(&position)));
    }
    end(&api);
}

#[test]
fn whoever_is_to_act_next_hears_of_it() {
    let (mut api, project) = house(Ending::Transfer);
    let id = project.id.to_string();
    let unit =
        api.get("office", &format!("/cases/{id}"))["fact_lines"].as_array().into_iter().flatten().find(|fact| fact["name"] == "application_unit").cloned();
    let unit = unit.expect("a unit takes it on");
    assert!(!unit["shown"].as_str().expect("a text").contains("group/"), "a name, not an address: {unit}");
    let taker = {
        let holders = api.house.world.read(|read| Ok(identity::holders_of(read, "application_unit", &project.node)?)).expect("the unit");
        api.house.key_of(holders[0].as_str()).expect("a persona").to_owned()
    };
    let (node, owner, today) =
        (api.house.world.read(|read| Ok(programme::fact(read, &project.id, "application_unit", None)?)).expect("a fact"), api.person(&taker), api.now().day());
    let long = "接入城市消防平台，持续迭代。".repeat(5);
    let acceptance = json!({ "unit": node, "owner": owner, "checked": ["deliverables", "documents", "ip", "trained"], "use": long, "accepted_on": today });
    api.fills(&taker, &id, "transfer_acceptance", None, acceptance);
    api.signs(&taker, &id, "transfer_acceptance");
    api.moves(&taker, &id, "confirm_transfer", "");
    settle(&api);
    let (position, member, hr) = positions(&api, &project).remove(0);
    assert!(!todos(&mut api, &hr).iter().any(|todo| todo.contains(&position)), "first the member chooses");
    api.does(&member, &format!("/people/positions/{position}/choice"), json!({ "choice": "transfer" }));
    settle(&api);
    assert!(!todos(&mut api, &member).iter().any(|todo| todo.starts_with("双向选择")), "they have chosen");
    api.signs(&member, &position, "transfer");
    settle(&api);
    assert!(heard(&mut api, &taker, "请签署《调动协议》"), "the unit that takes them on hears of it");
    assert!(todos(&mut api, &taker).iter().any(|todo| todo.contains(&format!("/cases/{position}/documents/transfer"))));
    let seen = api.get(&taker, &format!("/cases/{position}"));
    let about = api.get(&member, &format!("/cases/{position}"));
    assert_eq!(seen["about_name"], about["about_name"], "they see whom they take on");
    assert!(about.to_string().contains("base_pay") && !seen.to_string().contains("base_pay"), "and not what they are paid: {seen}");
    for hidden in ["history", "comments", "forms/member_choice/check"] {
        api.hides(&taker, &format!("/cases/{position}/{hidden}"));
    }
    api.hides(&taker, &format!("/people/positions/{position}"));
    api.signs(&taker, &position, "transfer");
    settle(&api);
    assert!(!todos(&mut api, &taker).iter().any(|todo| todo.contains(&position)));
    assert!(todos(&mut api, &hr).iter().any(|todo| todo.contains(&position)), "now HR hands them over");
    end(&api);
}

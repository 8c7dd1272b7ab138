//! From an idea to the entry review, as people do it in the browser and over the API.

use serde_json::json;
use words::Id;

use crate::world::{World, as_json, base, steps};

#[test]
fn a_project_is_declared_consented_returned_and_passed() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let (mut lead, mut member, mut operator) = (world.client("lead"), world.client("member"), world.client("operator"));
    let case = format!("/cases/{id}");

    // Everything that is missing is named: the member has not consented, and neither has signed.
    let check = lead.get(&format!("{case}/forms/application/check")).expect(200);
    for said in ["内容已填写完整", "李明", "待同意", "成员同意书", "还有 2 份未签", "120,000.00", "杭州和创空间"] {
        assert!(check.body.contains(said), "{said}: {}", check.body);
    }
    let blocked = lead.post_json(&format!("{case}/moves"), &json!({"move": "submit"})).expect(409);
    assert_eq!(blocked.code(), "programme-blocked");
    assert!(blocked.body.contains("陈思远") && blocked.body.contains("李明"), "{}", blocked.body);
    let english = world.english("lead").post_json(&format!("{case}/moves"), &json!({"move": "submit"})).expect(409);
    assert!(english.body.contains("consent of the members") && !english.body.contains("成员同意书"), "{}", english.body);

    // A draft is nobody else's; the invited member sees it.
    world.client("foreign").get(&case).expect(404);
    let invited = member.get(&case).expect(200);
    assert!(invited.body.contains("邀请您加入团队"), "{}", invited.body);

    // Signing asks for a fresh proof; then signing is consenting.
    let mut cold = world.cold("member");
    let paper = cold.get(&format!("{case}/documents/team_consent")).expect(200);
    assert!(paper.body.contains("/reauth?next="), "{}", paper.body);
    let text = cold.get_json(&format!("{case}/documents/team_consent")).json();
    let refused = cold.post_json(&format!("{case}/signatures"), &json!({"document": "team_consent", "text_sha256": text["text_sha256"]})).expect(409);
    assert_eq!(refused.code(), "desk-prove-first");
    let early = cold.get_json(&format!("{case}/documents/incubation_agreement")).json();
    assert_eq!(early["to_sign"], false, "{early}");
    member.post_json(&format!("{case}/signatures"), &json!({"document": "incubation_agreement", "text_sha256": early["text_sha256"]})).expect(403);
    world.sign("member", &id, "team_consent");
    world.sign("lead", &id, "team_consent");

    // Submitted: a number, what comes next, whom to ask.
    let receipt = lead.post_and_follow(&format!("{case}/moves"), &[("move", "submit"), ("receipt", "true"), ("_back", &case)]);
    for said in ["已提交", "HZ-SPACE-2026-0001", "形式审查", "周航"] {
        assert!(receipt.body.contains(said), "{said}: {}", receipt.body);
    }
    lead.get(&format!("{case}/forms/application")).expect(409);
    assert!(lead.get(&format!("{case}/forms/application/check")).expect(200).body.contains("已锁定"));

    // Returned with a reason, corrected, handed in again.
    let without = operator.post_json(&format!("{case}/moves"), &json!({"move": "return_to_author"})).expect(409);
    assert!(without.body.contains("填写理由"), "{}", without.body);
    operator.post(&format!("{case}/moves"), &[("move", "return_to_author"), ("reason", "请补充试点片区"), ("_back", &case)]).expect(303);
    let page = lead.get(&case).expect(200);
    assert!(page.body.contains("请补充试点片区") && page.body.contains("退回补正通知"), "{}", page.body);
    let letters = page.body.split("/letters/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let letter = lead.get(&format!("{case}/letters/{letters}")).expect(200);
    assert!(letter.body.contains("请补充试点片区") && letter.body.contains("智慧消防栓监测"), "{}", letter.body);
    let mut plan: Vec<(&str, String)> = steps("智慧消防栓监测")[2].clone();
    plan[1].1 = "第一阶段完成终端样机，第二阶段在滨江片区试点，第三阶段总结并形成可复制的方案。".into();
    let plan: Vec<(&str, &str)> = plan.iter().map(|(name, value)| (*name, value.as_str())).collect();
    lead.post(&format!("{case}/forms/application"), &plan).expect(303);
    lead.post(&format!("{case}/moves"), &[("move", "submit"), ("_back", &case)]).expect(303);

    // A stale page changes nothing.
    let seen = operator.get_json(&case).expect(200);
    let old = seen.json()["revision"].as_i64().unwrap() - 1;
    operator.post(&format!("{case}/moves"), &[("move", "pass_screen"), ("_if_match", &old.to_string())]).expect(409);
    operator
        .send(
            "POST",
            &format!("{case}/moves"),
            &[("accept", "application/json"), ("content-type", "application/json"), ("if-match", "\"1\"")],
            br#"{"move":"pass_screen"}"#.to_vec(),
        )
        .expect(412);
    assert_eq!(world.case(&id).state, "screening");

    // Passed: the round opens, the list is frozen, the panel drawn.
    operator.post(&format!("{case}/moves"), &[("move", "pass_screen"), ("_back", &case)]).expect(303);
    world.temp.run_until(world.temp.clock.now().plus_seconds(5));
    let rounds = operator.get_json(&case).expect(200).json()["rounds"].clone();
    assert_eq!((rounds[0]["state"].as_str(), rounds[0]["quorum"].as_i64()), (Some("reviewing"), Some(5)), "{rounds}");
    let round = Id::fixed(rounds[0]["id"].as_str().unwrap());
    let sitting = world.temp.db.read::<_, words::Never>(|read| Ok(review::round_view(read, &round)?)).unwrap().unwrap().sitting;
    assert_eq!(sitting, 5);
    assert!(operator.get(&case).expect(200).body.contains("入孵评审"));
    world.temp.assert_clean();
}

#[test]
fn a_screening_is_taken_back_by_its_maker() {
    let world = World::new();
    let id = world.submitted("智慧消防栓监测");
    let case = format!("/cases/{id}");
    let mut operator = world.client("operator");
    operator.post(&format!("{case}/moves"), &[("move", "pass_screen")]).expect(303);
    world.temp.settle();
    let empty = operator.post_json(&format!("{case}/rectifications"), &json!({"reason": ""})).expect(422);
    assert_eq!(empty.code(), "input-invalid");
    world.client("foreign").post_json(&format!("{case}/rectifications"), &json!({"reason": "x"})).expect(404);
    operator.post(&format!("{case}/rectifications"), &[("reason", "点错了"), ("_back", &case)]).expect(303);
    let page = operator.get(&case).expect(200);
    assert!(page.body.contains("更正：通过形式审查") && page.body.contains("点错了"), "{}", page.body);
    assert_eq!(world.case(&id).state, "screening");
    let history = operator.get_json(&format!("{case}/history")).expect(200).json();
    assert_eq!(history["history"].as_array().map(Vec::len), Some(3), "{history}");
    world.temp.settle();
    world.temp.assert_clean();
}

#[test]
fn the_same_over_json() {
    let world = World::new();
    let mut lead = world.client("lead");
    let made = lead.post_json("/api/v1/projects", &json!({"base": base(), "channel": "self"})).expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let address = format!("/api/v1/cases/{id}/forms/application");
    let wrong = lead.post_json(&address, &json!({"title": "x".repeat(61), "domains": ["cooking"], "no_such": 1})).expect(422);
    let body = wrong.json();
    let pointers: Vec<&str> = body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/title", "/domains/0", "/no_such"], "{}", wrong.body);
    let saved = lead.post_json(&address, &as_json("智慧消防栓监测")).expect(200).json();
    assert_eq!(saved["sheet"]["complete"], true, "{saved}");
    lead.post_json(&format!("/api/v1/cases/{id}/members"), &json!({"person": "李明"})).expect(201);
    let twice = lead.post_json(&format!("/api/v1/cases/{id}/members"), &json!({"person": "李明"})).expect(422);
    assert_eq!(twice.code(), "programme-already-member");
    world.client("member").post_json(&format!("/api/v1/cases/{id}/members/answer"), &json!({"yes": false})).expect(200);
    world.sign("lead", &id, "team_consent");
    let moved = lead.post_json(&format!("/api/v1/cases/{id}/moves"), &json!({"move": "submit"})).expect(200).json();
    assert_eq!(moved["case"]["state"], "screening");
    world.temp.settle();
    world.temp.assert_clean();
}

#[test]
fn a_draft_saves_itself_and_mistakes_stay_in_the_form() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let mut lead = world.client("lead");
    let address = format!("/cases/{id}/forms/application");
    let saved = lead
        .send(
            "POST",
            &format!("{address}/draft"),
            &[("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")],
            format!("_csrf={}&_step=team&members_add=%E6%9D%8E&team_strengths=abc", lead.csrf()).into_bytes(),
        )
        .expect(200);
    assert_eq!(saved.json()["revision"], 6, "{}", saved.body);
    let back = format!("{address}?step=1");
    let long = "很".repeat(70);
    let wrong = lead.post(&address, &[("_step", "idea"), ("title", &long), ("_next", "next"), ("_back", &back)]).expect(422);
    assert!(wrong.body.contains("最多 60 字") && wrong.body.contains(&long), "{}", wrong.body);
    let back = format!("{address}?step=2");
    let nobody = lead.post(&address, &[("_step", "team"), ("members_add", "没有此人"), ("_next", "next"), ("_back", &back)]).expect(422);
    assert!(nobody.body.contains("没有找到此人") && nobody.body.contains("没有此人"), "{}", nobody.body);
    let suggested = lead.get("/people/suggest?person=%E6%9D%8E%E6%98%8E").expect(200);
    assert!(suggested.body.contains("李明") && suggested.body.contains("浙江公司"), "{}", suggested.body);
}

#[test]
fn files_are_kept_with_the_answers() {
    let world = World::new();
    let id = world.declared("智慧消防栓监测");
    let mut lead = world.client("lead");
    let address = format!("/cases/{id}/forms/application");
    let fields = [("_step", "declarations"), ("original", "true"), ("rules_read", "true"), ("public_ok", "true"), ("_next", "check")];
    lead.upload(&address, &fields, &[("attachments", "图纸.pdf", "application/pdf", b"%PDF-1.7 x")]).expect(303);
    let check = lead.get(&format!("{address}/check")).expect(200);
    assert!(check.body.contains("图纸.pdf") && check.body.contains("/files/doc_"), "{}", check.body);
    let back = format!("{address}?step=4");
    let fields = [("_step", "declarations"), ("_back", back.as_str()), ("_next", "check")];
    let refused = lead.upload(&address, &fields, &[("attachments", "x.exe", "application/pdf", b"MZ")]).expect(422);
    assert!(refused.body.contains("不接受这种文件"), "{}", refused.body);
    world.temp.assert_clean();
}

#[test]
fn likely_duplicates_are_shown_while_typing() {
    let world = World::new();
    world.submitted("智慧消防栓监测");
    let mut foreign = world.client("foreign");
    let seen = foreign.get("/cases/similar?title=%E6%99%BA%E6%85%A7%E6%B6%88%E9%98%B2%E6%A0%93%E7%9B%91%E6%B5%8B%E7%B3%BB%E7%BB%9F").expect(200);
    assert!(seen.body.contains("HZ-SPACE-2026-0001") && !seen.body.contains("智慧消防栓监测"), "{}", seen.body);
    let json = world.client("lead").get_json("/cases/similar?title=%E6%99%BA%E6%85%A7%E6%B6%88%E9%98%B2%E6%A0%93").expect(200).json();
    assert_eq!(json["cases"][0]["title"], "智慧消防栓监测", "{json}");
}

#[test]
fn only_channels_with_a_whole_way_are_offered() {
    let world = World::new();
    let offered = world.client("lead").get_json("/projects/new").expect(200).json();
    let keys: Vec<&str> = offered["channels"].as_array().unwrap().iter().filter_map(|one| one["value"].as_str()).collect();
    assert_eq!(keys, ["self"], "{offered}");
    let id = world.declared("智慧消防栓监测");
    let form = world.client("lead").get(&format!("/cases/{id}/forms/application?step=1")).expect(200);
    assert!(form.body.contains("自发式") && !form.body.contains("命题式"), "{}", form.body);
}

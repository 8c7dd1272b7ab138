//! A reviewer from the invitation to the signature, and the page of the round.

use review::{Pool, RoundDraft, RubricSpec, Terms};
use serde_json::json;
use words::{Acting, Id, Node};

use crate::world::{World, in_all_faces, world};

fn rubric() -> RubricSpec {
    let pack = packs::embedded().unwrap();
    let rubric = pack.rubric("entry.v1").unwrap();
    let criterion = |one: &packs::Criterion| review::Criterion {
        id: one.key.clone(),
        weight_bp: one.weight,
        min: 0,
        max: 100,
        required: one.required,
        independent: one.independent,
        meets_at: None,
    };
    RubricSpec { id: rubric.head.key.clone(), version: "1".into(), criteria: rubric.criteria.iter().map(criterion).collect() }
}

/// A round about a project with a panel of two, drawn.
fn drawn(world: &World, blind: bool) -> (Id, Vec<Id>, Id) {
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    let case = world.project("智慧消防栓", &lead);
    let experts: Vec<Id> = (1..=2).map(|n| world.person(&format!("专家{n}"), "expert", &Node::group(), "gd")).collect();
    let draft = RoundDraft {
        subject: case.id.to_string(),
        gate: "entry_review".into(),
        node: case.node.clone(),
        rubric: rubric(),
        terms: Terms { blind, ..Terms::median(2, 6000) },
        due_at: world.temp.clock.now().plus_seconds(10 * 24 * 3600),
        appointed: Vec::new(),
        pool: Pool::of(experts.clone()),
        conflicts: Vec::new(),
        observers: Vec::new(),
    };
    let round = world.write(move |tx| review::open_round(tx, &Acting::system("test"), &draft)).id;
    world.temp.settle();
    world.temp.run_until(world.temp.clock.now().plus_seconds(120));
    (round, experts, lead)
}

fn assignment(world: &World, expert: &Id) -> String {
    let list = in_all_faces(&world.as_person(expert), "/reviews");
    assert_eq!((list["done"].as_i64(), list["total"].as_i64()), (Some(0), Some(1)), "{list}");
    list["next"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_is_read_before_the_declaration_and_no_name_in_a_blind_round() {
    let world = world();
    let (_, experts, _) = drawn(&world, true);
    let id = assignment(&world, &experts[0]);
    let (page, mut expert) = (format!("/reviews/{id}"), world.as_person(&experts[0]));
    for deed in [None, Some("acceptance")] {
        if let Some(deed) = deed {
            expert.post_json(&format!("{page}/{deed}"), &json!({})).expect(200);
        }
        let view = in_all_faces(&expert, &page);
        assert!(view["material"].is_null(), "{view}");
    }
    expert.post_json(&format!("{page}/declaration"), &json!({ "no_conflict": false })).expect(422);
    expert.post_json(&format!("{page}/declaration"), &json!({ "no_conflict": true })).expect(200);
    let view = in_all_faces(&expert, &page);
    assert_eq!((view["material"]["title"].as_str(), view["material"]["team"].as_array().map(Vec::len)), (Some("智慧消防栓"), Some(0)));
    assert!(!expert.get(&page).body.contains("陈思远"));
    world.as_person(&experts[1]).get(&page).expect(404);
}

#[test]
fn a_sheet_is_saved_signed_with_a_proof_and_the_form_comes_back_with_what_was_entered() {
    let world = world();
    let (round, experts, _) = drawn(&world, false);
    let id = assignment(&world, &experts[0]);
    let page = format!("/reviews/{id}");
    let mut expert = world.as_person(&experts[0]);
    expert.post_json(&format!("{page}/acceptance"), &json!({})).expect(200);
    expert.post_json(&format!("{page}/declaration"), &json!({ "no_conflict": true })).expect(200);
    assert!(expert.get(&page).body.contains("陈思远"), "an open round names the team");
    let wrong = [("_back", page.as_str()), ("marks[0][criterion]", "need"), ("marks[0][points]", "101"), ("marks[0][comment]", "写在这里")];
    let again = expert.post(&format!("{page}/draft"), &wrong).expect(422);
    assert!(again.body.contains("写在这里") && again.body.contains("aria-invalid"), "{}", again.body);
    let half = [("_back", page.as_str()), ("marks[0][criterion]", "need"), ("marks[0][points]", "80"), ("marks[0][comment]", "有数据")];
    expert.post(&format!("{page}/draft"), &half).expect(303);
    assert_eq!(expert.get_json(&page).json()["sheet"]["line"]["marked"], 1);
    let marks: Vec<_> = rubric().criteria.iter().map(|one| json!({ "criterion": one.id, "points": 80, "comment": "" })).collect();
    let unproved = expert.post_json(&format!("{page}/signature"), &json!({ "marks": marks })).expect(403);
    assert_eq!(unproved.code(), "review-not-proved");
    let signed = world.as_proved(&experts[0]).post_json(&format!("{page}/signature"), &json!({ "marks": marks })).expect(200);
    assert_eq!(signed.json()["next"], "/reviews");
    let list = in_all_faces(&world.as_person(&experts[0]), "/reviews?which=done");
    assert_eq!(list["items"][0]["state"], "signed");
    in_all_faces(&expert, &page);
    let view = in_all_faces(&world.stranger(), &format!("/rounds/{round}"));
    assert_eq!(view["round"]["signed"], 1);
}

#[test]
fn the_round_is_public_with_its_protocol_and_without_names_and_the_office_runs_it() {
    let world = world();
    let (round, experts, lead) = drawn(&world, true);
    let here = format!("/rounds/{round}");
    let view = in_all_faces(&world.stranger(), &here);
    let draw = &view["protocol"]["draws"][0];
    assert_eq!(draw["eligible_hash"].as_str().unwrap().len(), 64);
    assert!(view["protocol"]["script"].as_str().unwrap().contains("sha256sum") && view["title"].is_null() && view["result"].is_null());
    assert!(view["panel"].as_array().unwrap().iter().all(|seat| seat["name"].is_null()));
    assert!(!view["blockers"].as_array().unwrap().is_empty());
    let office = world.person("办公室", "programme.office", &Node::group(), "office");
    let view = in_all_faces(&world.as_person(&office), &here);
    assert!(view["may_manage"].as_bool().unwrap() && view["panel"][0]["name"].is_string());
    world.as_person(&lead).post_json(&format!("{here}/closing"), &json!({})).expect(403);
    let early = world.as_person(&office).post_json(&format!("{here}/closing"), &json!({}));
    assert_eq!(early.status, 409, "{}", early.body);
    let later = world.temp.clock.now().day().plus_days(30).to_string();
    world.as_person(&office).post_json(&format!("{here}/extension"), &json!({ "due_on": later })).expect(200);
    let seat = view["panel"][0]["assignment"].clone();
    world.as_person(&office).post_json(&format!("{here}/replacements"), &json!({ "assignment": seat, "reason": "联系不上" })).expect(200);
    let unclear = world.as_person(&office).post_json(&format!("{here}/widening"), &json!({ "people": "没有这个人" })).expect(422);
    assert_eq!(unclear.json()["errors"][0]["code"], "portal-person-unclear");
    let more = world.person("新专家", "expert", &Node::group(), "js");
    world.as_person(&office).post_json(&format!("{here}/widening"), &json!({ "people": more })).expect(200);
    drop(experts);
}

//! Technology sharing: a component is offered, found, asked for, granted, put to use; and counted as that and nothing else.

use serde_json::{Value, json};
use webkit::testing::Client;
use words::{Id, Node};

use crate::world::{World, in_all_faces, world};

fn component() -> Value {
    json!({
        "title": "消防物联接入组件", "title_en": "Hydrant access", "kind": "service", "summary": "消防栓水压数据的接入、清洗与告警，支持NB-IoT。",
        "terms": "集团内部免费使用，可以修改。", "unit": "zj", "contact": "0571-0000", "documentation": "https://example.cn/hydrant",
    })
}

struct Cast {
    owner: Id,
    user: Id,
    outsider: Id,
    office: Id,
}

fn cast(world: &World) -> Cast {
    let unit = |key: &str| packs::embedded().unwrap().node_of(key).unwrap();
    Cast {
        owner: world.person("陈思远", "staff", &unit("zj"), "zj"),
        user: world.person("王晓琳", "staff", &unit("gd"), "gd"),
        outsider: {
            let (person, from) = (identity::PersonDraft::named("外部开发者"), Node::group());
            let id = world.write(move |tx| identity::add_person_system(tx, &person, None));
            world.grant(&id, "public", &from);
            id
        },
        office: world.person("双创办", "programme.office", &Node::group(), "zj"),
    }
}

fn id(seen: webkit::testing::Seen) -> String {
    seen.expect(201).json()["id"].as_str().expect("an id").to_owned()
}

fn makes(client: &mut Client, case: &str, name: &str, reason: &str) -> Value {
    client.post_json(&format!("/cases/{case}/moves"), &json!({ "move": name, "reason": reason })).expect(200).json()
}

fn says_where(world: &World, who: &Id, case: &str) {
    let (acting, case) = (world.acting(who), Id::parse(case).unwrap());
    let answers = json!({ "place": "广东智慧社区平台", "since": "2026-01-05" }).as_object().cloned().unwrap();
    let save = programme::SaveAnswers { form: "technology_use".into(), ordinal: Some(0), answers, complete: true, revision: None };
    world.write(move |tx| programme::save_answers(tx, &acting, &case, save.clone()));
}

#[test]
fn a_component_is_offered_with_everything_that_the_form_of_the_pack_asks() {
    let world = world();
    let Cast { owner, outsider, .. } = cast(&world);
    let mut client = world.as_person(&owner);
    for (field, value, pointer) in
        [("title", json!(" "), "/title"), ("kind", json!("castle"), "/kind"), ("summary", json!("短"), "/summary"), ("unit", json!("gd"), "/unit")]
    {
        let mut wrong = component();
        wrong[field] = value;
        let problem = client.post_json("/technology", &wrong).expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    assert_eq!(client.get_json("/technology").json()["found"], 0, "what was refused left nothing");
    world.as_person(&outsider).post_json("/technology", &component()).expect(403);
    in_all_faces(&client, "/technology/new");
    let fields = component().as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect::<Vec<_>>();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("_back", "/technology/new")]).collect();
    let page = client.post_and_follow("/technology", &fields).expect(200).body;
    assert!(page.contains("消防物联接入组件") && page.contains("可申请使用") && page.contains("https://example.cn/hydrant"), "{page}");
    let mut stranger = world.stranger();
    stranger.get_json("/technology").expect(401);
}

#[test]
fn components_are_found_by_two_characters_and_filters_and_leave_as_sheets() {
    let world = world();
    let Cast { owner, user, .. } = cast(&world);
    let mut client = world.as_person(&owner);
    let first = id(client.post_json("/technology", &component()));
    let mut other = component();
    (other["title"], other["kind"], other["summary"]) = (json!("人流预测模型"), json!("model"), json!("按基站信令预测区域人流，给出十五分钟粒度。"));
    id(client.post_json("/technology", &other));
    let mut user = world.as_person(&user);
    let names = |client: &mut Client, filter: &str| -> Vec<String> {
        let view = client.get_json(&format!("/technology?{filter}")).expect(200).json();
        view["components"].as_array().unwrap().iter().map(|one| one["name"]["zh"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&mut user, ""), ["人流预测模型", "消防物联接入组件"]);
    for (filter, wanted) in [
        ("q=水压", vec!["消防物联接入组件"]),
        ("q=人流 信令", vec!["人流预测模型"]),
        ("kind=model", vec!["人流预测模型"]),
        ("unit=gd", vec![]),
        ("sort=name", vec!["人流预测模型", "消防物联接入组件"]),
        ("state=withdrawn", vec![]),
        ("q=没有", vec![]),
    ] {
        assert_eq!(names(&mut user, filter), wanted, "{filter}");
    }
    let found = user.get_json("/search?q=水压").expect(200).json();
    assert_eq!(
        (found["kinds"][0]["kind"].as_str(), found["kinds"][0]["hits"][0]["href"].as_str()),
        (Some("component"), Some(format!("/technology/{first}").as_str()))
    );
    assert_eq!(found["total"], 1, "the case of a component is found once: {found}");
    assert_eq!(world.stranger().get_json("/search?q=水压").json()["total"], 0, "components are for those signed in");
    let csv = user.get("/technology?kind=service&format=csv").expect(200).body;
    assert!(csv.lines().count() == 2 && csv.contains("消防物联接入组件") && !csv.contains("portal-"), "{csv}");
    in_all_faces(&user, "/technology");
    in_all_faces(&user, &format!("/technology/{first}"));
}

#[test]
fn a_reuse_is_a_request_that_came_into_use_and_every_number_opens_to_it() {
    let world = world();
    let Cast { owner, user, outsider, .. } = cast(&world);
    let (mut offers, mut uses, mut outside) = (world.as_person(&owner), world.as_person(&user), world.as_person(&outsider));
    let component = id(offers.post_json("/technology", &component()));
    let (ask, purpose) = (format!("/technology/{component}/requests"), json!({ "purpose": "社区消防告警接入", "project": "智慧社区" }));
    assert_eq!(offers.post_json(&ask, &purpose).expect(409).code(), "portal-technology-own");
    let request = id(uses.post_json(&ask, &purpose));
    assert_eq!(uses.post_json(&ask, &purpose).expect(409).code(), "portal-technology-asked");
    assert_eq!(uses.post_json(&ask, &json!({ "purpose": "x", "project": "y" })).expect(409).code(), "portal-technology-asked");
    let other = id(outside.post_json(&ask, &json!({ "purpose": "试点小区接入", "project": "外部试点" })));
    let todos = offers.get_json("/me").json();
    assert!(todos["todos"].as_array().unwrap().iter().any(|todo| todo["link"] == format!("/cases/{request}") && todo["due_at"].is_string()), "{todos}");
    outside.get_json(&format!("/cases/{request}")).expect(404);

    makes(&mut offers, &request, "grant", "");
    makes(&mut offers, &other, "refuse", "只限集团内部");
    let counts = |client: &mut Client, filter: &str| client.get_json(&format!("/technology/reuse?{filter}")).expect(200).json();
    assert_eq!(counts(&mut offers, "")["total"], 0, "a grant alone is no reuse");
    let blocked = uses.post_json(&format!("/cases/{request}/moves"), &json!({ "move": "put_to_use" })).expect(409).json();
    assert_eq!(blocked["code"], "programme-blocked", "where it is in use is said first");
    says_where(&world, &user, &request);
    makes(&mut uses, &request, "put_to_use", "");
    let year = world.temp.clock.now().day().parts().0.to_string();
    let view = counts(&mut outside, "");
    let one = |list: &str| (view[list][0]["key"].as_str().unwrap().to_owned(), view[list][0]["count"].as_i64().unwrap());
    assert_eq!((one("by_component"), one("by_unit"), one("by_year")), ((component.clone(), 1), ("gd".into(), 1), (year.clone(), 1)), "{view}");
    assert_eq!((&view["reuses"][0]["request"], &view["reuses"][0]["place"]), (&json!(request), &json!("广东智慧社区平台")));
    for (filter, total) in [("unit=gd", 1), ("unit=zj", 0), ("unit=outside", 0), ("year=2001", 0), (&format!("component={component}&year={year}"), 1)] {
        assert_eq!(counts(&mut offers, filter)["total"], total, "{filter}");
    }
    in_all_faces(&uses, "/technology/reuse");
    in_all_faces(&uses, "/technology/mine");
    assert!(offers.get("/technology/reuse?format=csv").body.contains("广东智慧社区平台"));
    assert!(uses.get(&format!("/technology/{component}")).body.contains(&format!("/technology/reuse?component={component}")));

    let taken_back = json!({ "reason": "登记错了" });
    uses.post_json(&format!("/cases/{request}/rectifications"), &taken_back).expect(200);
    assert_eq!(counts(&mut offers, "")["total"], 0, "what was taken back does not count");
    makes(&mut uses, &request, "put_to_use", "");
    makes(&mut uses, &request, "retire", "系统下线");
    assert_eq!(counts(&mut offers, "")["total"], 1, "what was in use counts once");
}

#[test]
fn what_is_withdrawn_takes_no_requests_lets_those_that_wait_lapse_and_says_why() {
    let world = world();
    let Cast { owner, user, office, .. } = cast(&world);
    let (mut offers, mut uses) = (world.as_person(&owner), world.as_person(&user));
    let component = id(offers.post_json("/technology", &component()));
    let ask = format!("/technology/{component}/requests");
    let request = id(uses.post_json(&ask, &json!({ "purpose": "社区消防告警接入", "project": "智慧社区" })));
    makes(&mut world.as_person(&office), &component, "pause", "正在升级");
    assert_eq!(world.as_person(&office).post_json(&ask, &json!({ "purpose": "试一试接入", "project": "p" })).expect(409).code(), "portal-technology-closed");
    makes(&mut offers, &component, "resume", "");
    makes(&mut offers, &component, "withdraw", "由新组件替代");
    let withdrawn = Id::parse(&component).unwrap();
    for _ in 0..2 {
        let withdrawn = withdrawn.clone();
        world.write::<_, words::Never>(move |tx| Ok(portal::lapse_requests(tx, &words::Acting::system("test"), &withdrawn, "由新组件替代")?));
    }
    world.temp.settle();
    let mine = uses.get_json("/technology/mine").json();
    assert_eq!((&mine["asked"][0]["id"], &mine["asked"][0]["state"]), (&json!(request), &json!("lapsed")), "{mine}");
    assert!(uses.get("/inbox").body.contains("组件已撤下"), "whoever asked is told");
    let page = uses.get(&format!("/technology/{component}")).expect(200).body;
    assert!(page.contains("已撤下") && page.contains("由新组件替代"), "{page}");
    assert_eq!(uses.get_json("/technology").json()["found"], 0);
    assert_eq!(uses.get_json("/technology?state=withdrawn").json()["found"], 1);
}

#[test]
fn documents_are_read_by_those_who_share_and_by_whoever_was_granted_its_use() {
    let world = world();
    let Cast { owner, outsider, user, .. } = cast(&world);
    let (mut offers, mut outside) = (world.as_person(&owner), world.as_person(&outsider));
    let component = id(offers.post_json("/technology", &component()));
    let (at, pdf) = (format!("/technology/{component}/documents"), b"%PDF-1.7 manual".as_slice());
    offers.upload(&at, &[("title", "接入手册"), ("_back", &at)], &[("file", "manual.pdf", "application/pdf", b"not a pdf")]).expect(422);
    offers.upload(&at, &[("title", "接入手册"), ("_back", &at)], &[("file", "manual.pdf", "application/pdf", pdf)]).expect(303);
    outside.upload(&at, &[("title", "别人的")], &[("file", "manual.pdf", "application/pdf", pdf)]).expect(404);
    let view = offers.get_json(&format!("/technology/{component}")).json();
    let document = format!("{at}/{}", view["documents"][0]["id"].as_str().unwrap());
    world.as_person(&user).get(&document).expect(200);
    outside.get(&document).expect(404);
    let request = id(outside.post_json(&format!("/technology/{component}/requests"), &json!({ "purpose": "试点小区接入", "project": "外部试点" })));
    outside.get(&document).expect(404);
    makes(&mut offers, &request, "grant", "");
    assert_eq!(outside.get(&document).expect(200).bytes, pdf);
}

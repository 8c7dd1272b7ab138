//! Lists, what strangers see of them, bulk screening, definitions.

use serde_json::json;
use webkit::testing::Client;
use words::Id;

use crate::world::World;

#[test]
fn a_list_shows_to_each_what_they_may_see() {
    let world = World::new();
    let id = world.submitted("智慧消防栓监测");
    assert!(Client::new(&world.app).get("/projects").expect(200).body.contains("这里还没有项目"));
    assert!(world.client("foreign").get("/projects").expect(200).body.contains("/projects/new"));
    for key in ["lead", "member", "operator", "office"] {
        assert!(world.client(key).get("/projects").expect(200).body.contains(&format!("/cases/{id}")), "{key}");
    }
    let mut office = world.client("office");
    for (query, hit) in [
        ("state=screening", true),
        ("state=draft", false),
        ("q=%E6%B6%88%E9%98%B2", true),
        ("q=xyz", false),
        ("mine=true", false),
        ("base=group%2Fzj%2Fhz-space", true),
    ] {
        assert_eq!(office.get(&format!("/projects?{query}")).expect(200).body.contains(&id), hit, "{query}");
    }
    assert!(office.get("/projects?q=xyz").body.contains("清除筛选"));
    let sheet = office.get("/projects?format=csv").expect(200);
    assert!(sheet.body.contains("智慧消防栓监测") && sheet.body.starts_with('\u{feff}'));
    assert!(office.get("/projects?format=xlsx").expect(200).bytes.starts_with(b"PK"));
    assert!(office.get("/cases?definition=person.post").expect(200).body.contains("岗位"));
    office.get("/cases?definition=nothing").expect(404);
    Client::new(&world.app).get(&format!("/projects/{id}")).expect(404);
    Client::new(&world.app).get(&format!("/cases/{id}")).expect(303);
}

#[test]
fn several_are_screened_at_once() {
    let world = World::new();
    let (first, second) = (world.submitted("智慧消防栓监测"), world.declared("基站能耗节电"));
    let mut operator = world.client("operator");
    let page = operator.get("/projects?state=screening").expect(200);
    assert!(page.body.contains("name=\"cases[]\"") && page.body.contains("pass_screen"), "{}", page.body);
    let nowhere = Id::new("case", 1, [1; 10]);
    let body = operator.post_json("/cases/moves", &json!({"move": "pass_screen", "cases": [first, second, nowhere]})).expect(200).json();
    assert_eq!((body["moved"].as_i64(), body["results"].as_array().map(Vec::len)), (Some(1), Some(3)), "{body}");
    assert_eq!((body["results"][1]["code"].as_str(), body["results"][2]["code"].as_str()), (Some("programme-wrong-state"), Some("absent")), "{body}");
    assert_eq!(body["results"][2]["number"], serde_json::Value::Null);
    assert_eq!(world.case(&first).state, "entry_review");
    let page = operator.post("/cases/moves", &[("move", "pass_screen"), ("cases[]", &second)]).expect(200);
    assert!(page.body.contains("未办理"), "{}", page.body);
}

#[test]
fn definitions_are_drawn_and_a_migration_is_rehearsed() {
    let world = World::new();
    let mut office = world.client("office");
    assert!(office.get("/admin/definitions").expect(200).body.contains("incubation.self"));
    let page = office.get("/admin/definitions/incubation.self").expect(200);
    assert!(page.body.contains("<svg") && page.body.contains("形式审查") && !page.body.contains("style="), "{}", page.body);
    assert!(office.get("/admin/definitions/incubation.self/migration").expect(200).body.contains("0 件可以迁移"));
    office.get("/admin/definitions/nothing").expect(404);
    world.client("lead").get("/admin/definitions").expect(403);
    let id = world.declared("智慧消防栓监测");
    world.write::<_, programme::CaseRefusal>(|tx| {
        let pack = packs::embedded().map_err(words::Fault::new)?;
        let (name, body) = pack.texts_under("lifecycles").find(|(_, body)| body.contains("id = \"incubation.self\"")).unwrap();
        let changed = body.replace("zh = \"形式审查\"", "zh = \"初步审查\"");
        programme::install_definitions(tx, &words::Acting::system("setup"), &[(name.to_owned(), changed)])
    });
    assert!(office.get("/admin/definitions/incubation.self/migration").expect(200).body.contains("1 件可以迁移"));
    let done = office.post_json("/admin/definitions/incubation.self/migration", &json!({"reason": "改名"})).expect(200).json();
    assert_eq!(done["migrated"], 1);
    assert_eq!(world.case(&id).version, 2);
}

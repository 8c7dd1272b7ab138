//! The workbench, the board and the search of somebody who is signed in.

use desk::{Owner, TodoDraft};
use words::{Acting, Bilingual, Never, Node};

use crate::world::{in_all_faces, world};

#[test]
fn strangers_are_sent_to_the_sign_in() {
    let world = world();
    let mut stranger = world.stranger();
    for path in ["/me", "/board", "/reviews", "/ledger", "/audit", "/admin"] {
        let seen = stranger.get(path);
        assert!(matches!(seen.status, 303 | 401), "{path}: {}", seen.status);
        stranger.get_json(path).expect(401);
    }
}

#[test]
fn the_workbench_shows_a_to_do_with_its_colour_and_counts_it_in_the_rail() {
    let world = world();
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    let (owner, due) = (lead.clone(), world.temp.clock.now().plus_seconds(3600));
    world.write::<_, Never>(move |tx| {
        let draft = TodoDraft {
            key: "t1".into(),
            owner: Owner::Person(owner.clone()),
            title: Bilingual::new("提交里程碑材料", "Submit the milestone"),
            link: "/cases/x".into(),
            due_at: Some(due),
            subject: "x".into(),
            node: Node::group(),
        };
        Ok(desk::todo(tx, &Acting::system("test"), &draft)?)
    });
    let view = in_all_faces(&world.as_person(&lead), "/me");
    assert_eq!((view["todo_count"].as_i64(), view["todos"][0]["sla"].as_str()), (Some(1), Some("soon")));
    world.temp.clock.set(due.plus_seconds(1));
    let page = world.as_person(&lead).get("/me").body;
    assert!(page.contains("提交里程碑材料") && page.contains("tag red"), "{page}");
    let view = world.as_person(&lead).get_json("/me").json();
    assert_eq!((view["overdue"].as_i64(), view["todos"][0]["sla"].as_str()), (Some(1), Some("overdue")));
}

#[test]
fn the_checklist_is_what_is_really_there() {
    let world = world();
    let lead = world.person("王晓琳", "staff", &Node::group(), "zj");
    let done = |view: &serde_json::Value| view["checklist"].as_array().unwrap().iter().map(|check| check["done"].as_bool().unwrap()).collect::<Vec<_>>();
    assert_eq!(done(&world.as_person(&lead).get_json("/me").json()), [true, false, false, false, false]);
    world.project("智慧消防栓", &lead);
    let person = lead.clone();
    world.write::<_, Never>(move |tx| Ok(tx.personal_put(&person, "email", "wang@example.cn")?));
    assert_eq!(done(&world.as_person(&lead).get_json("/me").json()), [true, true, false, true, false]);
}

#[test]
fn my_project_is_on_my_workbench_my_board_and_in_my_search_and_in_nobody_elses() {
    let world = world();
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    let other = world.person("周航", "staff", &Node::group(), "gd");
    let case = world.project("智慧消防栓压力监测", &lead);
    let mine = in_all_faces(&world.as_person(&lead), "/me");
    assert_eq!(mine["projects"][0]["id"], case.id.as_str());
    let board = in_all_faces(&world.as_person(&lead), "/board");
    assert_eq!(board["total"], 1);
    assert_eq!(in_all_faces(&world.as_person(&lead), "/board?q=没有")["total"], 0);
    let found = in_all_faces(&world.as_person(&lead), "/search?q=消防");
    assert!(found["kinds"][0]["hits"][0]["href"].as_str().unwrap().contains(case.id.as_str()), "{found}");
    assert_eq!(world.as_person(&other).get_json("/board").json()["total"], 0);
    assert_eq!(world.as_person(&other).get_json("/search?q=消防").json()["total"], 0);
    world.as_person(&lead).get("/board?format=xlsx").expect(200);
}

#[test]
fn the_rail_shows_what_the_role_opens() {
    let world = world();
    let finance = world.person("钱会计", "finance", &Node::group(), "zj");
    let page = world.as_person(&finance).get("/me").body;
    assert!(page.contains("href=\"/ledger\"") && page.contains("href=\"/people/pay\"") && !page.contains("href=\"/audit\""), "{page}");
    let staff = world.person("李四", "staff", &Node::group(), "zj");
    let page = world.as_person(&staff).get("/me").body;
    assert!(page.contains("href=\"/hemi\"") && !page.contains("href=\"/ledger\"") && !page.contains("href=\"/admin\""), "{page}");
    world.as_person(&staff).get("/ledger").expect(403);
    world.as_person(&staff).get("/admin").expect(403);
}

//! Projects from a sheet: template, dry run, taking in, once and whole.

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use webkit::testing::{Client, Seen};
use words::{Id, Never};

use crate::world::World;

const HEAD: &str = "项目负责人,项目名称,申请入驻的基地,申报渠道,领域,团队成员,申报日期,原编号";

fn upload(client: &mut Client, target: &str, text: &str) -> Seen {
    let all = [("target", target), ("_back", "/projects/imports")];
    client.upload("/projects/imports", &all, &[("sheet", "项目.csv", "text/csv", text.as_bytes())])
}

/// Uploads a sheet and looks at what was found.
fn checked(world: &World, who: &str, target: &str, text: &str) -> Value {
    let mut client = world.client(who);
    let there = upload(&mut client, target, text).expect(303);
    client.get(there.location()).expect(200);
    client.get_json(there.location()).expect(200).json()
}

fn count(world: &World, sql: &str) -> i64 {
    world.temp.db.read::<_, Never>(|read| Ok(read.row(sql, &[])?.unwrap().get("n")?)).unwrap()
}

fn cases(world: &World) -> i64 {
    count(world, "select count(*) as n from programme_case where definition = 'incubation.self'")
}

fn found(view: &Value, list: &str) -> Vec<(i64, String, String)> {
    let lines = view[list].as_array().into_iter().flatten();
    lines.map(|one| (one["row"].as_i64().unwrap(), one["column"].as_str().unwrap().into(), one["code"].as_str().unwrap().into())).collect()
}

fn named(world: &World) -> Team {
    let (lead, member) = (world.login("lead", "siyuan"), world.login("member", "liming"));
    Team { lead, member }
}

struct Team {
    lead: Id,
    member: Id,
}

#[test]
fn every_mistake_is_named_by_row_column_and_value_and_nothing_is_taken_in() {
    let world = World::new();
    named(&world);
    let text = format!(
        "{HEAD}\n\
         siyuan,智慧消防栓监测,杭州和创空间,自发式,物联网;智慧城市,liming,2016年5月8日,A-1\n\
         nobody,第二个项目,杭州和创空间,,,,,\n\
         siyuan,,火星基地,别的渠道,,,,\n\
         siyuan,第四个项目,hz-space,self,物联网；天文,nobody2,2099-01-01,\n\
         siyuan,智慧消防栓监测,hz-space,,,,,A-1\n"
    );
    let view = checked(&world, "office", "draft", &text);
    let wanted = [
        (3, "lead", "programme-import-nobody"),
        (4, "base", "programme-import-no-place"),
        (4, "channel", "packs-field-not-an-option"),
        (4, "title", "packs-field-required"),
        (5, "members", "programme-import-nobody"),
        (5, "happened_on", "programme-import-later"),
        (5, "domains", "packs-field-not-an-option"),
        (6, "reference", "programme-import-twice"),
    ];
    assert_eq!(found(&view, "mistakes"), wanted.map(|(row, column, code)| (row, column.into(), code.into())));
    assert_eq!(view["mistakes"][0]["value"], "nobody");
    assert_eq!((view["counts"]["ready"].as_i64(), view["counts"]["wrong"].as_i64(), cases(&world)), (Some(1), Some(4), 0));
    let mut english = world.english("office");
    let address = format!("/projects/imports/{}", view["id"].as_str().unwrap());
    assert!(english.get(&address).expect(200).body.contains("No such unit or base"));
    let sheet = english.get(&format!("{address}?format=csv")).expect(200);
    assert!(sheet.body.contains("What is wrong") && sheet.body.contains("火星基地") && !sheet.body.contains("2016年5月8日"), "{}", sheet.body);
    world.temp.assert_clean();
}

#[test]
fn rows_become_whole_cases_once_and_members_consent_for_themselves() {
    let world = World::new();
    let people = named(&world);
    let text = format!("{HEAD}\nsiyuan,智慧消防栓监测,hz-space,self,iot,liming,2016-05-08,\nsiyuan,基站能耗节电,hz-space,,,,,\n");
    let view = checked(&world, "operator", "draft", &text);
    let address = format!("/projects/imports/{}", view["id"].as_str().unwrap());
    let mut operator = world.client("operator");
    operator.post(&format!("{address}/take"), &[("_back", &address)]).expect(303);
    operator.post(&format!("{address}/take"), &[("_back", &address)]).expect(303);
    assert!(operator.get(&format!("{address}/state")).expect(200).body.contains("<progress"));
    world.temp.settle();
    assert_eq!(cases(&world), 2);
    let done = operator.get_json(&address).expect(200).json();
    assert_eq!((done["state"].as_str(), done["counts"]["taken"].as_i64()), (Some("done"), Some(2)), "{done}");
    let id = Id::fixed(done["cases"][0]["id"].as_str().unwrap());
    let (case, members) = world.temp.db.read::<_, Never>(|read| Ok((programme::case(read, &id)?, programme::members(read, &id)?))).unwrap();
    assert_eq!((case.title.as_str(), case.state.as_str(), &case.lead), ("智慧消防栓监测", "draft", &people.lead));
    let states: Vec<(Id, String)> = members.into_iter().map(|member| (member.person, member.state)).collect();
    assert_eq!(states, [(people.lead.clone(), "consented".to_owned()), (people.member, "invited".to_owned())]);
    let page = world.client("lead").get(&format!("/cases/{id}")).expect(200).body;
    assert!(page.contains("申报日期") && page.contains("2016-05-08"), "{page}");
    let again = checked(&world, "office", "draft", &text);
    assert_eq!(again["counts"]["same"].as_i64(), Some(2), "{again}");
    let nothing = world.client("office").post_json(&format!("/projects/imports/{}/take", again["id"].as_str().unwrap()), &Value::Object(Default::default()));
    assert_eq!((nothing.status, nothing.code()), (409, "programme-import-nothing-ready".to_owned()));
    assert_eq!(cases(&world), 2);
    world.temp.assert_clean();
}

#[test]
fn two_checks_of_one_sheet_make_its_cases_once() {
    let world = World::new();
    named(&world);
    let text = format!("{HEAD}\nsiyuan,智慧消防栓监测,hz-space,self,iot,,,\n");
    let both = [checked(&world, "office", "draft", &text), checked(&world, "operator", "draft", &text)];
    for view in &both {
        let address = format!("/projects/imports/{}/take", view["id"].as_str().unwrap());
        world.client("office").post(&address, &[]).expect(303);
    }
    world.temp.settle();
    assert_eq!(cases(&world), 1);
    let second = world.client("office").get_json(&format!("/projects/imports/{}", both[1]["id"].as_str().unwrap())).json();
    assert_eq!(second["counts"]["same"].as_i64(), Some(1));
}

#[test]
fn what_was_to_be_submitted_is_once_everybody_has_consented() {
    let world = World::new();
    named(&world);
    let bare = checked(&world, "office", "submitted", &format!("{HEAD}\nsiyuan,智慧消防栓监测,hz-space,self,iot,liming,,\n"));
    assert!(found(&bare, "mistakes").len() > 8, "everything required is missing: {bare}");
    let view = checked(&world, "office", "submitted", &whole_row());
    assert_eq!(found(&view, "mistakes"), [], "{view}");
    world.client("office").post(&format!("/projects/imports/{}/take", view["id"].as_str().unwrap()), &[]).expect(303);
    world.temp.settle();
    let done = world.client("office").get_json(&format!("/projects/imports/{}", view["id"].as_str().unwrap())).json();
    let id = done["cases"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.case(&id).state, "draft");
    world.sign("lead", &id, "team_consent");
    world.temp.settle();
    assert_eq!(world.case(&id).state, "draft", "one of the team has not consented");
    world.sign("member", &id, "team_consent");
    world.temp.settle();
    assert_eq!(world.case(&id).state, "screening");
    let back = [("move", "return_to_author"), ("reason", "请补充试点方案")];
    world.client("operator").post(&format!("/cases/{id}/moves"), &back).expect(303);
    world.temp.settle();
    assert_eq!(world.case(&id).state, "draft", "returned, it waits for its lead");
    world.temp.assert_clean();
}

/// A row with everything that is required.
fn whole_row() -> String {
    let long = "消火栓水压远程感知，减少人工巡检，缩短发现故障的时间，保障城市安全，可以向全省推广应用。";
    let pairs = [
        ("lead", "siyuan"),
        ("title", "智慧消防栓监测"),
        ("base", "hz-space"),
        ("summary", "给消火栓装上窄带物联网水压传感器"),
        ("channel", "自发式"),
        ("line", "全员型创新"),
        ("domains", "物联网；智慧城市"),
        ("problem", long),
        ("solution", long),
        ("maturity", "技术"),
        ("stage", "初创期"),
        ("members", "liming"),
        ("team_strengths", long),
        ("full_time", "是"),
        ("plan", long),
        ("duration_months", "12"),
        ("milestones", "完成二十台终端样机"),
        ("grant", "12万元"),
        ("value", long),
        ("original", "是"),
        ("rules_read", "是"),
        ("public_ok", "是"),
    ];
    let join = |of: fn(&(&str, &str)) -> String| pairs.iter().map(of).collect::<Vec<_>>().join(",");
    format!("{}\n{}\n", join(|(name, _)| (*name).to_owned()), join(|(_, value)| (*value).to_owned()))
}

#[test]
fn the_template_is_read_back_and_says_what_is_allowed() {
    let world = World::new();
    named(&world);
    let mut office = world.client("office");
    assert!(office.get("/projects/imports").expect(200).body.contains("/projects/imports/template?format=xlsx"));
    assert!(office.get("/projects").expect(200).body.contains("/projects/imports"));
    let blank = office.get("/projects/imports/template?format=xlsx").expect(200);
    assert!(blank.bytes.starts_with(b"PK"));
    let heads = office.get_json("/projects/imports/template").expect(200).json();
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (at, column) in (0u16..).zip(heads["columns"].as_array().unwrap()) {
        page.write_string(0, at, column["label"]["en"].as_str().unwrap()).unwrap();
        let cell = match column["key"].as_str().unwrap() {
            "lead" => "SIYUAN",
            "title" => "智慧消防栓监测",
            "base" => "Hangzhou space",
            _ => continue,
        };
        page.write_string(1, at, cell).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let there = office.upload("/projects/imports", &[], &[("sheet", "a.xlsx", "application/octet-stream", &bytes)]).expect(303);
    let view = office.get_json(there.location()).expect(200).json();
    assert_eq!((view["counts"]["ready"].as_i64(), view["ignored"].as_array().map(Vec::len)), (Some(1), Some(0)), "{view}");
}

#[test]
fn only_those_who_may_bring_a_sheet_and_only_for_their_bases() {
    let world = World::new();
    named(&world);
    world.write(|tx| {
        let draft = identity::NodeDraft {
            parent: words::Node::at("group/gd"),
            name: "gd-space".into(),
            kind: identity::NodeKind::Base,
            title: words::Bilingual::new("广东空间", "Guangdong space"),
            city: None,
        };
        identity::ensure_node(tx, &words::Acting::system("setup"), &draft)
    });
    let text = format!("{HEAD}\nsiyuan,智慧消防栓监测,广东空间,,,,,\n");
    for (who, status) in [("lead", 403), ("mentor", 403)] {
        assert_eq!(upload(&mut world.client(who), "draft", &text).status, status, "{who}");
    }
    let view = checked(&world, "operator", "draft", &text);
    assert_eq!(found(&view, "mistakes"), [(2, "base".into(), "programme-import-not-yours".into())]);
    let of_office = checked(&world, "office", "draft", &text);
    world.client("operator").get(&format!("/projects/imports/{}", of_office["id"].as_str().unwrap())).expect(404);
    assert!(upload(&mut world.client("office"), "draft", "a\n\u{1}").expect(422).body.contains("无法读取该文件"));
    for (sheet, code) in [("", "programme-import-empty"), ("a,b\n1,2\n", "programme-import-column-missing")] {
        let seen = world.client("office").post_json("/projects/imports", &serde_json::json!({ "text": sheet }));
        assert_eq!((seen.status, seen.code()), (422, code.to_owned()), "{sheet:?}");
    }
}

#[test]
fn what_a_sheet_said_is_forgotten_after_a_month() {
    let world = World::new();
    named(&world);
    let view = checked(&world, "office", "draft", &format!("{HEAD}\nnobody@example.com,甲乙丙丁,hz-space,,,,,\n"));
    let address = format!("/projects/imports/{}", view["id"].as_str().unwrap());
    assert_eq!(view["mistakes"][0]["value"], "nobody@example.com");
    world.temp.run_until(world.temp.clock.now().plus_seconds(32 * 86_400));
    let later = world.client("office").get_json(&address).expect(200).json();
    assert_eq!((later["mistakes"][0]["value"].as_str(), later["mistakes"][0]["row"].as_i64()), (Some(""), Some(2)));
    world.temp.assert_clean();
}

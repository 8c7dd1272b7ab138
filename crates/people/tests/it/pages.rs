//! The pages and the API, through the door, in both languages.

use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::{Acting, Fault};

use crate::world::*;

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = match name.as_str() {
            "hr" => hr(),
            "finance" => finance(1),
            "finance2" => finance(2),
            name => member(name.parse().unwrap_or(0)),
        };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

fn app(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone()).part(people::People::<Ground>::routes(), people::TEMPLATES, people::TEXTS).gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

#[test]
fn a_month_is_prepared_confirmed_exported_and_reversed_on_pages() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-16");
    let app = app(&world);
    let (mut hr, mut finance, mut second) = (Client::session(&app, "hr"), Client::session(&app, "finance"), Client::session(&app, "finance2"));
    let form = [("unit", "group/zj"), ("month", "2026-09"), ("_back", "/people/pay/new")];
    let made = hr.post("/people/pay", &form).expect(303);
    let run = made.location().to_owned();
    assert!(hr.get(&run).expect(200).body.contains("编制人不能确认自己的批次"));
    let again = hr.post("/people/pay", &form).expect(409);
    assert!(again.body.contains("没有要发的薪酬"), "{}", again.body);
    assert_eq!(hr.post(&format!("{run}/confirmation"), &[]).status, 403);
    assert_eq!(finance.get(&format!("{run}/file?format=csv")).status, 409);
    finance.post_and_follow(&format!("{run}/confirmation"), &[]).expect(200);
    let page = finance.post_and_follow(&format!("{run}/export"), &[]).expect(200);
    assert!(page.body.contains("7,000.00") && page.body.contains("3,000.00"), "{}", page.body);
    let csv = finance.get(&format!("{run}/file?format=csv")).expect(200);
    assert!(csv.body.contains("'=陈思远,Z***01,当月发放,2026-09-16,2026-09-30,15,20000.00,10000.00,7000.00,3000.00"), "{}", csv.body);
    assert!(csv.body.contains("合计,,,,,1,,10000.00,7000.00,3000.00") && csv.body.contains("SHA-256,"), "{}", csv.body);
    assert!(finance.get(&format!("{run}/file?format=xlsx")).expect(200).bytes.starts_with(b"PK"));
    assert_eq!(hr.get(&format!("{run}/file?format=csv")).status, 403);
    assert_eq!(Client::session(&app, "1").get(&run).status, 404, "others do not even see that it is there");
    assert_eq!(finance.post(&format!("{run}/reversal"), &[("reason", "x"), ("_back", &run)]).status, 409);
    let reversed = second.post_and_follow(&format!("{run}/reversal"), &[("reason", "月份有误")]).expect(200);
    assert!(reversed.body.contains("已冲销") && reversed.body.contains("月份有误"));
    world.assert_clean();
}

#[test]
fn every_page_shows_in_both_languages_to_whom_it_may() {
    let world = world();
    let position = seconded(&world, 1, 2_000_000, "2026-09-01");
    let run = paid(&world, "2026-09").run.id;
    let app = app(&world);
    let (run, file, position) = (format!("/people/pay/{run}"), format!("/people/pay/{run}/file"), format!("/people/positions/{}", position.id));
    let table = [
        ("/people/pay", 200, 200, 200),
        ("/people/pay?state=confirmed&month=2026-09", 200, 200, 200),
        ("/people/pay/new", 200, 403, 403),
        (run.as_str(), 200, 200, 404),
        (file.as_str(), 403, 409, 403),
        ("/people/positions", 200, 200, 200),
        (position.as_str(), 200, 200, 404),
    ];
    for (path, hr, finance, stranger) in table {
        for (name, status) in [("hr", hr), ("finance", finance), ("7", stranger)] {
            for mut client in [Client::session(&app, name), Client::session(&app, name).english()] {
                assert_eq!(client.get(path).status, status, "{path} {name}");
            }
        }
        assert_eq!(Client::new(&app).get(path).status, 303, "{path}");
    }
    let list = Client::session(&app, "finance").get_json("/people/pay").expect(200).json();
    assert_eq!(list["runs"][0]["paid"], serde_json::json!({ "minor": 1_400_000, "asset": { "code": "CNY", "scale": 2 } }));
    assert!(Client::session(&app, "finance").get("/people/pay?format=csv").expect(200).body.contains("2026-09,浙江公司,已确认,1,20000.00,14000.00,6000.00"));
}

#[test]
fn a_member_chooses_and_hr_restores_on_pages() {
    let world = world();
    let position = seconded(&world, 1, 2_000_000, "2026-09-01");
    at(&world, "2026-10-15");
    done(&world, |tx| people::open_choice(tx, &Acting::system("reaction"), &project(1), people::Outcome::Internal, day("2026-10-15"), day("2026-11-14")));
    let (app, path) = (app(&world), format!("/people/positions/{}", position.id));
    let (mut member, mut hr) = (Client::session(&app, "1"), Client::session(&app, "hr"));
    let page = member.get(&path).expect(200);
    assert!(page.body.contains("value=\"return\"") && page.body.contains("value=\"transfer\"") && !page.body.contains("value=\"venture\""), "{}", page.body);
    let refused = member.post(&format!("{path}/choice"), &[("choice", "venture"), ("_back", &path)]).expect(422);
    assert!(refused.body.contains("不能这样选择"), "{}", refused.body);
    member.post_and_follow(&format!("{path}/choice"), &[("choice", "return"), ("_back", &path)]).expect(200);
    let below = hr.post(&format!("{path}/restoration"), &[("grade", "P4"), ("_back", &path)]).expect(422);
    assert!(below.body.contains("原职级 P5，不能以 P4 复岗"), "{}", below.body);
    let page = hr.post_and_follow(&format!("{path}/restoration"), &[("grade", "P5")]).expect(200);
    assert!(page.body.contains("已复岗"));
    world.assert_clean();
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    assert_eq!(people::TEXTS.check(), Vec::<String>::new());
    let keys = people::TEXTS.keys();
    for route in people::People::<Ground>::routes().table() {
        for code in route.refusals {
            assert!(keys.contains(&format!("problem-{code}")) && keys.contains(&format!("problem-{code}-detail")), "{code}");
        }
    }
}

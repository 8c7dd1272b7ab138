//! The pages and the API, through the door, in both languages.

use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::Fault;

use crate::world::*;

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = if name == "office" { office() } else { name.parse().map(staff).unwrap_or_else(|_| staff(0)) };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

fn app(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone()).part(hemi::Hemi::<Ground>::routes(), hemi::TEMPLATES, hemi::TEXTS).gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

#[test]
fn a_project_is_backed_on_the_page_and_over_json() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    let (app, path) = (app(&world), format!("/hemi/rounds/{}", round.id));
    let mut backer = Client::session(&app, "3");
    let page = backer.post_and_follow(&format!("{path}/stakes"), &[("amount", "120"), ("_back", &path)]).expect(200);
    assert!(page.body.contains("已投入和米") && page.body.contains("value=\"120\""), "{}", page.body);
    let again = backer.post(&format!("{path}/stakes"), &[("amount", "400"), ("_back", &path)]).expect(422);
    assert!(again.body.contains("每人对一个项目合计不超过 500 和米，您已投入 120") && again.body.contains("value=\"400\""), "{}", again.body);
    let refused = backer.post_json(&format!("/api/v1{path}/stakes"), &serde_json::json!({ "amount": 1.5 }));
    assert_eq!((refused.status, refused.code().as_str()), (422, "input-invalid"));
    let own = Client::bearer(&app, "1").post_json(&format!("/api/v1{path}/stakes"), &serde_json::json!({ "amount": 100 })).expect(422);
    assert_eq!(own.code(), "hemi-own-project");
    let seen = Client::new(&app).get_json(&path).expect(200).json();
    assert_eq!((&seen["round"]["total"], &seen["backed_by"], &seen["mine"]), (&120.into(), &serde_json::json!([]), &serde_json::Value::Null));
    world.assert_clean();
}

#[test]
fn every_page_shows_in_both_languages_to_whom_it_may() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    stake(&world, 3, &round.id, 50).expect("a stake");
    let (app, path) = (app(&world), format!("/hemi/rounds/{}", round.id));
    let round_path = path.as_str();
    for (path, stranger, staff, office) in
        [("/hemi", 303, 200, 403), ("/hemi/rounds", 200, 200, 200), (round_path, 200, 200, 200), ("/hemi/seasons", 303, 403, 200)]
    {
        for client in [Client::new(&app), Client::new(&app).english()] {
            assert_eq!(client.clone().get(path).status, stranger, "{path}");
        }
        for (name, status) in [("1", staff), ("3", staff), ("office", office)] {
            for mut client in [Client::session(&app, name), Client::session(&app, name).english()] {
                assert_eq!(client.get(path).status, status, "{path} {name}");
            }
        }
    }
    let csv = Client::new(&app).get("/hemi/rounds?format=csv").expect(200);
    assert!(csv.body.contains("SC-1,项目1,50,1"), "{}", csv.body);
    assert_eq!(Client::new(&app).get("/hemi/rounds/rnd_1").status, 404);
}

#[test]
fn the_office_opens_a_season_for_all_staff() {
    let world = world();
    let app = app(&world);
    let fields = [("zh", "秋季"), ("en", "Autumn"), ("starts_on", "2026-09-01"), ("ends_on", "2026-11-30"), ("_back", "/hemi/seasons")];
    let page = Client::session(&app, "office").post_and_follow("/hemi/seasons", &fields).expect(200);
    assert!(page.body.contains("秋季"));
    world.settle();
    assert_eq!((1..=5).map(|n| wallet(&world, n)).collect::<Vec<_>>(), [1000, 1000, 1000, 1000, 0]);
    let refused = Client::session(&app, "office").post("/hemi/seasons", &fields).expect(422);
    assert!(refused.body.contains("与其他季度重叠"), "{}", refused.body);
    assert_eq!(Client::session(&app, "3").post("/hemi/seasons", &fields).status, 403);
    world.assert_clean();
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    assert_eq!(hemi::TEXTS.check(), Vec::<String>::new());
    let keys = hemi::TEXTS.keys();
    for route in hemi::Hemi::<Ground>::routes().table() {
        for code in route.refusals {
            assert!(keys.contains(&format!("problem-{code}")) && keys.contains(&format!("problem-{code}-detail")), "{code}");
        }
    }
}

//! The pages and the API, through the door, in both languages.

use awards::NoticeState;
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
        let acting = match name.strip_prefix("office") {
            Some(n) => office(n.parse().unwrap_or(1)),
            None => member(name.parse().unwrap_or(9)),
        };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

fn app(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone()).part(awards::Awards::<Ground>::routes(), awards::TEMPLATES, awards::TEXTS).gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

#[test]
fn an_award_goes_all_the_way_on_pages() {
    let world = world(6_000_000_000);
    let award = opened(&world, 1, "exit");
    let (app, path) = (app(&world), format!("/awards/{}", award.id));
    let (mut first, mut second, mut lead) = (Client::session(&app, "office1"), Client::session(&app, "office2"), Client::session(&app, "1"));
    let refused = first.post(&format!("{path}/grade"), &[("score", "80"), ("amount", "500,000.01"), ("statement", "好"), ("_back", &path)]).expect(422);
    assert!(
        refused.body.contains("等级 second 级 最高 500,000.00 元，申请 500,000.01 元") && refused.body.contains("value=\"500,000.01\""),
        "{}",
        refused.body
    );
    first.post_and_follow(&format!("{path}/grade"), &[("score", "80"), ("amount", "500,000.00"), ("statement", "好"), ("_back", &path)]).expect(200);
    let people: Vec<String> = (1..=3).map(|n| person(n).to_string()).collect();
    let shares = |percents: [&'static str; 3]| {
        let mut fields = Vec::new();
        for (at, percent) in percents.into_iter().enumerate() {
            fields.push((format!("shares[{at}].person"), people[at].clone()));
            fields.push((format!("shares[{at}].percent"), percent.to_owned()));
        }
        fields.push(("_back".to_owned(), path.clone()));
        fields
    };
    let send = |client: &mut Client, percents| {
        let fields = shares(percents);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.post(&format!("{path}/shares"), &fields)
    };
    let wrong = send(&mut lead, ["33.33", "33.33", "33.33"]).expect(422);
    assert!(wrong.body.contains("现在合计 99.99"), "{}", wrong.body);
    assert_eq!(send(&mut Client::session(&app, "2"), ["33.34", "33.33", "33.33"]).status, 403);
    send(&mut lead, ["33.34", "33.33", "33.33"]).expect(303);
    for n in ["2", "3"] {
        Client::session(&app, n).post_and_follow(&format!("{path}/agreement"), &[("proposal", "1"), ("_back", &path)]).expect(200);
    }
    let page = second.get(&path).expect(200);
    assert!(page.body.contains("公示无异议") && !page.body.contains("/payment"), "{}", page.body);
    notice(&world, &award.id, NoticeState::Clear);
    assert!(second.get(&path).expect(200).body.contains("/payment"));
    assert_eq!(first.post(&format!("{path}/payment"), &[("_back", &path)]).status, 409);
    let paid = second.post_and_follow(&format!("{path}/payment"), &[("_back", &path)]).expect(200);
    assert!(paid.body.contains("166,700.00") && paid.body.contains("已发放"), "{}", paid.body);
    let json = Client::bearer(&app, "7").get_json(&format!("/api/v1{path}")).expect(200).json();
    assert_eq!((&json["shares"], &json["award"]["amount"]["minor"]), (&serde_json::json!([]), &50_000_000.into()));
    world.assert_clean();
}

#[test]
fn every_page_shows_in_both_languages_to_whom_it_may() {
    let world = world(6_000_000_000);
    let (nominated, ready) = (opened(&world, 1, "exit"), ready(&world, 2, "exit", 60, 1_000_000));
    let app = app(&world);
    let (hidden, shown) = (format!("/awards/{}", nominated.id), format!("/awards/{}", ready.id));
    for (path, office, member, other) in
        [("/awards", 200, 200, 200), ("/awards?state=graded", 200, 200, 200), (hidden.as_str(), 200, 200, 404), (shown.as_str(), 200, 200, 200)]
    {
        for (name, status) in [("office1", office), ("office2", office), ("1", member), ("2", member), ("7", other)] {
            for mut client in [Client::session(&app, name), Client::session(&app, name).english()] {
                assert_eq!(client.get(path).status, status, "{path} {name}");
            }
        }
        assert_eq!(Client::new(&app).get(path).status, 303);
    }
    let list = |name: &str| Client::session(&app, name).get_json("/awards").expect(200).json()["awards"].as_array().map_or(0, Vec::len);
    assert_eq!((list("office1"), list("1"), list("7")), (2, 2, 1));
    assert!(Client::session(&app, "7").get("/awards?format=csv").expect(200).body.contains("SC-2,智能巡检,出孵奖励,已评级,encouragement 级,10000.00"));
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    assert_eq!(awards::TEXTS.check(), Vec::<String>::new());
    let keys = awards::TEXTS.keys();
    for route in awards::Awards::<Ground>::routes().table() {
        for code in route.refusals {
            assert!(keys.contains(&format!("problem-{code}")) && keys.contains(&format!("problem-{code}-detail")), "{code}");
        }
    }
}

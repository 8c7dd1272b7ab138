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
        let acting = if name == "office" { office() } else { member(name.parse().unwrap_or(9)) };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

fn app(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone()).part(tariffs::Tariffs::<Ground>::routes(), tariffs::TEMPLATES, tariffs::TEXTS).gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

#[test]
fn a_stranger_sees_prices_of_any_day_and_asks_for_a_quote() {
    let world = world();
    let app = app(&world);
    let mut stranger = Client::new(&app);
    let list = stranger.get("/tariffs").expect(200);
    assert!(list.body.contains("国际长途直拨") && list.body.contains("第 999 行") && list.body.contains("惠及客户485万"), "{}", list.body);
    let before = stranger.get("/tariffs/books/idd?on=2017-04-30").expect(200);
    assert!(before.body.contains("6.88") && before.body.contains("1.88") && !before.body.contains("0.49</span>"), "{}", before.body);
    let quote = stranger.get("/tariffs/books/idd?ask=true&on=2017-05-01&number=%2B2822+5000&minutes=1&seconds=1").expect(200);
    assert!(quote.body.contains("13.76") && quote.body.contains("0.98") && quote.body.contains("12.78"), "{}", quote.body);
    assert!(quote.body.contains("1 次共 61 秒，按块计（60/60）为 120 秒") && quote.body.contains("/login?next="), "{}", quote.body);
    let json = stranger.get_json("/api/v1/tariffs/books/idd?ask=true&on=2017-05-01&target=d22&minutes=3").expect(200).json();
    assert_eq!((&json["quote"]["quoted"]["before"]["total"]["minor"], &json["quote"]["saved"]["minor"]), (&564.into(), &267.into()));
    let unknown = stranger.get("/tariffs/books/idd?ask=true&number=0049123&minutes=3").expect(200);
    assert!(unknown.body.contains("该目的地没有价格"), "{}", unknown.body);
    assert_eq!(stranger.get("/tariffs/books/x").status, 404);
    let plan = stranger.get("/tariffs/books/renwo?ask=true&on=2017-06-21&plan=yong&megabytes=30000&coupon=DEMO10&by_days=true").expect(200);
    // Ten of thirty days of 98.00, less a tenth.
    assert!(plan.body.contains("29.40") && plan.body.contains("30 天中的 10 天") && plan.body.contains("value=\"true\" checked"), "{}", plan.body);
}

#[test]
fn a_quote_is_kept_ordered_counted_and_taken_back_on_pages() {
    let world = world();
    let app = app(&world);
    let (mut me, mut other, mut office) = (Client::session(&app, "1"), Client::session(&app, "2"), Client::session(&app, "office"));
    let fields = [("on", "2027-06-06"), ("target", "d01"), ("minutes", "12"), ("calls", "1"), ("_back", "/tariffs/books/idd")];
    let kept = me.post_and_follow("/tariffs/books/idd/quotes", &fields).expect(200);
    assert!(kept.body.contains("82.56") && kept.body.contains("5.88") && kept.body.contains("76.68") && kept.body.contains("/order"), "{}", kept.body);
    let id = me.get_json("/tariffs/mine").json()["quotes"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(other.get(&format!("/tariffs/quotes/{id}")).status, 404);
    let path = format!("/tariffs/quotes/{id}/order");
    let back = format!("/tariffs/quotes/{id}");
    assert!(me.post_and_follow(&path, &[("_back", &back)]).expect(200).body.contains("已订购"));
    assert_eq!(me.post(&path, &[("_back", &back)]).status, 409);
    let rows = office.get("/tariffs/benefits/idd").expect(200);
    assert!(rows.body.contains("刘晨") && rows.body.contains("76.68"), "{}", rows.body);
    assert!(office.get(&back).expect(200).body.contains("82.56"));
    assert_eq!(other.get("/tariffs/benefits/idd").status, 403);
    let csv = office.get("/tariffs/benefits?on=2027-06-06&format=csv").expect(200);
    assert!(csv.body.contains("国际长途直拨,1,1,0,1,76.68"), "{}", csv.body);
    let order = me.get_json(&back).json()["order"]["id"].as_str().unwrap().to_owned();
    let withdrawn = me.post_and_follow(&format!("/tariffs/orders/{order}/withdrawal"), &[("_back", &back)]).expect(200);
    assert!(withdrawn.body.contains("已撤回"));
    let none = Client::new(&app).get_json("/tariffs/benefits").expect(200).json();
    assert_eq!(none["measures"][0]["benefit"]["orders"], 0);
    world.assert_clean();
}

#[test]
fn an_upgrade_is_checked_by_anybody_and_asked_for_by_who_is_signed_in() {
    let world = world();
    let app = app(&world);
    let checked = Client::new(&app).get("/tariffs/upgrade?mbps=200&contract_until=2027-06-06").expect(200);
    assert!(checked.body.contains("200M → 500M") && checked.body.contains("8,000.00") && checked.body.contains("/login?next="), "{}", checked.body);
    let not = Client::new(&app).get("/tariffs/upgrade?mbps=500&contract_until=2027-12-31").expect(200);
    assert!(not.body.contains("免费升档至 200M（含）为止，现为 500M"), "{}", not.body);
    let mut me = Client::session(&app, "1");
    let form = [("mbps", "200"), ("contract_until", "2027-12-31"), ("firm", "示范企业"), ("contract", "ZX-1"), ("_back", "/tariffs/upgrade")];
    assert!(me.post_and_follow("/tariffs/upgrades", &form).expect(200).body.contains("ZX-1"));
    let again = me.post("/tariffs/upgrades", &form);
    assert!(again.status == 409 && again.body.contains("该协议已有申请"), "{}", again.body);
    assert_eq!(Client::new(&app).post("/tariffs/upgrades", &form).status, 303);
}

#[test]
fn the_office_replays_and_others_do_not() {
    let world = world();
    kept(&world, 1, "idd", call_to("d01", "2027-06-06"));
    let app = app(&world);
    let usages = "voice.seconds,2027-06-06,61,d01%0Ahello%0Avoice.seconds,2027-06-06,60,0049";
    let page = Client::session(&app, "office").get(&format!("/tariffs/replay?book=idd&usages={usages}")).expect(200);
    // 82.56 + 13.76 before, 5.88 + 0.98 now.
    for wanted in ["96.32", "6.86", "以下行不是用量：2", "该目的地没有价格 × 1"] {
        assert!(page.body.contains(wanted), "{wanted}: {}", page.body);
    }
    assert_eq!(Client::session(&app, "1").get("/tariffs/replay?book=idd").status, 403);
}

#[test]
fn every_page_shows_in_both_languages() {
    let world = world();
    let order = ordered(&world, 1, "idd", call_to("d01", "2027-06-06"));
    let app = app(&world);
    let quote = format!("/tariffs/quotes/{}", order.quote);
    let books = ["idd", "line", "renwo", "roaming", "sme"].map(|key| format!("/tariffs/books/{key}?ask=true&plan=50&target=street&months=3"));
    let fixed = ["/tariffs", "/tariffs/upgrade", "/tariffs/benefits", "/tariffs/benefits/line", "/tariffs/mine", "/tariffs/replay"].map(str::to_owned);
    for path in fixed.iter().chain(&books).chain([&quote]) {
        for name in ["office", "1"] {
            for mut client in [Client::session(&app, name), Client::session(&app, name).english()] {
                let seen = client.get(path);
                let closed = name == "1" && ["/tariffs/replay", "/tariffs/benefits/line"].contains(&path.as_str());
                assert_eq!(seen.status, if closed { 403 } else { 200 }, "{path} {name}");
                assert!(!seen.body.contains("tariffs-") && !seen.body.contains("rating-why"), "{path}: {}", seen.body);
            }
        }
    }
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    assert_eq!(tariffs::TEXTS.check(), Vec::<String>::new());
    let keys = tariffs::TEXTS.keys();
    for route in tariffs::Tariffs::<Ground>::routes().table() {
        for code in route.refusals {
            assert!(keys.contains(&format!("problem-{code}")) && keys.contains(&format!("problem-{code}-detail")), "{code}");
        }
    }
}

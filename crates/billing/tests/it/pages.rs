//! The pages and the API, through the door, in both languages.

use billing::PaidBy;
use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Routes, Texts, Visitor};
use words::{Fault, Id};

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

const RATING: Texts = Texts { zh: include_str!("../../../rating/locales/zh.ftl"), en: include_str!("../../../rating/locales/en.ftl") };

pub fn app_of(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone())
        .part(billing::Billing::<Ground>::routes(), billing::TEMPLATES, billing::TEXTS)
        .part(Routes::new("rating"), &[], RATING)
        .gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

/// A month with an invoice, a wallet, a statement that is signed, a payout.
fn lived(world: &Temp) -> (Id, Id, Id) {
    open(world, opening(1, 1, PaidBy::Invoice));
    open(world, opening(2, 1, PaidBy::Prepaid));
    meter(world, &app(1), "calls", hour("2026-09", 5), 6_000);
    crate::wallets::top_up(world, 1, 5_000);
    meter(world, &app(2), "calls", hour("2026-09", 5), 2_000);
    bill(world, "2026-09");
    meter(world, &app(1), "calls", hour("2026-10", 5), 1_500);
    crate::wallets::take(world, "pages", vec![crate::invoices::bank_row("P1", "不知道是谁", 4_200)]);
    done(world, |tx| billing::prepare_statements::<Ground>(tx, &office(1), month("2026-09")));
    let statement = seen(world, |read| billing::statements_in(read, month("2026-09"))).remove(0).id;
    let id = statement.clone();
    done(world, move |tx| billing::sign_statement::<Ground>(tx, &office(2), &id));
    let payout = done(world, |tx| billing::send_payout::<Ground>(tx, &office(1)));
    (invoices(world, 1).remove(0).id, statement, payout.id)
}

#[test]
fn every_page_shows_in_both_languages_to_whom_it_may() {
    let world = world();
    let (invoice, statement, payout) = lived(&world);
    let app = app_of(&world);
    let subscription = opening(1, 1, PaidBy::Invoice).id;
    let own = |path: String| (path, 200, 404);
    let pages = [
        ("/billing".to_owned(), 200, 200),
        ("/billing/wallet".to_owned(), 200, 200),
        ("/billing/statements".to_owned(), 200, 200),
        own(format!("/billing/invoices/{invoice}")),
        own(format!("/billing/usage/{subscription}/2026-09?meter=calls")),
        own(format!("/billing/usage/{subscription}/2026-09")),
        ("/billing/office".to_owned(), 403, 403),
        ("/billing/credits".to_owned(), 403, 403),
        ("/billing/office/titles?month=2026-09".to_owned(), 403, 403),
        ("/billing/office/receipts".to_owned(), 403, 403),
        ("/billing/settlement?month=2026-09".to_owned(), 403, 403),
        (format!("/billing/payouts/{payout}"), 403, 403),
        ("/billing/conservation?month=2026-09".to_owned(), 403, 403),
        ("/billing/replay?month=2026-09&book=capability".to_owned(), 403, 403),
        (format!("/billing/statements/{statement}"), 404, 404),
    ];
    for (path, customer, other) in &pages {
        for (name, status) in [("office1", 200), ("1", *customer), ("7", *other)] {
            for mut client in [Client::session(&app, name), Client::session(&app, name).english()] {
                assert_eq!(client.get(path).status, status, "{path} {name}");
            }
        }
        assert_eq!(Client::new(&app).get(path).status, 303, "{path}");
    }
    assert_eq!(Client::session(&app, "80").get(&format!("/billing/statements/{statement}")).status, 200, "the owner");
    let csv = Client::session(&app, "1").get(&format!("/billing/invoices/{invoice}?format=csv")).expect(200).body;
    assert!(csv.contains("能力调用（按次）,6000,100.00") && csv.contains("合计,,100.00"), "{csv}");
    let page = Client::session(&app, "1").get(&format!("/billing/invoices/{invoice}")).expect(200).body;
    assert!(
        page.contains("HC-2026-000001") && page.contains("每月免费调用") && page.contains(&format!("/billing/usage/{subscription}/2026-09?meter=calls")),
        "{page}"
    );
    let open = Client::session(&app, "1").get("/billing").expect(200).body;
    assert!(open.contains("10.00") && open.contains("尚未出账"), "{open}");
}

#[test]
fn finance_and_owners_do_their_work_on_pages() {
    let world = world();
    let (invoice, statement, payout) = lived(&world);
    let app = app_of(&world);
    let (mut finance, mut owner, mut customer) = (Client::session(&app, "office1"), Client::session(&app, "80"), Client::session(&app, "1"));
    let path = format!("/billing/statements/{statement}");
    let line = opening(1, 1, PaidBy::Invoice).id.to_string();
    owner.post_and_follow(&format!("{path}/disputes"), &[("line", &line), ("reason", "少了"), ("_back", &path)]).expect(200);
    let dispute = finance.get_json(&path).expect(200).json()["disputes"][0]["id"].as_str().unwrap_or_default().to_owned();
    let answered =
        finance.post_and_follow(&format!("/billing/disputes/{dispute}/answer"), &[("reason", "补"), ("amount", "1.50"), ("_back", &path)]).expect(200);
    assert!(answered.body.contains("1.50"), "{}", answered.body);
    let receipts = finance.get_json("/billing/office/receipts").expect(200).json();
    let receipt = receipts["listed"][0]["id"].as_str().unwrap_or_default().to_owned();
    assert_eq!(receipts["listed"][0]["payer"], "某公司 · 6222000011112222");
    let to = [("target", person(1).to_string()), ("reason", "电话核实".to_owned())];
    let fields: Vec<(&str, &str)> = to.iter().map(|(name, value)| (*name, value.as_str())).collect();
    finance.post_and_follow(&format!("/billing/receipts/{receipt}/assignment"), &fields).expect(200);
    let me = person(1).to_string();
    let wrong = customer
        .post("/billing/details", &[("_method", "put"), ("party", &me), ("title", "某公司"), ("tax_number", "91350100M000100Y44"), ("_back", "/billing")]);
    assert!(wrong.status == 422 && wrong.body.contains("统一社会信用代码不对"), "{}", wrong.body);
    customer
        .post("/billing/details", &[("_method", "put"), ("party", &me), ("title", "某公司"), ("tax_number", "91350100M000100Y43"), ("_back", "/billing")])
        .expect(303);
    let titles = finance.get("/billing/office/titles?month=2026-09&format=csv").expect(200).body;
    assert!(titles.contains("HC-2026-000001,某公司,91350100M000100Y43") && titles.contains("6%,94.34,5.66,100.00"), "{titles}");
    customer.post_and_follow("/billing/topups", &[("customer", &me), ("amount", "12.00"), ("_back", "/billing/wallet")]).expect(200);
    customer
        .post_and_follow("/billing/budget", &[("_method", "put"), ("subject", &app_name()), ("amount", "50"), ("hard", "true"), ("_back", "/billing/wallet")])
        .expect(200);
    assert_eq!(customer.post("/billing/runs", &[("month", "2026-09")]).status, 403);
    let credit = finance.post(&format!("/billing/invoices/{invoice}/credit"), &[("reason", "x"), ("_back", "/billing")]);
    assert!(credit.status == 409 && credit.body.contains("已与能力方结算"), "{}", credit.body);
    assert_eq!(finance.get(&format!("/billing/payouts/{payout}?format=csv")).status, 200);
    bill(&world, "2026-10");
    let october = invoices(&world, 1).remove(0);
    finance.post(&format!("/billing/invoices/{}/credit", october.id), &[("reason", "重复计量"), ("_back", "/billing")]).expect(303);
    let notes = finance.get("/billing/credits?format=csv").expect(200).body;
    assert!(notes.contains(&format!("HCR-2026-000001,{},2026-10", october.document.number)) && notes.contains("10.00,重复计量"), "{notes}");
    assert!(finance.get("/billing/credits").expect(200).body.contains("HCR-2026-000001"));
    world.assert_clean();
}

fn app_name() -> String {
    app(1)
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    assert_eq!(billing::TEXTS.check(), Vec::<String>::new());
    let keys = billing::TEXTS.keys();
    for route in billing::Billing::<Ground>::routes().table() {
        for code in route.refusals {
            assert!(keys.contains(&format!("problem-{code}")) && keys.contains(&format!("problem-{code}-detail")), "{code}");
        }
    }
}

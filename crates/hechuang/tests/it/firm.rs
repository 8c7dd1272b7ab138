//! A firm: registered, verified, joined by a developer and by finance; an app that it pays for is called, and the bill is the firm's.

use serde_json::json;
use webkit::testing::Client;
use words::{Failure, Id, Lang};

use crate::circle::{metered, moved, start_billing, text};
use crate::ground::House;
use crate::opened::Opened;
use crate::paid::{pay, with_free_calls};

const CALLS: i64 = 25;

/// Somebody from outside with a login; passwords take long, and sessions end before the month does.
fn register(house: &House, kind: identity::ActorKind, login: &'static str) -> Id {
    let draft = identity::RegistrationDraft::parse(kind, login, Some("somebody@example.cn"), None, None, Lang::Zh).expect("a draft");
    let register = move |tx: &mut store::Tx| identity::register_outside(tx, &draft, login, &identity::LoginSecret::Later, "public", "test");
    house.temp.db.write("identity.register", register).map_err(Failure::into_fault).expect("registered").person
}

fn client(house: &House, person: &Id) -> Client {
    let person = person.clone();
    let session = house.temp.db.write("identity.sign_in_as", move |tx| identity::sign_in_as(tx, &person, "test"));
    Client::session(&house.app, &session.map_err(Failure::into_fault).expect("a session").secret)
}

/// The manager's papers are checked; gives the firm.
fn founded(house: &House, manager: &Id) -> String {
    let mut own = client(house, manager);
    own.send_json("PUT", "/me/real-name", &json!({ "organisation": "青禾科技", "uscc": "91330100799655058B" })).expect(200);
    own.post_json("/firms", &json!({})).expect(409);
    house.client("admin").post_json(&format!("/admin/people/{manager}/real-name"), &json!({ "fits": true })).expect(200);
    let firms = own.get_json("/firms").expect(200).json();
    assert_eq!((text(&firms, "/firms/0/firm/name/zh"), text(&firms, "/firms/0/member/role")), ("青禾科技", "manager"));
    text(&firms, "/firms/0/firm/id").to_owned()
}

/// Is invited as something, hears of it, and agrees.
fn joins(house: &House, manager: &Id, firm: &str, (person, login): (&Id, &str), role: &str) -> String {
    client(house, manager).post_json(&format!("/firms/{firm}/members"), &json!({ "named": login, "role": role })).expect(201);
    house.temp.settle();
    let mut own = client(house, person);
    assert!(own.get("/inbox").expect(200).body.contains("青禾科技 邀请您加入"), "{role} hears of it");
    let invited = own.get_json("/firms").expect(200).json();
    let member = text(&invited, "/firms/0/member/id").to_owned();
    own.post_json(&format!("/firm-members/{member}/acceptance"), &json!({})).expect(200);
    house.temp.settle();
    member
}

/// The developer makes an app that the firm pays for, which calls the echo by invoice; gives the app and its key.
fn subscribed(opened: &Opened, developer: &Id, firm: &str) -> (String, String) {
    let mut own = client(&opened.house, developer);
    own.post_json("/apps", &json!({ "name": "巡检", "environment": "live", "payer": "org_00000000000000000000000000" })).expect(422);
    let made = own.post_json("/apps", &json!({ "name": "巡检", "environment": "live", "payer": firm })).expect(200).json();
    let (app, key) = (text(&made, "/app").to_owned(), text(&made, "/text").to_owned());
    let asked = own.post_json("/capabilities/echo/subscriptions", &json!({ "app": app, "plan": "business" })).expect(201).json();
    assert_eq!(text(&asked, "/state"), "asked", "the real name of the firm is known: {asked}");
    opened.house.temp.settle();
    moved(opened, &mut opened.house.client("capability-operator"), text(&asked, "/id"), "approve");
    (app, key)
}

#[test]
fn a_firm_pays_for_an_app_and_its_finance_settles_the_invoice() {
    let opened = Opened::of(with_free_calls(House::peopled(), 5));
    start_billing(&opened);
    let house = &opened.house;
    let (manager, finance) = (register(house, identity::ActorKind::Startup, "qinghe"), register(house, identity::ActorKind::Developer, "caiwu"));
    let developer = register(house, identity::ActorKind::Developer, "kaifa");
    let firm = founded(house, &manager);
    joins(house, &manager, &firm, (&finance, "caiwu"), "finance");
    let membership = joins(house, &manager, &firm, (&developer, "kaifa"), "developer");
    let (app, key) = subscribed(&opened, &developer, &firm);
    assert_eq!(opened.calls(&key, "/echo/v1/anything", CALLS), CALLS);
    let (count, month) = metered(&opened, &app, CALLS);
    assert_eq!(count, CALLS, "each was metered once");
    house.temp.run_until(month.end().plus_seconds(25 * 3_600));

    // The invoice is the firm's: finance sees and pays it, whoever only develops does not know of it.
    let (bills, mut own) = (format!("/billing?party={firm}"), client(house, &finance));
    let seen = own.get_json(&bills).expect(200).json();
    let invoice = format!("/billing/invoices/{}", text(&seen, "/invoices/0/id"));
    assert_eq!(text(&seen, "/invoices/0/customer/name"), "青禾科技");
    for path in [&bills, &invoice] {
        assert_eq!([&developer, &manager].map(|who| client(house, who).get_json(path).status), [404, 200], "{path}");
    }
    for person in [&developer, &finance] {
        let theirs = client(house, person).get_json("/billing").expect(200).json();
        assert_eq!(theirs["invoices"].as_array().map(Vec::len), Some(0), "none of it is their own");
    }
    let whole = own.get_json(&invoice).expect(200).json();
    let total = whole["document"]["money"]["total"].as_i64().expect("a total");
    assert!(total > (CALLS - 5) * 2, "calls that are not free, and the fee of the plan: {total}");
    assert!(own.get("/inbox").expect(200).body.contains("账单"), "finance hears of it");
    pay(house, "F1", &format!("{}.{:02}", total / 100, total % 100), text(&whole, "/document/reference"));
    assert_eq!(text(&own.get_json(&invoice).expect(200).json(), "/invoice/state"), "paid");

    // The developer goes, the app stays: the manager runs it, and the firm pays on.
    client(house, &developer).send_json("DELETE", &format!("/firm-members/{membership}"), &json!({})).expect(200);
    house.temp.settle();
    let page = format!("/apps/{app}");
    client(house, &developer).get_json(&page).expect(404);
    let kept = client(house, &manager).get_json(&page).expect(200).json();
    assert_eq!((kept["mine"].as_bool(), text(&kept, "/app/payer/id")), (Some(true), firm.as_str()));
    assert!(client(house, &manager).get("/inbox").expect(200).body.contains("转到您名下"), "and hears that keys are to be rolled");
    house.temp.assert_clean();
}

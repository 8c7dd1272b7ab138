//! The circle: what an incubated project built is published as a capability, subscribed and called by somebody else, metered, billed, settled, and owed to its owner.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use billing::Month;
use hechuang::lived::{self, Act, live_some};
use packs::Ending;
use serde_json::{Value, json};
use webkit::testing::Client;
use words::Never;

use crate::ground::{House, case_of, empty};
use crate::opened::Opened;
use crate::paid::{pay, with_free_calls};

const CALLS: i64 = 1_000;
const DAY: i64 = 86_400;

/// A programme with a project that was admitted and brought in, whose members were let go, and that is in incubation.
pub fn incubating() -> House {
    let temp = empty();
    let until = temp.clock.now().plus_seconds(30 * DAY);
    let pack = packs::embedded().expect("the built-in pack");
    let number = pack.ideas.iter().position(|idea| idea.ending == Ending::Onboarding).expect("an idea");
    let key = pack.ideas[number].key.clone();
    let mut world = live_some(&temp.db, &temp.clock, until, 1, |idea| idea.key == key).expect("a lived programme");
    for act in [Act::Second, Act::Start] {
        world.run_until(world.clock.now().plus_seconds(DAY)).expect("a day");
        lived::perform(&mut world, number, act).expect("done");
    }
    assert_eq!(project(&world).state, "incubating");
    House::open(temp, world)
}

/// The project that is in incubation.
pub fn project(world: &lived::World) -> programme::Case {
    case_of(world, Ending::Onboarding)
}

pub fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("no {at} in {value}"))
}

pub fn moved(opened: &Opened, client: &mut Client, case: &str, name: &str) {
    client.post_json(&format!("/cases/{case}/moves"), &json!({ "move": name })).expect(200);
    opened.house.temp.settle();
}

/// The lead registers what the project built and brings it to live, with the operator's yes. It meters pushes besides.
pub fn publish(opened: &Opened, lead: &mut Client) {
    let capability =
        json!({ "slug": "hydrant", "zh": "消防栓状态", "en": "State of hydrants", "about_zh": "查询消防栓的水压。", "about_en": "Pressure of a hydrant." });
    lead.post_json("/capabilities", &capability).expect(201);
    let meters = json!({ "parts": { "zh": "推送条数", "en": "Pushes" } });
    let document = json!({ "openapi": "3.1.0", "info": { "title": "Hydrants", "version": "1.0.0" }, "x-hechuang-meters": meters, "paths": { "/hydrants/{id}": { "get": {
        "operationId": "getHydrant", "summary": "State of a hydrant",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "200": { "description": "Its state" } } } } } });
    let upstream = opened.upstream("{\"pressure_kpa\":420}");
    let version =
        json!({ "sandbox_upstream": upstream, "live_upstream": upstream, "document": document.to_string(), "timeout_ms": 5_000, "body_limit": 1_024 });
    lead.post_json("/capabilities/hydrant/versions", &version).expect(201);
    let case = opened
        .house
        .first("select id as it from capabilities_version where capability in (select id from capabilities_capability where slug = 'hydrant')", &[]);
    let case = case.expect("a version");
    moved(opened, lead, &case, "publish");
    moved(opened, lead, &case, "ask_live");
    moved(opened, &mut opened.house.client("capability-operator"), &case, "go_live");
}

/// Somebody else subscribes with a live app, and the owner agrees; gives the app and its key.
fn subscribe(opened: &Opened, lead: &mut Client) -> (String, String) {
    let mut caller = opened.house.client("public");
    let made = caller.post_json("/apps", &json!({ "name": "智慧园区", "environment": "live" })).expect(200).json();
    let (app, key) = (text(&made, "/app").to_owned(), text(&made, "/text").to_owned());
    let asked = caller.post_json("/capabilities/hydrant/subscriptions", &json!({ "app": app, "plan": "business" })).expect(201).json();
    assert_eq!(text(&asked, "/state"), "asked", "{asked}");
    opened.house.temp.settle();
    moved(opened, lead, text(&asked, "/id"), "approve");
    (app, key)
}

/// Calls of an app that are billable, by the month in which they were made; again until all of them came in.
pub fn metered(opened: &Opened, app: &str, calls: i64) -> (i64, Month) {
    let began = Instant::now();
    loop {
        let read = |read: &store::Read| Ok(metering::used(read, app, words::Instant::from_micros(0), words::Instant::from_micros(i64::MAX / 2))?);
        let used = opened.house.temp.db.read::<_, Never>(read).map_err(words::Failure::into_fault).expect("usage");
        let count: i64 = used.iter().map(|row| row.billable).sum();
        if count >= calls || began.elapsed() > Duration::from_secs(20) {
            return (count, Month::of(used.first().expect("an hour").hour.day()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Bills run from now on.
pub fn start_billing(opened: &Opened) {
    let started = opened.house.temp.db.write::<_, Never>("billing.start", |tx| Ok(billing::start_billing(tx)?));
    started.map_err(words::Failure::into_fault).expect("billing runs");
}

#[test]
fn what_a_project_built_is_called_billed_and_owed_to_its_owner() {
    let opened = Opened::of(with_free_calls(incubating(), 100));
    // As at every start of the program.
    start_billing(&opened);
    let project = project(&opened.house.world);
    assert_eq!(project.state, "incubating", "what it built is opened while it is in incubation");
    let owner = opened.house.key_of(project.lead.as_str()).expect("a persona").to_owned();
    let mut lead = opened.house.client(&owner);
    publish(&opened, &mut lead);
    let (app, key) = subscribe(&opened, &mut lead);
    let passed = opened.calls(&key, "/hydrant/v1/hydrants/7", CALLS);
    assert_eq!(passed, CALLS, "every call passed");
    let (count, month) = metered(&opened, &app, CALLS);
    assert_eq!(count, CALLS, "each was metered once");
    let house = &opened.house;

    // The month goes by with its grace.
    let owed = |path: &str| house.world.read(|read| Ok(ledger::available(read, path)?)).expect("a balance");
    let payable = format!("payable:{}", project.lead);
    let before = owed(&payable);
    house.temp.run_until(month.end().plus_seconds(25 * 3_600));
    let (mut caller, mut finance, mut operator) = (house.client("public"), house.client("finance"), house.client("capability-operator"));
    let bills = caller.get_json("/billing").expect(200).json();
    let invoice = caller.get_json(&format!("/billing/invoices/{}", text(&bills, "/invoices/0/id"))).expect(200).json();
    let money = &invoice["document"]["money"];
    let lines: BTreeMap<&str, (i64, i64)> = lines_of(&invoice);
    // A hundred are free, each other one costs two fen.
    assert_eq!(lines["能力调用（按次）"], (CALLS, (CALLS - 100) * 2), "{invoice}");
    assert_eq!(lines.values().map(|(_, minor)| minor).sum::<i64>(), money["total"].as_i64().expect("a total"));
    let net = money["net"].as_i64().expect("without tax");

    // Settled by the operator, signed by finance, owed to the owner: seventy percent of what is without tax.
    operator.post_json("/billing/settlement", &json!({ "month": month })).expect(200);
    let settlement = operator.get_json(&format!("/billing/settlement?month={month}")).expect(200).json();
    let all = settlement["statements"].as_array().expect("statements");
    let statement = all.iter().find(|one| text(one, "/payee/id") == project.lead.as_str() && one["gross"]["minor"] != json!(0)).expect("the owner's");
    let id = text(statement, "/id").to_owned();
    assert_eq!(operator.post_json(&format!("/billing/statements/{id}/signature"), &json!({})).status, 403, "not by who prepared it");
    finance.post_json(&format!("/billing/statements/{id}/signature"), &json!({})).expect(200);
    let own = house.client(&owner).get_json(&format!("/billing/statements/{id}")).expect(200).json();
    let line = own["settled"]["lines"].as_array().expect("lines").iter().find(|line| line["gross_minor"] == json!(net)).expect("the line of these calls");
    assert_eq!((line["calls"].as_i64(), line["share_bp"].as_i64()), (Some(CALLS), Some(7_000)), "{own}");
    let share = words::split_by_weights(net, &[7_000, 3_000]).expect("parts")[0];
    assert_eq!(line["share_minor"].as_i64(), Some(share));
    assert_eq!(owed(&payable) - before, own["settled"]["payable_minor"].as_i64().expect("payable"));
    assert!(share > 0 && own["settled"]["payable_minor"].as_i64() >= Some(share));

    suspended(&opened, &key, &invoice);

    // Nothing is lost and nothing is there twice.
    let statistics = house.client("capability-operator").get_json(&format!("/capabilities/statistics?month={month}")).expect(200).json();
    let hydrant = statistics["platforms"].as_array().expect("platforms").iter().flat_map(|one| one["capabilities"].as_array().expect("capabilities"));
    let hydrant = hydrant.into_iter().find(|one| one["slug"] == "hydrant").expect("the capability");
    assert!(hydrant["figures"]["calls"].as_i64() >= Some(CALLS), "{hydrant}");
    assert_eq!(hydrant["figures"]["income"]["minor"], money["net"], "{hydrant}");
    assert_eq!((&hydrant["figures"]["apps"], &hydrant["figures"]["developers"]), (&json!(1), &json!(1)), "{hydrant}");
    let report = house.client("finance").get_json(&format!("/billing/conservation?month={month}")).expect(200).json();
    assert!(report["report"]["laws"].as_array().is_some_and(|laws| laws.len() > 8 && laws.iter().all(|law| law["holds"] == json!(true))), "{report}");
    assert_eq!(report["report"]["billed"], json!(true));
    house.temp.assert_clean();
}

/// Who does not pay is suspended at the gateway, and let in again once they have.
fn suspended(opened: &Opened, key: &str, invoice: &Value) {
    let (house, path) = (&opened.house, "/hydrant/v1/hydrants/7");
    let answered = |wanted: u16| {
        let began = Instant::now();
        loop {
            let got = opened.call(key, "GET", path, None);
            if got.status == wanted {
                return serde_json::from_str::<Value>(&got.body).unwrap_or_default()["code"].clone();
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{} {}", got.status, got.body);
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let due = words::Day::parse(text(invoice, "/document/due_on")).expect("a day");
    house.temp.run_until(due.plus_days(20).start().plus_seconds(10 * 3_600));
    assert_eq!(answered(402), json!("gateway-suspended"));
    let total = words::Amount { minor: invoice["document"]["money"]["total"].as_i64().expect("a total"), asset: words::Asset::cny() };
    pay(house, "C1", &total.to_string().replace(',', ""), text(invoice, "/document/reference"));
    answered(200);
}

/// Quantity and fen of each line of an invoice, by its name.
fn lines_of(invoice: &Value) -> BTreeMap<&str, (i64, i64)> {
    let parts = invoice["document"]["parts"].as_array().expect("parts");
    let lines = parts.iter().flat_map(|part| part["detail"]["lines"].as_array().expect("lines"));
    lines.map(|line| (text(line, "/name/zh"), (line["quantity"].as_i64().unwrap_or(0), line["amount_minor"].as_i64().unwrap_or(0)))).collect()
}

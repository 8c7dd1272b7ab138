//! Early use: a case in incubation pays for capabilities of others what the table of the pack says, and everything once it has left.

use std::collections::BTreeSet;

use billing::Month;
use serde_json::{Value, json};

use crate::circle::{incubating, metered, moved, project, publish, start_billing, text};
use crate::opened::Opened;
use crate::paid::with_pack;

const CALLS: i64 = 60;
const PUSHES: i64 = 20;
/// Who opens the capability that the project uses.
const OWNER: &str = "lead";

/// In this pack a case pays forty percent from its first day in incubation; ten calls a month are free.
fn opened() -> Opened {
    let changes = [("tables/capability_discounts.csv", "0,免费,Free,0", "0,四折,60% off,40"), ("books/capability.toml", "quantity = 1000", "quantity = 10")];
    Opened::of(with_pack(incubating(), &changes))
}

/// The owner tells pushes to an app as usage that the capability meters itself.
fn push(opened: &Opened, app: &str, id: &str) {
    let at = opened.house.temp.clock.now();
    let event =
        json!({ "specversion": "1.0", "id": id, "source": "hydrant/push", "type": "hydrant.parts", "subject": app, "time": at, "data": { "units": PUSHES } });
    let taken = opened.house.client(OWNER).post_json("/capabilities/hydrant/events", &event).expect(200).json();
    assert_eq!(taken["taken"], json!(1), "{taken}");
}

fn fen(line: &Value) -> i64 {
    line["amount_minor"].as_i64().expect("fen")
}

#[test]
fn what_a_case_in_incubation_uses_is_billed_with_the_benefit_of_its_pack() {
    let opened = opened();
    start_billing(&opened);
    let (house, project) = (&opened.house, project(&opened.house.world));
    let developer = house.key_of(project.lead.as_str()).expect("a persona").to_owned();
    let mut owner = house.client(OWNER);
    publish(&opened, &mut owner);
    let mut lead = house.client(&developer);
    let made = lead.post_json("/apps", &json!({ "name": "用水提醒", "environment": "live" })).expect(200).json();
    let (app, key) = (text(&made, "/app").to_owned(), text(&made, "/text").to_owned());
    let draft = json!({ "app": app, "plan": "business", "for_case": project.id });
    let asked = lead.post_json("/capabilities/hydrant/subscriptions", &draft).expect(201).json();
    let subscription = text(&asked, "/id").to_owned();
    house.temp.settle();
    moved(&opened, &mut owner, &subscription, "approve");
    let pays = |client: &mut webkit::testing::Client| {
        client.get_json(&format!("/subscriptions/{subscription}")).expect(200).json()["subscription"]["pay_percent"].clone()
    };
    assert_eq!(pays(&mut lead), json!(40), "four tenths, by the table of the pack");

    // Used while in incubation: calls through the gateway, and pushes that the capability meters itself.
    assert_eq!(opened.calls(&key, "/hydrant/v1/hydrants/7", CALLS), CALLS);
    metered(&opened, &app, CALLS);
    push(&opened, &app, "push-1");

    // The case leaves incubation: from the next hour on everything is paid.
    house.client("office").post_json(&format!("/cases/{}/moves", project.id), &json!({ "move": "terminate", "reason": "试验数据不支持预期" })).expect(200);
    house.temp.settle();
    assert_eq!(pays(&mut lead), json!(100), "left");
    house.temp.run_until(house.temp.clock.now().plus_seconds(2 * 3_600));
    push(&opened, &app, "push-2");

    // Its bills: the benefit is a line of its own that says of what it is a part.
    let last = Month::of(house.temp.clock.now().day());
    house.temp.run_until(last.end().plus_seconds(25 * 3_600));
    // Sessions are over by then.
    let (mut lead, mut owner, mut operator) = (house.client(&developer), house.client(OWNER), house.client("capability-operator"));
    let bills = lead.get_json("/billing").expect(200).json();
    let ids: Vec<String> = bills["invoices"].as_array().expect("invoices").iter().map(|one| text(one, "/id").to_owned()).collect();
    let invoices: Vec<Value> = ids.iter().map(|id| lead.get_json(&format!("/billing/invoices/{id}")).expect(200).json()).collect();
    let parts: Vec<&Value> = invoices.iter().flat_map(|invoice| invoice["document"]["parts"].as_array().expect("parts")).collect();
    let (mut with, mut without) = (0, 0);
    for part in &parts {
        let lines = part["detail"]["lines"].as_array().expect("lines");
        let (benefit, others): (Vec<&Value>, Vec<&Value>) = lines.iter().partition(|line| line["key"] == "discount");
        let sum: i64 = others.iter().map(|line| fen(line)).sum();
        match benefit.as_slice() {
            [line] => {
                assert_eq!((fen(line), &line["why"][0]["of_minor"]), (-(sum * 60 + 50) / 100, &json!(sum)), "{part}");
                assert_eq!(part["money"]["total"], json!(sum + fen(line)), "the invoice has the reduced amount");
                with += sum;
            }
            _ => {
                assert_eq!(part["money"]["total"], json!(sum));
                without += sum;
            }
        }
    }
    let of = |name: &str| {
        parts.iter().flat_map(|part| part["detail"]["lines"].as_array().expect("lines")).filter(|line| text(line, "/name/zh") == name).map(fen).sum::<i64>()
    };
    assert_eq!((of("能力调用（按次）"), of("短信（按条）")), ((CALLS - 10) * 2, 2 * PUSHES * 5));
    assert!(with >= (CALLS - 10) * 2 + PUSHES * 5 && without >= PUSHES * 5, "{with} with the benefit, {without} without");
    let pages: Vec<String> = ids.iter().map(|id| lead.get(&format!("/billing/invoices/{id}")).expect(200).body).collect();
    assert!(pages.iter().any(|page| page.contains("初期优惠") && page.contains("减免 60%")), "the bill says so: {pages:?}");
    assert!(parts.iter().any(|part| part.to_string().contains("Early discount")), "in both languages");

    // The owner's part is a share, by contract, of what was charged after the benefit.
    for month in invoices.iter().map(|invoice| text(invoice, "/document/period").to_owned()).collect::<BTreeSet<_>>() {
        operator.post_json("/billing/settlement", &json!({ "month": month })).expect(200);
        let all = operator.get_json(&format!("/billing/settlement?month={month}")).expect(200).json();
        let own = all["statements"]
            .as_array()
            .expect("statements")
            .iter()
            .find(|one| one["gross"]["minor"] != json!(0) && text(one, "/payee/id") == house.world.persons[OWNER].as_str())
            .cloned()
            .expect("the owner's");
        let id = text(&own, "/id");
        house.client("finance").post_json(&format!("/billing/statements/{id}/signature"), &json!({})).expect(200);
        let own = owner.get_json(&format!("/billing/statements/{id}")).expect(200).json();
        let of_month = || invoices.iter().filter(|invoice| text(invoice, "/document/period") == month);
        let net: i64 = of_month().map(|invoice| invoice["document"]["money"]["net"].as_i64().expect("net")).sum();
        let lines = own["settled"]["lines"].as_array().expect("lines");
        let sum = |field: &str| lines.iter().map(|line| line[field].as_i64().expect("a number")).sum::<i64>();
        assert_eq!(sum("gross_minor"), net, "{own}");
        assert!(lines.iter().all(|line| line["share_bp"] == json!(7_000)) && (sum("share_minor") * 10_000 - net * 7_000).abs() < 10_000 * 3, "{own}");
        let report = house.client("finance").get_json(&format!("/billing/conservation?month={month}")).expect(200).json();
        assert!(report["report"]["laws"].as_array().is_some_and(|laws| laws.len() > 8 && laws.iter().all(|law| law["holds"] == json!(true))), "{report}");
    }
    house.temp.assert_clean();
}

//! A data set as a capability: a base hosts it, brings it to the sandbox, and an app asks for rows through the gateway, which are counted through the door for everybody's usage.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use webkit::testing::Client;
use words::Never;

use crate::ground::House;
use crate::opened::Opened;

const COLUMNS: &str = "district | text | 区 | District | yes | no\nspaces | whole | 车位数 | Spaces | yes | no\nkeeper | text | 管理员 | Keeper | no | mask";

#[test]
fn a_base_hosts_a_data_set_and_an_app_asks_for_its_rows_through_the_gateway() {
    let opened = Opened::of(House::peopled());
    let house = &opened.house;
    let base = house.world.pack.node_of("hz-space").expect("a base");
    let mut owner = house.client("operator-hz");
    let rows: String = (1..=120).map(|n| format!("{},{n},王师傅\n", ["上城区", "西湖区"][n % 2])).collect();
    let text = format!("区,车位数,管理员\n{rows}");
    let fields = [
        ("slug", "hz-parking"),
        ("node", base.as_str()),
        ("zh", "杭州停车场"),
        ("en", "Car parks"),
        ("licence", "CC BY 4.0"),
        ("source", "示范"),
        ("columns", COLUMNS),
        ("text", &text),
    ];
    owner.upload("/datasets", &fields, &[]).expect(303);
    house.temp.settle();
    let found = |who: &str, q: &str, kind: &str, href: &str| {
        let view = house.client(who).get_json(&format!("/search?q={q}&kind={kind}")).expect(200).json();
        view.pointer("/kinds/0/hits").and_then(Value::as_array).is_some_and(|hits| hits.iter().any(|hit| hit["href"] == href))
    };
    let set = "/datasets/hz-parking";
    assert_eq!(["stranger", "operator-hz"].map(|who| found(who, "车场", "dataset", set)), [false, true], "a draft is found by its owner only");
    let sql = "select id as it from capabilities_version where capability in (select id from capabilities_capability where slug = 'hz-parking')";
    let case = house.first(sql, &[]).expect("a version");
    owner.post_json(&format!("/cases/{case}/moves"), &json!({ "move": "publish" })).expect(200);
    house.temp.settle();
    assert!(house.client("developer").get("/bases/hz-space").expect(200).body.contains("杭州停车场"), "the base shows what it hosts");

    assert!(found("stranger", "车场", "dataset", set), "a word of two characters");
    let question = json!({ "capability": "hz-parking", "title": "车位数多久更新", "body": "每天还是每月？" });
    let question = house.client("developer").post_json("/questions", &question).expect(201).json()["question"].as_str().expect("an id").to_owned();
    let asked = format!("/questions/{question}");
    assert!(found("stranger", "车位", "question", &asked));
    assert!(house.client("developer").get("/search?q=%E8%BD%A6%E4%BD%8D").expect(200).body.contains("社区问题"));
    house
        .client("capability-operator")
        .send_json("PUT", &format!("/questions/{question}/standing"), &json!({ "state": "hidden", "reason": "重复" }))
        .expect(200);
    assert_eq!(["stranger", "developer"].map(|who| found(who, "车位", "question", &asked)), [false, true], "hidden: its author finds it still");

    let key = opened.key_of("developer", "sandbox");
    let asked = |path: &str| -> (u16, Value) {
        let got = opened.call(&key, "GET", path, None);
        (got.status, serde_json::from_str(&got.body).unwrap_or_else(|_| panic!("{} {}", got.status, got.body)))
    };
    let began = Instant::now();
    let page = loop {
        let (status, page) = asked("/hz-parking/v1/rows?district=%E8%A5%BF%E6%B9%96%E5%8C%BA&sort=-spaces&select=spaces,keeper&limit=2");
        if status == 200 {
            break page;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{status} {page}");
    };
    assert_eq!((&page["sample"], &page["rows"][0]["keeper"], page["rows"].as_array().map(Vec::len)), (&json!(true), &json!("王***"), Some(2)), "{page}");
    let (status, wrong) = asked("/hz-parking/v1/rows?limit=1000");
    assert_eq!((status, wrong["code"].as_str()), (422, Some("gateway-input")), "the document that was made from the schema is asked first: {wrong}");
    let (status, wrong) = asked("/hz-parking/v1/rows?sort=keeper");
    assert_eq!((status, wrong["errors"][0]["code"].as_str()), (422, Some("datasets-query-sort")), "{wrong}");
    let units = house.temp.db.read::<_, Never>(|read| {
        let row = read.row("select cast(sum(units) as bigint) as it from metering_event where meter = 'hz-parking.rows'", &[])?.expect("a row");
        Ok(row.get::<i64>("it")?)
    });
    assert_eq!(units.expect("a sum"), 2, "the rows that were given");
    sampled(&opened, &key);
}

/// A capability that has no service yet: its sandbox answers with the example of its document through the gateway, and says so.
fn sampled(opened: &Opened, key: &str) {
    let house = &opened.house;
    let mut lead = house.client("lead");
    let capability = json!({ "slug": "lamp", "zh": "路灯", "en": "Lamps", "about_zh": "路灯状态。", "about_en": "State of lamps." });
    lead.post_json("/capabilities", &capability).expect(201);
    let answer =
        json!({ "200": { "description": "Its state", "content": { "application/json": { "schema": { "type": "object" }, "example": { "on": true } } } } });
    let document = json!({ "openapi": "3.1.0", "info": { "title": "Lamps", "version": "1" }, "paths": { "/lamps/{id}": { "get": {
        "operationId": "getLamp", "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }], "responses": answer } } } });
    let version =
        json!({ "sandbox_upstream": "builtin:sample", "live_upstream": "", "document": document.to_string(), "timeout_ms": 5_000, "body_limit": 1_024 });
    lead.post_json("/capabilities/lamp/versions", &version).expect(201);
    let sql = "select id as it from capabilities_version where capability in (select id from capabilities_capability where slug = 'lamp')";
    lead.post_json(&format!("/cases/{}/moves", house.first(sql, &[]).expect("a version")), &json!({ "move": "publish" })).expect(200);
    house.temp.settle();
    let began = Instant::now();
    loop {
        let got = opened.call(key, "GET", "/lamp/v1/lamps/7", None);
        if got.status == 200 {
            assert_eq!((got.body.as_str(), got.header("x-hechuang-sample")), ("{\"on\":true}", "true"));
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{} {}", got.status, got.body);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Client::new(&house.app).get("/capabilities/lamp").expect(200).body.contains("由文档里的示例回答"));
}

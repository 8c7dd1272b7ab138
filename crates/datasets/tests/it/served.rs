//! Calls of apps, as a gateway brings them.

use serde_json::{Value, json};
use store::params;
use store::testing::Temp;
use webkit::App;
use webkit::testing::{Client, Seen};
use words::Never;

use crate::hosting::host;
use crate::world::*;

fn call(door: &App, n: u8, request: &str, path: &str) -> Seen {
    let id = app(n).to_string();
    Client::bearer(door, "gateway").header("x-hechuang-app", &id).header("x-request-id", request).get_json(&format!("/served/datasets/sz-parking{path}"))
}

fn metered(world: &Temp, n: u8) -> i64 {
    let sql = "select cast(coalesce(sum(rows_given), 0) as bigint) as it from test_metered where app = $1";
    world.db.read::<_, Never>(|read| read.row(sql, &params![app(n)])?.expect("a row").get("it").map_err(Into::into)).expect("a number")
}

/// A long data set, so that its sample is not all of it.
fn long(world: &Temp) -> App {
    let door = door(world);
    let mut owner = Client::session(&door, "owner");
    host(&mut owner);
    let rows: String = (0..500).map(|n| format!("{},{n},{}.5,2020-01-{:02},王,\n", ["姑苏区", "吴中区"][n % 2], n % 7, n % 28 + 1)).collect();
    let text = format!("{}{rows}", FILE.lines().next().map(|head| format!("{head}\n")).expect("a head"));
    owner.upload("/datasets/sz-parking/files", &[("text", &text)], &[]).expect(303);
    door
}

#[test]
fn an_app_asks_for_rows_and_pays_for_those_it_gets() {
    let world = world();
    let door = long(&world);
    let seen = call(&door, 2, "req-1", "/rows?district=吴中区&spaces_min=490&sort=-spaces&select=spaces,fee&limit=3").expect(200).json();
    assert_eq!((&seen["count"], &seen["sample"], &seen["version"]), (&json!(5), &json!(false), &json!(2)), "{seen}");
    assert_eq!(seen["rows"], json!([{ "spaces": 499, "fee": "2.5" }, { "spaces": 497, "fee": "0.5" }, { "spaces": 495, "fee": "5.5" }]));
    let next = seen["next"].as_str().expect("there are more").to_owned();
    let rest = call(&door, 2, "req-2", &format!("/rows?district=吴中区&spaces_min=490&sort=-spaces&select=spaces&limit=3&cursor={next}")).expect(200).json();
    assert_eq!((&rest["rows"], &rest["next"]), (&json!([{ "spaces": 493 }, { "spaces": 491 }]), &Value::Null));
    assert_eq!(metered(&world, 2), 5);
    call(&door, 2, "req-2", "/rows?limit=3").expect(200);
    assert_eq!(metered(&world, 2), 5, "a request that a gateway makes again counts once");
    assert_eq!(call(&door, 2, "req-3", "/count?district=吴中区").expect(200).json()["count"], 250);
    assert_eq!(call(&door, 2, "req-4", "/rows?spaces=9999").expect(200).json()["rows"], json!([]));
    assert_eq!(metered(&world, 2), 5, "counting and finding nothing return no rows");
    // The text of the code comes with the gateway.
    assert_eq!(call(&door, 2, "req-6", "/rows?limit=200").expect(402).code(), "gateway-limit-reached");
    assert_eq!(metered(&world, 2), 5, "what cannot be paid is not handed out");
    let schema = call(&door, 2, "req-5", "/schema").expect(200).json();
    assert_eq!((&schema["licence"], &schema["terms"], schema["columns"].as_array().map(Vec::len)), (&json!("CC BY 4.0"), &json!("注明来源"), Some(5)));
    world.assert_clean();
}

#[test]
fn the_sandbox_sees_a_sample_and_is_told_so() {
    let world = world();
    let door = long(&world);
    let seen = call(&door, 1, "req-1", "/rows?limit=200").expect(200).json();
    assert_eq!((&seen["count"], &seen["sample"], seen["rows"].as_array().map(Vec::len)), (&json!(50), &json!(true), Some(50)));
    assert_eq!(metered(&world, 1), 50, "the sandbox is metered like anything else, and free by its plan");
    assert!(seen["rows"][0]["keeper"] == "王***" && seen["rows"][0].get("phone").is_none(), "{}", seen["rows"][0]);
}

#[test]
fn what_cannot_be_asked_is_refused_at_its_parameter_and_strangers_are_not_served() {
    let world = world();
    let door = long(&world);
    for (path, pointer, code) in [
        ("/rows?colour=red", "/colour", "datasets-query-unknown"),
        ("/rows?keeper=王", "/keeper", "datasets-query-unknown"),
        ("/rows?spaces=many", "/spaces", "datasets-query-value"),
        ("/rows?limit=1000", "/limit", "datasets-query-limit"),
        ("/rows?cursor=1.20", "/cursor", "datasets-query-replaced"),
        ("/count?sort=keeper", "/sort", "datasets-query-sort"),
    ] {
        let problem = call(&door, 2, "req-1", path).expect(422).json();
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{path}: {problem}");
    }
    assert_eq!(metered(&world, 2), 0, "what was refused costs nothing");
    call(&door, 7, "req-1", "/rows").expect(404);
    Client::session(&door, "owner").get_json("/served/datasets/sz-parking/rows").expect(403);
}

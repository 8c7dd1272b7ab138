//! Tariffs as a capability: through the gateway with a key, and through no other door.

use serde_json::{Value, json};

use crate::ground::House;
use crate::opened::Opened;

#[test]
fn a_developer_asks_what_a_call_costs_through_the_gateway() {
    let opened = Opened::of(House::peopled());
    let key = opened.key_of("developer", "sandbox");
    let asked = json!({ "target": "d01", "minutes": 3, "seconds": 20, "calls": 2 });
    let got = opened.call(&key, "POST", "/tariff/v1/measures/idd/quotes", Some(&asked));
    let quote: Value = serde_json::from_str(&got.body).unwrap_or_else(|_| panic!("{} {}", got.status, got.body));
    assert_eq!((got.status, quote["quoted"]["book"].as_str()), (200, Some("idd")), "{quote}");
    let page = opened.house.client("developer").get_json("/tariffs/books/idd?ask=true&target=d01&minutes=3&seconds=20&calls=2").expect(200).json();
    assert_eq!(quote["quoted"]["after"]["total"], page["quote"]["quoted"]["after"]["total"], "the capability says what the page says");
    let measures: Value = serde_json::from_str(&opened.call(&key, "GET", "/tariff/v1/measures", None).body).expect("measures");
    assert_eq!(measures["measures"].as_array().map(Vec::len), Some(5));
}

#[test]
fn what_is_asked_wrongly_is_told_at_its_field_with_the_id_of_the_call() {
    let opened = Opened::of(House::peopled());
    let key = opened.key_of("developer", "sandbox");
    let got = opened.call(&key, "POST", "/tariff/v1/measures/idd/quotes", Some(&json!({ "minutes": -1 })));
    let problem: Value = serde_json::from_str(&got.body).expect("a problem");
    assert_eq!((got.status, problem["errors"][0]["pointer"].as_str()), (422, Some("/minutes")), "{problem}");
    assert_eq!(problem["request_id"].as_str(), Some(got.header("x-request-id")));
    let got = opened.call(&key, "GET", "/tariff/v1/measures/nosuch", None);
    assert_eq!((got.status, got.body.contains("\"/book\"")), (422, true), "the document names the books there are: {}", got.body);
}

#[test]
fn only_the_gateway_comes_in_where_capabilities_are_served() {
    let house = House::peopled();
    for (who, status) in [("stranger", 401), ("developer", 403), ("capability-operator", 403), ("admin", 403)] {
        assert_eq!(house.client(who).get_json("/served/tariffs/measures").status, if house.world.persons.contains_key(who) { status } else { 401 }, "{who}");
    }
    let guessed = webkit::testing::Client::bearer(&house.app, "hcg_0000").get_json("/served/tariffs/measures").status;
    assert_eq!(guessed, 401);
}

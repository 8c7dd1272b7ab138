//! `Idempotency-Key` and versions.

use serde_json::json;

use crate::part::house;

#[test]
fn the_same_request_under_a_key_is_done_once() {
    let house = house();
    let mut chen = house.chen().header("idempotency-key", "k-1");
    let first = chen.post_json("/api/v1/notes", &json!({"title": "once"})).expect(201);
    let again = chen.post_json("/api/v1/notes", &json!({"title": "once"})).expect(201);
    assert_eq!((first.body, first.headers.get("location").cloned()), (again.body, again.headers.get("location").cloned()));
    assert_eq!(house.count(), 1);
    assert_eq!(chen.post_json("/api/v1/notes", &json!({"title": "twice"})).expect(422).code(), "idempotency-key-reused");
    assert_eq!(house.count(), 1);
    let mut other = webkit::testing::Client::session(&house.app, "chief").header("idempotency-key", "k-1");
    other.post_json("/api/v1/notes", &json!({"title": "other"})).expect(201);
    assert_eq!(chen.clone().header("idempotency-key", "多").send_json("POST", "/notes", &json!({})).expect(400).code(), "idempotency-key-malformed");
    house.temp.assert_clean();
}

#[test]
fn a_refused_request_may_be_mended_under_its_key() {
    let house = house();
    let mut chen = house.chen();
    chen.post_json("/notes", &json!({"title": "taken"})).expect(201);
    let mut keyed = chen.clone().header("idempotency-key", "k-2");
    keyed.post_json("/notes", &json!({"title": "taken"})).expect(409);
    keyed.post_json("/notes", &json!({"title": "free"})).expect(201);
}

#[test]
fn a_stale_edit_is_told() {
    let house = house();
    let form = json!({"title": "abc"});
    house.chen().header("if-match", "\"1\"").send_json("PUT", "/notes/x", &form).expect(200);
    assert_eq!(house.chen().header("if-match", "\"0\"").send_json("PUT", "/notes/x", &form).expect(412).code(), "stale");
    house.chen().post("/notes/x", &[("_method", "put"), ("_if_match", "0"), ("title", "abc")]).expect(409);
}

#[test]
fn a_version_that_was_seen_is_not_sent_again() {
    let house = house();
    let id = house.chen().post_json("/notes", &json!({"title": "abc"})).expect(201).json()["id"].as_str().unwrap_or_default().to_owned();
    let path = format!("/api/v1/notes/{id}");
    assert_eq!(house.chen().get_json(&path).expect(200).header("etag"), "\"1\"");
    let again = house.chen().header("if-none-match", "\"1\"").get_json(&path).expect(304);
    assert!(again.body.is_empty());
}

//! Calls that do not keep to the document of their version: told where and why, passed on to nobody, billed to nobody.

use capabilities::{BodyRule, Change, OperationRules, ParameterRule, Rules};
use serde_json::{Value, json};

use crate::world::*;

fn rules() -> Rules {
    let id = ParameterRule { place: "query".into(), name: "id".into(), required: false, explode: true, schema: json!({"type": "integer", "minimum": 1}) };
    let order = json!({"type": "object", "required": ["item", "count"], "additionalProperties": false,
        "properties": {"item": {"type": "string", "maxLength": 10}, "count": {"type": "integer", "maximum": 99}}});
    let body = BodyRule { required: true, contents: vec![("application/json".into(), json!({"$ref": "#/components/schemas/Order"}))] };
    let schemas = [("#/components/schemas/Order".to_owned(), order)].into_iter().collect();
    Rules { operations: vec![OperationRules { parameters: vec![id], body: None }, OperationRules { parameters: Vec::new(), body: Some(body) }], schemas }
}

fn world(up: &Upstream) -> World {
    let world = World::new(None);
    let mut line = capability("up", &format!("http://{}/base", up.address), &[("GET", "/x"), ("POST", "/x")]);
    line.versions[0].rules = Some(rules());
    world.tell(Change::Capability(line));
    std::thread::sleep(std::time::Duration::from_millis(200));
    world
}

fn errors(seen: &Seen) -> Vec<String> {
    let body: Value = serde_json::from_str(&seen.body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let error = |one: &Value| format!("{} {} {}", text(&one["in"]), text(&one["pointer"]), text(&one["code"]));
    body["errors"].as_array().into_iter().flatten().map(error).collect()
}

#[test]
fn what_does_not_keep_to_the_document_is_told_and_costs_nothing() {
    let up = upstream();
    let world = world(&up);
    let call = |head: &str, media: &str, body: &str| world.call(head, &[("x-api-key", KEY), ("content-type", media)], body);
    let long = format!("{{\"item\":\"{}\",\"count\":1}}", "a".repeat(60_000));
    for (head, media, body, status, code, said) in [
        ("GET /up/v1/x?id=none", "", "", 422, "gateway-input", &["query /id kind"][..]),
        ("POST /up/v1/x", "application/json", "", 422, "gateway-input", &["body  missing"]),
        (
            "POST /up/v1/x",
            "application/json",
            "{\"item\":1,\"count\":100,\"own\":true}",
            422,
            "gateway-input",
            &["body /item kind", "body /count too-large", "body /own unknown"],
        ),
        ("POST /up/v1/x", "application/json", "{\"item\":", 422, "gateway-input", &["body  not-json"]),
        ("POST /up/v1/x", "application/json", long.as_str(), 422, "gateway-input", &["body /item too-long"]),
        ("POST /up/v1/x", "text/plain", "item", 415, "gateway-media-type", &[]),
    ] {
        let seen = call(head, media, body);
        assert_eq!(
            (seen.status, seen.code().as_str(), errors(&seen)),
            (status, code, said.iter().map(|one| (*one).to_owned()).collect()),
            "{head} {body:.40}: {seen:?}"
        );
    }
    assert!(up.got.lock().unwrap().is_empty(), "nothing was passed on");
    let text = "{\"item\":\"和创\",\"count\":1}";
    assert_eq!((call("POST /up/v1/x", "application/json", text).status, call("GET /up/v1/x?id=7", "", "").status), (201, 201));
    let got = up.got.lock().unwrap().clone();
    assert!(got[0].ends_with(text) && got[0].to_ascii_lowercase().contains(&format!("content-length: {}", text.len())), "{got:?}");
    let chunked = format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
    let pieces = "7\r\n{\"item\"\r\n10\r\n:\"ab\",\"count\":2}\r\n0\r\n\r\n";
    assert_eq!(Seen::of(&world.raw(format!("{chunked}{pieces}").as_bytes())).status, 201, "in pieces too");
    let slow = Seen::of(&world.raw(format!("{chunked}7\r\n{{\"item\"\r\nxyz\r\n").as_bytes()));
    assert_eq!(slow.code(), "gateway-malformed", "{slow:?}");

    // Of all those three are metered.
    let begun = std::time::Instant::now();
    let admitted = || world.shelf.lock().unwrap().entries.iter().filter(|(_, _, entry)| matches!(entry, metering::Entry::Admitted { .. })).count();
    while admitted() < 3 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{}", admitted());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(admitted(), 3);
}

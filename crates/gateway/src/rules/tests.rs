//! What is understood of schemas and parameters, in tables.

use std::collections::BTreeMap;

use capabilities::{BodyRule, OperationRules, ParameterRule, Rules};
use hyper::HeaderMap;
use hyper::header::{self, HeaderValue};
use serde_json::json;

use super::*;

fn checks(schema: Value, referred: &[(&str, Value)]) -> Checks {
    let body = BodyRule { required: true, contents: vec![("application/json".into(), schema)] };
    let schemas: BTreeMap<String, Value> = referred.iter().map(|(pointer, schema)| ((*pointer).to_owned(), schema.clone())).collect();
    let rules = Rules { operations: vec![OperationRules { parameters: Vec::new(), body: Some(body) }], schemas };
    Checks::of(&rules, &[("POST".into(), "/x".into())])
}

fn json_headers(media: &'static str) -> HeaderMap {
    [(header::CONTENT_TYPE, HeaderValue::from_static(media))].into_iter().collect()
}

/// `/pointer code (limit)`, each.
fn said(mistakes: &[Mistake]) -> Vec<String> {
    let limit = |mistake: &Mistake| mistake.limit.as_ref().map(|limit| format!(" ({limit})")).unwrap_or_default();
    mistakes.iter().map(|mistake| format!("{} {}{}", mistake.pointer, mistake.code, limit(mistake))).collect()
}

fn look(schema: &Value, referred: &[(&str, Value)], body: &str) -> Vec<String> {
    let checks = checks(schema.clone(), referred);
    match checks.body(0, &json_headers("application/json"), true) {
        Ask::Look(spot) => said(&checks.look(spot, body.as_bytes())),
        Ask::Nothing => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn bodies_are_held_against_their_schemas() {
    for (schema, body, mistakes) in [
        (json!({"type": "integer"}), "1", &[][..]),
        (json!({"type": "integer"}), "1.0", &[]),
        (json!({"type": "integer"}), "1.5", &[" kind (integer)"]),
        (json!({"type": ["string", "null"]}), "null", &[]),
        (json!({"type": ["string", "null"]}), "1", &[" kind (null, string)"]),
        (json!({"minimum": 1, "maximum": 3}), "0", &[" too-small (1)"]),
        (json!({"exclusiveMaximum": 3}), "3", &[" too-large (3)"]),
        (json!({"minimum": 5}), "\"text\"", &[]),
        (json!({"multipleOf": 0.1}), "0.3", &[]),
        (json!({"multipleOf": 0.1}), "0.35", &[" not-a-multiple (0.1)"]),
        (json!({"maxLength": 2}), "\"和创\"", &[]),
        (json!({"minLength": 3}), "\"和创\"", &[" too-short (3)"]),
        (json!({"pattern": "^1[3-9]\\d{9}$"}), "\"13800000000\"", &[]),
        (json!({"pattern": "^1[3-9]\\d{9}$"}), "\"138\"", &[" pattern (^1[3-9]\\d{9}$)"]),
        (json!({"pattern": "^(?=a)b$"}), "\"c\"", &[]),
        (json!({"enum": ["zh", 1]}), "1.0", &[]),
        (json!({"enum": ["zh", "en"]}), "\"fr\"", &[" not-one-of (zh, en)"]),
        (json!({"const": {"a": 1}}), "{\"a\":1}", &[]),
        (json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}), "[]", &[" too-few (1)"]),
        (json!({"items": {"type": "string"}, "maxItems": 2}), "[\"a\",2,3]", &[" too-many (2)", "/1 kind (string)", "/2 kind (string)"]),
        (json!({"prefixItems": [{"type": "string"}], "items": false}), "[\"a\",1]", &["/1 unknown"]),
        (json!({"uniqueItems": true}), "[1,2,1.0]", &[" not-unique"]),
        (json!({"required": ["a", "b"]}), "{\"a\":1}", &["/b missing"]),
        (json!({"properties": {"a~/": {"type": "string"}}}), "{\"a~/\":1}", &["/a~0~1 kind (string)"]),
        (json!({"properties": {"a": true}, "additionalProperties": false}), "{\"a\":1,\"b\":2}", &["/b unknown"]),
        (
            json!({"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}),
            "{\"x-a\":1,\"b\":2}",
            &["/x-a kind (string)", "/b unknown"],
        ),
        (json!({"maxProperties": 1, "propertyNames": {"maxLength": 1}}), "{\"aa\":1,\"b\":2}", &[" too-many (1)", "/aa too-long (1)"]),
        (json!({"dependentRequired": {"card": ["name"]}}), "{\"card\":1}", &["/name missing"]),
        (json!({"allOf": [{"minimum": 2}, {"maximum": 1}]}), "3", &[" too-large (1)"]),
        (json!({"anyOf": [{"type": "string"}, {"type": "object", "required": ["a"]}]}), "{}", &["/a missing"]),
        (json!({"anyOf": [{"type": "string"}, {"type": "array"}]}), "1", &[" no-shape"]),
        (json!({"oneOf": [{"type": "integer"}, {"minimum": 2}]}), "3", &[" several-shapes"]),
        (json!({"oneOf": [{"type": "integer"}, {"minimum": 2}]}), "1", &[]),
        (json!({"not": {"type": "null"}}), "null", &[" forbidden"]),
        (json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}), "{\"a\":1}", &["/b missing"]),
        (json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}), "{}", &["/c missing"]),
        (json!({"format": "uuid", "x-own": 1, "$dynamicRef": "#a"}), "\"whatever\"", &[]),
        (json!({"type": "object"}), "{\"a\":", &[" not-json"]),
        (json!({"type": "object"}), "", &[" not-json"]),
        (json!(false), "1", &[" unknown"]),
    ] {
        assert_eq!(look(&schema, &[], body), mistakes, "{schema} {body}");
    }
}

#[test]
fn a_schema_may_hold_itself_and_the_work_is_bounded() {
    let tree = (
        "#/components/schemas/Tree",
        json!({"type": "object", "required": ["name"], "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}),
    );
    let schema = json!({"$ref": "#/components/schemas/Tree"});
    assert_eq!(look(&schema, std::slice::from_ref(&tree), r#"{"name":"a","below":[{"name":"b","below":[{}]}]}"#), ["/below/0/below/0/name missing"]);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(look(&json!({"type": "array"}), &[], &deep), [" not-json"]);

    let twice = ("#/a", json!({"anyOf": [{"$ref": "#/a"}, {"$ref": "#/a"}]}));
    assert_eq!(look(&json!({"$ref": "#/a"}), &[twice], "1"), [" too-much"], "it has no end");
    let many = format!("[{}]", vec!["1"; 100_000].join(","));
    assert_eq!(look(&json!({"uniqueItems": true}), &[], &many), [" too-much"]);
    let long = format!("\"{}\"", "a".repeat(1_000_000));
    assert_eq!(look(&json!({"pattern": format!("^({})*$", "a?".repeat(200))}), &[], &long), [" too-much"]);
    let wide = format!("{{{}}}", (0..60_000).map(|n| format!("\"f{n}\":1")).collect::<Vec<_>>().join(","));
    assert_eq!(look(&json!({"additionalProperties": {"type": "string"}}), &[], &wide).len(), 20, "not more than twenty are told");
}

#[test]
fn media_types_and_bodies_that_are_not_there() {
    let body = BodyRule {
        required: false,
        contents: vec![("application/json".into(), json!({"type": "object"})), ("image/*".into(), json!(true)), ("application/x+json".into(), json!({}))],
    };
    let rules = Rules { operations: vec![OperationRules { parameters: Vec::new(), body: Some(body) }, OperationRules::default()], ..Rules::default() };
    let checks = Checks::of(&rules, &[("POST".into(), "/x".into()), ("POST".into(), "/y".into())]);
    for (media, there, asked) in [
        ("application/json; charset=utf-8", true, "Look"),
        ("Application/JSON", true, "Look"),
        ("image/png", true, "Nothing"),
        ("images/png", true, "Kind"),
        ("text/plain", true, "Kind"),
        ("", true, "Kind"),
        ("application/x+json", true, "Nothing"),
        ("text/plain", false, "Nothing"),
    ] {
        let ask = format!("{:?}", checks.body(0, &json_headers(media), there));
        assert!(ask.starts_with(asked), "{media}: {ask}");
    }
    assert_eq!(checks.body(1, &json_headers("text/plain"), true), Ask::Nothing, "the document does not speak of a body");
    assert_eq!(checks_required().body(0, &HeaderMap::new(), false), Ask::Missing);
}

fn checks_required() -> Checks {
    checks(json!({"type": "object"}), &[])
}

#[test]
fn parameters_are_read_as_what_they_may_mean() {
    let parameter = |place: &str, name: &str, required, explode, schema| ParameterRule { place: place.into(), name: name.into(), required, explode, schema };
    let parameters = vec![
        parameter("path", "id", true, false, json!({"type": "integer", "minimum": 1})),
        parameter("query", "lang", false, true, json!({"enum": ["zh", "en"]})),
        parameter("query", "dry", false, true, json!({"type": "boolean"})),
        parameter("query", "tag", false, true, json!({"type": "array", "items": {"type": "string"}, "maxItems": 2})),
        parameter("query", "n", false, false, json!({"type": "array", "items": {"type": "integer"}})),
        parameter("query", "filter", false, true, json!({"type": "object", "required": ["a"]})),
        parameter("header", "X-Shop", true, false, json!({"type": "string", "minLength": 2})),
    ];
    let rules = Rules { operations: vec![OperationRules { parameters, body: None }], ..Rules::default() };
    let checks = Checks::of(&rules, &[("GET".into(), "/orders/{id}".into())]);
    let head = |rest: &str, query: &str, shop: Option<&'static str>| {
        let headers: HeaderMap = shop.map(|shop| (HeaderName::from_static("x-shop"), HeaderValue::from_static(shop))).into_iter().collect();
        let mistakes = checks.head(0, rest, Some(query), &headers);
        mistakes.iter().map(|mistake| format!("{} {} {}", mistake.place, mistake.pointer, mistake.code)).collect::<Vec<_>>()
    };
    for (rest, query, shop, mistakes) in [
        ("/orders/7", "", Some("ab"), &[][..]),
        ("/orders/%37", "lang=z%68&dry=true&tag=1&tag=b&n=1,2&filter=x", Some("12"), &[]),
        ("/orders/seven", "", Some("ab"), &["path /id kind"]),
        ("/orders/0", "", Some("ab"), &["path /id too-small"]),
        ("/orders/7", "lang=fr", Some("ab"), &["query /lang not-one-of"]),
        ("/orders/7", "lang=zh&lang=en", Some("ab"), &["query /lang not-one-of"]),
        ("/orders/7", "dry=yes", Some("ab"), &["query /dry kind"]),
        ("/orders/7", "tag=a&tag=b&tag=c", Some("ab"), &["query /tag too-many"]),
        ("/orders/7", "n=1,b", Some("ab"), &["query /n/1 kind"]),
        ("/orders/7", "other=1", None, &["header /X-Shop missing"]),
        ("/orders/7", "", Some("a"), &["header /X-Shop too-short"]),
    ] {
        assert_eq!(head(rest, query, shop), mistakes, "{rest}?{query} {shop:?}");
    }
}

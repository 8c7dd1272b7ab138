//! Forms: schemas and answers.

use std::collections::BTreeMap;

use packs::{Form, embedded};
use serde_json::{Map, Value, json};

fn form(key: &str) -> Form {
    embedded().unwrap().form(key).unwrap().clone()
}

fn check_in() -> Map<String, Value> {
    let answers = json!({"progress": "完成了第二版原型并试用", "status": "on_track", "next": "扩大试用范围", "spent": {"minor": 123_456, "asset": {"code": "CNY", "scale": 2}}});
    answers.as_object().unwrap().clone()
}

fn codes(form: &Form, answers: &Map<String, Value>, complete: bool) -> Vec<(String, String)> {
    form.validate(answers, complete).into_iter().map(|mistake| (mistake.pointer, mistake.code.replace("packs-field-", ""))).collect()
}

#[test]
fn complete_answers_pass() {
    assert_eq!(codes(&form("check_in"), &check_in(), true), []);
}

#[test]
fn every_mistake_is_at_its_field() {
    let form = form("check_in");
    let table = [
        ("progress", json!(null), "/progress", "required"),
        ("progress", json!("  "), "/progress", "required"),
        ("progress", json!("短"), "/progress", "too-short"),
        ("progress", json!("长".repeat(3001)), "/progress", "too-long"),
        ("progress", json!("a line with a bell \u{7} in it"), "/progress", "odd-characters"),
        ("progress", json!(5), "/progress", "not-a-text"),
        ("status", json!("fine"), "/status", "not-an-option"),
        ("spent", json!("lots"), "/spent", "not-an-amount"),
        ("spent", json!({"minor": 5, "asset": {"code": "HEMI", "scale": 0}}), "/spent", "not-an-amount"),
        ("spent", json!({"minor": -1, "asset": {"code": "CNY", "scale": 2}}), "/spent", "too-small"),
        ("hours", json!(1001), "/hours", "too-large"),
        ("hours", json!(1.5), "/hours", "not-an-integer"),
        ("evidence", json!("doc_1"), "/evidence", "not-a-list"),
        ("evidence", json!(["doc_1", "doc_1"]), "/evidence/1", "twice"),
        ("evidence", json!(["doc 1; drop"]), "/evidence/0", "not-a-reference"),
        ("salary/x", json!(1), "/salary~1x", "unknown"),
    ];
    for (key, value, pointer, code) in table {
        let mut answers = check_in();
        answers.insert(key.to_owned(), value.clone());
        assert_eq!(codes(&form, &answers, true), [(pointer.to_owned(), code.to_owned())], "{key} = {value}");
    }
}

#[test]
fn a_draft_may_be_incomplete_but_not_wrong() {
    let form = form("application");
    assert_eq!(codes(&form, &Map::new(), false), []);
    assert!(codes(&form, &Map::new(), true).len() > 15);
    let wrong = json!({"title": "好", "domains": ["iot", "iot"], "original": false, "duration_months": 40});
    let found = codes(&form, wrong.as_object().unwrap(), false);
    assert_eq!(found, [("/domains/1".into(), "twice".into()), ("/duration_months".into(), "too-large".into())]);
    let promise = json!({"original": false});
    assert!(codes(&form, promise.as_object().unwrap(), true).contains(&("/original".into(), "not-accepted".into())));
}

#[test]
fn an_html_form_is_read_by_step() {
    let form = form("application");
    let raw = BTreeMap::from([
        ("grant".to_owned(), vec!["12,345.67".to_owned()]),
        ("duration_months".to_owned(), vec!["6".to_owned()]),
        ("milestones".to_owned(), vec!["第一版原型\r\n\r\n试点报告".to_owned()]),
        ("capabilities".to_owned(), vec!["iot".to_owned(), "comms".to_owned()]),
        ("title".to_owned(), vec!["不在这一步".to_owned()]),
    ]);
    let answers = form.read_fields(&raw, Some("plan"));
    assert_eq!(answers["grant"]["minor"], 1_234_567);
    assert_eq!(answers["duration_months"], 6);
    assert_eq!(answers["milestones"], json!(["第一版原型", "试点报告"]));
    assert_eq!(answers["capabilities"], json!(["iot", "comms"]));
    assert!(!answers.contains_key("title") && !answers.contains_key("original"));
    assert_eq!(form.read_fields(&BTreeMap::new(), Some("declarations"))["original"], false);
    assert_eq!(codes(&form, &answers, false), []);
}

#[test]
fn the_schema_is_2020_12_with_both_languages_and_limits() {
    let schema = form("application").schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let title = &schema["properties"]["title"];
    assert_eq!((&title["x-zh"], &title["x-en"], &title["minLength"], &title["maxLength"]), (&json!("项目名称"), &json!("Title"), &json!(4), &json!(60)));
    assert!(schema["properties"]["domains"]["items"]["enum"].as_array().unwrap().contains(&json!("iot")));
    assert!(schema["required"].as_array().unwrap().contains(&json!("title")));
    assert_eq!(schema["additionalProperties"], false);
    for form in &embedded().unwrap().forms {
        assert!(form.schema()["properties"].as_object().is_some_and(|all| all.len() == form.fields.len()), "{}", form.key());
    }
}

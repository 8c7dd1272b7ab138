//! Input: mistakes at their fields, refused forms shown again.

use serde_json::json;

use crate::part::house;

#[test]
fn mistakes_are_told_at_their_fields_in_two_languages() {
    let house = house();
    let body = json!({"title": "x", "amount_minor": -1, "due": "2026-02-30", "colour": "green", "other": 1});
    let told = house.chen().post_json("/notes", &body).expect(422).json();
    assert_eq!(
        (told["code"].clone(), told["type"].clone(), told["title"].clone()),
        (json!("input-invalid"), json!("/problems/input-invalid"), json!("有 5 处需要修改"))
    );
    let mut errors: Vec<(String, String, String)> = serde_json::from_value::<Vec<serde_json::Value>>(told["errors"].clone())
        .unwrap()
        .iter()
        .map(|error| (text(&error["pointer"]), text(&error["code"]), text(&error["detail"])))
        .collect();
    errors.sort();
    let want = [
        ("/amount_minor", "field-too-small", "不能小于 0"),
        ("/colour", "field-not-one-of", "请从给定的选项中选择（red, blue）"),
        ("/due", "field-not-a-date", "请输入日期，例如 2026-11-22"),
        ("/other", "field-unknown", "没有这一项"),
        ("/title", "field-too-short", "至少 2 个字"),
    ];
    assert_eq!(errors, want.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    let english = house.chen().english().post_json("/notes", &body).expect(422).json();
    assert_eq!(english["title"], json!("5 things need to be changed"));
    assert_eq!(house.count(), 0);
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_refused_form_is_shown_again_with_what_was_entered() {
    let house = house();
    let mut chen = house.chen();
    let page = chen
        .post("/notes", &[("_back", "/notes"), ("title", ""), ("due", "morgen"), ("text", "<长> 文"), ("colour", "blue"), ("tags[]", "b"), ("agree", "on")])
        .expect(422)
        .body;
    for part in [
        "<title>错误：便笺 · ",
        "<a href=\"#f-title\">标题：请填写此项</a>",
        "<a href=\"#f-due\">截止日：请输入日期，例如 2026-11-22</a>",
        "id=\"f-due\" name=\"due\" type=\"date\" value=\"morgen\"",
        "aria-describedby=\"f-title-hint f-title-error\" aria-invalid=\"true\"",
        "&lt;长&gt; 文</textarea>",
        "<option value=\"blue\" selected>",
        "value=\"b\" checked",
        "name=\"agree\" value=\"true\" checked",
        "a&lt;b",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("style=") && !page.contains("onclick"));
}

#[test]
fn a_refusal_of_the_domain_is_shown_at_its_field() {
    let house = house();
    let mut chen = house.chen();
    chen.post("/notes", &[("title", "once")]).expect(303);
    let page = chen.english().post("/notes", &[("_back", "/notes?limit=5"), ("title", "once")]).expect(409).body;
    assert!(page.contains("The title “once” is taken") && page.contains("Please choose another.") && page.contains("value=\"once\""), "{page}");
    let json = house.chen().post_json("/notes", &json!({"title": "once"})).expect(409).json();
    assert_eq!(json["errors"][0], json!({"pointer": "/title", "code": "note-taken", "detail": "标题“once”已经用过"}));
}

#[test]
fn only_pages_of_this_site_are_shown_again() {
    let house = house();
    for back in ["https://evil.example/", "//evil.example", "/nowhere", "/file", "/panic"] {
        let page = house.chen().post("/notes", &[("_back", back), ("title", "")]).expect(422).body;
        assert!(page.contains("有 1 处需要修改") && page.contains("problem-status"), "{back}");
    }
}

#[test]
fn an_expired_page_keeps_what_was_entered() {
    let house = house();
    let form = [("accept", "text/html"), ("content-type", "application/x-www-form-urlencoded")];
    let page = house.chen().send("POST", "/notes", &form, b"title=kept&_back=/notes&_csrf=old".to_vec());
    assert_eq!(page.status, 403);
    assert!(page.body.contains("页面已过期") && page.body.contains("value=\"kept\""));
}

#[test]
fn dynamic_forms_and_queries() {
    let house = house();
    let seen = house.stranger().post("/any", &[("a.b", "1"), ("c", "2"), ("c", "3"), ("d[0].e", "4")]).expect(200);
    assert_eq!(seen.json(), json!({"a": {"b": "1"}, "c": ["2", "3"], "d": {"0": {"e": "4"}}}));
    assert_eq!(house.stranger().get_json("/notes?limit=x").expect(422).json()["errors"][0]["code"], json!("field-not-a-number"));
    assert_eq!(house.stranger().get_json("/notes?limit=101").expect(422).json()["errors"][0]["code"], json!("field-too-large"));
    house.stranger().get("/notes?limit=&utm_source=x").expect(200);
}

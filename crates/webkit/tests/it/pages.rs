//! Language, theme, sheets, problem pages, OpenAPI, metrics.

use serde_json::{Value, json};

use crate::part::house;

#[test]
fn the_language_switch_keeps_the_page() {
    let house = house();
    let mut stranger = house.stranger();
    let page = stranger.get("/notes?limit=5").expect(200).body;
    assert!(page.contains("<html lang=\"zh-CN\" data-theme=\"auto\" data-scale=\"normal\">"));
    assert!(page.contains("href=\"/notes?limit=5&amp;lang=en\""), "{page}");
    let page = stranger.get("/notes?limit=5&lang=en&theme=dark&scale=large").expect(200).body;
    assert!(page.contains("<html lang=\"en\" data-theme=\"dark\" data-scale=\"large\">") && page.contains("<title>Notes · "));
    let page = stranger.get("/notes").expect(200).body;
    assert!(page.contains("<html lang=\"en\" data-theme=\"dark\" data-scale=\"large\">"), "remembered");
}

#[test]
fn lists_are_offered_as_sheets() {
    let house = house();
    house.chen().post("/notes", &[("title", "=1+1"), ("amount_minor", "5")]).expect(303);
    let csv = house.stranger().get("/notes?format=csv").expect(200);
    assert_eq!(csv.body, "\u{feff}标题,金额\r\n'=1+1,0.05\r\n");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let xlsx = house.stranger().english().get("/notes?format=xlsx").expect(200);
    assert!(xlsx.bytes.starts_with(b"PK"));
}

#[test]
fn each_problem_has_a_page() {
    let house = house();
    let list = house.stranger().get_json("/problems").expect(200).json();
    let codes: Vec<&str> = list["problems"].as_array().into_iter().flatten().filter_map(|problem| problem["code"].as_str()).collect();
    assert!(
        codes.contains(&"note-taken") && codes.contains(&"field-missing") && codes.contains(&"absent") && !codes.iter().any(|code| code.ends_with("-detail"))
    );
    for code in &codes {
        for client in [house.stranger(), house.stranger().english()] {
            client.clone().get(&format!("/problems/{code}")).expect(200);
        }
    }
    assert!(house.stranger().get("/problems/note-taken").body.contains("标题“…”已经用过"));
    assert_eq!(house.stranger().get("/problems/none").status, 404);
    assert!(house.stranger().get("/problems").expect(200).body.contains("/problems/note-taken"));
}

#[test]
fn the_document_knows_every_route() {
    let house = house();
    let document = house.stranger().get_json("/api/v1/openapi.json").expect(200).json();
    assert_eq!(document["openapi"], json!("3.1.0"));
    for route in house.app.table() {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        assert_eq!(operation["operationId"], json!(route.id));
    }
    let make = &document["paths"]["/notes"]["post"];
    assert_eq!(make["requestBody"]["content"]["application/json"]["schema"]["$ref"], json!("#/components/schemas/NoteForm"));
    assert_eq!(document["components"]["schemas"]["NoteForm"]["properties"]["title"]["maxLength"], json!(20));
    assert_eq!(make["responses"]["201"]["content"]["application/json"]["schema"]["$ref"], json!("#/components/schemas/NoteView"));
    assert_eq!(document["paths"]["/notes"]["get"]["parameters"][0]["name"], json!("limit"));
    assert_eq!(dangling(&document, &document), Vec::<String>::new());
}

/// References that lead nowhere.
fn dangling(document: &Value, part: &Value) -> Vec<String> {
    match part {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match value.as_str().filter(|_| key == "$ref") {
                Some(path) if document.pointer(path.trim_start_matches('#')).is_none() => vec![path.to_owned()],
                _ => dangling(document, value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| dangling(document, item)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn requests_are_counted_by_route() {
    let house = house();
    house.stranger().get("/notes");
    house.stranger().get("/nowhere");
    let text = house.app.metrics();
    assert!(text.contains("hechuang_http_request_duration_seconds_count{route=\"note.list\",status=\"2xx\"} 1"), "{text}");
    assert!(text.contains("route=\"none\",status=\"4xx\"") && text.contains("process_resident_memory_bytes"));
    assert_eq!(house.stranger().get("/readyz").expect(200).body, "ok\n");
}

#[test]
fn the_shell_shows_who_is_here() {
    let house = house();
    let signed_in = house.chen().get("/notes").body;
    assert!(signed_in.contains("<aside class=\"side\"") && signed_in.contains("aria-current=\"page\"") && signed_in.contains("chen</span>"));
    let public = house.stranger().get("/notes").body;
    assert!(public.contains("class=\"topnav\"") && public.contains("href=\"/login\"") && public.contains("sr\">") || public.contains("topnav"));
}

#[test]
fn what_the_crates_bring_is_checked_when_the_door_is_made() {
    let house = house();
    let twice = webkit::AppOptions::new(house.temp.db.clone()).part(
        crate::part::routes().merge(crate::part::routes()),
        &[("x.html", "{% if %}")],
        webkit::Texts { zh: "a = 1\n", en: "b = 1\n" },
    );
    let mistake = webkit::App::new(twice).err().map(|mistake| mistake.to_string()).unwrap_or_default();
    assert!(mistake.contains("twice") && mistake.contains("missing in"), "{mistake}");
    assert_eq!(webkit::TEXTS.check(), Vec::<String>::new());
}

#[test]
fn a_box_that_was_ticked_is_ticked_when_it_is_asked_again() {
    let page = house().chen().get("/notes").body;
    let ticked = |name: &str| page.contains(&format!("id=\"f-{name}\" name=\"{name}\" value=\"true\" checked"));
    assert!(ticked("kept") && !ticked("agree"), "{page}");
}

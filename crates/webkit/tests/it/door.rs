//! Who comes in, with what; what every reply carries.

use serde_json::json;
use webkit::testing::Client;

use crate::part::house;

#[test]
fn one_view_has_two_faces() {
    let house = house();
    let mut chen = house.chen();
    let made = chen.post("/notes", &[("title", "第一条"), ("amount_minor", "123456")]).expect(303);
    assert_eq!(made.location(), "/notes");
    let page = chen.get("/notes").expect(200);
    assert!(
        page.body.contains("第一条 <b>1,234.56</b> 1,234.56 2026年9月11日 剩 10 天 <time datetime=\"2026-09-01T01:00:00Z\">2026-09-01 09:00</time>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("便笺已保存"), "said once");
    assert!(!chen.get("/notes").body.contains("便笺已保存"), "and not again");
    for path in ["/notes", "/api/v1/notes"] {
        let json = chen.get_json(path).expect(200);
        assert_eq!(json.json()["notes"][0]["amount"], json!({"minor": 123456, "asset": {"code": "CNY", "scale": 2}}));
    }
    assert_eq!(chen.get_json("/notes?limit=1").header("link"), "</notes?limit=1&cursor=abc>; rel=\"next\"");
    let made = chen.post_json("/api/v1/notes", &json!({"title": "第二条"})).expect(201);
    assert_eq!(made.location(), "/api/v1/notes");
}

#[test]
fn strangers_are_sent_to_the_sign_in_and_told_so_on_the_wire() {
    let house = house();
    let mut stranger = house.stranger();
    assert_eq!(stranger.post("/notes", &[("title", "abc")]).expect(303).location(), "/login?next=%2F");
    assert_eq!(stranger.post("/notes", &[("title", "abc"), ("_back", "/notes?limit=5")]).expect(303).location(), "/login?next=%2Fnotes%3Flimit%3D5");
    let refused = stranger.post_json("/notes", &json!({"title": "abc"})).expect(401);
    assert_eq!((refused.code().as_str(), refused.header("www-authenticate")), ("sign-in-needed", "Bearer"));
    assert_eq!(Client::bearer(&house.app, "nobody").get_json("/notes").expect(401).code(), "token-unknown");
    Client::bearer(&house.app, "chen").post_json("/notes", &json!({"title": "abc"})).expect(201);
}

#[test]
fn a_right_is_asked_at_the_door() {
    let house = house();
    let denied = house.chen().send_json("DELETE", "/notes/x", &json!({})).expect(403).json();
    assert_eq!((denied["code"].as_str(), denied["detail"].as_str().is_some_and(|text| text.contains("note.remove"))), (Some("denied"), true));
    Client::session(&house.app, "chief").send_json("DELETE", "/notes/x", &json!({})).expect(200);
    Client::session(&house.app, "chief").post("/notes/x", &[("_method", "delete")]).expect(303);
}

#[test]
fn other_sites_and_forms_without_token_do_nothing() {
    let house = house();
    let mut chen = house.chen();
    let form = [("accept", "text/html"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(chen.send("POST", "/notes", &form, b"title=abc".to_vec()).status, 403);
    let token = chen.csrf();
    let body = format!("title=abc&_csrf={token}").into_bytes();
    assert_eq!(chen.clone().header("sec-fetch-site", "cross-site").send("POST", "/notes", &form, body.clone()).status, 403);
    assert_eq!(chen.clone().header("sec-fetch-site", "cross-site").post_json("/notes", &json!({"title": "abc"})).expect(403).code(), "other-site");
    assert_eq!(house.count(), 0);
    assert_eq!(chen.send("POST", "/notes", &form, body).status, 303);
}

#[test]
fn foreign_hosts_are_refused() {
    let house = house();
    assert_eq!(house.stranger().header("host", "evil.example").get_json("/notes").expect(400).code(), "host-unknown");
    assert_eq!(house.stranger().header("host", "evil.example").get("/livez").expect(200).body, "ok\n");
    house.stranger().header("host", "127.0.0.1:8080").get("/notes").expect(200);
}

#[test]
fn an_address_never_becomes_a_link_elsewhere() {
    let house = house();
    for path in ["//evil.example/x", "/\\evil.example"] {
        let page = house.stranger().get(path).expect(404).body;
        assert!(!page.contains("href=\"//") && !page.contains("href=\"/\\"), "{path}");
    }
}

#[test]
fn what_is_not_there_or_not_so_has_its_status() {
    let house = house();
    let mut stranger = house.stranger();
    assert!(stranger.get("/nowhere").expect(404).body.contains("没有找到"));
    assert!(stranger.clone().english().get("/nowhere").expect(404).body.contains("Not found"));
    assert_eq!(stranger.get_json("/notes/not-an-id").expect(404).code(), "absent");
    let refused = stranger.send("DELETE", "/notes", &[("accept", "application/json")], Vec::new());
    assert_eq!((refused.status, refused.header("allow")), (405, "GET, POST"));
    assert_eq!(stranger.send("PATCH", "/notes", &[], Vec::new()).status, 405);
    let big = stranger.post_json("/any", &json!({"text": "x".repeat(1_100_000)}));
    assert_eq!((big.status, big.code().as_str()), (413, "too-large"));
    assert_eq!(
        stranger.send("POST", "/any", &[("content-type", "text/csv"), ("accept", "application/json")], b"a,b".to_vec()).expect(415).code(),
        "media-type-unknown"
    );
    let json = [("content-type", "application/json"), ("accept", "application/json")];
    assert_eq!(stranger.send("POST", "/any", &json, b"{\"a\": }".to_vec()).expect(400).code(), "body-not-json");
    assert_eq!(stranger.send("POST", "/any", &json, b"{\"a\": \"\xff\"}".to_vec()).expect(400).code(), "body-not-utf8");
    assert_eq!(stranger.send("POST", "/any", &json, "[".repeat(100_000).into_bytes()).expect(400).code(), "body-not-json");
    assert_eq!(stranger.send("GET", "/notes?limit=%FF", &[("accept", "application/json")], Vec::new()).status, 400);
}

#[test]
fn what_breaks_breaks_one_request() {
    let house = house();
    let mut stranger = house.stranger();
    for path in ["/panic", "/broken-page", "/fault"] {
        let page = stranger.get(path).expect(500);
        assert!(page.body.contains("系统出了问题") && page.body.contains(page.header("x-request-id")), "{path}");
    }
    let json = stranger.get_json("/panic").expect(500);
    assert_eq!((json.header("content-type"), json.code().as_str()), ("application/problem+json", "broken"));
    assert!(!json.body.contains("on purpose"));
    stranger.get("/notes").expect(200);
}

#[test]
fn every_reply_is_protected() {
    let house = house();
    for seen in [house.stranger().get("/notes"), house.stranger().get("/nowhere"), house.stranger().get("/static/app.css"), house.stranger().get_json("/panic")]
    {
        assert!(seen.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        assert!(seen.header("x-request-id").starts_with("req_"));
    }
    assert_eq!(house.chen().get("/notes").header("cache-control"), "no-store");
}

#[test]
fn styles_are_kept_by_their_hash() {
    let house = house();
    let page = house.stranger().get("/notes").body;
    let (_, rest) = page.split_once("href=\"/static/app.css").expect("the style");
    let (query, _) = rest.split_once('"').expect("an end");
    let seen = house.stranger().get(&format!("/static/app.css{query}")).expect(200);
    assert!(seen.header("cache-control").contains("immutable"));
    let tag = seen.header("etag").to_owned();
    assert_eq!(house.stranger().header("if-none-match", &tag).get("/static/app.css").status, 304);
    assert_eq!(house.stranger().get("/static/none.css").status, 404);
}

#[test]
fn uploads_values_and_limits() {
    let house = house();
    let mut stranger = house.stranger();
    let seen = stranger.upload("/files", &[("limit", "5")], &[("plan", "../计划.pdf", "application/pdf", &[7; 2_000_000])]).expect(200);
    assert_eq!(seen.json(), json!({"limit": 5, "files": [["计划.pdf", 2_000_000]]}));
    assert_eq!(stranger.upload("/files", &[], &[("plan", "a", "a/b", &[7; 21_000_000])]).status, 413);
    assert_eq!(stranger.upload("/any", &[], &[("plan", "a", "a/b", b"x")]).status, 415);
    assert_eq!(stranger.get_json("/value").expect(200).json(), json!(7));
    let file = stranger.get("/file").expect(200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"___1.txt\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201.txt");
    stranger.post_json("/knock", &json!({})).expect(200);
    stranger.post_json("/knock", &json!({})).expect(200);
    let refused = stranger.post_json("/knock", &json!({})).expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("too-often", "31"));
}

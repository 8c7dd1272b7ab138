//! A call goes through: routed, marked, streamed, bounded; and what the gateway says when it does not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use capabilities::{Change, VersionState};

use crate::world::*;

#[test]
fn echo_answers_with_what_it_was_asked_and_never_shows_the_key() {
    let world = World::new(None);
    let headers = [("x-api-key", KEY), ("x-correlator", "corr-1"), ("x-mine", "1"), ("x-hechuang-app", "forged")];
    let seen = world.call("POST /echo/v1/anything?a=1", &headers, "{\"hello\":1}");
    assert_eq!(seen.status, 200, "{seen:?}");
    let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
    assert_eq!(
        (&body["method"], &body["query"], &body["app"], &body["environment"]),
        (&"POST".into(), &"a=1".into(), &"app_sandbox".into(), &"sandbox".into())
    );
    assert_eq!((&body["body"]["text"], &body["headers"]["x-mine"]), (&"{\"hello\":1}".into(), &"1".into()));
    assert!(!seen.body.contains(KEY) && !seen.body.contains("forged"), "{}", seen.body);
    assert_eq!(seen.header("x-correlator"), Some("corr-1"));
    assert_eq!(seen.header("x-request-id"), body["request_id"].as_str());
    assert_eq!(seen.header("traceparent").map(str::len), Some(55));
    assert_eq!(world.ask("GET /echo/v1/status/418").status, 418);
    assert_eq!(world.ask("GET /echo/v1/bytes/70000").body.len(), 70_000);
}

#[test]
fn a_call_is_passed_on_framed_anew_and_without_what_is_not_the_upstreams() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let chunked = format!(
        "POST /up/v1/x?q=%E7%9F%AD HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {LIVE_KEY}\r\nConnection: close, x-mine\r\nx-mine: 1\r\nx-forwarded-for: 9.9.9.9\r\n\
         traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    );
    let seen = Seen::of(&world.raw(chunked.as_bytes()));
    assert_eq!((seen.status, seen.body.as_str()), (201, "ok"), "{seen:?}");
    assert_eq!((seen.header("x-own"), seen.header("x-hop"), seen.header("keep-alive")), (Some("yes"), None, None));
    assert!(seen.header("x-request-id").is_some_and(|id| id.starts_with("req_")), "ours, not theirs");
    let got = up.got.lock().unwrap().pop().expect("a request");
    let lower = got.to_ascii_lowercase();
    assert!(got.starts_with("POST /base/x?q=%E7%9F%AD HTTP/1.1"), "{got}");
    for there in
        ["x-hechuang-app: app_live", "x-hechuang-environment: live", "x-forwarded-for: 127.0.0.1", "-4bf92f3577b34da6a3ce929d0e0e4736-", "x-request-id: req_"]
    {
        assert!(lower.contains(there), "{there} is missing: {got}");
    }
    for gone in ["authorization", "hcl_", "x-mine", "9.9.9.9", "00f067aa0ba902b7"] {
        assert!(!lower.contains(gone), "{gone} went on: {got}");
    }
    assert!(got.contains("5\r\nhello\r\n0\r\n"), "{got}");
}

#[test]
fn waiting_connections_are_used_again() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let mut stream = TcpStream::connect(world.address()).unwrap();
    for _ in 0..20 {
        stream.write_all(format!("GET /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").as_bytes()).unwrap();
        let mut piece = [0; 4_096];
        let mut seen = String::new();
        while !seen.ends_with("\r\n\r\nok") {
            let count = stream.read(&mut piece).unwrap();
            assert!(count > 0, "{seen}");
            seen.push_str(&String::from_utf8_lossy(&piece[..count]));
        }
    }
    assert_eq!((up.got.lock().unwrap().len(), up.connections.load(std::sync::atomic::Ordering::SeqCst)), (20, 1));
}

#[test]
fn a_large_answer_streams_through_whole() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let seen = world.ask("GET /up/v1/big");
    assert_eq!((seen.status, seen.body.matches('z').count()), (200, 32 * 32_768));
}

#[test]
fn each_refusal_has_its_status_and_code() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let bearer = format!("Bearer {KEY}");
    let with_key = [("authorization", bearer.as_str())];
    for (head, headers, body, status, code) in [
        ("GET /echo/v1/anything", &[][..], "", 401, "gateway-key-missing"),
        ("GET /echo/v1/anything", &[("authorization", "Bearer hcs_wrong")], "", 401, "gateway-key-unknown"),
        ("GET /", &with_key, "", 404, "gateway-capability-unknown"),
        ("GET /nosuch/v1/x", &with_key, "", 404, "gateway-capability-unknown"),
        ("GET /echo/v2/anything", &with_key, "", 404, "gateway-version-unknown"),
        ("GET /echo/v1/nosuch", &with_key, "", 404, "gateway-operation-unknown"),
        ("PUT /echo/v1/anything", &with_key, "", 405, "gateway-method"),
        ("GET /echo/v1/anything", &[("authorization", bearer.as_str()), ("x-correlator", "no good")], "", 400, "gateway-correlator"),
        ("POST /up/v1/x", &with_key, &"b".repeat(100_001), 413, "gateway-body-large"),
        ("GET /up/v1/slow", &with_key, "", 504, "gateway-upstream-slow"),
        ("GET /up/v1/x?garbage", &with_key, "", 502, "gateway-upstream-failed"),
        ("POST /up/v1/x?gone", &with_key, "b", 502, "gateway-upstream-failed"),
    ] {
        let seen = world.call(head, headers, body);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{head}: {seen:?}");
        assert_eq!(seen.header("content-type"), Some("application/problem+json"));
        assert!(seen.body.contains(seen.header("x-request-id").expect("an id")), "{head}: the request id is in the problem too");
    }
    let english = world.call("GET /echo/v1/anything", &[("accept-language", "en-GB")], "");
    assert!(english.body.contains("En problem-gateway-key-missing") && english.header("content-language") == Some("en"), "{english:?}");
}

#[test]
fn a_body_without_a_length_is_cut_at_the_limit() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let mut text = format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..4 {
        text.push_str(&format!("{:x}\r\n{}\r\n", 30_000, "b".repeat(30_000)));
    }
    let seen = Seen::of(&world.raw(format!("{text}0\r\n\r\n").as_bytes()));
    assert_eq!((seen.status, seen.code().as_str()), (413, "gateway-body-large"), "{seen:?}");
    assert!(up.got.lock().unwrap().is_empty(), "the upstream never saw a whole request");
}

#[test]
fn a_deprecated_version_says_so_on_every_answer() {
    let world = World::new(None);
    let mut old = capability("old", "builtin:echo", ECHO);
    old.versions[0].state = VersionState::Deprecated;
    old.versions[0].deprecated_at = Some(1_767_225_600_000_000);
    old.versions[0].sunset_on = words::Day::parse("2026-06-30").ok();
    world.tell(Change::Capability(old));
    std::thread::sleep(Duration::from_millis(200));
    let seen = world.ask("GET /old/v1/anything");
    assert_eq!((seen.header("deprecation"), seen.header("sunset")), (Some("@1767225600"), Some("Tue, 30 Jun 2026 15:59:59 GMT")), "{seen:?}");
}

#[test]
fn a_sandbox_version_is_not_for_live_keys() {
    let world = World::new(None);
    let mut young = capability("young", "builtin:echo", ECHO);
    young.versions[0].state = VersionState::Sandbox;
    world.tell(Change::Capability(young));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(world.ask("GET /young/v1/anything").status, 200);
    let seen = world.call("GET /young/v1/anything", &[("x-api-key", LIVE_KEY)], "");
    assert_eq!((seen.status, seen.code().as_str()), (403, "gateway-not-live"));
}

#[test]
fn calls_in_flight_end_before_the_gateway_does() {
    let mut world = World::new(None);
    let mut stream = TcpStream::connect(world.address()).unwrap();
    stream.write_all(format!("GET /echo/v1/delay/400 HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    world.gateway.take().expect("a gateway").stop();
    let mut seen = String::new();
    stream.read_to_string(&mut seen).unwrap();
    assert!(seen.starts_with("HTTP/1.1 200") && begun.elapsed() < Duration::from_secs(3), "{seen}");
}

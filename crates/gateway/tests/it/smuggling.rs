//! Requests that two readers could take for different things: refused, or read in the one way of RFC 9112 and the connection closed behind them.
//! Whatever is sent, the upstream sees at most one request, and none that the caller hid in another.

use crate::world::*;

/// What is hidden behind the request under test.
const HIDDEN: &str = "GET /up/v1/x?hidden HTTP/1.1\r\nhost: g\r\nx-api-key: nothing\r\n\r\n";

#[test]
fn nothing_hidden_reaches_an_upstream() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let head = format!("host: g\r\nx-api-key: {KEY}\r\n");
    let hidden_len = HIDDEN.len();
    for (name, text, statuses) in [
        (
            "length and chunked",
            format!("POST /up/v1/x HTTP/1.1\r\n{head}content-length: {hidden_len}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            &[201, 400][..],
        ),
        (
            "chunked and length",
            format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding: chunked\r\ncontent-length: 6\r\n\r\n0\r\n\r\n{HIDDEN}"),
            &[201, 400],
        ),
        ("two lengths", format!("POST /up/v1/x HTTP/1.1\r\n{head}content-length: 0\r\ncontent-length: {hidden_len}\r\n\r\n{HIDDEN}"), &[400]),
        ("a list of lengths", format!("POST /up/v1/x HTTP/1.1\r\n{head}content-length: 0, {hidden_len}\r\n\r\n{HIDDEN}"), &[400]),
        ("a signed length", format!("POST /up/v1/x HTTP/1.1\r\n{head}content-length: +{hidden_len}\r\n\r\n{HIDDEN}"), &[400]),
        ("two codings", format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n{HIDDEN}"), &[400]),
        ("gzip, chunked", format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n{HIDDEN}"), &[400]),
        ("xchunked", format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding: xchunked\r\n\r\n{HIDDEN}"), &[400]),
        ("chunked in HTTP/1.0", format!("POST /up/v1/x HTTP/1.0\r\n{head}transfer-encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"), &[400]),
        ("a blank before the colon", format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}"), &[400]),
        ("a folded line", format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n{HIDDEN}"), &[400]),
        ("a chunk size that is none", format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n{HIDDEN}"), &[400]),
        (
            "a chunk size too large",
            format!("POST /up/v1/x HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n{HIDDEN}"),
            &[400],
        ),
        ("a null in a header", format!("POST /up/v1/x HTTP/1.1\r\n{head}x-a: b\0c\r\n\r\n{HIDDEN}"), &[400]),
        ("two hosts", format!("GET /up/v1/x HTTP/1.1\r\n{head}host: other\r\n\r\n{HIDDEN}"), &[400]),
        ("no host", format!("GET /up/v1/x HTTP/1.1\r\nx-api-key: {KEY}\r\n\r\n{HIDDEN}"), &[400]),
        ("dots in the path", format!("GET /up/v1/../v1/x HTTP/1.1\r\n{head}\r\n{HIDDEN}"), &[400]),
        ("encoded dots in the path", format!("GET /up/v1/%2e%2e/x HTTP/1.1\r\n{head}\r\n{HIDDEN}"), &[400]),
        ("an encoded slash", format!("GET /up/v1/x%2f HTTP/1.1\r\n{head}\r\n{HIDDEN}"), &[400]),
        ("connect", format!("CONNECT up:80 HTTP/1.1\r\n{head}\r\n{HIDDEN}"), &[400]),
        ("no HTTP", "hello\r\n\r\n".to_owned(), &[400]),
    ] {
        up.got.lock().unwrap().clear();
        let seen = world.raw(text.as_bytes());
        let first = Seen::of(&seen);
        assert!(statuses.contains(&first.status), "{name}: {seen}");
        let got = up.got.lock().unwrap().clone();
        assert!(got.iter().all(|request| !request.contains("hidden")), "{name}: {got:?}");
        assert!(got.len() <= usize::from(first.status == 201), "{name}: {got:?}");
        let answers = seen.matches("HTTP/1.1 ").count();
        assert!(answers <= 1 || !name.contains("length"), "{name}: the connection is closed behind it: {seen}");
    }
}

#[test]
fn a_head_that_is_too_large_or_never_ends_is_refused() {
    let world = World::new(None);
    let large = format!("GET /echo/v1/anything HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\nx-large: {}\r\n\r\n", "a".repeat(40_000));
    assert_eq!(Seen::of(&world.raw(large.as_bytes())).status, 431);
    let many: String = (0..120).map(|n| format!("x-{n}: 1\r\n")).collect();
    let many = format!("GET /echo/v1/anything HTTP/1.1\r\nhost: g\r\n{many}\r\n");
    assert_eq!(Seen::of(&world.raw(many.as_bytes())).status, 431);
    let long = format!("GET /{} HTTP/1.1\r\nhost: g\r\n\r\n", "a".repeat(70_000));
    assert!([414, 431].contains(&Seen::of(&world.raw(long.as_bytes())).status));
}

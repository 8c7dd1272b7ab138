//! What is simple takes the straight way, the rest that through hyper: both give the same answers, send upstreams the same, and let nothing odd pass.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use capabilities::Change;

use crate::world::*;

/// Said of the connection, it makes a request a matter for hyper and changes nothing else.
const BOTH: [&str; 2] = ["close", "close, x-nothing"];

/// An upstream that answers exactly this, whatever it is asked, and ends the connection; and what it got.
fn saying(answers: Vec<String>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("an upstream");
    let (address, got) = (listener.local_addr().expect("an address"), Arc::<Mutex<Vec<String>>>::default());
    let heard = got.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (answers, heard) = (answers.clone(), heard.clone());
            std::thread::spawn(move || {
                let (mut bytes, mut piece) = (Vec::new(), [0; 4_096]);
                while !is_whole(&bytes) {
                    match stream.read(&mut piece) {
                        Ok(count @ 1..) => bytes.extend_from_slice(&piece[..count]),
                        _ => return,
                    }
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let at = text.split(' ').nth(1).and_then(|path| path.rsplit('?').next()?.parse::<usize>().ok()).unwrap_or(0);
                heard.lock().expect("what it got").push(text);
                let _ = stream.write_all(answers[at].as_bytes());
            });
        }
    });
    (address, got)
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    if head.contains("transfer-encoding: chunked") { body.ends_with("0\r\n\r\n") } else { body.len() >= length }
}

/// Fields in lower case, without those that differ at each call.
fn fields(head: &str, but: &[&str]) -> BTreeSet<String> {
    let differs = ["x-request-id", "traceparent", "date", "connection"];
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let lines = lines.map(|(name, value)| (name.to_ascii_lowercase(), value));
    lines.filter(|(name, _)| !differs.contains(&name.as_str()) && !but.contains(&name.as_str())).map(|(name, value)| format!("{name}: {value}")).collect()
}

/// The body as it is meant; nothing if chunks of it are missing.
fn meant(seen: &Seen) -> Option<String> {
    if seen.header("transfer-encoding").is_none() {
        return Some(seen.body.clone());
    }
    let (mut body, mut rest) = (String::new(), seen.body.as_str());
    loop {
        let (size, after) = rest.split_once("\r\n")?;
        match usize::from_str_radix(size, 16).ok()? {
            0 => return Some(body),
            size => body.push_str(after.get(..size)?),
        }
        rest = after.get(usize::from_str_radix(size, 16).ok()? + 2..)?;
    }
}

/// What a caller sees, but for what differs at each call.
fn view(seen: &Seen) -> (u16, BTreeSet<String>, Option<String>) {
    let body = meant(seen).map(|body| match serde_json::from_str::<serde_json::Value>(&body) {
        Ok(mut json) => {
            ["request_id", "requestId", "instance"].iter().for_each(|name| json[*name] = serde_json::Value::Null);
            json.to_string()
        }
        Err(_) => body,
    });
    let length = seen.header("transfer-encoding").map_or(&["content-length"][..], |_| &[]);
    (seen.status, fields(&seen.head, if body.as_ref().is_some_and(|body| body.starts_with('{')) { length } else { &[] }), body)
}

#[test]
fn both_ways_give_the_same_answers_and_send_the_same_on() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let key = format!("x-api-key: {KEY}\r\n");
    for (name, text) in [
        ("a call", format!("GET /up/v1/x?a=1&b=[2]&c=%E7%9F%AD HTTP/1.1\r\nHost: g\r\n{key}X-Mine: 1\r\nx-mine:  2 \r\nAccept: */*\r\nCONNECTION\r\n")),
        ("a body", format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\n{key}content-type: text/plain\r\nContent-Length: 5\r\nCONNECTION\r\nhello")),
        ("no body that says so", format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        (
            "what is not the upstream's",
            format!(
                "GET /up/v1/x HTTP/1.1\r\nhost: g\r\nAuthorization: Bearer {KEY}\r\nX-Forwarded-For: 9.9.9.9\r\nX-Hechuang-App: forged\r\nForwarded: for=x\r\nTE: trailers\r\nKeep-Alive: 5\r\nProxy-Authorization: x\r\nx-correlator: c-1\r\nCONNECTION\r\n"
            ),
        ),
        ("a head", format!("HEAD /up/v1/x HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("an answer in chunks", format!("GET /up/v1/big HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("garbage", format!("GET /up/v1/x?garbage HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("a connection that breaks", format!("POST /up/v1/x?gone HTTP/1.1\r\nhost: g\r\n{key}content-length: 1\r\nCONNECTION\r\nb")),
        ("the echo", format!("POST /echo/v1/anything?a=1 HTTP/1.1\r\nhost: g\r\n{key}x-mine: 1\r\ncontent-length: 2\r\nCONNECTION\r\nhi")),
        ("the echo's status", format!("GET /echo/v1/status/418 HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("filling", format!("GET /echo/v1/bytes/70000 HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("the echo's head", format!("HEAD /echo/v1/anything HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("no key", "GET /up/v1/x HTTP/1.1\r\nhost: g\r\nCONNECTION\r\n".to_owned()),
        ("a wrong key", "GET /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: hcs_wrong\r\naccept-language: en\r\nCONNECTION\r\n".to_owned()),
        ("no such operation", format!("GET /up/v1/y HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("another method", format!("PATCH /up/v1/x HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("dots", format!("GET /up/v1/../x HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("an encoded slash", format!("GET /up/v1/x%2fy HTTP/1.1\r\nhost: g\r\n{key}CONNECTION\r\n")),
        ("a wrong correlator", format!("GET /up/v1/x HTTP/1.1\r\nhost: g\r\n{key}x-correlator: a b\r\nCONNECTION\r\n")),
        ("health", "GET /-/health HTTP/1.1\r\nhost: g\r\nCONNECTION\r\n".to_owned()),
    ] {
        let [straight, hyper] = BOTH.map(|connection| {
            up.got.lock().unwrap().clear();
            let seen = Seen::of(&world.raw(text.replace("CONNECTION", &format!("connection: {connection}\r\n")).as_bytes()));
            let mut got = up.got.lock().unwrap().iter().map(|text| (text.lines().next().unwrap_or_default().to_owned(), fields(text, &[]))).collect::<Vec<_>>();
            // What changes nothing is sent once more if it went over a connection that had waited, and one may wait or not.
            got.dedup();
            (view(&seen), got, seen.header("connection").map(str::to_owned))
        });
        assert!(straight.0.0 > 0, "{name}: {straight:?}");
        assert_eq!(straight, hyper, "{name}");
    }
}

#[test]
fn odd_answers_are_read_alike_or_refused() {
    let ok = |said: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{said}\r\n{body}");
    // Each with the status that a caller sees; nothing: it is cut off where it becomes odd.
    let answers = [
        ("a length", ok("content-length: 5\r\n", "hello"), Some(200)),
        ("chunks", ok("transfer-encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), Some(200)),
        ("an extension and a trailer", ok("transfer-encoding: chunked\r\n", "5;a=b\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n"), Some(200)),
        ("until the end", ok("", "hello"), Some(200)),
        ("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello".to_owned(), Some(200)),
        ("nothing", "HTTP/1.1 204 No Content\r\n\r\n".to_owned(), Some(204)),
        ("not modified", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\netag: \"a\"\r\n\r\n".to_owned(), Some(304)),
        ("an answer to come", "HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 201 Made\r\ncontent-length: 2\r\n\r\nok".to_owned(), Some(201)),
        ("a name of its own", "HTTP/1.1 299 Own Words\r\ncontent-length: 0\r\n\r\n".to_owned(), Some(299)),
        (
            "fields of the connection",
            ok("connection: x-hop, close\r\nx-hop: 1\r\nproxy-authenticate: a\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 0\r\n", ""),
            Some(200),
        ),
        ("our names", ok("x-request-id: theirs\r\ntraceparent: theirs\r\ncontent-length: 0\r\n", ""), Some(200)),
        ("twice the same length", ok("content-length: 5\r\ncontent-length: 5\r\n", "hello"), Some(200)),
        ("two lengths", ok("content-length: 5\r\ncontent-length: 6\r\n", "hello!"), Some(502)),
        ("a signed length", ok("content-length: +5\r\n", "hello"), Some(502)),
        ("another coding", ok("transfer-encoding: gzip, chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), Some(502)),
        ("two codings", ok("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), Some(502)),
        ("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(), Some(502)),
        ("another protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n".to_owned(), Some(502)),
        ("a folded line", ok("x-a: 1\r\n 2\r\ncontent-length: 0\r\n", ""), Some(502)),
        ("a null", ok("x-a: \0\r\ncontent-length: 0\r\n", ""), Some(502)),
        ("half a head", "HTTP/1.1 200 OK\r\ncontent-le".to_owned(), Some(502)),
        ("no HTTP", "hello".to_owned(), Some(502)),
        ("a size that is none", ok("transfer-encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"), None),
        ("an odd end of a chunk", ok("transfer-encoding: chunked\r\n", "5\r\nhelloX\r\n0\r\n\r\n"), None),
        ("too few bytes", ok("content-length: 500\r\n", "hello"), None),
        ("too few chunks", ok("transfer-encoding: chunked\r\n", "5\r\nhello\r\n"), None),
    ];
    let (address, got) = saying(answers.iter().map(|(_, text, _)| text.clone()).collect());
    let world = World::new(None);
    let mut odd = capability("up", &format!("http://{address}"), &[("POST", "/x")]);
    odd.versions[0].timeout_ms = 1_000;
    world.tell(Change::Capability(odd));
    std::thread::sleep(Duration::from_millis(200));
    for (at, (name, _, status)) in answers.iter().enumerate() {
        let [straight, hyper] = BOTH.map(|connection| {
            let request = format!("POST /up/v1/x?{at} HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-length: 1\r\nconnection: {connection}\r\n\r\nb");
            let seen = Seen::of(&world.raw(request.as_bytes()));
            // Five failures in a row would put it to rest.
            if seen.status == 502 {
                let well = format!("POST /up/v1/x?0 HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-length: 1\r\nconnection: {connection}\r\n\r\nb");
                assert_eq!(Seen::of(&world.raw(well.as_bytes())).status, 200, "{name}");
            }
            seen
        });
        match status {
            Some(status) => {
                assert_eq!((straight.status, hyper.status), (*status, *status), "{name}: {straight:?} {hyper:?}");
                assert_eq!(view(&straight), view(&hyper), "{name}");
            }
            None => {
                let whole = |seen: &Seen| {
                    seen.status == 200 && seen.header("content-length").map_or(meant(seen).is_some(), |length| length.parse() == Ok(seen.body.len()))
                };
                assert!(!whole(&straight) && !whole(&hyper), "{name}: {straight:?} {hyper:?}");
            }
        }
    }
    assert!(got.lock().unwrap().iter().all(|text| text.ends_with('b')), "each with its body");
}

#[test]
fn calls_that_come_at_once_are_answered_in_their_order_also_when_one_is_not_simple() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let call = |path: &str, more: &str, body: &str| {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        format!("{method} {path} HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n{more}{length}\r\n{body}")
    };
    let chunked = format!("POST /echo/v1/anything HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ntransfer-encoding: chunked\r\n\r\n3\r\nsix\r\n0\r\n\r\n");
    let text = [
        call("/echo/v1/anything/one", "", ""),
        call("/up/v1/x", "", "two"),
        // Refused before its body was looked at.
        call("/echo/v1/nosuch", "", "three"),
        call("/echo/v1/bytes/20000", "", ""),
        call("/echo/v1/anything", "", "five"),
        chunked,
        call("/echo/v1/anything/seven", "connection: close\r\n", ""),
    ]
    .concat();
    let seen = world.raw(text.as_bytes());
    let places: Vec<usize> = ["/anything/one", "201 Created", "404 Not Found", "....", "\"text\":\"five\"", "\"text\":\"six\"", "/anything/seven"]
        .iter()
        .map(|mark| seen.find(mark).unwrap_or_else(|| panic!("{mark} in {seen}")))
        .collect();
    assert!(places.is_sorted() && seen.matches("HTTP/1.1 ").count() == 7, "{places:?}");
    assert_eq!(up.got.lock().unwrap().len(), 1);
}

/// Whoever speaks HTTP/1.1 goes on doing so: what a proxy before us passes on for others must not change the language of its connection.
#[test]
fn a_connection_changes_to_http_2_at_its_beginning_only() {
    let world = World::new(None);
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let call = format!("GET /echo/v1/anything HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n");
    let seen = world.raw(format!("{call}{preface}").as_bytes());
    let (_, after) = seen.split_once("\r\n\r\n").expect("an answer to the call");
    let behind = after.rsplit_once('}').map_or("", |(_, behind)| behind).trim_start();
    assert!(behind.is_empty() || behind.starts_with("HTTP/1.1 400"), "{behind:?}");
}

#[test]
fn a_body_may_come_late_but_not_too_late() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let head = format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-length: 10\r\nconnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(world.address()).unwrap();
    for piece in [&head[..20], &head[20..], "hello", "world"] {
        stream.write_all(piece.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut seen = String::new();
    stream.read_to_string(&mut seen).unwrap();
    assert_eq!(Seen::of(&seen).status, 201, "{seen}");
    assert!(up.got.lock().unwrap()[0].ends_with("helloworld"));
    let slow = Seen::of(&world.raw(format!("{head}half").as_bytes()));
    assert_eq!((slow.status, slow.code().as_str(), slow.header("connection")), (408, "gateway-body-slow", Some("close")), "{slow:?}");
}

#[test]
fn a_connection_that_the_upstream_closed_meanwhile_costs_nothing() {
    let (address, got) = saying(vec!["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned()]);
    let world = World::new(None);
    world.tell(Change::Capability(capability("up", &format!("http://{address}"), &[("GET", "/x"), ("POST", "/x")])));
    std::thread::sleep(Duration::from_millis(200));
    let mut stream = TcpStream::connect(world.address()).unwrap();
    for n in 1..=6 {
        stream.write_all(format!("POST /up/v1/x?0 HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-length: 1\r\n\r\nb").as_bytes()).unwrap();
        let mut piece = [0; 4_096];
        let count = stream.read(&mut piece).unwrap();
        let seen = String::from_utf8_lossy(&piece[..count]).into_owned();
        assert!(seen.starts_with("HTTP/1.1 200") && seen.ends_with("ok"), "{n}: {seen}");
        // It said nothing of it, and closes.
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(got.lock().unwrap().len(), 6, "each once");
}

#[test]
fn a_gateway_that_stops_lets_go_of_whoever_says_nothing() {
    let mut world = World::new(None);
    let mut stream = TcpStream::connect(world.address()).unwrap();
    stream.write_all(format!("GET /echo/v1/anything HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").as_bytes()).unwrap();
    let mut piece = [0; 4_096];
    assert!(stream.read(&mut piece).unwrap() > 0);
    let begun = Instant::now();
    world.gateway.take().expect("a gateway").stop();
    assert_eq!(stream.read(&mut piece).unwrap(), 0, "it is closed");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

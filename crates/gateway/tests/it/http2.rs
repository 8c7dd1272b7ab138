//! HTTP/2 at the door: the same calls, over one connection; and frames that nobody well-meaning sends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::world::*;

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test)
}

async fn client(world: &World) -> SendRequest<Full<Bytes>> {
    let stream = tokio::net::TcpStream::connect(world.address()).await.expect("a connection");
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}

async fn call(sender: &mut SendRequest<Full<Bytes>>, method: &str, path: &str, body: &str) -> (StatusCode, hyper::HeaderMap, String) {
    let request =
        Request::builder().method(method).uri(format!("http://gateway{path}")).header("x-api-key", KEY).header("cookie", "a=1").header("cookie", "b=2");
    let answer = sender.send_request(request.body(Full::from(body.to_owned())).expect("a request")).await.expect("an answer");
    let (head, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (head.status, head.headers, String::from_utf8_lossy(&body).into_owned())
}

#[test]
fn calls_of_one_connection_go_side_by_side_and_are_metered() {
    let up = upstream();
    let world = World::new(Some(up.address));
    run(async {
        let mut sender = client(&world).await;
        let (status, headers, body) = call(&mut sender, "POST", "/echo/v1/anything?a=1", "hello").await;
        assert_eq!(status, 200, "{body}");
        assert!(headers.contains_key("x-request-id") && body.contains("\"text\":\"hello\""), "{body}");
        let (status, _, body) = call(&mut sender, "GET", "/echo/v1/nosuch", "").await;
        assert!(status == 404 && body.contains("gateway-operation-unknown"), "{status} {body}");
        let (status, _, body) = call(&mut sender, "GET", "/up/v1/big", "").await;
        assert_eq!((status.as_u16(), body.len()), (200, 32 * 32_768), "a large answer streams through");
        let (status, _, _) = call(&mut sender, "POST", "/up/v1/x", &"b".repeat(90_000)).await;
        assert_eq!(status, 201);
        assert_eq!(call(&mut sender, "POST", "/up/v1/x", &"b".repeat(100_001)).await.0, 413);

        let mut others: Vec<_> = (0..10).map(|_| sender.clone()).collect();
        let waits = others.iter_mut().map(|other| call(other, "GET", "/echo/v1/delay/300", ""));
        let mut waits: Vec<_> = waits.map(Box::pin).collect();
        for wait in &mut waits {
            // All were begun before the first ends.
            tokio::select! { biased; _ = wait => unreachable!("none ends at once"), () = std::future::ready(()) => {} }
        }
        let mut quick = sender.clone();
        tokio::select! {
            biased;
            _ = &mut waits[0] => panic!("side by side: what is quick does not wait for what is slow"),
            answer = call(&mut quick, "GET", "/echo/v1/anything", "") => assert_eq!(answer.0, 200),
        }
        for wait in waits {
            assert_eq!(wait.await.0, 200);
        }
    });
    let got = up.got.lock().unwrap().join("\n");
    assert!(got.contains("cookie: a=1; b=2") && !got.contains(KEY), "HTTP/1.1 knows one line of cookies: {}", &got[..400.min(got.len())]);
    for _ in 0..100 {
        if world.shelf.lock().unwrap().entries.iter().filter(|(_, _, entry)| matches!(entry, metering::Entry::Settled { .. })).count() >= 14 {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{:?}", world.shelf.lock().unwrap().entries);
}

/// A frame.
fn frame(kind: u8, flags: u8, stream: u32, load: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(load.len()).unwrap().to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(load);
    bytes
}

/// Headers, each as a literal that nobody keeps.
fn block(headers: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in headers {
        bytes.extend([0, u8::try_from(name.len()).unwrap()]);
        bytes.extend(name.as_bytes());
        bytes.push(u8::try_from(value.len()).unwrap());
        bytes.extend(value.as_bytes());
    }
    bytes
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Sends these frames behind the preface; what came back up to the answer, a reset or the end: kind of each frame, and the first byte of its load.
fn send(world: &World, frames: &[Vec<u8>]) -> Vec<(u8, u8)> {
    let mut stream = TcpStream::connect(world.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout");
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    bytes.extend(frames.concat());
    stream.write_all(&bytes).expect("sent");
    let (mut seen, mut head) = (Vec::new(), [0; 9]);
    while stream.read_exact(&mut head).is_ok() {
        let mut load = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        if stream.read_exact(&mut load).is_err() {
            break;
        }
        seen.push((head[3], load.first().copied().unwrap_or(0)));
        if matches!(head[3], 1 | 3 | 7) {
            break;
        }
    }
    seen
}

/// `:status 200` as an indexed field.
const OK: (u8, u8) = (1, 0x88);

#[test]
fn frames_that_hide_something_reach_no_upstream() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let hidden = "0\r\n\r\nGET /up/v1/x?hidden HTTP/1.1\r\nhost: g\r\nx-api-key: nothing\r\n\r\n";
    let base = |method, path| vec![(":method", method), (":scheme", "http"), (":authority", "g"), (":path", path), ("x-api-key", KEY)];
    let with = |more: &[(&'static str, &'static str)]| [&base("POST", "/up/v1/x")[..], more].concat();
    let (long, short) = ("999", "5");
    for (name, headers) in [
        ("transfer-encoding", with(&[("transfer-encoding", "chunked")])),
        ("connection", with(&[("connection", "x-hop")])),
        ("upgrade", with(&[("upgrade", "h2c")])),
        ("a length that is too short", with(&[("content-length", short)])),
        ("a length that is too long", with(&[("content-length", long)])),
        ("two lengths", with(&[("content-length", short), ("content-length", "65")])),
        ("another host", with(&[("host", "other")])),
        ("two hosts", with(&[("host", "g"), ("host", "g")])),
        ("a line break in a header", with(&[("x-a", "b\r\nx-b: c")])),
        ("a line break in a name", with(&[("x-a: b\r\nx", "c")])),
        ("a capital letter in a name", with(&[("X-A", "b")])),
        ("a colon first in a name", with(&[(":other", "b")])),
        ("a line break in the path", base("POST", "/up/v1/x?a HTTP/1.1\r\nhost: g\r\n\r\nGET /up/v1/x?hidden")),
        ("a blank in the path", base("POST", "/up/v1/x?hidden HTTP/1.1")),
        ("a path that is none", base("POST", "up/v1/x")),
        ("dots in the path", base("POST", "/up/v1/../v1/x")),
        ("an odd method", base("POST /up/v1/x?hidden HTTP/1.1\r\nhost: g\r\n\r\nGET", "/up/v1/x")),
        ("connect", base("CONNECT", "/up/v1/x")),
        ("no path", vec![(":method", "POST"), (":scheme", "http"), (":authority", "g"), ("x-api-key", KEY)]),
        ("no authority", vec![(":method", "POST"), (":scheme", "http"), (":path", "/up/v1/x"), ("x-api-key", KEY)]),
    ] {
        let seen = send(&world, &[frame(1, 4, 1, &block(&headers)), frame(0, 1, 1, hidden.as_bytes())]);
        assert!(!seen.contains(&OK), "{name}: {seen:?}");
        let got = up.got.lock().unwrap().clone();
        assert!(got.is_empty(), "{name}: {got:?}");
    }
    // The same without a trick goes through as one request, whatever its body says.
    send(&world, &[frame(1, 4, 1, &block(&with(&[]))), frame(0, 1, 1, hidden.as_bytes())]);
    assert_eq!(up.got.lock().unwrap().len(), 1);
}

#[test]
fn floods_end_the_connection_and_the_gateway_goes_on() {
    let world = World::new(None);
    let ask = |stream: u32, flags| {
        frame(1, flags, stream, &block(&[(":method", "GET"), (":scheme", "http"), (":authority", "g"), (":path", "/echo/v1/anything"), ("x-api-key", KEY)]))
    };
    assert!(send(&world, &[ask(1, 5)]).contains(&OK));
    // Opened and reset at once, again and again.
    let resets: Vec<Vec<u8>> = (0..2_000).flat_map(|n| [ask(n * 2 + 1, 5), frame(3, 0, n * 2 + 1, &8u32.to_be_bytes())]).collect();
    assert!(send_all(&world, &resets), "the connection was ended");
    // A head that never ends.
    let large = block(&[("x-large", &"a".repeat(120))]);
    let mut endless = vec![ask(1, 1)];
    endless.extend((0..2_000).map(|_| frame(9, 0, 1, &large)));
    assert!(send_all(&world, &endless), "the connection was ended");
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200);
}

/// Sends more than a connection should take; was it ended?
fn send_all(world: &World, frames: &[Vec<u8>]) -> bool {
    let mut stream = TcpStream::connect(world.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
    let mut reader = stream.try_clone().expect("a reader");
    let read = std::thread::spawn(move || {
        let mut all = Vec::new();
        let ended = reader.read_to_end(&mut all);
        (ended.is_ok() || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset), all)
    });
    let opening = [PREFACE.to_vec(), frame(4, 0, 0, &[])].concat();
    let mut sent = stream.write_all(&opening).is_ok();
    for frame in frames {
        sent &= stream.write_all(frame).is_ok();
    }
    let (ended, _) = read.join().expect("a reader");
    ended || !sent
}

//! WebSockets pass through, as one call with all their bytes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use capabilities::Change;
use metering::Entry;

use crate::world::*;

const ASK: &str = "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

fn world(up: &Upstream) -> World {
    let world = World::new(None);
    let mut line = capability("up", &format!("http://{}/base", up.address), &[("GET", "/socket"), ("GET", "/x")]);
    line.versions[0].sockets = vec![0];
    world.tell(Change::Capability(line));
    std::thread::sleep(Duration::from_millis(200));
    world
}

fn head(stream: &mut TcpStream) -> String {
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        seen.push(byte[0]);
    }
    String::from_utf8_lossy(&seen).into_owned()
}

#[test]
fn a_socket_is_one_call_with_all_its_bytes() {
    let up = upstream();
    let world = world(&up);
    let mut stream = TcpStream::connect(world.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    write!(stream, "GET /up/v1/socket HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n{ASK}\r\n").expect("sent");
    let seen = head(&mut stream).to_ascii_lowercase();
    assert!(seen.starts_with("http/1.1 101") && seen.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{seen}");
    assert!(seen.contains("upgrade: websocket") && seen.contains("x-request-id: "), "{seen}");
    for text in ["hello", "和创", &"z".repeat(100_000)] {
        let mut back = vec![0; text.len()];
        let mut writer = stream.try_clone().expect("a writer");
        let sent = text.to_owned();
        let writing = std::thread::spawn(move || writer.write_all(sent.as_bytes()));
        stream.read_exact(&mut back).expect("it comes back");
        writing.join().expect("a writer").expect("sent");
        assert_eq!(back, text.as_bytes());
    }
    let settled = || {
        let shelf = world.shelf.lock().unwrap();
        shelf.entries.iter().filter_map(|(_, _, entry)| if let Entry::Settled { .. } = entry { Some(format!("{entry:?}")) } else { None }).collect::<Vec<_>>()
    };
    assert_eq!(settled().len(), 0, "it goes on");
    drop(stream);
    let begun = Instant::now();
    while settled().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never");
        std::thread::sleep(Duration::from_millis(30));
    }
    let said = settled();
    assert!(said.len() == 1 && said[0].contains("Answered") && said[0].matches("100011").count() == 2, "{said:?}");
    let got = up.got.lock().unwrap().join("\n").to_ascii_lowercase();
    assert!(got.contains("upgrade: websocket") && got.contains("sec-websocket-key: ") && !got.contains(KEY), "{got}");
}

#[test]
fn only_what_the_document_marks_becomes_a_socket() {
    let up = upstream();
    let world = world(&up);
    let seen = world.raw(format!("GET /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n{ASK}\r\n").as_bytes());
    assert_eq!(Seen::of(&seen).status, 201, "passed on as an ordinary call: {seen}");
    assert!(!up.got.lock().unwrap().join("").to_ascii_lowercase().contains("upgrade"), "and the upstream is not asked");
    let seen = world.raw(format!("GET /up/v1/socket HTTP/1.1\r\nhost: g\r\n{ASK}\r\n").as_bytes());
    assert_eq!(Seen::of(&seen).status, 401, "not without a key: {seen}");
}

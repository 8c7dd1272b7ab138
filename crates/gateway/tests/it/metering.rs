//! Every call that goes upstream is written down, settled with its outcome before its answer is whole, and shipped once.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use metering::{Admitted, Ending, Entry, LogId, Settled};

use crate::world::*;

/// Calls on the shelf by request id; `None` is one that is open.
fn calls(shelf: &Shelf) -> BTreeMap<String, (Admitted, Option<Settled>)> {
    let mut open: BTreeMap<(LogId, i64), String> = BTreeMap::new();
    let mut calls = BTreeMap::new();
    for (log, seq, entry) in &shelf.entries {
        match entry {
            Entry::Admitted(call) => {
                open.insert((log.clone(), *seq), call.request.to_string());
                assert!(calls.insert(call.request.to_string(), (call.clone(), None)).is_none(), "admitted once");
            }
            Entry::Settled(end) => {
                let request = open.remove(&(log.clone(), end.of)).expect("it settles an open call");
                calls.get_mut(&request).expect("a call").1 = Some(end.clone());
            }
            Entry::Refused(_) => {}
        }
    }
    calls
}

/// Waits until so many calls are settled on the shelf.
fn settled(world: &World, count: usize) -> BTreeMap<String, (Admitted, Option<Settled>)> {
    let begun = Instant::now();
    loop {
        let calls = calls(&world.shelf.lock().unwrap());
        if calls.values().filter(|(_, end)| end.is_some()).count() >= count {
            return calls;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{calls:#?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn end(calls: &BTreeMap<String, (Admitted, Option<Settled>)>, seen: &Seen) -> Settled {
    let id = seen.header("x-request-id").expect("an id");
    calls.get(id).unwrap_or_else(|| panic!("{id} is not metered")).1.clone().expect("it is settled")
}

#[test]
fn a_call_is_settled_with_what_became_of_it() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let key = [("x-api-key", KEY)];
    let post = world.call("POST /up/v1/x?a=1", &key, "hello");
    let big = world.ask("GET /up/v1/big");
    let echo = world.ask("GET /echo/v1/status/503");
    let large = world.ask("GET /echo/v1/bytes/200000");
    let head = world.ask("HEAD /echo/v1/anything/7");
    let slow = world.ask("GET /up/v1/slow");
    let calls = settled(&world, 6);
    for (seen, status, ending, bytes_in, bytes_out, dims) in [
        (&post, 201, Ending::Answered, 5, 2, "v1 POST /x"),
        (&big, 200, Ending::Answered, 0, 32 * 32_768, "v1 GET /big"),
        (&echo, 503, Ending::Answered, 0, echo.body.len(), "v1 GET /status/{code}"),
        (&large, 200, Ending::Answered, 0, 200_000, "v1 GET /bytes/{count}"),
        (&head, 200, Ending::Answered, 0, 0, "v1 GET /anything/{name}"),
        (&slow, 504, Ending::Refused("gateway-upstream-slow".into()), 0, 0, "v1 GET /slow"),
    ] {
        assert_eq!(seen.status, status, "{seen:?}");
        let end = end(&calls, seen);
        assert_eq!((end.status, &end.ending, end.bytes_in, end.bytes_out), (status, &ending, bytes_in, bytes_out as u64), "{dims}");
        let (call, _) = &calls[seen.header("x-request-id").unwrap()];
        assert_eq!((&*call.dims, &*call.app, &*call.key), (dims, "app_sandbox", "key_app_sandbox"));
        assert!(end.total_us >= end.wait_us && call.at_us > 1_700_000_000_000_000);
    }
    assert!(end(&calls, &slow).wait_us >= 500_000);
}

#[test]
fn an_answer_that_breaks_off_and_a_caller_that_goes_are_settled_as_that() {
    let up = upstream();
    let world = World::new(Some(up.address));
    let cut = world.ask("GET /up/v1/cut");
    assert_eq!((cut.status, cut.body.as_str()), (200, "only this"), "{cut:?}");
    let mut stream = TcpStream::connect(world.address()).unwrap();
    stream.write_all(format!("GET /echo/v1/delay/3000 HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    drop(stream);
    let mut half = TcpStream::connect(world.address()).unwrap();
    half.write_all(format!("GET /echo/v1/bytes/9000000 HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").as_bytes()).unwrap();
    let mut piece = [0; 1_000];
    assert!(half.read(&mut piece).unwrap() > 0);
    drop(half);
    let calls = settled(&world, 3);
    let endings: Vec<(&str, Ending)> = calls.values().map(|(call, end)| (&*call.dims, end.clone().unwrap().ending)).collect();
    for wanted in [("v1 GET /cut", Ending::CutOff), ("v1 GET /delay/{ms}", Ending::CallerGone), ("v1 GET /bytes/{count}", Ending::CallerGone)] {
        assert!(endings.contains(&wanted), "{wanted:?} in {endings:?}");
    }
}

#[test]
fn what_the_gateway_refuses_is_counted_and_not_metered() {
    let mut world = World::new(None);
    for _ in 0..3 {
        assert_eq!(world.ask("GET /echo/v1/nosuch").status, 404);
    }
    assert_eq!(world.call("GET /echo/v1/anything", &[], "").status, 401);
    world.gateway = None;
    let shelf = world.shelf.lock().unwrap();
    assert!(calls(&shelf).is_empty());
    let refused = |app: Option<&str>, code: &str| -> u64 {
        let one = |entry: &Entry| match entry {
            Entry::Refused(one) if one.app.as_deref() == app && &*one.reason == code => one.count,
            _ => 0,
        };
        shelf.entries.iter().map(|(_, _, entry)| one(entry)).sum()
    };
    assert_eq!((refused(Some("app_sandbox"), "gateway-operation-unknown"), refused(None, "gateway-key-missing")), (3, 1));
    assert!(shelf.logs.values().all(|(_, closed)| *closed), "a gateway that stops leaves nothing open");
}

#[test]
fn what_could_not_be_shipped_is_shipped_by_the_next_start() {
    let mut world = World::new(None);
    world.shelf.lock().unwrap().away = true;
    let mut seen: Vec<String> = (0..50).map(|_| world.ask("GET /echo/v1/anything").header("x-request-id").unwrap().to_owned()).collect();
    world.gateway = None;
    assert!(world.shelf.lock().unwrap().entries.is_empty());
    world.start();
    seen.extend((0..10).map(|_| world.ask("GET /echo/v1/anything").header("x-request-id").unwrap().to_owned()));
    world.shelf.lock().unwrap().away = false;
    let calls = settled(&world, 60);
    assert_eq!(calls.len(), 60);
    assert!(seen.iter().all(|id| calls.contains_key(id)));
    world.gateway = None;
    let shelf = world.shelf.lock().unwrap();
    let epochs: std::collections::BTreeSet<i64> = shelf.logs.keys().map(|log| log.epoch).collect();
    let gateways: std::collections::BTreeSet<String> = shelf.logs.keys().map(|log| log.gateway.to_string()).collect();
    assert_eq!((epochs.into_iter().collect::<Vec<_>>(), gateways.len()), (vec![1, 2], 1), "each start is an epoch of the same gateway");
}

#[test]
fn a_database_that_forgot_gets_it_again() {
    let mut world = World::new(None);
    for _ in 0..20 {
        world.ask("GET /echo/v1/anything");
    }
    settled(&world, 20);
    world.gateway = None;
    // Restored from a backup that was made before.
    *world.shelf.lock().unwrap() = Shelf::default();
    world.start();
    assert_eq!(settled(&world, 20).len(), 20);
}

#[test]
fn what_was_altered_on_the_disk_is_given_up_and_the_rest_is_shipped() {
    let mut world = World::new(None);
    world.shelf.lock().unwrap().away = true;
    for _ in 0..40 {
        world.ask("GET /echo/v1/anything");
    }
    world.gateway = None;
    let folder = world.folder.join("gateway/meter");
    for entry in std::fs::read_dir(&folder).unwrap().flatten().filter(|entry| entry.file_name().to_string_lossy().ends_with(".log")) {
        let mut bytes = std::fs::read(entry.path()).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(entry.path(), bytes).unwrap();
    }
    world.shelf.lock().unwrap().away = false;
    world.start();
    let after = world.ask("GET /echo/v1/anything").header("x-request-id").unwrap().to_owned();
    let begun = Instant::now();
    while !calls(&world.shelf.lock().unwrap()).contains_key(&after) {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    let known = calls(&world.shelf.lock().unwrap()).len();
    assert!((2..40).contains(&known), "{known}: what lies before is there, what lies behind is not");
}

#[test]
fn a_version_that_asks_for_it_is_answered_from_the_disk() {
    let world = World::new(None);
    for path in ["/durable/v1/anything", "/durable/v1/bytes/100000"] {
        let seen = world.ask(&format!("GET {path}"));
        assert_eq!(seen.status, 200, "{seen:?}");
    }
    assert_eq!(settled(&world, 2).len(), 2);
}

//! Several targets, some of them in trouble: where calls go, which are made again, and what is said of it.

use std::time::Duration;

use capabilities::{Change, Environment, PathRewrite, Plan, Rewrite, RouteRule};
use words::Bilingual;

use crate::world::*;

/// A world whose `up` goes to these lines.
fn world(lines: &[String], change: impl Fn(&mut capabilities::VersionLine)) -> World {
    let world = World::new(None);
    let mut up = capability("up", &lines.join("\n"), &[("GET", "/x"), ("POST", "/x"), ("GET", "/slow"), ("GET", "/busy"), ("POST", "/busy")]);
    change(&mut up.versions[0]);
    world.tell(Change::Capability(up));
    std::thread::sleep(Duration::from_millis(200));
    world
}

fn line(up: &Upstream, weight: u32) -> String {
    format!("http://{}/base {weight}", up.address)
}

/// An address that nobody listens on.
fn nobody() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    format!("http://{free}/base 100")
}

fn got(up: &Upstream) -> usize {
    up.got.lock().unwrap().len()
}

fn post(world: &World, path: &str) -> Seen {
    world.call(&format!("POST {path}"), &[("x-api-key", KEY)], "body")
}

#[test]
fn weights_spread_calls_and_a_spare_one_gets_none() {
    let (a, b, spare) = (upstream(), upstream(), upstream());
    let world = world(&[line(&a, 3), line(&b, 1), line(&spare, 0)], |_| {});
    for _ in 0..80 {
        assert_eq!(world.ask("GET /up/v1/x").status, 201);
    }
    assert_eq!((got(&a) + got(&b), got(&spare)), (80, 0));
    assert!((40..=76).contains(&got(&a)), "three of four, about: {}", got(&a));
}

#[test]
fn what_was_not_sent_goes_elsewhere_whatever_it_does_and_the_target_rests() {
    let good = upstream();
    let world = world(&[nobody(), line(&good, 1)], |_| {});
    for n in 0..30 {
        assert_eq!(post(&world, "/up/v1/x").status, 201, "{n}");
    }
    assert_eq!(got(&good), 30, "each once");
    let watch = world.gateway.as_ref().expect("a gateway").watch();
    let figures = webkit::Beside::figures(&watch);
    assert_eq!(figures.matches("upstream_open{").count(), 4, "two targets in two environments: {figures}");
    assert_eq!(figures.lines().filter(|line| line.contains("upstream_open{") && line.ends_with(" 0")).count(), 1, "it rests: {figures}");
}

#[test]
fn only_what_changes_nothing_is_made_again_and_not_for_ever() {
    let (a, b) = (upstream(), upstream());
    let lines = [line(&a, 1000), line(&b, 0)];
    let first = world(&lines, |_| {});
    // It breaks the connection: a GET is made again at the spare one, a POST is not.
    assert_eq!(first.ask("GET /up/v1/x?gone").status, 502);
    assert_eq!((got(&a), got(&b)), (1, 1));
    let seen = post(&first, "/up/v1/x?gone");
    assert_eq!((seen.status, seen.code().as_str(), got(&a), got(&b)), (502, "gateway-upstream-failed", 2, 1));
    // It says that it is busy: the answer of the last one tried goes back.
    assert_eq!(first.ask("GET /up/v1/busy").status, 503);
    assert_eq!((got(&a), got(&b)), (3, 2));
    assert_eq!((post(&first, "/up/v1/busy").status, got(&a), got(&b)), (503, 4, 2));
    // Whoever is slow was waited for long enough.
    let seen = first.ask("GET /up/v1/slow");
    assert_eq!((seen.status, seen.code().as_str(), got(&b)), (504, "gateway-upstream-slow", 2));
    let never = world(&lines, |version| version.retries = 0);
    assert_eq!((never.ask("GET /up/v1/busy").status, got(&b)), (503, 2));
}

#[test]
fn a_target_that_fails_again_and_again_is_left_alone_for_a_while() {
    let up = upstream();
    let world = world(&[line(&up, 1)], |_| {});
    for _ in 0..5 {
        assert_eq!(world.ask("GET /up/v1/busy").status, 503);
    }
    let seen = world.ask("GET /up/v1/x");
    assert_eq!((seen.status, seen.code().as_str(), seen.header("retry-after")), (503, "gateway-upstream-resting", Some("2")), "{seen:?}");
    assert_eq!(got(&up), 5, "nothing was sent");
    std::thread::sleep(Duration::from_millis(1_000));
    assert_eq!(world.ask("GET /up/v1/x").status, 201, "one tries it");
    assert_eq!(world.ask("GET /up/v1/x").status, 201, "and all go there again");
}

#[test]
fn a_slow_caller_is_not_the_upstreams_fault() {
    let up = upstream();
    let world = world(&[line(&up, 1)], |_| {});
    for _ in 0..6 {
        let seen = Seen::of(&world.raw(format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-length: 10\r\n\r\nhalf").as_bytes()));
        assert_eq!((seen.status, seen.code().as_str()), (408, "gateway-body-slow"), "{seen:?}");
    }
    assert_eq!(world.ask("GET /up/v1/x").status, 201);
}

#[test]
fn a_probe_takes_a_target_out_and_brings_it_back() {
    let (sick, well) = (upstream(), upstream());
    sick.got.lock().unwrap().clear();
    let world = world(&[line(&sick, 1), line(&well, 0)], |version| version.health = Some("/healthz".into()));
    assert_eq!(world.ask("GET /up/v1/x").status, 201);
    sick.sick.store(true, std::sync::atomic::Ordering::SeqCst);
    let calls = |up: &Upstream| up.got.lock().unwrap().iter().filter(|text| text.starts_with("GET /base/x")).count();
    let begun = std::time::Instant::now();
    // Two probes in a row, five seconds apart.
    while calls(&well) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "never");
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(world.ask("GET /up/v1/x").status, 201);
    }
    let before = calls(&sick);
    assert_eq!((world.ask("GET /up/v1/x").status, calls(&sick)), (201, before));
}

#[test]
fn when_there_is_as_much_as_a_thread_takes_the_sandbox_waits_first() {
    let mut world = World::new(None);
    world.gateway = None;
    world.calls = 2;
    world.start();
    let plan = |key: &str, environment| Plan { key: key.into(), name: Bilingual::new(key, key), environment, ..Plan::default() };
    world.tell(Change::Plans { plans: vec![plan("s", Environment::Sandbox), plan("t", Environment::Live)] });
    std::thread::sleep(Duration::from_millis(200));
    // One of them would be the second call of its thread (60 % of 2 is 1).
    let stream = |key: &str| {
        let mut stream = std::net::TcpStream::connect(world.address()).expect("a connection");
        let text = format!("GET /echo/v1/delay/700 HTTP/1.1\r\nhost: g\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n");
        std::io::Write::write_all(&mut stream, text.as_bytes()).expect("sent");
        stream
    };
    let streams: Vec<_> = (0..12).map(|_| stream(KEY)).collect();
    let answers = streams.into_iter().map(|mut stream| {
        let mut text = String::new();
        let _ = std::io::Read::read_to_string(&mut stream, &mut text);
        Seen::of(&text)
    });
    let answers: Vec<Seen> = answers.collect();
    let refused: Vec<&Seen> = answers.iter().filter(|seen| seen.status == 503).collect();
    assert!(refused.len() >= 10, "two threads take one each: {}", refused.len());
    assert_eq!((refused[0].code().as_str(), refused[0].header("retry-after")), ("gateway-overloaded", Some("2")));
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200, "and then it goes on");
}

#[test]
fn the_document_sends_calls_to_a_group_and_changes_them_on_the_way() {
    let (usual, beta) = (upstream(), upstream());
    let lines = [line(&usual, 1), format!("{} beta", line(&beta, 5))];
    let world = world(&lines, |version| {
        let rule = |header: Option<&str>, query: Option<&str>| RouteRule {
            header: header.map(str::to_owned),
            query: query.map(str::to_owned),
            value: "yes".into(),
            to: "beta".into(),
        };
        version.routes = vec![rule(Some("x-beta"), None), rule(None, Some("beta"))];
        let rewrite = Rewrite {
            path: Some(PathRewrite { from: "/x".into(), to: "/v3/things".into() }),
            set: [("x-plan".to_owned(), "gold".to_owned())].into(),
            remove: vec!["x-debug".into()],
        };
        version.rewrites = vec![(1, rewrite)];
    });
    for _ in 0..10 {
        assert_eq!(world.ask("GET /up/v1/x").status, 201);
    }
    assert_eq!((got(&usual), got(&beta)), (10, 0), "without the sign nothing goes to the group, whatever its weight");
    let with = |head: &str, headers: &[(&str, &str)]| world.call(head, &[&[("x-api-key", KEY)], headers].concat(), "body").status;
    assert_eq!(with("POST /up/v1/x?beta=yes&a=1", &[("x-debug", "1"), ("x-plan", "free"), ("x-own", "2")]), 201);
    assert_eq!(with("POST /up/v1/x", &[("x-beta", "yes")]), 201);
    assert_eq!((got(&usual), got(&beta)), (10, 2));
    let seen = beta.got.lock().unwrap()[0].clone();
    assert!(seen.starts_with("POST /base/v3/things?beta=yes&a=1 HTTP/1.1") && seen.ends_with("body"), "{seen}");
    assert!(seen.contains("x-plan: gold") && !seen.contains("free") && !seen.contains("x-debug") && seen.contains("x-own: 2"), "{seen}");
    assert!(usual.got.lock().unwrap()[0].starts_with("GET /base/x HTTP/1.1"), "another operation is left as it is");
}

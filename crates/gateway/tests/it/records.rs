//! What calls say is recorded where their app asks for it, over every way, and of nobody else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use capabilities::{Change, Recorded, SaidView};
use gateway::Recorder;
use words::Fault;

use crate::signed::{SECRET, Sign};
use crate::world::*;

struct Kept(Arc<Mutex<Vec<Recorded>>>);

impl Recorder for Kept {
    fn record(&mut self, records: &[Recorded]) -> Result<(), Fault> {
        self.0.lock().expect("what is kept").extend_from_slice(records);
        Ok(())
    }
}

/// A world whose sandbox app records until then, and what is kept.
fn recording(until: Option<i64>) -> (World, Upstream, Arc<Mutex<Vec<Recorded>>>) {
    let up = upstream();
    let mut world = World::new(Some(up.address));
    let kept = Arc::<Mutex<Vec<Recorded>>>::default();
    world.gateway.as_mut().expect("a gateway").record(Box::new(Kept(kept.clone()))).expect("a recorder");
    let told = world.told.lock().expect("the feed").changes.clone();
    let app = told.into_iter().find_map(|change| match change {
        Change::App(app) if app.id.as_str() == "app_sandbox" => Some(app),
        _ => None,
    });
    world.tell(Change::App(capabilities::AppLine { recorded_until: until, ..app.expect("the app") }));
    world.tell(Change::Key(world.signing(SECRET, "app_sandbox")));
    std::thread::sleep(Duration::from_millis(200));
    (world, up, kept)
}

fn after(kept: &Mutex<Vec<Recorded>>, count: usize) -> Vec<Recorded> {
    for _ in 0..100 {
        if kept.lock().expect("what is kept").len() >= count {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    kept.lock().expect("what is kept").clone()
}

fn value<'a>(said: &'a SaidView, name: &str) -> Option<&'a str> {
    said.head.iter().find(|line| line.name == name).map(|line| line.value.as_str())
}

#[test]
fn both_sides_of_a_call_are_taken_along_and_nothing_of_it_changes() {
    let (world, up, kept) = recording(Some(i64::MAX));
    let key = format!("Bearer {KEY}");
    let seen = world.call("POST /up/v1/x?a=1", &[("authorization", &key), ("content-type", "application/json")], "{\"a\":1}");
    assert_eq!((seen.status, seen.body.as_str()), (201, "ok"), "{seen:?}");
    assert!(up.got.lock().unwrap()[0].ends_with("{\"a\":1}"), "the call that went over to the other way went on once and whole");
    // What came behind a call that went over to the other way is answered too.
    let two = format!("GET /echo/v1/anything HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").repeat(2);
    assert_eq!(world.raw(two.as_bytes()).matches("HTTP/1.1 200").count(), 2);
    let large = world.call("POST /up/v1/x", &[("authorization", &key), ("content-type", "text/plain")], &"b".repeat(70_000));
    assert_eq!(large.status, 201);
    assert_eq!(world.ask("GET /echo/v1/nosuch").status, 404, "what is refused is no call");
    let signed = Sign::default();
    assert_eq!((signed.send(&world).status, signed.send(&world).status), (200, 401), "a signature is used up once, not once by each way");
    let kept = after(&kept, 5);
    assert_eq!(kept.len(), 5, "{kept:?}");
    let first = &kept[0];
    assert_eq!((first.said.line.as_str(), first.app.as_str(), Some(first.request.as_str())), ("POST /up/v1/x?a=1", "app_sandbox", seen.header("x-request-id")));
    let (asked, answered) = (&first.said.asked, &first.said.answered);
    assert_eq!((asked.body.as_deref(), answered.body.as_deref(), answered.length), (Some("{\n  \"a\": 1\n}"), None, 2), "an answer without a media type");
    assert_eq!(value(answered, "x-own"), Some("yes"), "{answered:?}");
    assert_eq!(value(asked, "authorization"), Some("***"), "{asked:?}");
    assert_eq!(value(&kept[4].said.asked, "signature"), Some("***"));
    assert!(kept[1].said.answered.body.as_deref().is_some_and(|body| body.contains("app_sandbox")));
    assert_eq!((kept[3].said.asked.length, &kept[3].said.asked.body), (70_000, &None), "of a long one only its length");
    assert!(!format!("{kept:?}").contains(KEY), "no credential leaves the gateway");
}

/// Half a text cannot be masked: what tells a number may be in the other half.
#[test]
fn of_a_body_that_breaks_off_only_its_length_is_kept() {
    let (world, _up, kept) = recording(Some(i64::MAX));
    let half = format!("POST /up/v1/x HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\ncontent-type: text/plain\r\ncontent-length: 90\r\n\r\n1381234567");
    assert_eq!(Seen::of(&world.raw(half.as_bytes())).status, 408);
    let kept = after(&kept, 1);
    let asked = &kept[0].said.asked;
    assert_eq!((asked.length, asked.kind.as_str(), &asked.body), (10, "text/plain", &None));
}

#[test]
fn nothing_is_recorded_of_whoever_does_not_ask_or_no_longer() {
    for until in [None, Some(1)] {
        let (world, _up, kept) = recording(until);
        assert_eq!(world.ask("GET /up/v1/x").status, 201);
        drop(world);
        assert!(kept.lock().unwrap().is_empty(), "{until:?}");
    }
}

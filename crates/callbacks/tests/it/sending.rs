//! What is sent, to whom, how often, and what becomes of it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callbacks::{EndpointRefusal, EndpointState, send_due};
use ring::hmac;
use serde_json::Value;
use store::params;
use store::testing::Temp;
use words::{Failure, Id, Never, Reach};

use crate::receiver::{Came, Receiver};
use crate::world::*;

/// Whether one of the signatures is of this secret, as a receiver would check it.
fn signed(came: &Came, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("its beginning")).expect("base64");
    let text = format!("{}.{}.{}", came.header("webhook-id"), came.header("webhook-timestamp"), came.body);
    let ours = STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes()).as_ref());
    came.header("webhook-signature").split(' ').any(|part| part == format!("v1,{ours}"))
}

fn column(world: &Temp, sql: &'static str, id: &Id) -> String {
    let id = id.clone();
    world.db.read::<_, Never>(move |read| Ok(read.row(sql, &params![&id])?.expect("a row").get::<String>("x")?)).map_err(Failure::into_fault).expect("read")
}

fn state_of(world: &Temp, endpoint: &Id) -> String {
    column(world, "select state as x from callbacks_endpoint where id = $1", endpoint)
}

fn delivery_of(world: &Temp, event: &Id) -> String {
    column(world, "select state as x from callbacks_delivery where event = $1", event)
}

#[test]
fn an_event_is_sent_signed_to_whoever_wants_its_kind_and_once() {
    let (world, receiver) = (world(), Receiver::start());
    let (_, secret) = endpoint(&world, 1, &receiver.url, &["thing.made"]);
    let (_, other) = endpoint(&world, 1, &receiver.url.replace("/hook", "/all"), &[]);
    endpoint(&world, 2, &receiver.url.replace("/hook", "/stranger"), &[]);
    let event = publish(&world, 1, "thing.made");
    publish(&world, 1, "thing.made"); // the same event again
    publish(&world, 2, "thing.lost");
    assert_eq!(send_due(&world.db, HERE).unwrap(), 3);
    assert_eq!(send_due(&world.db, HERE).unwrap(), 0, "what was taken is not sent again");
    let mut came = receiver.came();
    came.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(came.iter().map(|came| came.path.as_str()).collect::<Vec<_>>(), ["/all", "/all", "/hook"]);
    let hook = &came[2];
    assert!(signed(hook, &secret) && !signed(hook, &other));
    assert_eq!((hook.header("webhook-id"), hook.header("content-type")), (event.as_str(), "application/cloudevents+json"));
    let body: Value = serde_json::from_str(&hook.body).unwrap();
    assert_eq!((body["specversion"].as_str(), body["type"].as_str()), (Some("1.0"), Some("thing.made")));
    assert_eq!(body["source"].as_str(), Some("https://hechuang.example"));
    assert_eq!((body["id"].as_str(), body["data"]["名"].as_str()), (Some(event.as_str()), Some("东西")));
    world.assert_clean();
}

#[test]
fn what_is_not_taken_comes_again_later_with_the_same_id() {
    let (world, receiver) = (world(), Receiver::start());
    endpoint(&world, 1, &receiver.url, &[]);
    receiver.will(&[500, 302]);
    let event = publish(&world, 1, "thing.made");
    for (wait, sent, state) in [(0, 1, "waiting"), (4, 0, "waiting"), (2, 1, "waiting"), (299, 0, "waiting"), (40, 1, "delivered")] {
        world.run_until(world.db.clock().now().plus_seconds(wait));
        assert_eq!(send_due(&world.db, HERE).unwrap(), sent, "after {wait} more seconds");
        assert_eq!(delivery_of(&world, &event), state);
    }
    let came = receiver.came();
    assert!(came.iter().all(|came| came.header("webhook-id") == event.as_str() && came.path == "/hook"), "a redirect is not followed");
    assert_eq!(came.len(), 3);
    world.assert_clean();
}

#[test]
fn an_endpoint_that_is_gone_is_paused_and_its_owner_may_send_again() {
    let (world, receiver) = (world(), Receiver::start());
    let (made, _) = endpoint(&world, 1, &receiver.url, &[]);
    receiver.will(&[410]);
    let (first, second) = (publish(&world, 1, "thing.made"), publish(&world, 2, "thing.lost"));
    assert_eq!(send_due(&world.db, HERE).unwrap(), 1, "nothing more is sent there");
    assert_eq!(state_of(&world, &made.id), "paused");
    assert_eq!((delivery_of(&world, &first).as_str(), delivery_of(&world, &second).as_str()), ("failed", "failed"));
    let id = made.id.clone();
    let again = refused(&world, move |tx| callbacks::resend_failed(tx, &developer(1), &id));
    assert!(matches!(again, Err(Failure::Refused(EndpointRefusal::NotOn))), "{again:?}");
    let id = made.id.clone();
    let on = done::<_, Never>(&world, move |tx| callbacks::switch_endpoint(tx, &developer(1), &id, true));
    assert_eq!((on.state, on.reason.as_str()), (EndpointState::On, ""));
    let id = made.id;
    assert_eq!(done(&world, move |tx| callbacks::resend_failed(tx, &developer(1), &id)), 2);
    assert_eq!(send_due(&world.db, HERE).unwrap(), 2);
    assert_eq!(delivery_of(&world, &second), "delivered");
    world.assert_clean();
}

#[test]
fn after_ten_attempts_in_three_days_it_is_given_up() {
    let (world, receiver) = (world(), Receiver::start());
    let (made, _) = endpoint(&world, 1, &receiver.url, &[]);
    receiver.will(&[503; 10]);
    let event = publish(&world, 1, "thing.made");
    let (mut hours, mut sent) = (0, send_due(&world.db, HERE).unwrap());
    while delivery_of(&world, &event) == "waiting" {
        world.run_until(world.db.clock().now().plus_seconds(3_600));
        sent += send_due(&world.db, HERE).unwrap();
        hours += 1;
        assert!(hours < 100, "it is never given up");
    }
    assert_eq!((sent, receiver.came().len()), (10, 10));
    assert!((72..90).contains(&hours), "{hours} hours");
    assert_eq!(state_of(&world, &made.id), "paused");
    world.assert_clean();
}

#[test]
fn nothing_private_is_called_whatever_its_name() {
    let (world, receiver) = (world(), Receiver::start());
    // Named while it was allowed, or by a name that changed its mind.
    let (_, _) = endpoint(&world, 1, &receiver.url.replace("127.0.0.1", "localhost"), &[]);
    let event = publish(&world, 1, "thing.made");
    assert_eq!(send_due(&world.db, Reach { private: false }).unwrap(), 1);
    assert_eq!((receiver.came().len(), delivery_of(&world, &event).as_str()), (0, "waiting"));
    world.assert_clean();
}

#[test]
fn for_a_day_both_secrets_sign() {
    let (world, receiver) = (world(), Receiver::start());
    let (made, old) = endpoint(&world, 1, &receiver.url, &[]);
    let id = made.id;
    let new = done::<_, Never>(&world, move |tx| callbacks::roll_secret(tx, &developer(1), &id));
    assert_ne!(old, new);
    publish(&world, 1, "thing.made");
    send_due(&world.db, HERE).unwrap();
    world.run_until(world.db.clock().now().plus_seconds(86_401));
    publish(&world, 2, "thing.made");
    send_due(&world.db, HERE).unwrap();
    let signs: Vec<_> = receiver.came().iter().map(|came| (signed(came, &old), signed(came, &new))).collect();
    assert_eq!(signs, [(true, true), (false, true)]);
    world.assert_clean();
}

#[test]
fn one_that_hangs_keeps_no_other_waiting_and_two_couriers_double_nothing() {
    let (world, slow, quick) = (world(), Receiver::start(), Receiver::start());
    endpoint(&world, 1, &slow.url, &["thing.lost"]);
    endpoint(&world, 1, &quick.url, &["thing.made"]);
    slow.hold(true);
    publish(&world, 200, "thing.lost");
    for n in 0..20 {
        publish(&world, n, "thing.made");
    }
    let couriers = [callbacks::Courier::start(world.db.clone(), HERE), callbacks::Courier::start(world.db.clone(), HERE)];
    for _ in 0..3_000 {
        if quick.came().len() == 20 && slow.came().len() == 1 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let came = quick.came();
    assert_eq!(slow.came().len(), 1, "it hangs all the while, and nobody else tries it");
    slow.hold(false);
    drop(couriers);
    let mut ids: Vec<_> = came.iter().map(|came| came.header("webhook-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((came.len(), ids.len()), (20, 20));
    assert_eq!(slow.came().len(), 1);
    world.assert_clean();
}

#[test]
fn what_is_old_is_swept_away() {
    let (world, receiver) = (world(), Receiver::start());
    endpoint(&world, 1, &receiver.url, &[]);
    publish(&world, 1, "thing.made");
    send_due(&world.db, HERE).unwrap();
    let left = |world: &Temp| {
        let count = "select cast((select count(*) from callbacks_event) + (select count(*) from callbacks_delivery) + (select count(*) from callbacks_attempt) as bigint) as n";
        world.db.read::<_, Never>(move |read| Ok(read.row(count, &[])?.expect("a row").get::<i64>("n")?)).map_err(Failure::into_fault).unwrap()
    };
    world.run_until(world.db.clock().now().plus_seconds(29 * 86_400));
    assert_eq!(left(&world), 3);
    world.run_until(world.db.clock().now().plus_seconds(3 * 86_400));
    assert_eq!(left(&world), 0);
    world.assert_clean();
}

//! `kill -9` of two gateways in processes of their own and of their server, in turn, while developers call: every call that was seen to succeed is metered once, what is
//! metered and was not seen was in flight at a kill, the quota is not exceeded, and everything verifies.
//!
//! Part of the long run: `cargo test -p hechuang --test it -- --ignored apart_kill`.

use std::sync::Mutex;
use std::time::{Duration, Instant as Moment};

use testkit::{Database, Postgres, ask};

use crate::apart::{Alone, secret_file, wait_until};
use crate::metered_kill::{BETWEEN, Saw, World, call_while, is_metered_once, kills, pause};

/// A gateway or the server, in turn, is killed so often.
fn are_killed_in_turn(mut world: World, kills: usize) {
    let secret = secret_file(&world.program.folder().join("shared"), &"5e".repeat(20));
    world.program.after(&format!("export HC_GATEWAY__SECRET_FILE='{}'", secret.display()));
    world.program.start();
    let mut gateways = ["one", "two"].map(|name| Alone::new(name, world.program.port(), &secret));
    gateways.iter_mut().for_each(Alone::start);
    let ((app, key), saw) = (world.app(), Mutex::new(Saw::default()));
    for gateway in &gateways {
        wait_until("the key is known", || ask(gateway.port, "GET", "/echo/v1/nosuch", &[("x-api-key", &key)], "").is_ok_and(|got| got.status == 404));
    }
    let ports = gateways.each_ref().map(|gateway| gateway.port);
    for kill in 0..kills {
        call_while(&ports, &key, &saw, |seen| {
            let begun = Moment::now();
            // Once the quota is used up, nothing is seen to succeed any more.
            while seen() < BETWEEN && begun.elapsed() < Duration::from_secs(8) {
                std::thread::sleep(Duration::from_millis(5));
            }
            pause();
            match gateways.get_mut(kill % 3) {
                Some(gateway) => {
                    gateway.kill();
                    gateway.start();
                }
                None => {
                    world.program.kill();
                    world.program.start();
                }
            }
        });
    }
    // What the last start of a gateway leaves is closed by its end; nothing is left to be shipped.
    gateways.iter_mut().for_each(Alone::stop);
    is_metered_once(world, &app, saw.into_inner().expect("what was seen"), kills);
}

#[test]
#[ignore = "starts the program and two gateways, and kills them"]
fn apart_kill_meters_every_call_once() {
    are_killed_in_turn(World::new(), kills());
}

#[test]
#[ignore = "starts a server, the program and two gateways, and kills them"]
fn apart_kill_meters_every_call_once_on_postgresql() {
    let server = Postgres::start().expect("PostgreSQL");
    let database = Database::on(&server.url());
    are_killed_in_turn(World::on(&database), kills());
}

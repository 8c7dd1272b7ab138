//! Keys while the gateway runs: new ones work, killed ones are dead, restrictions hold; and a gateway whose feed is away serves what it knew.

use std::time::{Duration, Instant};

use capabilities::{AppLine, Change, Environment, KeyLine, Net};
use words::Id;

use crate::world::*;

const OTHER: &str = "hcs_99999999888888887777777766666666";

fn with(world: &World, key: KeyLine) -> Seen {
    world.tell(Change::Key(key));
    std::thread::sleep(Duration::from_millis(200));
    world.call("GET /echo/v1/anything", &[("x-api-key", OTHER)], "")
}

#[test]
fn a_change_is_in_force_within_a_quarter_of_a_second_and_a_killed_key_is_dead() {
    let world = World::new(None);
    let other = || world.call("GET /echo/v1/anything", &[("x-api-key", OTHER)], "").status;
    let until = |wanted: u16| {
        let begun = Instant::now();
        while other() != wanted {
            assert!(begun.elapsed() < Duration::from_secs(5), "never {wanted}");
            std::thread::sleep(Duration::from_millis(20));
        }
        begun.elapsed()
    };
    assert_eq!(other(), 401);
    let key = world.key(OTHER, "app_sandbox");
    world.tell(Change::Key(key.clone()));
    let born = until(200);
    world.tell(Change::Key(KeyLine { revoked: true, ..key }));
    let dead = until(401);
    assert!(born < Duration::from_millis(1_000) && dead < Duration::from_millis(1_000), "{born:?} {dead:?}");
}

#[test]
fn restrictions_hold() {
    let world = World::new(None);
    let key = world.key(OTHER, "app_sandbox");
    let net = |text: &str| Net::parse(text).into_iter().collect::<Vec<_>>();
    let only = |slug: &str| vec![slug.to_owned()];
    for (key, status, code) in [
        (KeyLine { nets: net("127.0.0.0/8"), ..key.clone() }, 200, ""),
        (KeyLine { nets: net("10.0.0.0/8"), ..key.clone() }, 403, "gateway-key-net"),
        (KeyLine { capabilities: only("echo"), ..key.clone() }, 200, ""),
        (KeyLine { capabilities: only("up"), ..key.clone() }, 403, "gateway-key-capability"),
        (KeyLine { ends_at: Some(1_000_000), ..key.clone() }, 401, "gateway-key-ended"),
        (KeyLine { app: Id::fixed("app_nosuch"), ..key.clone() }, 403, "gateway-app-closed"),
    ] {
        let seen = with(&world, key.clone());
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{key:?}");
    }
    world.tell(Change::App(AppLine {
        id: Id::fixed("app_sandbox"),
        environment: Environment::Sandbox,
        open: false,
        plan: None,
        subscriptions: Vec::new(),
        suspended: false,
        limited: false,
        recorded_until: None,
    }));
    let seen = with(&world, key);
    assert_eq!((seen.status, seen.code().as_str()), (403, "gateway-app-closed"));
}

#[test]
fn while_the_database_is_away_the_last_good_snapshot_serves() {
    let mut world = World::new(None);
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200);
    world.told.lock().unwrap().away = true;
    std::thread::sleep(Duration::from_millis(150));
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200, "it goes on");
    world.gateway = None;
    world.start();
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200, "it starts from its disk");
    world.tell(Change::Key(KeyLine { revoked: true, ..world.key(KEY, "app_sandbox") }));
    world.told.lock().unwrap().away = false;
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(world.ask("GET /echo/v1/anything").status, 401, "it catches up");
}

#[test]
fn another_database_means_beginning_anew() {
    let mut world = World::new(None);
    world.gateway = None;
    {
        let mut told = world.told.lock().unwrap();
        let kept: Vec<Change> = told.changes.iter().filter(|change| !matches!(change, Change::Key(_))).cloned().collect();
        told.changes = kept;
    }
    world.start();
    assert_eq!(world.ask("GET /echo/v1/anything").status, 401, "a key of the database before does not work");
}

#[test]
fn whoever_guesses_is_slowed_down() {
    let world = World::new(None);
    let statuses: Vec<u16> = (0..80).map(|n| world.call("GET /echo/v1/anything", &[("x-api-key", &format!("hcs_{n}"))], "").status).collect();
    assert!(statuses[..30].iter().all(|status| *status == 401), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn a_live_app_calls_only_what_it_subscribed_and_a_sandbox_app_anything() {
    let world = World::new(None);
    let live = |slugs: &[&str]| {
        let app = AppLine {
            id: Id::fixed("app_live"),
            environment: Environment::Live,
            open: true,
            plan: None,
            subscriptions: subscriptions(slugs),
            suspended: false,
            limited: false,
            recorded_until: None,
        };
        world.tell(Change::App(app));
        std::thread::sleep(Duration::from_millis(200));
        let seen = world.call("GET /echo/v1/anything", &[("x-api-key", LIVE_KEY)], "");
        (seen.status, seen.code())
    };
    assert_eq!(live(&["echo"]), (200, String::new()));
    assert_eq!(live(&["up"]), (403, "gateway-not-subscribed".into()));
    assert_eq!(live(&[]), (403, "gateway-not-subscribed".into()));
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200, "the sandbox needs none");
}

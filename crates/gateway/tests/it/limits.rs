//! Rates and quotas on the wire.

use std::time::Duration;

use capabilities::{Change, Environment, Plan};
use words::Bilingual;

use crate::world::*;

fn plan(world: &World, per_second: i64, burst: i64, per_month: i64) {
    let plan = Plan { key: "p".into(), name: Bilingual::new("p", "p"), environment: Environment::Sandbox, per_second, burst, per_month, ..Plan::default() };
    world.tell(Change::Plans { plans: vec![plan, open(0, 0, 0)] });
    std::thread::sleep(Duration::from_millis(250));
}

fn statuses(world: &World, count: usize) -> Vec<u16> {
    (0..count).map(|_| world.ask("GET /echo/v1/anything").status).collect()
}

#[test]
fn a_rate_holds_over_all_threads_and_says_so() {
    let world = World::new(None);
    assert_eq!(world.ask("GET /echo/v1/anything").header("ratelimit"), None, "no plan, no limit");
    plan(&world, 1, 5, 0);
    let first = world.ask("GET /echo/v1/anything");
    assert_eq!((first.header("ratelimit-policy"), first.header("ratelimit")), (Some("\"rate\";q=5;w=5"), Some("\"rate\";r=4;t=1")), "{first:?}");
    let mut passed = 1;
    let refused = loop {
        let seen = world.ask("GET /echo/v1/anything");
        if seen.status != 200 {
            break seen;
        }
        passed += 1;
        assert!(passed < 12, "it never refuses");
    };
    assert!(passed >= 5, "{passed}");
    assert_eq!((refused.status, refused.code().as_str(), refused.header("retry-after")), (429, "gateway-rate", Some("1")), "{refused:?}");
    let live = world.call("GET /echo/v1/anything", &[("x-api-key", LIVE_KEY)], "");
    assert_eq!(live.status, 200, "another app has its own");
}

#[test]
fn a_quota_admits_exactly_its_units_and_what_is_refused_costs_none() {
    let mut world = World::new(None);
    world.purse.lock().unwrap().left = 50;
    plan(&world, 0, 0, 50);
    assert_eq!(world.ask("GET /echo/v1/nosuch").status, 404);
    let seen = statuses(&world, 60);
    assert_eq!(seen.iter().filter(|status| **status == 200).count(), 50, "{seen:?}");
    let dry = world.ask("GET /echo/v1/anything");
    assert_eq!((dry.status, dry.code().as_str(), dry.header("ratelimit-policy")), (429, "gateway-quota", Some("\"month\";q=50")), "{dry:?}");
    assert!(dry.header("retry-after").is_some());
    world.gateway = None;
    assert_eq!(world.purse.lock().unwrap().returned, 0);
}

#[test]
fn what_is_at_hand_comes_back_when_the_gateway_stops() {
    let mut world = World::new(None);
    world.purse.lock().unwrap().left = 1_000;
    plan(&world, 0, 0, 1_000);
    assert_eq!(statuses(&world, 7), [200; 7]);
    world.gateway = None;
    assert_eq!(world.purse.lock().unwrap().left, 993, "exactly what was used is gone");
    world.start();
    assert_eq!(statuses(&world, 3), [200; 3]);
    world.gateway = None;
    assert_eq!(world.purse.lock().unwrap().left, 990);
}

#[test]
fn without_the_teller_nothing_passes_that_was_not_leased() {
    let world = World::new(None);
    world.purse.lock().unwrap().away = true;
    plan(&world, 0, 0, 100);
    let seen = world.ask("GET /echo/v1/anything");
    assert_eq!((seen.status, seen.code().as_str()), (503, "gateway-quota-waiting"), "{seen:?}");
    let mut purse = world.purse.lock().unwrap();
    (purse.away, purse.left) = (false, 10);
    drop(purse);
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200, "and then it goes on");
}

#[test]
fn callers_at_once_share_one_quota() {
    let world = World::new(None);
    world.purse.lock().unwrap().left = 200;
    plan(&world, 0, 0, 200);
    let passed: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8).map(|_| scope.spawn(|| statuses(&world, 40).into_iter().filter(|status| *status == 200).count())).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert_eq!(passed, 200);
}

#[test]
fn a_subscription_has_the_rate_and_the_quota_of_its_plan_and_of_no_other() {
    let world = World::new(None);
    world.purse.lock().unwrap().left = 5;
    let live = |path: &str| world.call(path, &[("x-api-key", LIVE_KEY)], "");
    let under = |plan| {
        world.tell(Change::Plans { plans: vec![plan] });
        std::thread::sleep(Duration::from_millis(250));
    };
    under(open(0, 0, 5));
    let seen: Vec<u16> = (0..8).map(|_| live("GET /echo/v1/anything").status).collect();
    assert_eq!(seen, [200, 200, 200, 200, 200, 429, 429, 429]);
    assert_eq!(world.purse.lock().unwrap().holders.iter().collect::<Vec<_>>(), ["case_echo"], "units are those of the subscription");
    assert_eq!(statuses(&world, 3), [200; 3], "the sandbox app is another matter");
    under(open(1, 2, 0));
    let mut seen: Vec<_> = (0..6).map(|_| live("GET /echo/v1/anything")).collect();
    let last = seen.pop().expect("an answer");
    assert_eq!((last.code().as_str(), last.header("ratelimit-policy")), ("gateway-rate", Some("\"rate\";q=2;w=2")), "{last:?}");
    assert_ne!(live("GET /up/v1/x").code(), "gateway-rate", "each subscription has its own");
    under(capabilities::Plan { key: "other".into(), ..open(0, 0, 0) });
    assert_eq!(live("GET /echo/v1/anything").code(), "gateway-not-subscribed", "a plan that is gone lets nothing pass");
}

//! Plans and quotas: whatever gateways lease and return, never more than was granted.

use capabilities::{Environment, Lease, PlanRefusal};
use store::testing::Temp;
use words::{Failure, Id, Never};

use crate::world::*;

fn lease(world: &Temp, app: &Id, gateway: &'static str, wanted: i64) -> Lease {
    let app = app.clone();
    done(world, move |tx| capabilities::lease_units::<Ground>(tx, &app, gateway, wanted))
}

fn units(lease: &Lease) -> i64 {
    match lease {
        Lease::Units { units, .. } => *units,
        _ => 0,
    }
}

fn clean(world: &Temp) {
    world.settle();
    world.assert_clean();
}

#[test]
fn two_gateways_lease_exactly_the_quota_in_ever_smaller_blocks() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let mut blocks = Vec::new();
    loop {
        let gateway = if blocks.len() % 2 == 0 { "one" } else { "two" };
        match lease(&world, &app.id, gateway, 40) {
            Lease::Units { units, quota, ref month, .. } => {
                assert_eq!((quota, month.as_str()), (100, "2026-09"));
                blocks.push(units);
            }
            Lease::Dry { quota, until } => {
                assert_eq!((quota, until.day().to_string().as_str()), (100, "2026-10-01"), "until the month is over in Shanghai");
                break;
            }
            other @ (Lease::Unlimited | Lease::Unpaid(_)) => panic!("it has a quota and costs nothing: {other:?}"),
        }
    }
    assert_eq!((blocks.iter().sum::<i64>(), blocks[0], blocks.last()), (100, 25, Some(&1)), "{blocks:?}");
    assert!(blocks.windows(2).all(|two| two[1] <= two[0]), "{blocks:?}");
    clean(&world);
}

#[test]
fn what_comes_back_can_be_leased_again_and_no_more_comes_back_than_went_out() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    assert_eq!(units(&lease(&world, &app.id, "one", 10)), 10);
    let id = app.id.clone();
    done(&world, move |tx| capabilities::return_units::<Ground>(tx, &id, "2026-09", "one", 7));
    let all = || {
        let mut leased = 0;
        loop {
            match units(&lease(&world, &app.id, "two", 1_000)) {
                0 => break leased,
                more => leased += more,
            }
        }
    };
    assert_eq!(all(), 97, "3 were used");
    let id = app.id.clone();
    done(&world, move |tx| capabilities::return_units::<Ground>(tx, &id, "2026-09", "one", 101));
    assert_eq!(all(), 100, "whatever a gateway says, no more comes back than went out");
    clean(&world);
}

#[test]
fn another_month_and_a_larger_plan_grant_anew() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Live);
    assert!(matches!(lease(&world, &app.id, "one", 4), Lease::Units { quota: 1_000, .. }));
    let choose = |key: &'static str| {
        let id = app.id.clone();
        refused(&world, move |tx| capabilities::choose_plan::<Ground>(tx, &developer(1), &id, key)).map(drop)
    };
    choose("more").expect("a plan");
    assert!(matches!(lease(&world, &app.id, "one", 4), Lease::Units { quota: 5_000, units: 4, .. }));
    choose("trial").expect("a plan");
    assert!(matches!(lease(&world, &app.id, "one", 4), Lease::Units { quota: 5_000, .. }), "a smaller plan takes nothing back this month");
    choose("free").expect("a plan");
    assert_eq!(lease(&world, &app.id, "one", 4), Lease::Unlimited);
    assert_eq!(choose("nosuch"), Err(Failure::Refused(PlanRefusal::Unknown { plan: "nosuch".into() })));
    choose("trial").expect("a plan");
    world.clock.set(world.clock.now().plus_seconds(31 * 86_400));
    assert!(matches!(lease(&world, &app.id, "one", 4), Lease::Units { quota: 1_000, ref month, .. } if month == "2026-10"));
    let id = app.id.clone();
    done(&world, move |tx| capabilities::close_app(tx, &developer(1), &id));
    assert!(matches!(lease(&world, &app.id, "one", 4), Lease::Dry { .. }), "a closed app calls nothing");
    assert_eq!(choose("more"), Err(Failure::Refused(PlanRefusal::AppClosed)));
    clean(&world);
}

#[test]
fn many_gateways_at_once_never_lease_more_than_the_quota() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Live);
    let leased: i64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (db, app) = (world.db.clone(), app.id.clone());
                scope.spawn(move || {
                    let mut leased = 0;
                    loop {
                        let app = app.clone();
                        let lease = db.write::<_, Never>("lease", move |tx| capabilities::lease_units::<Ground>(tx, &app, "some", 60));
                        match lease.map_err(Failure::into_fault) {
                            // Too many wanted the same row at once: a gateway asks again.
                            Err(fault) if fault.may_run_again() => {}
                            lease => match units(&lease.expect("a lease")) {
                                0 => return leased,
                                more => leased += more,
                            },
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a gateway")).sum()
    });
    assert_eq!(leased, 1_000);
    clean(&world);
}

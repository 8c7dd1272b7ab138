//! Calls are found by their request id while they are kept, and then expire.

use metering::{Ending, Terms};
use words::{Failure, Instant, Never};

use crate::world::*;

#[test]
fn a_call_is_found_by_its_id_and_expires() {
    let (world, log) = (world(), log(0));
    world
        .db
        .write::<_, Never>("metering.set_terms", |tx| Ok(metering::set_terms(tx, &Terms { call_days: 2, ..Terms::default() })?))
        .map_err(Failure::into_fault)
        .expect("terms");
    let entries = [admitted(1, 1), admitted(2, 1), admitted(3, 2), settled(1, 201), ended(2, Ending::CutOff, 200), settled(3, 500)];
    take(&world, &log, 1, &entries).expect("taken in");
    let found = read(&world, |read| metering::call(read, &request(2))).expect("the call");
    assert_eq!((found.app, found.outcome.as_str(), found.status, found.wait_us), (app(1), "cut_off", 200, 1_500));
    let latest = read(&world, |read| metering::latest_calls(read, &app(1), None, 10));
    assert_eq!(latest.iter().map(|call| call.request.clone()).collect::<Vec<_>>(), [request(2), request(1)], "newest first, one's own only");
    let before = read(&world, |read| metering::latest_calls(read, &app(1), Some(&request(2)), 10));
    assert_eq!(before.len(), 1);
    world.assert_clean();
    world.run_until(Instant::from_micros(AT).plus_seconds(2 * 86_400 - 60));
    assert!(read(&world, |read| metering::call(read, &request(2))).is_some());
    world.run_until(Instant::from_micros(AT).plus_seconds(2 * 86_400 + 1_200));
    assert!(read(&world, |read| metering::call(read, &request(2))).is_none());
    assert_eq!(counted(&world, 1), (2, 1), "what was counted stays");
    world.assert_clean();
}

#[test]
fn where_no_call_is_kept_nothing_is_swept_for() {
    let (world, log) = (world(), log(0));
    let due = |world: &store::testing::Temp| read(world, |read| read.next_due());
    world
        .db
        .write::<_, Never>("metering.set_terms", |tx| Ok(metering::set_terms(tx, &Terms { call_days: 2, ..Terms::default() })?))
        .map_err(Failure::into_fault)
        .expect("terms");
    assert_eq!(due(&world), None, "a programme that nobody calls has nothing to do every ten minutes");
    take(&world, &log, 1, &[admitted(1, 1), settled(1, 200)]).expect("taken in");
    assert!(due(&world).is_some());
    world.run_until(Instant::from_micros(AT).plus_seconds(3 * 86_400));
    assert_eq!(due(&world), None, "the last call is gone, so it ends");
    take(&world, &log, 3, &[admitted(2, 1), settled(3, 200)]).expect("taken in");
    assert!(due(&world).is_some(), "and begins again with the next");
    world.assert_clean();
}

//! Gateways that say that they are there: one row each, what they said last, forgotten once they were not seen for long.

use capabilities::{GatewayReport, GatewaySeen};
use store::testing::Temp;
use words::{Failure, Id, Never};

use crate::world::*;

fn report(id: &str, change: i64) -> GatewayReport {
    GatewayReport {
        id: Id::fixed(id),
        name: "n".repeat(5_000),
        address: "http://10.0.0.1:8081".into(),
        apart: true,
        change,
        keys: 3,
        version: "0.1.0".into(),
        began_us: 1,
        now_us: None,
        stops: false,
    }
}

fn note(world: &Temp, report: GatewayReport) {
    done(world, move |tx| capabilities::note_gateway(tx, &report));
}

fn seen(world: &Temp) -> Vec<GatewaySeen> {
    world.db.read::<_, Never>(|read| Ok(capabilities::gateways(read)?)).map_err(Failure::into_fault).expect("gateways")
}

#[test]
fn a_gateway_is_known_by_what_it_said_last_and_forgotten_when_it_was_not_seen_for_long() {
    let world = world();
    let now = world.clock.now();
    note(&world, report("gtw_a", 7));
    note(&world, GatewayReport { now_us: Some(now.micros() - 5_000_000), ..report("gtw_a", 8) });
    let all = seen(&world);
    assert_eq!((all.len(), all[0].said.change, all[0].clock_off_ms, all[0].seen_at), (1, 8, -5_000, now));
    assert_eq!(all[0].said.name.len(), 200, "what it says is bounded");
    note(&world, GatewayReport { stops: true, ..report("gtw_a", 8) });
    assert_eq!(seen(&world)[0].state(now), "stopped");
    note(&world, report("gtw_a", 8));
    assert_eq!(seen(&world)[0].state(now), "running", "it began again");
    world.clock.set(now.plus_seconds(91 * 86_400));
    note(&world, report("gtw_b", 9));
    let all = seen(&world);
    assert_eq!((all.len(), all[0].said.id.as_str()), (1, "gtw_b"));
    world.settle();
    world.assert_clean();
}

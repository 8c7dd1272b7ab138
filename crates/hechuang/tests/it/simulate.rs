//! The long simulation: months of the whole programme under a seed, with every invariant after each thirtieth act and at the end.
//!
//! `cargo xtask simulate --seed N --months M`; a shorter one belongs to the long runs of CI.

use hechuang::lived::live_watched;
use words::Fault;

use crate::ground::empty;

fn setting(name: &str, default: i64) -> i64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[ignore = "long: run by cargo xtask simulate and cargo xtask ci --long"]
fn simulate_months_with_all_invariants() {
    let (seed, months) = (setting("HECHUANG_SEED", 1), setting("HECHUANG_MONTHS", 15));
    let temp = empty();
    let until = temp.clock.now().plus_seconds(months.max(15) * 30 * 86_400);
    let mut acts = 0u32;
    let look = |_: &hechuang::lived::World| {
        acts += 1;
        let report = if acts.is_multiple_of(30) { temp.verify() } else { return Ok(()) };
        report.first().map_or(Ok(()), |finding| Err(Fault::new(format!("seed {seed}, act {acts}: {finding:?}"))))
    };
    let world = live_watched(&temp.db, &temp.clock, until, seed.unsigned_abs(), |_| true, look);
    let world = world.unwrap_or_else(|fault| panic!("seed {seed}: {fault}"));
    let failed = world.read(|read| Ok(read.jobs("failed", 10)?)).expect("the queue");
    assert!(failed.is_empty(), "seed {seed}: {failed:?}");
    temp.assert_clean();
    println!("seed {seed}, {months} months: {acts} acts, {} projects, all invariants hold", world.cases.len());
}

//! Many rounds at once: the load cap holds over the batch, and statements do not grow with the pool.

use std::collections::BTreeMap;
use std::time::Instant as Stopwatch;

use review::*;

use crate::stage::*;

fn rounds_with_panels(rounds: usize, experts_count: usize, cap: i64) -> (Stage, std::time::Duration) {
    let stage = stage();
    let people = experts(experts_count);
    let pool = Pool::of(people.clone());
    let started = Stopwatch::now();
    for piece in (0..rounds).collect::<Vec<_>>().chunks(40) {
        let drafts: Vec<RoundDraft> = piece
            .iter()
            .map(|n| {
                let mut draft = draft(&format!("case_{n:05}"), &pool, stage.now());
                draft.terms.load_cap = cap;
                draft.conflicts = (0..5).map(|k| conflict(&people[(n * 7 + k * 13) % people.len()], "same_unit", Severity::Block)).collect();
                draft
            })
            .collect();
        stage.done(move |tx| open_rounds(tx, &office(), &drafts));
    }
    stage.settle();
    (stage, started.elapsed())
}

fn check(stage: &Stage, rounds: usize, cap: i64) {
    let rows = stage.see(|read| read.rows("select round, person from review_assignment", &[]));
    let mut loads: BTreeMap<words::Id, i64> = BTreeMap::new();
    for row in &rows {
        *loads.entry(row.get("person").expect("a person")).or_insert(0) += 1;
    }
    assert_eq!(rows.len(), rounds * 5);
    assert!(loads.values().all(|&load| load <= cap));
    let wrong = stage.see(|read| {
        read.rows(
            "select a.round from review_assignment a join review_candidate c on c.round = a.round and c.person = a.person where c.severity = 'block'",
            &[],
        )
    });
    assert!(wrong.is_empty());
}

#[test]
fn a_batch_keeps_to_cap_and_conflicts() {
    let (stage, _) = rounds_with_panels(120, 100, 8);
    check(&stage, 120, 8);
    stage.temp.assert_clean();
}

/// Scenario 16, scale of the 2023 contest. Long: run with `--ignored`; the figure for the record comes from a release build.
#[test]
#[ignore = "takes a minute unoptimised"]
fn four_thousand_panels_from_a_thousand_experts() {
    let (stage, took) = rounds_with_panels(4_000, 1_000, 25);
    check(&stage, 4_000, 25);
    println!("4,000 panels of 5 from 1,000 experts in {took:?}");
}

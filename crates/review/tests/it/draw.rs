//! Scenario 4 and the draw that a third party recomputes.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use review::*;

use crate::stage::*;

/// What the published script prints, run by a shell that knows nothing of us.
fn run_script(script: &str) -> Vec<String> {
    let mut shell = Command::new("sh").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
    shell.stdin.take().expect("stdin").write_all(script.as_bytes()).expect("the script");
    let output = shell.wait_with_output().expect("the shell ends");
    assert!(output.status.success(), "the published hashes are right");
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn two_projects_one_expert_conflicted_by_stake_and_one_by_team_and_neither_is_drawn() {
    let stage = stage();
    let pool = Pool::of(experts(7));
    let (backer, old_friend) = (person("expert0001"), person("expert0002"));
    let mut rounds = Vec::new();
    for subject in ["case_a", "case_b"] {
        let mut draft = draft(subject, &pool, stage.now());
        draft.conflicts = vec![conflict(&backer, "backer", Severity::Block), conflict(&old_friend, "past_team", Severity::Block)];
        rounds.push(stage.opened(draft));
    }
    for round in &rounds {
        let drawn: BTreeSet<_> = stage.sitting(round).into_iter().map(|(_, person)| person).collect();
        assert_eq!(drawn, experts(7).into_iter().skip(2).collect());
        let protocol = stage.see(|read| protocol(read, None, round)).expect("a protocol");
        assert_eq!(protocol.draws[0].excluded, [("backer".to_owned(), 1), ("past_team".to_owned(), 1)].into());
        let salt = stage.see(|read| protocol_with_names(read, round));
        assert!(!protocol.draws[0].eligible.contains(&ticket(&salt, &backer)));
    }
    stage.temp.assert_clean();
}

fn protocol_with_names(read: &store::Read, round: &words::Id) -> Result<String, words::Fault> {
    Ok(protocol(read, Some(&office()), round)?.and_then(|protocol| protocol.draws[0].salt.clone()).expect("a salt for the office"))
}

#[test]
fn a_third_party_recomputes_the_draw_from_what_is_published() {
    let stage = stage();
    let pool = Pool::of(experts(30));
    let round = stage.opened(draft("case_a", &pool, stage.now()));
    let public = stage.see(|read| protocol(read, None, &round)).expect("a protocol");
    let draw = &public.draws[0];
    assert!(draw.salt.is_none() && draw.seats.iter().all(|seat| seat.person.is_none()), "no names before the decision");
    assert_eq!(public.notes, ["without-observers"]);
    assert_eq!(list_hash(&draw.eligible), draw.eligible_hash);
    // The hash was told before the seal existed from which the seed was made.
    let frozen = stage.see(|read| read.event(draw.frozen_event.as_ref().expect("an event"))).expect("the event");
    assert_eq!(frozen.data::<told::ListFrozen>().expect("facts").eligible_hash, draw.eligible_hash);
    let seal = stage.see(|read| read.first_seal_after(&frozen.id)).expect("a seal");
    assert_eq!((Some(seal.batch), Some(&seal.hash)), (draw.seal_batch, draw.seal_hash.as_ref()));
    assert!(seal.seq_from > frozen.seq.expect("sealed"));
    // In Rust, and with sha256sum alone.
    let parts = SeedParts { seal: seal.hash, nonces: vec![], draw: draw.draw_name.clone() };
    let seats: Vec<String> = draw.seats.iter().map(|seat| seat.ticket.clone()).collect();
    assert_eq!(recompute(&parts, &draw.eligible, &BTreeSet::new(), 5), seats);
    assert_eq!(run_script(&public.script), seats);
    // With the salt the tickets become names.
    let named = stage.see(|read| protocol(read, Some(&office()), &round)).expect("a protocol");
    let salt = named.draws[0].salt.clone().expect("the salt");
    assert!(named.draws[0].seats.iter().all(|seat| seat.person.as_ref().is_some_and(|who| ticket(&salt, who) == seat.ticket)));
}

#[test]
fn replacements_go_on_in_the_same_order() {
    let stage = stage();
    let round = stage.opened(draft("case_a", &Pool::of(experts(9)), stage.now()));
    for _ in 0..3 {
        let (id, who) = stage.sitting(&round)[0].clone();
        let who = acting(&who, stage.now());
        stage.done(move |tx| decline_assignment(tx, &who, &id, DeclineReason::Busy));
    }
    let public = stage.see(|read| protocol(read, None, &round)).expect("a protocol");
    let seats: Vec<String> = public.draws[0].seats.iter().map(|seat| seat.ticket.clone()).collect();
    assert_eq!(seats.len(), 8);
    assert_eq!(public.draws[0].seats.iter().filter(|seat| seat.replacement).count(), 3);
    assert_eq!(run_script(&public.script), seats);
    assert_eq!(stage.sitting(&round).len(), 5);
    stage.temp.assert_clean();
}

#[test]
fn observers_put_their_nonces_into_the_seed() {
    let stage = stage();
    let (li, wang) = (person("li"), person("wang"));
    let mut draft = draft("case_a", &Pool::of(experts(12)), stage.now());
    draft.observers = vec![li.clone(), wang.clone()];
    let round = stage.opened(draft);
    assert_eq!(stage.view(&round).state, RoundState::Gathering);
    for (who, nonce) in [(&li, "雨 rain'"), (&wang, "snow")] {
        let (id, who, bound) = (round.clone(), acting(who, stage.now()), commitment(nonce, who, &round));
        stage.done(move |tx| commit_nonce(tx, &who, &id, &bound));
    }
    stage.settle();
    assert_eq!(stage.view(&round).state, RoundState::Drawing, "waits for the nonces");
    let (id, who) = (round.clone(), acting(&li, stage.now()));
    assert_eq!(stage.code(move |tx| reveal_nonce(tx, &who, &id, "hail")), "review-nonce-differs");
    for (who, nonce) in [(&li, "雨 rain'"), (&wang, "snow")] {
        let (id, who) = (round.clone(), acting(who, stage.now()));
        stage.done(move |tx| reveal_nonce(tx, &who, &id, nonce));
    }
    stage.settle();
    let public = stage.see(|read| protocol(read, None, &round)).expect("a protocol");
    assert_eq!(public.notes, Vec::<String>::new());
    assert_eq!(run_script(&public.script), public.draws[0].seats.iter().map(|seat| seat.ticket.clone()).collect::<Vec<_>>());
    assert_eq!(public.draws[0].seats.len(), 5);
    stage.temp.assert_clean();
}

#[test]
fn a_silent_observer_is_left_out_after_a_day_and_the_record_says_so() {
    let stage = stage();
    let li = person("li");
    let mut draft = draft("case_a", &Pool::of(experts(6)), stage.now());
    draft.observers = vec![li.clone()];
    let round = stage.opened(draft);
    let (id, who, bound) = (round.clone(), acting(&li, stage.now()), commitment("rain", &li, &round));
    stage.done(move |tx| commit_nonce(tx, &who, &id, &bound));
    stage.temp.run_until(stage.now().plus_seconds(25 * 3600));
    assert_eq!(stage.view(&round).state, RoundState::Reviewing);
    let public = stage.see(|read| protocol(read, None, &round)).expect("a protocol");
    assert_eq!(public.notes, ["observer-silent", "without-observers"]);
    let (id, who) = (round.clone(), acting(&li, stage.now()));
    assert_eq!(stage.code(move |tx| reveal_nonce(tx, &who, &id, "rain")), "review-nonce-too-late");
}

#[test]
fn an_exhausted_pool_is_widened_by_a_freeze_of_its_own() {
    let stage = stage();
    let round = stage.opened(draft("case_a", &Pool::of(experts(5)), stage.now()));
    let (id, who) = stage.sitting(&round)[0].clone();
    let left = who.clone();
    stage.done(move |tx| decline_assignment(tx, &acting(&who, tx.now()), &id, DeclineReason::OutOfField));
    assert_eq!(stage.events("review.pool_exhausted").len(), 1);
    let (id, wider) = (round.clone(), Pool::of(experts(8)));
    stage.done(move |tx| widen_pool(tx, &office(), &id, &wider, &[conflict(&person("expert0006"), "same_unit", Severity::Block)]));
    stage.settle();
    let sitting: Vec<_> = stage.sitting(&round).into_iter().map(|(_, person)| person).collect();
    assert_eq!(sitting.len(), 5);
    assert!(!sitting.contains(&left) && !sitting.contains(&person("expert0006")));
    let public = stage.see(|read| protocol(read, None, &round)).expect("a protocol");
    assert_eq!(public.draws[1].eligible.len(), 2, "only those who were not listed before");
    assert_eq!(run_script(&public.script).len(), 6);
    stage.temp.assert_clean();
}

#[test]
fn the_history_of_the_subject_names_no_reviewer() {
    let stage = stage();
    let round = stage.opened(draft("case_a", &Pool::of(experts(6)), stage.now()));
    for (id, who) in stage.sitting(&round) {
        stage.sign(&id, &who, marks(8, 8, ""));
    }
    let id = round.clone();
    stage.done(move |tx| close_round(tx, &office(), &id));
    stage.settle();
    let history = stage.see(|read| read.events_of("case_a", 0, 1_000));
    assert_eq!(history.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["review.round_opened", "review.list_frozen", "review.round_closed"]);
    assert!(history.iter().all(|event| !event.data.contains("per_expert") && !event.actor.as_str().contains("expert")));
    assert!(stage.see(|read| read.events_of(round.as_str(), 0, 1_000)).len() > 15);
}

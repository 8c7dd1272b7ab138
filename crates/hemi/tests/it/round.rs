//! Rounds and stakes.

use hemi::{Bar, LineKind, OnFailure, RoundEnd, RoundRefusal, RoundState, StakeRefusal, StakeState, Terms};
use store::testing::Temp;
use words::{Acting, Failure, Id};

use crate::world::*;

fn settle(world: &Temp, round: &Id, end: RoundEnd) {
    let id = round.clone();
    done(world, move |tx| hemi::settle_round(tx, &office(), &id, end, "项目有结论"));
    world.settle();
}

fn refusal(outcome: Result<hemi::Stake, Failure<StakeRefusal>>) -> StakeRefusal {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn stakes_are_doubled_and_settling_again_changes_nothing() {
    let world = world();
    granted(&world, 250);
    let round = open_round(&world, 1, TERMS);
    for n in 3..=250 {
        stake(&world, n, &round.id, 100).expect("a stake");
    }
    stake(&world, 3, &round.id, 50).expect("a second stake of the same person");
    assert_eq!(balance(&world, &format!("hemi:stake:{}:{}", project(1), person(3))), 150);
    settle(&world, &round.id, RoundEnd::Success);
    assert_eq!((wallet(&world, 3), wallet(&world, 4), wallet(&world, 250), wallet(&world, 1)), (1150, 1100, 1100, 1000));
    let (id, same) = (round.id.clone(), round.id.clone());
    done(&world, move |tx| hemi::settle_round(tx, &office(), &id, RoundEnd::Success, "again"));
    assert!(!done(&world, move |tx| hemi::settle_chunk(tx, &BOOK, &same)));
    world.settle();
    assert_eq!((wallet(&world, 3), wallet(&world, 250)), (1150, 1100));
    let id = round.id.clone();
    let other = refused(&world, move |tx| hemi::settle_round(tx, &office(), &id, RoundEnd::Failure, "no")).unwrap_err();
    assert_eq!(other, Failure::Refused(RoundRefusal::State { state: "settled_success".into(), to: "settled_failure".into() }));
    let view = world.db.read(|read| hemi::round_view(read, None, &round.id, &|_, _| Ok(Default::default()))).expect("the round");
    assert_eq!((view.round.total, view.round.backers, view.backed_by.len(), view.mine.is_none()), (24_850, 248, 0, true));
    assert!(view.round.paid_at.is_some());
    world.assert_clean();
}

#[test]
fn a_failure_burns_or_refunds_as_the_pack_says_and_void_refunds() {
    for (on_failure, end, left, state) in [
        (OnFailure::Burn, RoundEnd::Failure, 800, StakeState::Burned),
        (OnFailure::Refund, RoundEnd::Failure, 1000, StakeState::Refunded),
        (OnFailure::Burn, RoundEnd::Void, 1000, StakeState::Refunded),
    ] {
        let world = world();
        granted(&world, 4);
        let round = open_round(&world, 1, Terms { on_failure, ..TERMS });
        stake(&world, 3, &round.id, 200).expect("a stake");
        settle(&world, &round.id, end);
        assert_eq!(wallet(&world, 3), left);
        let view = world.db.read(|read| hemi::round_view(read, Some(&staff(3)), &round.id, &|_, _| Ok(Default::default()))).expect("the round");
        assert_eq!(view.mine.expect("mine").stakes[0].state, state);
        world.assert_clean();
    }
}

#[test]
fn own_projects_and_reviewed_ones_are_refused() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    assert_eq!(refusal(stake(&world, 1, &round.id, 100)), StakeRefusal::OwnProject);
    assert_eq!(refusal(stake(&world, 2, &round.id, 100)), StakeRefusal::Reviewer);
    assert_eq!(refusal(stake(&world, 3, &round.id, 0)), StakeRefusal::TooSmall { min: 10 });
    assert_eq!(refusal(stake(&world, 3, &round.id, 501)), StakeRefusal::TooLarge { max: 500, staked: 0 });
    stake(&world, 3, &round.id, 500).expect("a stake");
    assert_eq!(refusal(stake(&world, 3, &round.id, 10)), StakeRefusal::TooLarge { max: 500, staked: 500 });
    let second = open_round(&world, 2, Terms { stake_max: 5000, ..TERMS });
    assert_eq!(refusal(stake(&world, 3, &second.id, 501)), StakeRefusal::Short { asked: 501, available: 500 });
    assert_eq!(refusal(stake(&world, 5, &second.id, 10)), StakeRefusal::Short { asked: 10, available: 0 });
    let id = second.id.clone();
    assert!(matches!(refused(&world, move |tx| hemi::make_stake(tx, &BOOK, &office(), &id, 10)), Err(Failure::Denied(_))));
    let id = second.id.clone();
    assert!(matches!(refused(&world, move |tx| hemi::make_stake(tx, &BOOK, &Acting::system("clock"), &id, 10)), Err(Failure::Denied(_))));
    world.assert_clean();
}

#[test]
fn who_joins_or_judges_later_gets_the_stake_back() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    stake(&world, 3, &round.id, 100).expect("a stake");
    stake(&world, 4, &round.id, 70).expect("a stake");
    let id = round.id.clone();
    done(&world, move |tx| hemi::freeze_round(tx, &office(), &id));
    done(&world, |tx| hemi::bar_person(tx, &BOOK, &Acting::system("reaction"), &project(1), &person(3), Bar::Team));
    done(&world, |tx| hemi::bar_person(tx, &BOOK, &Acting::system("reaction"), &project(1), &person(3), Bar::Team));
    assert_eq!((wallet(&world, 3), wallet(&world, 4)), (1000, 930));
    let card = world.db.read(|read| hemi::round_of_project(read, &project(1))).expect("a card").expect("a round");
    assert_eq!((card.total, card.backers), (70, 1));
    world.assert_clean();
}

#[test]
fn stakes_are_taken_back_only_while_the_round_is_open() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    let made = stake(&world, 3, &round.id, 100).expect("a stake");
    let (id, other) = (made.id.clone(), made.id.clone());
    assert_eq!(refused(&world, move |tx| hemi::withdraw_stake(tx, &BOOK, &staff(4), &other)).unwrap_err(), Failure::Absent);
    assert_eq!(done(&world, move |tx| hemi::withdraw_stake(tx, &BOOK, &staff(3), &id)).state, StakeState::Withdrawn);
    assert_eq!(wallet(&world, 3), 1000);
    let id = made.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| hemi::withdraw_stake(tx, &BOOK, &staff(3), &id))), StakeRefusal::Ended { state: "withdrawn".into() });
    let kept = stake(&world, 3, &round.id, 60).expect("a stake");
    let id = round.id.clone();
    done(&world, move |tx| hemi::freeze_round(tx, &office(), &id));
    let frozen = StakeRefusal::RoundNotOpen { state: "frozen".into() };
    let id = kept.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| hemi::withdraw_stake(tx, &BOOK, &staff(3), &id))), frozen);
    assert_eq!(refusal(stake(&world, 3, &round.id, 60)), frozen);
    let id = round.id.clone();
    assert_eq!(done(&world, move |tx| hemi::open_round(tx, &office(), &id)).state, RoundState::Open);
    stake(&world, 3, &round.id, 40).expect("open again");
    world.assert_clean();
}

#[test]
fn amounts_are_for_the_backer_and_the_office() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    stake(&world, 3, &round.id, 100).expect("a stake");
    stake(&world, 4, &round.id, 70).expect("a stake");
    let seen = |who: Acting| {
        let view = world.db.read(|read| hemi::round_view(read, Some(&who), &round.id, &|_, _| Ok(Default::default()))).expect("the round");
        (view.round.total, view.backed_by.iter().map(|backer| backer.amount).collect::<Vec<_>>())
    };
    assert_eq!(seen(staff(3)), (170, vec![Some(100), None]));
    assert_eq!(seen(staff(2)), (170, vec![None, None]));
    assert_eq!(seen(office()), (170, vec![Some(100), Some(70)]));
    settle(&world, &round.id, RoundEnd::Success);
    let mine = world.db.read(|read| hemi::wallet_view(read, &person(3))).expect("a wallet");
    let lines: Vec<(LineKind, i64, i64)> = mine.lines.iter().map(|line| (line.kind, line.change, line.balance)).collect();
    assert_eq!(lines, [(LineKind::Rewarded, 200, 1100), (LineKind::Stake, -100, 900), (LineKind::Grant, 1000, 1000)]);
    assert_eq!((mine.wallet, mine.record.backed, mine.record.succeeded, mine.record.won), (1100, 1, 1, 100));
    world.assert_clean();
}

/// Checklist §13: 200 backers with 1,000 和米 on 12 projects of which 4 succeed.
#[test]
fn the_worked_example_balances() {
    let world = world();
    granted(&world, 200);
    let rounds: Vec<Id> = (1..=12).map(|n| open_round(&world, n, TERMS).id).collect();
    for n in 3..=200usize {
        for step in 0..4 {
            stake(&world, n, &rounds[(n * 5 + step * 3) % 12], 50 + (n % 7) as i64 * 20).expect("a stake");
        }
    }
    let staked: i64 = (3..=200i64).map(|n| 4 * (50 + (n % 7) * 20)).sum();
    for (n, round) in rounds.iter().enumerate() {
        settle(&world, round, if n < 4 { RoundEnd::Success } else { RoundEnd::Failure });
    }
    let sum: i64 = (1..=200).map(|n| wallet(&world, n)).sum();
    let burned = balance(&world, "hemi:burned");
    let won = sum - (200_000 - staked) - (staked - burned);
    assert_eq!(won, staked - burned, "every stake that was not burned was doubled");
    assert!(balance(&world, "hemi:pool") >= sum, "the pool can double all that there is");
    world.assert_clean();
}

#[test]
fn a_project_has_one_live_round_and_a_tampered_stake_is_found() {
    let world = world();
    granted(&world, 4);
    let round = open_round(&world, 1, TERMS);
    let draft = hemi::RoundDraft { id: None, project: project(1), number: "SC-1".into(), title: "t".into(), node: round.node.clone(), team: vec![] };
    let exists = refused(&world, move |tx| hemi::make_round(tx, &office(), &TERMS, draft.clone())).unwrap_err();
    assert_eq!(exists, Failure::Refused(RoundRefusal::RoundExists { round: round.id.to_string() }));
    stake(&world, 3, &round.id, 100).expect("a stake");
    world.assert_clean();
    world.tamper("update hemi_stake set amount = 900");
    assert!(!world.verify().is_clean());
}

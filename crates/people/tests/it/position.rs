//! Positions: choice, return, transfer, leave.

use people::{Choice, Outcome, Position, PositionState, PostRefusal, Signed, VentureState};
use store::testing::Temp;
use words::{Acting, Failure, Id, Node, Span};

use crate::world::*;

fn open_choice(world: &Temp, outcome: Outcome) {
    done(world, move |tx| people::open_choice(tx, &Acting::system("reaction"), &project(1), outcome, day("2026-10-15"), day("2026-11-14")));
}

fn choose(world: &Temp, n: usize, position: &Id, choice: Choice) -> Result<Position, Failure<PostRefusal>> {
    let id = position.clone();
    refused(world, move |tx| people::choose(tx, &member(n), &id, choice))
}

fn restore(world: &Temp, position: &Id, grade: &'static str) -> Result<Position, Failure<PostRefusal>> {
    let id = position.clone();
    refused(world, move |tx| people::restore(tx, &hr(), &terms().grades, &id, grade))
}

fn ask_return(world: &Temp, position: &Id, venture: VentureState) -> Result<Position, Failure<PostRefusal>> {
    let id = position.clone();
    refused(world, move |tx| people::ask_return(tx, &member(1), &terms(), &id, venture))
}

#[test]
fn members_return_at_the_same_grade_or_above() {
    let world = world();
    let position = seconded(&world, 1, 2_000_000, "2026-09-01");
    at(&world, "2026-10-15");
    open_choice(&world, Outcome::Failure);
    open_choice(&world, Outcome::Failure);
    assert_eq!(refusal(choose(&world, 1, &position.id, Choice::Transfer)), PostRefusal::NotOffered { choice: "transfer".into() });
    assert_eq!(choose(&world, 2, &position.id, Choice::Return).unwrap_err(), Failure::Absent);
    choose(&world, 1, &position.id, Choice::Return).expect("chosen");
    assert_eq!(refusal(restore(&world, &position.id, "P4")), PostRefusal::GradeBelow { offered: "P4".into(), frozen: "P5".into() });
    let restored = restore(&world, &position.id, "P5").expect("restored");
    assert_eq!((restored.state, restored.new_grade.as_deref()), (PositionState::Restored, Some("P5")));
    assert_eq!(refusal(restore(&world, &position.id, "P5")), PostRefusal::State { state: "restored".into() });
    world.settle();
    assert!(world.db.read::<_, words::Never>(|read| Ok(read.next_due()?)).expect("the queue").is_none_or(|due| due > world.db.clock().now()));
    world.assert_clean();
}

#[test]
fn who_lets_the_day_pass_returns() {
    let world = world();
    let position = seconded(&world, 1, 2_000_000, "2026-09-01");
    at(&world, "2026-10-15");
    open_choice(&world, Outcome::Internal);
    assert_eq!(refusal(restore(&world, &position.id, "P5")), PostRefusal::NotChosen);
    at(&world, "2026-11-14");
    assert!(world.db.read(|read| people::position_of(read, &person(1), &project(1))).expect("a look").expect("a position").choice.is_none());
    at(&world, "2026-11-15");
    let late = PostRefusal::ChoiceLate { by: "2026-11-14".into(), days: 1 };
    assert_eq!(refusal(choose(&world, 1, &position.id, Choice::Transfer)), late);
    let noted = world.db.read(|read| people::position_of(read, &person(1), &project(1))).expect("a look").expect("a position");
    assert_eq!((noted.choice, noted.choice_by_default), (Some(Choice::Return), true));
    restore(&world, &position.id, "P6").expect("restored");
    world.assert_clean();
}

#[test]
fn a_transfer_needs_both_signatures() {
    let world = world();
    let position = seconded(&world, 1, 2_000_000, "2026-09-01");
    at(&world, "2026-10-15");
    open_choice(&world, Outcome::Internal);
    choose(&world, 1, &position.id, Choice::Transfer).expect("chosen");
    let transfer = |signed: Signed| {
        let id = position.id.clone();
        refused(&world, move |tx| people::transfer(tx, &hr(), &id, Node::at("group/js"), signed))
    };
    assert_eq!(
        refusal(transfer(Signed { transfer_member: true, ..Signed::default() })),
        PostRefusal::NotSigned { documents: "transfer (application_unit)".into() }
    );
    let gone = transfer(SIGNED).expect("transferred");
    assert_eq!((gone.state, gone.new_unit), (PositionState::Transferred, Some(Node::at("group/js"))));
    world.assert_clean();
}

fn on_leave(world: &Temp) -> Id {
    let position = seconded(world, 1, 2_000_000, "2026-09-01");
    at(world, "2026-10-15");
    open_choice(world, Outcome::Venture);
    choose(world, 1, &position.id, Choice::Venture).expect("chosen");
    let id = position.id.clone();
    let unsigned = refused(world, move |tx| people::go_out(tx, &hr(), &id, day("2026-11-01"), terms().return_window, Signed::default()));
    assert_eq!(refusal(unsigned), PostRefusal::NotSigned { documents: "return_right".into() });
    let id = position.id.clone();
    let out = done(world, move |tx| people::go_out(tx, &hr(), &id, day("2026-11-01"), Span::parse("P2Y").expect("a span"), SIGNED));
    assert_eq!(out.return_ends_on, Some(day("2028-11-01")));
    position.id
}

/// Scenario 9: accepted on the last day of the two-year window.
#[test]
fn the_last_day_is_in_time() {
    let world = world();
    let id = on_leave(&world);
    assert_eq!(refusal(restore(&world, &id, "P5")), PostRefusal::NotAsked);
    world.run_until(day("2028-11-01").end().plus_seconds(-1));
    ask_return(&world, &id, VentureState::Running).expect("in time");
    at(&world, "2028-12-24");
    assert_eq!(restore(&world, &id, "P5").expect("restored").state, PositionState::Restored);
    world.assert_clean();
}

/// Scenario 9: the next day refused with the counted days; a failed venture opens the way all the same.
#[test]
fn the_next_day_is_late() {
    let world = world();
    let id = on_leave(&world);
    world.run_until(day("2028-11-02").start());
    let late = PostRefusal::ReturnLate { left: "2026-11-01".into(), last: "2028-11-01".into(), days: 732, window: 731 };
    assert_eq!(refusal(ask_return(&world, &id, VentureState::Running)), late);
    ask_return(&world, &id, VentureState::Failed).expect("the venture failed");
    world.assert_clean();
}

#[test]
fn the_right_lapses_only_when_nothing_holds_it() {
    let world = world();
    let id = on_leave(&world);
    let lapse = |venture: VentureState, warnings: i64| {
        let id = id.clone();
        refused(&world, move |tx| people::separate(tx, &Acting::system("clock"), &terms(), &id, venture, warnings))
    };
    let why = |outcome: Result<Position, Failure<PostRefusal>>| match refusal(outcome) {
        PostRefusal::NotLapsed { why } => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(lapse(VentureState::None, 3)), "window");
    at(&world, "2028-11-02");
    assert_eq!(why(lapse(VentureState::Running, 3)), "venture");
    assert_eq!(why(lapse(VentureState::None, 2)), "warnings");
    assert_eq!(lapse(VentureState::None, 3).expect("lapsed").state, PositionState::Separated);
    world.assert_clean();
}

#[test]
fn some_never_leave_and_some_renounce() {
    let world = world();
    let frozen = done(&world, |tx| people::freeze_position(tx, &hr(), draft(2, 500_000)));
    let id = frozen.id.clone();
    assert!(matches!(refused(&world, move |tx| people::step_back(tx, &member(3), &id)), Err(Failure::Denied(_))));
    let id = frozen.id.clone();
    assert_eq!(done(&world, move |tx| people::step_back(tx, &member(2), &id)).state, PositionState::NeverSeconded);
    done(&world, |tx| people::freeze_position(tx, &hr(), draft(2, 500_000)));
    let id = on_leave(&world);
    let unsigned = id.clone();
    assert_eq!(
        refusal(refused(&world, move |tx| people::renounce(tx, &member(1), &unsigned, false))),
        PostRefusal::NotSigned { documents: "renunciation".into() }
    );
    assert_eq!(done(&world, move |tx| people::renounce(tx, &member(1), &id, true)).state, PositionState::Separated);
    world.assert_clean();
}

/// S-073: nothing anywhere records a penalty.
#[test]
fn there_is_no_field_for_a_penalty() {
    let schema = include_str!("../../migrations/20261122_people.sql").replace("by_default", "");
    for word in ["penal", "punish", "fine", "fault", "blame", "score"] {
        assert!(!schema.contains(word), "{word}");
    }
}

#[test]
fn nobody_is_away_for_two_projects_at_once() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    let other = move || people::PositionDraft { project: project(2), number: "SC-2".into(), ..draft(1, 2_000_000) };
    let refusal = refused(&world, move |tx| people::freeze_position(tx, &hr(), other()));
    assert_eq!(refusal, Err(Failure::Refused(PostRefusal::Elsewhere { number: "SC-1".into() })));
    world.assert_clean();
}

#[test]
fn a_mistyped_base_is_put_right_by_another_person_before_anybody_is_paid_by_it() {
    let world = world();
    let mistyped = draft(1, 200_000_000);
    let position = done(&world, move |tx| people::freeze_position(tx, &hr(), mistyped.clone()));
    let correct = |who: Acting, base_minor: i64, reason: &'static str| {
        let (id, draft) = (position.id.clone(), people::Correction { grade: "P5".into(), base_minor, reason: reason.into() });
        refused(&world, move |tx| people::correct_position(tx, &who, &terms(), &id, &draft))
    };
    assert_eq!(refusal(correct(hr(), 2_000_000, "多写了两个零")), PostRefusal::SecondPerson);
    assert!(matches!(correct(member(1), 2_000_000, "多写了两个零"), Err(Failure::Denied(_))));
    assert_eq!(refusal(correct(finance(1), 2_000_000, " ")), PostRefusal::ReasonNeeded);
    assert_eq!(refusal(correct(finance(1), 0, "多写了两个零")), PostRefusal::BaseWrong);
    assert_eq!(correct(finance(1), 2_000_000, "多写了两个零").expect("corrected").base_minor, 2_000_000);
    let id = position.id.clone();
    done(&world, move |tx| people::second(tx, &BOOK, &hr(), &terms(), &id, secondment("2026-09-10")));
    at(&world, "2026-10-02");
    let run = prepare(&world, "2026-09").expect("prepared");
    confirm(&world, &run.run.id).expect("confirmed");
    assert_eq!(refusal(correct(finance(2), 1_900_000, "再改")), PostRefusal::PaidBy);
    world.assert_clean();
}

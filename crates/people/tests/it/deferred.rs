//! Deferred pay: made up, extinguished, partly made up.

use people::{DeferredEnd, Kind, LeaveDraft, PayRefusal, PositionState, Run};
use store::testing::Temp;
use words::{Acting, Failure};

use crate::world::*;

fn settle(world: &Temp, end: DeferredEnd, on: &str) -> Option<Run> {
    let on = day(on);
    done(world, move |tx| people::settle_deferred(tx, &BOOK, &Acting::system("reaction"), &project(1), end, on, "项目有结论"))
}

/// 36,000.00 made up in one run; total 120,000.00; the account ends at exactly 0.
#[test]
fn success_makes_everything_up_in_one_run() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    seconded(&world, 2, 1_111_111, "2026-09-10");
    let months = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"];
    let paid_to_first: i64 =
        months.iter().flat_map(|month| paid(&world, month).lines).filter(|line| line.person == person(1)).map(|line| line.paid_minor).sum();
    assert_eq!((paid_to_first, deferred(&world, 1)), (8_400_000, 3_600_000));
    let second = deferred(&world, 2);
    let run = settle(&world, DeferredEnd::Release, "2027-02-28").expect("a run");
    assert_eq!((run.kind, run.line_count, run.paid_minor, run.deferred_minor), (Kind::Release, 2, 3_600_000 + second, -3_600_000 - second));
    assert_eq!((deferred(&world, 1), deferred(&world, 2)), (0, 0));
    assert_eq!(settle(&world, DeferredEnd::Release, "2027-02-28"), None, "asked again, nothing happens");
    assert_eq!(settle(&world, DeferredEnd::Extinguish, "2027-03-01"), None, "it has ended already");
    let id = run.id.clone();
    done(&world, move |tx| people::export_run(tx, &finance(1), &id));
    world.assert_clean();
}

#[test]
fn days_paid_late_end_as_the_project_did() {
    for (end, payroll, kinds) in
        [(DeferredEnd::Release, 3_000_000, vec![Kind::Withhold, Kind::Release]), (DeferredEnd::Extinguish, 2_100_000, vec![Kind::Withhold, Kind::Extinguish])]
    {
        let world = world();
        seconded(&world, 1, 2_000_000, "2026-09-01");
        paid(&world, "2026-09");
        at(&world, "2026-10-16");
        settle(&world, end, "2026-10-16");
        let late = prepare(&world, "2026-10").expect("a run").run;
        let lines = confirm(&world, &late.id).expect("confirmed").lines;
        assert_eq!(lines.iter().map(|line| line.kind).collect::<Vec<_>>(), kinds);
        assert_eq!((lines[0].days, lines[0].due_minor), (16, 1_032_258));
        assert_eq!(deferred(&world, 1), 0);
        let rest = if end == DeferredEnd::Release { 32_258 } else { 22_581 };
        assert_eq!(balance(&world, "payable:payroll"), payroll + rest);
        world.assert_clean();
    }
}

/// Scenario 2: on failure the balance is extinguished, and the unit's cost is what was paid.
#[test]
fn failure_extinguishes() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    paid(&world, "2026-09");
    let run = settle(&world, DeferredEnd::Extinguish, "2026-09-30").expect("a run");
    assert_eq!((run.kind, run.paid_minor, run.deferred_minor, deferred(&world, 1)), (Kind::Extinguish, 0, -600_000, 0));
    let id = run.id.clone();
    let withheld = prepare(&world, "2026-09");
    assert_eq!(refusal(withheld), PayRefusal::NothingToPay { month: "2026-09".into() });
    done(&world, move |tx| people::reverse_run(tx, &finance(1), &id, "结论有误"));
    assert_eq!(deferred(&world, 1), 600_000);
    assert_eq!(settle(&world, DeferredEnd::Release, "2026-09-30").expect("a run").paid_minor, 600_000);
    world.assert_clean();
}

#[test]
fn a_month_is_not_reversed_under_a_settlement() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    let month = paid(&world, "2026-09").run;
    settle(&world, DeferredEnd::Release, "2026-09-30");
    let id = month.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| people::reverse_run(tx, &finance(2), &id, "x"))), PayRefusal::SettledSince);
    world.assert_clean();
}

/// who leaves early loses the deferred part by default; the office may give a part, with a reason.
#[test]
fn leaving_early_extinguishes_unless_the_office_gives_a_part() {
    let world = world();
    let first = seconded(&world, 1, 2_000_000, "2026-09-01");
    let second = seconded(&world, 2, 2_000_000, "2026-09-01");
    paid(&world, "2026-09");
    at(&world, "2026-10-10");
    let leave = |release_bp: i64, reason: &str| LeaveDraft { on: day("2026-10-10"), release_bp, reason: reason.into(), choose_by: day("2026-11-09") };
    let (id, draft) = (first.id.clone(), leave(0, ""));
    assert_eq!(done(&world, move |tx| people::leave_early(tx, &BOOK, &hr(), &id, &draft)).state, PositionState::Choosing);
    assert_eq!(deferred(&world, 1), 0);
    let (id, draft) = (second.id.clone(), leave(3_333, "因家庭原因"));
    assert!(matches!(refused(&world, move |tx| people::leave_early(tx, &BOOK, &hr(), &id, &draft)), Err(Failure::Denied(_))));
    let (id, draft) = (second.id.clone(), leave(3_333, ""));
    assert_eq!(refusal(refused(&world, move |tx| people::leave_early(tx, &BOOK, &office(), &id, &draft))), PayRefusal::ReasonNeeded);
    let (id, draft) = (second.id.clone(), LeaveDraft { on: day("2026-08-31"), ..leave(0, "") });
    assert_eq!(refusal(refused(&world, move |tx| people::leave_early(tx, &BOOK, &hr(), &id, &draft))), PayRefusal::DayWrong);
    let before = balance(&world, "payable:payroll");
    let (id, draft) = (second.id.clone(), leave(3_333, "因家庭原因"));
    done(&world, move |tx| people::leave_early(tx, &BOOK, &office(), &id, &draft));
    assert_eq!((deferred(&world, 2), balance(&world, "payable:payroll") - before), (0, 199_980));
    let october = prepare(&world, "2026-10").expect("a run").run;
    let lines = confirm(&world, &october.id).expect("confirmed").lines;
    assert_eq!(
        lines.iter().map(|line| (line.kind, line.days)).collect::<Vec<_>>(),
        [(Kind::Withhold, 10), (Kind::Extinguish, 10), (Kind::Withhold, 10), (Kind::Leave, 10), (Kind::Extinguish, 10)]
    );
    assert_eq!((deferred(&world, 1), deferred(&world, 2)), (0, 0));
    world.assert_clean();
}

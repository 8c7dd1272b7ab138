//! Pay runs.

use people::{PayRefusal, PostRefusal, Run, RunState, Secondment, Signed};
use store::testing::Temp;
use words::{Failure, Id};

use crate::world::*;

fn reverse(world: &Temp, by: usize, run: &Id, reason: &'static str) -> Result<Run, Failure<PayRefusal>> {
    let run = run.clone();
    refused(world, move |tx| people::reverse_run(tx, &finance(by), &run, reason))
}

/// Scenario 10, and the other guards of the start.
#[test]
fn nobody_is_seconded_below_the_minimum_wage_or_unsigned() {
    let world = world();
    let frozen = done(&world, |tx| people::freeze_position(tx, &hr(), draft(1, 355_714)));
    let second = |secondment: Secondment| {
        let id = frozen.id.clone();
        refusal(refused(&world, move |tx| people::second(tx, &BOOK, &hr(), &terms(), &id, secondment.clone())))
    };
    let unsigned = Secondment { signed: Signed { pay_variation: true, ..Signed::default() }, ..secondment("2026-09-01") };
    assert_eq!(second(unsigned), PostRefusal::NotSigned { documents: "incubation_agreement".into() });
    let too_long = Secondment { retention_ends_on: Some(day("2029-09-02")), ..secondment("2026-09-01") };
    assert_eq!(second(too_long), PostRefusal::Retention { latest: "2029-09-01".into() });
    let below = PayRefusal::BelowMinimum { city: "hangzhou".into(), after: "2,489.99".into(), minimum: "2,490.00".into() };
    assert_eq!(second(secondment("2026-09-01")), PostRefusal::Pay(below));
    let no_space = done(&world, |tx| people::freeze_position(tx, &hr(), people::PositionDraft { space: None, ..draft(2, 500_000) }));
    let id = no_space.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| people::second(tx, &BOOK, &hr(), &terms(), &id, secondment("2026-09-01")))), PostRefusal::NoSpace);
    assert_eq!(refusal(refused(&world, |tx| people::freeze_position(tx, &hr(), draft(2, 500_000)))), PostRefusal::Exists);
    assert!(matches!(refused(&world, |tx| people::freeze_position(tx, &member(3), draft(3, 500_000))), Err(Failure::Denied(_))));
    world.assert_clean();
}

/// Checklist §13: 20,000.00 × 6 months → paid 84,000.00, deferred 36,000.00.
#[test]
fn six_months_are_paid_to_the_fen() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    let runs: Vec<Run> = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"].map(|month| paid(&world, month).run).into();
    let sum = |of: fn(&Run) -> i64| runs.iter().map(of).sum::<i64>();
    assert_eq!((sum(|run| run.due_minor), sum(|run| run.paid_minor), sum(|run| run.deferred_minor)), (12_000_000, 8_400_000, 3_600_000));
    assert_eq!((deferred(&world, 1), balance(&world, "payable:payroll")), (3_600_000, 8_400_000));
    world.assert_clean();
}

#[test]
fn part_months_go_by_days_and_nobody_is_paid_twice() {
    let world = world();
    seconded(&world, 1, 1_234_567, "2026-09-14");
    seconded(&world, 2, 999_999, "2026-09-30");
    let september = paid(&world, "2026-09");
    let lines: Vec<(i64, i64, i64, i64)> = september.lines.iter().map(|line| (line.days, line.due_minor, line.paid_minor, line.deferred_minor)).collect();
    assert_eq!(lines, [(17, 699_588, 489_712, 209_876), (1, 33_333, 23_333, 10_000)]);
    assert_eq!(refusal(prepare(&world, "2026-09")), PayRefusal::NothingToPay { month: "2026-09".into() });
    assert_eq!(refusal(prepare(&world, "2026-10")), PayRefusal::MonthFuture { month: "2026-10".into() });
    assert_eq!(refusal(prepare(&world, "2026-13")), PayRefusal::MonthWrong);
    seconded(&world, 3, 2_000_000, "2026-09-01");
    assert_eq!(paid(&world, "2026-09").lines.len(), 1, "a newcomer gets a run of their own");
    world.assert_clean();
}

#[test]
fn another_person_confirms_and_the_file_has_one_hash() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    let run = prepare(&world, "2026-09").expect("a run").run;
    let id = run.id.clone();
    let own = refused(&world, move |tx| people::confirm_run(tx, &BOOK, &hr_and_pay(), &terms(), &id));
    assert_eq!(refusal(own), PayRefusal::SecondPerson);
    let id = run.id.clone();
    assert!(matches!(refused(&world, move |tx| people::confirm_run(tx, &BOOK, &hr(), &terms(), &id)), Err(Failure::Denied(_))));
    let id = run.id.clone();
    assert_eq!(refusal(refused(&world, move |tx| people::export_run(tx, &finance(1), &id))), PayRefusal::State { state: "draft".into() });
    assert_eq!(balance(&world, "payable:payroll"), 0);
    confirm(&world, &run.id).expect("confirmed");
    assert_eq!(refusal(confirm(&world, &run.id)), PayRefusal::State { state: "confirmed".into() });
    let (first, second) = (run.id.clone(), run.id.clone());
    let exported = done(&world, move |tx| people::export_run(tx, &finance(1), &first));
    let again = done(&world, move |tx| people::export_run(tx, &finance(2), &second));
    assert_eq!((exported.state, exported.hash.len(), &exported.hash), (RunState::Exported, 64, &again.hash));
    world.assert_clean();
}

#[test]
fn what_is_confirmed_is_only_reversed() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    let run = paid(&world, "2026-09").run;
    assert_eq!(refusal(reverse(&world, 1, &run.id, " ")), PayRefusal::ReasonNeeded);
    let id = run.id.clone();
    done(&world, move |tx| people::export_run(tx, &finance(1), &id));
    assert_eq!(refusal(reverse(&world, 1, &run.id, "月份有误")), PayRefusal::SecondPerson);
    assert_eq!(reverse(&world, 2, &run.id, "月份有误").expect("reversed").state, RunState::Reversed);
    assert_eq!((deferred(&world, 1), balance(&world, "payable:payroll")), (0, 0));
    assert_eq!(refusal(reverse(&world, 2, &run.id, "again")), PayRefusal::State { state: "reversed".into() });
    let draft = prepare(&world, "2026-09").expect("prepared anew").run;
    let id = draft.id.clone();
    done(&world, move |tx| people::discard_run(tx, &hr(), &id));
    assert_eq!(paid(&world, "2026-09").run.paid_minor, 1_400_000);
    world.assert_clean();
}

#[test]
fn a_closed_month_takes_no_more_pay() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    at(&world, "2026-10-05");
    let run = prepare(&world, "2026-09").expect("a run").run;
    done(&world, |tx| ledger::close_month(tx, &finance(1), "2026-09"));
    assert_eq!(refusal(confirm(&world, &run.id)), PayRefusal::MonthClosed { month: "2026-09".into() });
    world.assert_clean();
}

#[test]
fn a_tampered_line_is_found() {
    let world = world();
    seconded(&world, 1, 2_000_000, "2026-09-01");
    paid(&world, "2026-09");
    world.assert_clean();
    world.tamper("update people_line set paid_minor = paid_minor + 1");
    assert!(!world.verify().is_clean());
}

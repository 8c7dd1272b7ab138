//! Lines of deputies: who acts for an official who is away or in conflict.

use identity::{AbsenceDraft, AbsenceKind, DeputyRefusal};
use words::{Failure, Id, Node};

use crate::house::{House, day, zj};

struct Officials {
    house: House,
    boss: Id,
    first: Id,
    second: Id,
}

fn officials() -> Officials {
    let house = House::new();
    let people = ["主任", "副一", "副二"].map(|name| house.person(name, zj()));
    house.give(&people[0], "unit.hr", zj());
    let [boss, first, second] = people;
    let (official, line, roles) = (boss.clone(), vec![first.clone(), second.clone()], house.roles.clone());
    house.write(move |tx| identity::appoint_deputies(tx, &words::Acting::system("setup"), &roles, &official, &line));
    Officials { house, boss, first, second }
}

fn away(house: &House, who: &Id, kind: AbsenceKind, node: Option<Node>) {
    let to_on = (kind == AbsenceKind::Away).then(|| day("2026-09-10"));
    let draft = AbsenceDraft { kind, node, from_on: day("2026-09-01"), to_on, reason: "planned".into() };
    let (acting, official) = (house.acting(who), who.clone());
    house.write(move |tx| identity::note_absence(tx, &acting, &official, &draft));
}

#[test]
fn the_first_deputy_who_is_there_acts_for_the_absent() {
    let Officials { house, boss, first, second } = officials();
    assert!(!house.acting(&first).can("people.freeze_pay", &zj()));
    away(&house, &boss, AbsenceKind::Away, None);
    let acting = house.acting(&first);
    assert!(acting.can("people.freeze_pay", &zj()));
    assert_eq!(acting.grants[0].deputy_for, Some(boss.clone()));
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &zj())), vec![first.clone()]);
    away(&house, &first, AbsenceKind::Away, None);
    assert!(!house.acting(&first).can("people.freeze_pay", &zj()));
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &zj())), vec![second]);
    house.temp.clock.set(day("2026-09-11").start());
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &zj())), vec![boss]);
}

#[test]
fn in_a_conflict_the_deputy_acts_in_that_case_only() {
    let Officials { house, boss, first, .. } = officials();
    let (case, other) = (zj().below("case_1"), zj().below("case_2"));
    away(&house, &boss, AbsenceKind::Conflict, Some(case.clone()));
    assert!(house.acting(&first).can("people.freeze_pay", &case));
    assert!(!house.acting(&first).can("people.freeze_pay", &other));
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &case)), vec![first]);
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &other)), vec![boss.clone()]);
    assert!(house.read(|read| identity::in_conflict(read, &boss, &case)));
}

#[test]
fn a_line_that_cannot_stand_is_refused() {
    let Officials { house, boss, first, .. } = officials();
    for (line, expected) in [(vec![boss.clone()], DeputyRefusal::Oneself), (vec![first.clone(), first.clone()], DeputyRefusal::Doubled)] {
        let (official, roles) = (boss.clone(), house.roles.clone());
        let got = house.try_write(move |tx| identity::appoint_deputies(tx, &words::Acting::system("setup"), &roles, &official, &line));
        assert_eq!(got, Err(Failure::Refused(expected)));
    }
    house.temp.assert_clean();
}

//! Lines of deputies: who acts for an official who is away or in conflict.

use identity::{AbsenceDraft, AbsenceKind, DeputyRefusal, RelationDraft, RelationKind, Severity};
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

fn concern(house: &House, person: &Id, node: &Node) {
    let (person, node) = (person.clone(), node.clone());
    house.write::<_, words::Never>(move |tx| Ok(identity::concern(tx, &words::Acting::system("test"), &node, &person, "team")?));
}

fn kin(house: &House, a: &Id, b: &Id) {
    let draft = RelationDraft {
        kind: RelationKind::Kinship,
        a: a.clone(),
        b: b.clone(),
        from_on: day("2020-01-01"),
        to_on: None,
        source: "declared".into(),
        severity: Severity::Excludes,
    };
    house.write(move |tx| identity::put_relation(tx, &words::Acting::system("test"), &draft).map(drop));
}

#[test]
fn an_official_loses_a_case_that_is_about_them_or_theirs_and_the_line_goes_on() {
    let Officials { house, boss, first, second } = officials();
    let (own, other, sons) = (zj().below("case_1"), zj().below("case_2"), zj().below("case_3"));
    let son = house.person("儿子", zj());
    concern(&house, &boss, &own);
    concern(&house, &son, &sons);
    kin(&house, &boss, &son);
    kin(&house, &first, &son);
    let can = |who: &Id, node: &Node| house.acting(who).can("people.freeze_pay", node);
    let table = [(&own, [false, true, false], &first), (&other, [true, false, false], &boss), (&sons, [false, false, true], &second)];
    for (node, expected, holder) in table {
        assert_eq!([&boss, &first, &second].map(|who| can(who, node)), expected, "{node}");
        assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", node)), vec![holder.clone()], "{node}");
    }
    assert!(can(&boss, &zj()), "the unit itself stays theirs");
    // Nobody of the line is free: then nobody acts.
    concern(&house, &second, &sons);
    assert!([&boss, &first, &second].iter().all(|who| !can(who, &sons)));
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &sons)), Vec::<Id>::new());
}

#[test]
fn what_somebody_is_for_themselves_stays_theirs_in_their_own_case() {
    let mut roles = (*crate::house::roles().all()).clone();
    roles.entry("unit.hr".into()).and_modify(|role| role.personal = true);
    let Officials { house, boss, first, .. } = officials();
    let case = zj().below("case_1");
    concern(&house, &boss, &case);
    let roles = identity::RoleRights::fixed(roles);
    let acting = |who: &Id| house.read(|read| identity::acting_for(read, &roles, who));
    assert!(acting(&boss).can("people.freeze_pay", &case));
    assert!(acting(&first).grants.is_empty(), "and nobody is it in their place");
}

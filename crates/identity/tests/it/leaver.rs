//! Leaving: everything ends at once, or when the last day is over.

use identity::told::PersonLeft;
use identity::{LoginSecret, PersonRefusal};
use store::Tell;
use words::{Acting, Failure};

use crate::house::{House, day, gd, zj};

#[test]
fn who_leaves_loses_everything_at_once_and_upstairs_is_told() {
    let house = House::new();
    let (admin, leaver) = (house.person("管理员", zj()), house.person("陈思远", zj()));
    house.give(&admin, "unit.admin", zj());
    house.give(&leaver, "unit.hr", zj());
    let person = leaver.clone();
    house.write(move |tx| {
        identity::register_login(tx, &Acting::system("setup"), &person, "chensiyuan", &LoginSecret::Later)?;
        identity::sign_in_as(tx, &person, "test")
    });
    let (who, person) = (house.acting(&admin), leaver.clone());
    house.write(move |tx| identity::person_leaves(tx, &who, &person, day("2026-09-01")));
    assert!(house.acting(&leaver).grants.is_empty());
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &zj())), vec![]);
    assert_eq!(house.read(|read| identity::home_unit(read, &leaver, day("2026-09-02"))), None);
    assert_eq!(house.read(|read| identity::person_of_login(read, "chensiyuan")), None);
    house.temp.settle();
    let told = house.read(|read| read.events_of(leaver.as_str(), 0, 100));
    let left: PersonLeft = told.iter().find(|event| event.kind == PersonLeft::KIND).unwrap().data().unwrap();
    assert_eq!((left.home, left.roles), (zj(), vec![("unit.hr".to_owned(), zj())]));
    let (who, person) = (house.acting(&admin), leaver.clone());
    let again = house.try_write(move |tx| identity::person_leaves(tx, &who, &person, day("2026-09-01")));
    assert!(matches!(again, Err(Failure::Refused(PersonRefusal::Gone) | Failure::Denied(_))));
    house.temp.assert_clean();
}

#[test]
fn a_later_last_day_takes_effect_when_it_is_over() {
    let house = House::new();
    let leaver = house.person("陈思远", zj());
    house.give(&leaver, "unit.hr", zj());
    let person = leaver.clone();
    house.write(move |tx| identity::person_leaves(tx, &Acting::system("setup"), &person, day("2026-09-30")));
    house.temp.run_until(day("2026-09-30").end().plus_seconds(-1));
    assert_eq!(house.acting(&leaver).grants.len(), 1);
    house.temp.run_until(day("2026-09-30").end());
    assert!(house.acting(&leaver).grants.is_empty());
    house.temp.assert_clean();
}

#[test]
fn nobody_else_s_people_and_not_oneself() {
    let house = House::new();
    let (admin, stranger) = (house.person("管理员", zj()), house.person("外人", gd()));
    house.give(&admin, "unit.admin", zj());
    let who = house.acting(&admin);
    assert!(matches!(house.try_write(move |tx| identity::person_leaves(tx, &who, &stranger, day("2026-09-01"))), Err(Failure::Denied(_))));
    let (who, oneself) = (house.acting(&admin), admin.clone());
    let got = house.try_write(move |tx| identity::person_leaves(tx, &who, &oneself, day("2026-09-01")));
    assert_eq!(got, Err(Failure::Refused(PersonRefusal::Oneself)));
}

//! Personal data: found, revealed with a reason, changed, destroyed; the log verifies throughout.

use identity::{PersonDraft, PersonRefusal};
use words::{Acting, Failure, Lang};

use crate::house::{House, zj};

fn full(name: &str) -> PersonDraft {
    PersonDraft::parse(name, Some("13800138000"), Some("chen@example.cn"), Some("11010519491231002X"), Some("ZJ-0012"), Lang::Zh).unwrap()
}

#[test]
fn erasing_destroys_the_data_and_the_log_still_verifies() {
    let house = House::new();
    let person = house.write(|tx| identity::add_person_system(tx, &full("陈思远"), None));
    let found = |query: &'static str| house.read(move |read| identity::find_people(read, query, 10));
    for query in ["思远", "陈思远", "13800138000", "CHEN@example.cn", "zj-0012"] {
        assert_eq!(found(query), vec![person.clone()], "{query}");
    }
    assert!(found("思考").is_empty());
    let (wrong, whom) = ("nobody", person.clone());
    let got = house.try_write(move |tx| identity::erase_person(tx, &Acting::system("setup"), &whom, wrong, "asked for it"));
    assert_eq!(got, Err(Failure::Refused(PersonRefusal::NotConfirmed)));
    let names = house.read(|read| identity::person_names(read, std::slice::from_ref(&person)));
    assert_eq!(names[&person], "陈思远");
    let handle = house.read(|read| read.row("select handle from identity_party where id = $1", &store::params![&person])?.unwrap().get::<String>("handle"));
    let (whom, confirm) = (person.clone(), handle.clone());
    house.write(move |tx| identity::erase_person(tx, &Acting::system("setup"), &whom, &confirm, "asked for it"));
    let names = house.read(|read| identity::person_names(read, std::slice::from_ref(&person)));
    assert_eq!(names[&person], handle);
    assert!(found("陈思远").is_empty() && found("13800138000").is_empty());
    let count = house.read(|read| read.row("select count(*) as n from identity_person", &[])?.unwrap().get::<i64>("n"));
    assert_eq!(count, 1);
    house.temp.assert_clean();
}

#[test]
fn who_still_holds_a_role_is_not_erased() {
    let house = House::new();
    let person = house.person("陈思远", zj());
    house.give(&person, "unit.hr", zj());
    let handle = house.read(|read| read.row("select handle from identity_party where id = $1", &store::params![&person])?.unwrap().get::<String>("handle"));
    let got = house.try_write(move |tx| identity::erase_person(tx, &Acting::system("setup"), &person, &handle, "asked"));
    assert_eq!(got, Err(Failure::Refused(PersonRefusal::StillHolds(1))));
}

#[test]
fn seeing_data_in_the_clear_needs_a_reason_and_is_told() {
    let house = House::new();
    let person = house.write(|tx| identity::add_person_system(tx, &full("陈思远"), None));
    let admin = house.person("管理员", zj());
    house.give(&admin, "platform.admin", words::Node::group());
    for (reason, fine) in [("", false), ("看", false), ("核对身份证号", true)] {
        let (who, whom) = (house.acting(&admin), person.clone());
        let got = house.try_write(move |tx| identity::reveal(tx, &who, &whom, reason));
        assert_eq!(got.is_ok(), fine, "{reason}");
        if let Ok(seen) = got {
            assert_eq!(seen.fields["phone"], "13800138000");
        }
    }
    house.temp.settle();
    let told = house.read(|read| read.events_of(person.as_str(), 0, 100));
    let last = told.last().unwrap();
    assert_eq!((last.kind.as_str(), &last.actor), ("identity.data_revealed", &admin));
    assert!(!last.data.contains("13800138000"));
}

#[test]
fn two_people_cannot_share_a_staff_number_and_a_change_frees_the_old_one() {
    let house = House::new();
    let person = house.write(|tx| identity::add_person_system(tx, &full("陈思远"), None));
    let got = house.try_write(|tx| identity::add_person_system(tx, &full("李四"), None));
    assert_eq!(got, Err(Failure::Refused(PersonRefusal::StaffNumberTaken)));
    let whom = person.clone();
    house.write(move |tx| identity::change_person(tx, &Acting::system("setup"), &whom, &PersonDraft::named("陈思源")));
    house.write(|tx| identity::add_person_system(tx, &full("李四"), None));
    assert_eq!(house.read(|read| identity::find_people(read, "思源", 10)), vec![person]);
    house.temp.assert_clean();
}

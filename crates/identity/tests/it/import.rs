//! Sheets of people and units: named mistakes, all rows or none.

use identity::{ImportRefusal, Incoming, PEOPLE_COLUMNS, RowMistake, UNIT_COLUMNS};
use words::{Acting, Failure, Node};

use crate::house::{House, zj};

const BAD: &str = "工号,姓名,手机,单位,登录名\n1001,陈思远,13800138000,浙江公司,chensiyuan\n1001,李四,1380013800,group/zj,lisi\n1003,,13900139000,火星公司,x\n";
const GOOD: &str = "工号,姓名,手机,单位,登录名\n1001,陈思远,13800138000,浙江公司,chensiyuan\n1002,李四,13900139000,group/gd,\n";

fn people(text: &str) -> Incoming {
    Incoming::read(text.as_bytes(), PEOPLE_COLUMNS, &["name"]).unwrap()
}

fn count(house: &House) -> i64 {
    house.read(|read| read.row("select count(*) as n from identity_person", &[])?.unwrap().get("n"))
}

fn mistake(row: usize, column: &str, code: &str) -> RowMistake {
    RowMistake { row, column: column.into(), code: code.into() }
}

#[test]
fn bad_rows_are_named_by_row_and_column_and_nothing_is_taken_in() {
    let house = House::new();
    let who = Acting::system("setup");
    let mistakes = house.read(|read| identity::check_people(read, &who, &people(BAD)));
    let expected = [
        mistake(3, "phone", "identity-phone-wrong"),
        mistake(3, "staff_no", "identity-row-doubled"),
        mistake(4, "name", "identity-name-needed"),
        mistake(4, "unit", "identity-node-unknown"),
        mistake(4, "login", "identity-login-wrong"),
    ];
    assert_eq!(mistakes, expected);
    assert_eq!(count(&house), 0);
    let got = house.try_write(move |tx| identity::import_people(tx, &who, &people(BAD)));
    assert_eq!(got, Err(Failure::Refused(ImportRefusal::Rows(expected.to_vec()))));
    assert_eq!(count(&house), 0);
}

#[test]
fn a_good_sheet_is_taken_in_whole_and_not_twice() {
    let house = House::new();
    let who = Acting::system("setup");
    assert!(house.read(|read| identity::check_people(read, &who, &people(GOOD))).is_empty());
    let acting = who.clone();
    assert_eq!(house.write(move |tx| identity::import_people(tx, &acting, &people(GOOD))), 2);
    let person = house.read(|read| identity::person_of_login(read, "chensiyuan")).unwrap();
    assert_eq!(house.read(|read| identity::home_unit(read, &person, house.temp.clock.now().day())), Some(zj()));
    let again = house.read(|read| identity::check_people(read, &who, &people(GOOD)));
    assert_eq!(again.iter().filter(|mistake| mistake.code == "identity-staff-no-taken").count(), 2);
    house.temp.assert_clean();
}

#[test]
fn who_looks_after_one_unit_takes_in_nobody_elsewhere() {
    let house = House::new();
    let admin = house.person("管理员", zj());
    house.give(&admin, "unit.admin", zj());
    let mistakes = house.read(|read| identity::check_people(read, &house.acting(&admin), &people(GOOD)));
    assert_eq!(mistakes, [mistake(3, "unit", "identity-unit-not-yours")]);
}

#[test]
fn units_may_lie_below_earlier_rows() {
    let house = House::new();
    let who = Acting::system("setup");
    let text = "上级,代码,类型,中文名称,英文名称,城市\ngroup/zj,hz,单位,杭州分公司,Hangzhou,杭州\ngroup/zj/hz,space,基地,和创空间,Space,杭州\ngroup/zj,hz,unit,又一个,Another,\ngroup/mars,x,unit,火星,Mars,\n";
    let sheet = |text: &str| Incoming::read(text.as_bytes(), UNIT_COLUMNS, &["parent", "name", "kind", "zh", "en"]).unwrap();
    let mistakes = house.read(|read| identity::check_units(read, &who, &sheet(text)));
    assert_eq!(mistakes, [mistake(4, "name", "identity-node-taken"), mistake(5, "parent", "identity-node-unknown")]);
    let good: String = text.lines().take(3).map(|line| format!("{line}\n")).collect();
    let sheet = sheet(&good);
    assert_eq!(house.write(move |tx| identity::import_units(tx, &who, &sheet)), 2);
    assert!(house.read(|read| identity::node(read, &Node::at("group/zj/hz/space"))).is_some());
}

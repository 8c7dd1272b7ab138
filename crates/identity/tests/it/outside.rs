//! People from outside: they register themselves, are not found by what nobody verified, and have their real name checked.

use identity::{ActorKind, LoginSecret, PersonDraft, RealName, RealNameDraft, RealNameRefusal, RegistrationDraft};
use words::{Failure, Id, Lang, Never, Node};

use crate::house::House;

fn draft(kind: ActorKind) -> RegistrationDraft {
    RegistrationDraft::parse(kind, "林夏", Some("lin.xia@example.cn"), None, Some("青禾科技"), Lang::Zh).expect("a draft")
}

fn register(house: &House, kind: ActorKind, login: &'static str) -> Id {
    let secret = LoginSecret::Prehashed("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".into());
    house.write(move |tx| identity::register_outside(tx, &draft(kind), login, &secret, "public", "test")).person
}

#[test]
fn somebody_from_outside_holds_the_role_of_the_public_and_nothing_more() {
    let house = House::new();
    let person = register(&house, ActorKind::Student, "linxia");
    let held = house.read(|read| identity::grants_of(read, &person, read.now()));
    assert_eq!(held.iter().map(|held| (held.role.as_str(), held.node.clone())).collect::<Vec<_>>(), [("public", Node::group())]);
    let secret = LoginSecret::Later;
    let again = house.try_write(move |tx| identity::register_outside(tx, &draft(ActorKind::Student), "LinXia", &secret, "public", "test")).map(drop);
    assert_eq!(again, Err(Failure::Refused(identity::AccessRefusal::LoginTaken)));
    house.temp.assert_clean();
}

#[test]
fn an_address_that_nobody_verified_finds_nobody() {
    let house = House::new();
    let person = register(&house, ActorKind::Developer, "linxia");
    let count = |house: &House| house.read(|read| Ok(read.rows("select * from identity_found", &[])?.len()));
    let by_name = count(&house);
    let own = identity::OwnDraft { phone: Some("13800138000".into()), email: Some("boss@example.cn".into()), lang: Lang::Zh, theme: "auto".into() };
    let who = words::Acting { person: person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    house.write(move |tx| identity::change_own(tx, &who, &own));
    assert_eq!(count(&house), by_name, "neither the address nor the number is looked up by");
    assert_eq!(house.read(|read| read.personal(&person, "email")).as_deref(), Some("boss@example.cn"));
    house.temp.assert_clean();
}

#[test]
fn nobody_of_the_house_is_found_by_an_address_they_newly_gave_themselves() {
    let house = House::new();
    let draft = PersonDraft::parse("陈思远", Some("13800138000"), Some("chen@example.cn"), None, None, Lang::Zh).expect("a draft");
    let chen = house.write(move |tx| identity::add_person_system(tx, &draft, None));
    let who = words::Acting { person: chen.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    let says = |email: &str| {
        let own = identity::OwnDraft { phone: Some("13800138000".into()), email: Some(email.into()), lang: Lang::Zh, theme: "auto".into() };
        let who = who.clone();
        house.write(move |tx| identity::change_own(tx, &who, &own));
    };
    let named = |text: &str| house.read(|read| identity::people_named(read, text));
    says("chen@example.cn");
    assert_eq!(named("chen@example.cn"), std::slice::from_ref(&chen), "what the house entered stays as it is");
    says("boss@example.cn");
    assert_eq!((named("boss@example.cn"), named("chen@example.cn")), (Vec::new(), Vec::new()));
    says("chen@example.cn");
    assert_eq!(named("chen@example.cn"), [], "once left, it is as unverified as any other");
    house.temp.assert_clean();
}

#[test]
fn a_real_name_is_handed_in_and_checked_by_another() {
    let house = House::new();
    let person = register(&house, ActorKind::Startup, "linxia");
    let who = words::Acting { person: person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    let known = |house: &House| house.read(|read| identity::really_known(read, &person));
    assert!(!known(&house));
    let admin = words::Acting::system("test");
    let (early, id) = (admin.clone(), person.clone());
    let nothing = house.try_write(move |tx| identity::check_real_name(tx, &early, &id, true, "")).map(drop);
    assert_eq!(nothing, Err(Failure::Refused(RealNameRefusal::NothingAsked)));
    let papers = RealNameDraft::parse(ActorKind::Startup, None, Some("青禾科技"), Some("91330100799655058B")).expect("papers");
    let (first, again) = (papers.clone(), papers);
    let asks = who.clone();
    house.write(move |tx| identity::ask_real_name(tx, &asks, &first));
    let (stranger, id) = (who.clone(), person.clone());
    assert!(
        matches!(house.try_write(move |tx| identity::check_real_name(tx, &stranger, &id, true, "")), Err(Failure::Denied(_))),
        "nobody but who looks after people"
    );
    let (no, id) = (admin.clone(), person.clone());
    let wordless = house.try_write(move |tx| identity::check_real_name(tx, &no, &id, false, " ")).map(drop);
    assert_eq!(wordless, Err(Failure::Refused(RealNameRefusal::ReasonNeeded)));
    let (no, id) = (admin.clone(), person.clone());
    house.write(move |tx| identity::check_real_name(tx, &no, &id, false, "证照模糊，请重拍"));
    assert!(!known(&house));
    let asks = who.clone();
    house.write(move |tx| identity::ask_real_name(tx, &asks, &again));
    let id = person.clone();
    let checked = house.write(move |tx| identity::check_real_name(tx, &admin, &id, true, ""));
    assert_eq!((checked.real_name, known(&house)), (RealName::Verified, true));
    let rows: Result<String, Failure<Never>> = house.temp.db.read(|read| Ok(format!("{:?}", read.rows("select * from identity_outsider", &[])?)));
    assert!(!rows.expect("rows").contains("青禾"), "what was handed in lies under the person's own key");
    house.temp.assert_clean();
}

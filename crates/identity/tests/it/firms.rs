//! Firms from outside: founded by checked papers, joined by consent of both sides, never without a manager.

use identity::{ActorKind, FirmRefusal, FirmRole, LoginSecret, Member, MemberState, RealNameDraft, RegistrationDraft, rights};
use serde_json::json;
use webkit::testing::Client;
use words::{Acting, Failure, Id, Lang, Node};

use crate::house::{House, zj};

const CODE: &str = "91330100799655058B";

pub fn register(house: &House, kind: ActorKind, login: &'static str) -> Id {
    let secret = LoginSecret::Prehashed("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".into());
    let draft = RegistrationDraft::parse(kind, login, Some("somebody@example.cn"), None, Some("青禾科技"), Lang::Zh).expect("a draft");
    house.write(move |tx| identity::register_outside(tx, &draft, login, &secret, "public", "test")).person
}

fn check(house: &House, person: &Id, code: &str) {
    let (papers, who, id) =
        (RealNameDraft::parse(ActorKind::Startup, None, Some("青禾科技"), Some(code)).expect("papers"), house.acting(person), person.clone());
    house.write(move |tx| identity::ask_real_name(tx, &who, &papers));
    house.write(move |tx| identity::check_real_name(tx, &Acting::system("test"), &id, true, ""));
}

/// Somebody whose papers as one of the firm were checked.
fn from_the_firm(house: &House, login: &'static str) -> Id {
    let person = register(house, ActorKind::Startup, login);
    check(house, &person, CODE);
    person
}

fn memberships(house: &House, person: &Id) -> Vec<Member> {
    let who = house.acting(person);
    let firms = house.read(|read| identity::firms_of(read, &who.person));
    assert_eq!(firms.len(), who.grants.iter().filter(|grant| grant.role.starts_with("firm.")).count(), "each is worth a grant");
    firms
}

fn firm_of(house: &House, person: &Id) -> Id {
    memberships(house, person).first().expect("a firm").firm.clone()
}

fn invited(house: &House, by: &Id, firm: &Id, named: &'static str, role: FirmRole) -> Result<Member, Failure<FirmRefusal>> {
    let (who, firm) = (house.acting(by), firm.clone());
    house.try_write(move |tx| identity::invite_member(tx, &who, &firm, named, role))
}

/// Invites and accepts.
fn joins(house: &House, by: &Id, firm: &Id, named: &'static str, role: FirmRole) -> Member {
    let member = invited(house, by, firm, named, role).expect("invited");
    let (who, id) = (house.acting(&member.person), member.id.clone());
    house.write(move |tx| identity::accept_invitation(tx, &who, &id))
}

fn ends(house: &House, by: &Id, member: &Id) -> Result<Member, Failure<FirmRefusal>> {
    let (who, id) = (house.acting(by), member.clone());
    house.try_write(move |tx| identity::end_member(tx, &who, &id))
}

#[test]
fn the_first_whose_papers_fit_is_manager_and_the_second_asks() {
    let house = House::new();
    let (first, second) = (from_the_firm(&house, "lin"), from_the_firm(&house, "zhou"));
    let firm = firm_of(&house, &first);
    let view = house.read(|read| identity::firm(read, &firm)).expect("a firm");
    assert_eq!((view.name.zh.as_str(), view.uscc.as_deref()), ("青禾科技", Some(CODE)));
    assert!(memberships(&house, &second).is_empty(), "nobody gets in by knowing the code");
    let who = house.acting(&second);
    let asked = house.write(move |tx| identity::enter_firm(tx, &who));
    assert_eq!((asked.state, &asked.firm), (MemberState::Asked, &firm), "asked again, it is the same request");
    let (who, id) = (house.acting(&second), asked.id.clone());
    assert_eq!(house.try_write(move |tx| identity::admit_member(tx, &who, &id, FirmRole::Manager)), Err(Failure::Absent), "not by oneself");
    let (who, id) = (house.acting(&first), asked.id.clone());
    house.write(move |tx| identity::admit_member(tx, &who, &id, FirmRole::Finance));
    assert_eq!(memberships(&house, &second).iter().map(|one| one.role).collect::<Vec<_>>(), [FirmRole::Finance]);
    let (who, id) = (house.acting(&first), asked.id);
    assert_eq!(house.try_write(move |tx| identity::admit_member(tx, &who, &id, FirmRole::Finance)), Err(Failure::Refused(FirmRefusal::Over)));
    house.temp.assert_clean();
}

#[test]
fn without_checked_papers_there_is_no_firm() {
    let house = House::new();
    let (student, staff) = (register(&house, ActorKind::Student, "lin"), house.person("陈思远", zj()));
    for person in [student, staff] {
        let who = house.acting(&person);
        assert_eq!(house.try_write(move |tx| identity::enter_firm(tx, &who)), Err(Failure::Refused(FirmRefusal::NotChecked)));
    }
    house.temp.assert_clean();
}

#[test]
fn who_is_invited_belongs_to_the_firm_only_once_they_agree() {
    let house = House::new();
    let (manager, _) = (from_the_firm(&house, "lin"), register(&house, ActorKind::Developer, "wuming"));
    let firm = firm_of(&house, &manager);
    assert_eq!(invited(&house, &manager, &firm, "nobody-here", FirmRole::Finance), Err(Failure::Refused(FirmRefusal::Unknown)));
    assert_eq!(invited(&house, &manager, &firm, "somebody@example.cn", FirmRole::Finance), Err(Failure::Refused(FirmRefusal::Unknown)), "verified by nobody");
    let staff = identity::PersonDraft::parse("陈思远", None, None, None, Some("ZJ-0012"), Lang::Zh).expect("a draft");
    house.write(move |tx| identity::add_person_system(tx, &staff, None));
    assert_eq!(invited(&house, &manager, &firm, "ZJ-0012", FirmRole::Finance), Err(Failure::Refused(FirmRefusal::Unknown)), "not by staff numbers");
    let member = invited(&house, &manager, &firm, "WuMing", FirmRole::Finance).expect("invited");
    assert!(memberships(&house, &member.person).is_empty());
    assert_eq!(invited(&house, &manager, &firm, "wuming", FirmRole::Developer), Err(Failure::Refused(FirmRefusal::Doubled)));
    let (who, id) = (house.acting(&manager), member.id.clone());
    assert_eq!(house.try_write(move |tx| identity::accept_invitation(tx, &who, &id)), Err(Failure::Absent), "nobody agrees for another");
    let (who, id) = (house.acting(&member.person), member.id.clone());
    house.write(move |tx| identity::accept_invitation(tx, &who, &id));
    assert!(house.acting(&member.person).can(rights::FIRM_PAY, &identity::firm_place(&firm)));
    assert!(!house.acting(&member.person).can(rights::FIRM_DEVELOP, &identity::firm_place(&firm)));
    // Only managers say who belongs to it.
    let denied = invited(&house, &member.person, &firm, "lin", FirmRole::Finance);
    assert!(matches!(denied, Err(Failure::Denied(ref denied)) if denied.visible), "{denied:?}");
    house.temp.assert_clean();
}

#[test]
fn a_firm_keeps_a_manager_while_there_is_one() {
    let house = House::new();
    let (manager, _) = (from_the_firm(&house, "lin"), register(&house, ActorKind::Developer, "wuming"));
    let own = memberships(&house, &manager).remove(0);
    assert_eq!(ends(&house, &manager, &own.id), Err(Failure::Refused(FirmRefusal::LastManager)));
    let (who, id) = (house.acting(&manager), own.id.clone());
    assert_eq!(house.try_write(move |tx| identity::change_member(tx, &who, &id, FirmRole::Finance)), Err(Failure::Refused(FirmRefusal::LastManager)));
    let other = joins(&house, &manager, &own.firm, "wuming", FirmRole::Developer);
    assert_eq!(ends(&house, &manager, &own.id), Err(Failure::Refused(FirmRefusal::LastManager)), "a developer is no manager");
    let (who, id) = (house.acting(&manager), other.id.clone());
    house.write(move |tx| identity::change_member(tx, &who, &id, FirmRole::Manager));
    ends(&house, &manager, &own.id).expect("there is another");
    assert!(memberships(&house, &manager).is_empty());
    assert_eq!(ends(&house, &manager, &own.id), Err(Failure::Refused(FirmRefusal::Over)));
    assert_eq!(ends(&house, &manager, &other.id), Err(Failure::Absent), "whoever left says nothing any more");
    house.temp.assert_clean();
}

#[test]
fn a_firm_whose_last_manager_is_gone_gets_one_by_checked_papers() {
    let house = House::new();
    let (manager, _) = (from_the_firm(&house, "lin"), register(&house, ActorKind::Developer, "wuming"));
    let firm = firm_of(&house, &manager);
    joins(&house, &manager, &firm, "wuming", FirmRole::Finance);
    let (today, gone) = (house.temp.clock.now().day(), manager.clone());
    house.write(move |tx| identity::person_leaves(tx, &Acting::system("test"), &gone, today));
    assert!(house.read(|read| identity::firms_of(read, &manager)).is_empty());
    let next = from_the_firm(&house, "zhou");
    assert_eq!(memberships(&house, &next).iter().map(|one| (&one.firm, one.role)).collect::<Vec<_>>(), [(&firm, FirmRole::Manager)]);
    house.temp.assert_clean();
}

#[test]
fn pages_show_a_firm_to_its_members_and_to_nobody_else() {
    let house = House::new();
    let (manager, stranger) = (from_the_firm(&house, "lin"), register(&house, ActorKind::Developer, "wuming"));
    let firm = firm_of(&house, &manager);
    let app = house.door(None);
    let (mut client, mut other) = (Client::session(&app, &house.session(&manager)), Client::session(&app, &house.session(&stranger)));
    let at = format!("/firms/{firm}");
    other.get_json(&at).expect(404);
    other.post_json(&format!("{at}/members"), &json!({ "named": "wuming", "role": "manager" })).expect(404);
    let wrong = client.post_json(&format!("{at}/members"), &json!({ "named": "nobody-here", "role": "finance" })).expect(422).json();
    assert_eq!((wrong["code"].as_str(), wrong["errors"][0]["pointer"].as_str()), (Some("identity-firm-nobody"), Some("/named")), "{wrong}");
    client.post_json(&format!("{at}/members"), &json!({ "named": "wuming", "role": "boss" })).expect(422);
    let member = client.post_json(&format!("{at}/members"), &json!({ "named": "wuming", "role": "finance" })).expect(201).json();
    let many = (0..40).map(|_| client.post_json(&format!("{at}/members"), &json!({ "named": "wuming", "role": "finance" })).status).collect::<Vec<_>>();
    assert!(many.starts_with(&[409]) && many.ends_with(&[429]), "trying is slowed down: {many:?}");
    let seen = client.get_json(&at).expect(200).json();
    assert_eq!(seen["members"][1]["name"], "w*****", "named once they agree: {seen}");
    other.get_json(&at).expect(404);
    let mine = other.get("/firms").expect(200);
    assert!(mine.body.contains("青禾科技") && mine.body.contains("同意加入"), "{}", mine.body);
    other.post(&format!("/firm-members/{}/acceptance", member["id"].as_str().expect("an id")), &[]).expect(303);
    let page = other.get(&at).expect(200);
    assert!(page.body.contains(CODE) && !page.body.contains("邀请成员") && page.body.contains(&format!("/billing?party={firm}")), "{}", page.body);
    other.send_json("DELETE", &format!("/firm-members/{}", member["id"].as_str().expect("an id")), &json!({})).expect(200);
    other.get_json(&at).expect(404);
    assert!(client.get(&at).expect(200).body.contains("已离开或未加入"), "what was is kept");
    house.temp.assert_clean();
}

#[test]
fn whoever_looks_after_the_register_helps_a_firm() {
    let house = House::new();
    let (manager, _) = (from_the_firm(&house, "lin"), register(&house, ActorKind::Developer, "wuming"));
    let firm = firm_of(&house, &manager);
    let other = joins(&house, &manager, &firm, "wuming", FirmRole::Finance);
    let admin = house.person("管理员", zj());
    house.give(&admin, "platform.admin", Node::group());
    let (who, id) = (house.acting(&admin), other.id);
    assert!(!who.can(rights::FIRM_PAY, &identity::firm_place(&firm)), "bills are none of theirs");
    let changed = house.write(move |tx| identity::change_member(tx, &who, &id, FirmRole::Manager));
    assert_eq!(changed.role, FirmRole::Manager);
    house.temp.assert_clean();
}

//! Logins, passwords, tokens and set-up links: who comes in, and by what no longer.

use identity::{AccessRefusal, DeputyRefusal, FirstDraft, LoginSecret, NewSession, PasswordDraft, TokenDraft};
use words::{Acting, Bilingual, Failure, Id, Node, Outcome};

use crate::house::{House, zj};

const PASSWORD: &str = "correct horse battery";

fn secret(password: &str) -> LoginSecret {
    LoginSecret::of_password(password, &[9; 16]).unwrap()
}

fn with_login(house: &House) -> Id {
    let person = house.person("陈思远", zj());
    let (whom, secret) = (person.clone(), secret(PASSWORD));
    house.write(move |tx| identity::register_login(tx, &Acting::system("setup"), &whom, "ChenSiyuan", &secret));
    person
}

fn sign_in(house: &House, login: &str, password: &str, code: &'static str) -> Outcome<NewSession, AccessRefusal> {
    let proven = house.read(|read| identity::attempt(read, login)).with(password)?;
    house.try_write(move |tx| identity::sign_in(tx, &proven, code, "test"))
}

#[test]
fn unknown_and_wrong_get_the_same_answer() {
    let house = House::new();
    let person = with_login(&house);
    assert_eq!(sign_in(&house, "chensiyuan", PASSWORD, "").unwrap().person, person);
    for (login, password) in [("chensiyuan", "wrong password"), ("nobody", PASSWORD), ("", ""), ("' or 1=1 --", "x")] {
        assert_eq!(sign_in(&house, login, password, "").err(), Some(Failure::Refused(AccessRefusal::SignInFailed)), "{login}");
    }
    house.temp.assert_clean();
}

#[test]
fn a_new_password_ends_other_sessions_and_older_proofs() {
    let house = House::new();
    let person = with_login(&house);
    let stale = house.read(|read| identity::attempt(read, "chensiyuan")).with(PASSWORD).unwrap();
    let session = sign_in(&house, "chensiyuan", PASSWORD, "").unwrap();
    let (who, proven, fresh) = (house.acting(&person), stale.clone(), secret("another long password"));
    house.write(move |tx| identity::set_password(tx, &who, &proven, &fresh, Some(&session.session)));
    let late = house.try_write(move |tx| identity::sign_in(tx, &stale, "", "test"));
    assert_eq!(late.err(), Some(Failure::Refused(AccessRefusal::SignInFailed)));
    assert!(sign_in(&house, "chensiyuan", PASSWORD, "").is_err());
    assert!(sign_in(&house, "chensiyuan", "another long password", "").is_ok());
}

#[test]
fn tokens_carry_only_what_their_owner_holds() {
    let house = House::new();
    let person = with_login(&house);
    house.give(&person, "unit.hr", zj());
    let make = |scopes: &[&str], days: i64| {
        let (who, whom) = (house.acting(&person), person.clone());
        let draft = TokenDraft { name: "报表".into(), scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(), days };
        house.try_write(move |tx| identity::make_token(tx, &who, &whom, &draft))
    };
    assert!(make(&["people.freeze_pay"], 30).unwrap().1.starts_with("hct_"));
    assert_eq!(make(&["identity.erase"], 30).err(), Some(Failure::Refused(AccessRefusal::ScopeUnheld)));
    assert!(matches!(make(&[], 5000), Err(Failure::Refused(AccessRefusal::Fields(_)))));
    let (who, whom) = (Acting { proved_at: None, ..house.acting(&person) }, person.clone());
    let draft = TokenDraft { name: "x".into(), scopes: Vec::new(), days: 1 };
    let unproved = house.try_write(move |tx| identity::make_token(tx, &who, &whom, &draft));
    assert_eq!(unproved.err(), Some(Failure::Refused(AccessRefusal::ProofNeeded)));
    house.temp.assert_clean();
}

#[test]
fn nobody_reaches_higher_by_a_link_or_a_deputy() {
    let house = House::new();
    let (local, high) = (house.person("单位管理员", zj()), house.person("平台管理员", zj()));
    house.give(&local, "unit.admin", zj());
    house.give(&high, "platform.admin", Node::group());
    let (who, roles, whom) = (house.acting(&local), house.roles.clone(), high.clone());
    let link = house.try_write(move |tx| identity::offer_setup(tx, &who, &roles, &whom, identity::AlsoGone::default()));
    assert_eq!(link.err(), Some(Failure::Refused(AccessRefusal::HoldsMore)));
    for line in [vec![local.clone()], vec![house.person("同事", zj())]] {
        let (who, roles, whom) = (house.acting(&local), house.roles.clone(), high.clone());
        let own = line.contains(&local);
        let got = house.try_write(move |tx| identity::appoint_deputies(tx, &who, &roles, &whom, &line));
        assert_eq!(got.err(), Some(Failure::Refused(if own { DeputyRefusal::OwnGain } else { DeputyRefusal::HoldsMore })));
    }
}

#[test]
fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    let house = House::new();
    let token = house.write(identity::begin_first_setup).unwrap();
    let first = FirstDraft {
        group: Bilingual::new("集团", "Group"),
        name: "管理员".into(),
        login: "admin".into(),
        secret: secret(PASSWORD),
        role: "platform.admin".into(),
    };
    let (text, draft) = (token.clone(), first.clone());
    let session = house.write(move |tx| identity::finish_first_setup(tx, &text, &draft, "test"));
    assert!(house.acting(&session.person).can("identity.grant", &Node::group()));
    let again = house.try_write(move |tx| identity::finish_first_setup(tx, &token, &first, "test"));
    assert_eq!(again.err(), Some(Failure::Refused(AccessRefusal::SetupGone)));
    assert_eq!(house.write(identity::begin_first_setup), None);
    house.temp.assert_clean();
}

#[test]
fn a_password_link_works_for_half_an_hour() {
    let house = House::new();
    let person = house.person("陈思远", zj());
    let offer = || {
        let (whom, roles) = (person.clone(), house.roles.clone());
        house.write(move |tx| identity::offer_setup(tx, &Acting::system("setup"), &roles, &whom, identity::AlsoGone::default()))
    };
    let (late, intime) = (offer(), offer());
    let draft = PasswordDraft { login: "chensiyuan".into(), secret: secret(PASSWORD) };
    let chosen = draft.clone();
    house.write(move |tx| identity::finish_setup(tx, &intime, &chosen, "test"));
    assert!(sign_in(&house, "chensiyuan", PASSWORD, "").is_ok());
    house.temp.clock.set(house.temp.clock.now().plus_seconds(1800));
    assert_eq!(house.try_write(move |tx| identity::finish_setup(tx, &late, &draft, "test")).err(), Some(Failure::Refused(AccessRefusal::SetupGone)));
}

//! The tree, memberships and relations.

use identity::{MembershipDraft, MembershipRefusal, NodeDraft, NodeKind, NodeRefusal, RelationDraft, RelationKind, Severity};
use words::{Acting, Bilingual, Failure, Id, Node};

use crate::house::{House, day, gd, zj};

fn draft(parent: Node, name: &str, kind: NodeKind) -> NodeDraft {
    NodeDraft { parent, name: name.into(), kind, title: Bilingual::new("名", "Name"), city: None }
}

fn system() -> Acting {
    Acting::system("setup")
}

#[test]
fn a_unit_moves_with_all_that_lies_on_it_unless_it_has_cases() {
    let house = House::new();
    let person = house.person("陈思远", zj());
    house.give(&person, "unit.hr", zj());
    house.write(|tx| identity::add_node(tx, &system(), &draft(zj(), "hz", NodeKind::Unit)));
    let to = house.write(|tx| identity::move_node(tx, &system(), &zj(), &gd()));
    assert_eq!(to, gd().below("zj"));
    assert!(house.read(|read| identity::node(read, &zj())).is_none());
    assert_eq!(house.read(|read| identity::children(read, &to)).len(), 1);
    assert_eq!(house.read(|read| identity::home_unit(read, &person, day("2026-09-01"))), Some(to.clone()));
    assert!(house.acting(&person).can("people.freeze_pay", &to));
    let (inside, above) = (to.below("hz"), to.clone());
    let got = house.try_write(move |tx| identity::move_node(tx, &system(), &above, &inside));
    assert_eq!(got, Err(Failure::Refused(NodeRefusal::BelowItself)));
    let place = to.clone();
    house.write(move |tx| identity::add_node(tx, &system(), &draft(place.clone(), "case_1", NodeKind::Case)));
    let got = house.try_write(move |tx| identity::move_node(tx, &system(), &to, &Node::group()));
    assert_eq!(got, Err(Failure::Refused(NodeRefusal::HasCases(1))));
    house.temp.assert_clean();
}

#[test]
fn a_node_is_closed_from_below() {
    let house = House::new();
    house.write(|tx| identity::add_node(tx, &system(), &draft(zj(), "space", NodeKind::Base)));
    let today = day("2026-09-01");
    let got = house.try_write(move |tx| identity::close_node(tx, &system(), &zj(), today));
    assert_eq!(got, Err(Failure::Refused(NodeRefusal::NotEmpty(1))));
    house.write(move |tx| identity::close_node(tx, &system(), &zj().below("space"), today));
    house.write(move |tx| identity::close_node(tx, &system(), &zj(), today));
    let got = house.try_write(|tx| identity::add_node(tx, &system(), &draft(zj(), "late", NodeKind::Base)));
    assert_eq!(got.err(), Some(Failure::Refused(NodeRefusal::AboveClosed)));
}

#[test]
fn one_belongs_somewhere_once_at_a_time() {
    let house = House::new();
    let person = house.person("陈思远", zj());
    let membership = |from: &str, to: Option<&str>| MembershipDraft { node: zj(), from_on: day(from), to_on: to.map(day), grade: None, position: None };
    let table = [
        (membership("2026-05-01", None), Some(MembershipRefusal::Doubled)),
        (membership("2025-05-01", Some("2025-01-01")), Some(MembershipRefusal::Period)),
        (membership("2025-01-01", Some("2025-12-31")), None),
    ];
    for (draft, expected) in table {
        let whom = person.clone();
        assert_eq!(house.try_write(move |tx| identity::join(tx, &system(), &whom, &draft)).err(), expected.map(Failure::Refused));
    }
    let on = |text: &str| house.read(|read| identity::members_of(read, &zj(), day(text)));
    assert_eq!((on("2024-12-31").len(), on("2025-06-01").len(), on("2026-06-01").len()), (0, 1, 1));
}

#[test]
fn relations_are_found_in_bulk_in_either_direction() {
    let house = House::new();
    let people: Vec<Id> = ["甲", "乙", "丙", "丁"].iter().map(|name| house.person(name, zj())).collect();
    let relation = |a: usize, b: usize, to_on: Option<&str>| RelationDraft {
        kind: RelationKind::PastTeam,
        a: people[a].clone(),
        b: people[b].clone(),
        from_on: day("2020-01-01"),
        to_on: to_on.map(day),
        source: "test".into(),
        severity: Severity::Excludes,
    };
    let drafts = [relation(0, 1, None), relation(2, 0, None), relation(3, 0, Some("2022-12-31")), relation(1, 2, None), relation(0, 1, None)];
    for draft in drafts {
        house.write(move |tx| identity::put_relation(tx, &system(), &draft));
    }
    let between = |since: &str| house.read(|read| identity::relations_between(read, &people[1..], &people[..1], day(since)));
    let pairs: Vec<_> = between("2023-01-01").into_iter().map(|found| (found.a, found.b)).collect();
    assert_eq!(pairs, [(people[0].clone(), people[1].clone()), (people[2].clone(), people[0].clone())]);
    assert_eq!(between("2022-12-31").len(), 3);
    house.temp.assert_clean();
}

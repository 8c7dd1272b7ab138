//! Roles on nodes, from–to: what may be given, what holds, who is found.

use identity::{GrantDraft, GrantRefusal};
use words::{Failure, Id, Node};

use crate::house::{House, gd, zj};

fn draft(house: &House, person: &Id, role: &str, node: Node) -> GrantDraft {
    let now = house.temp.clock.now();
    GrantDraft { person: person.clone(), role: role.into(), node, from_at: now, to_at: Some(now.plus_seconds(3600)), reason: "needed".into(), deputy_of: None }
}

#[test]
fn a_role_holds_on_its_node_and_below_from_to() {
    let house = House::new();
    let (admin, clerk) = (house.person("管理员", zj()), house.person("陈思远", zj()));
    house.give(&admin, "unit.admin", zj());
    let (who, roles, wanted) = (house.acting(&admin), house.roles.clone(), draft(&house, &clerk, "unit.hr", zj()));
    let grant = house.write(move |tx| identity::grant_role(tx, &who, &roles, &wanted));
    assert!(house.acting(&clerk).can("people.freeze_pay", &zj().below("hz")));
    assert!(!house.acting(&clerk).can("people.freeze_pay", &gd()));
    house.temp.clock.set(house.temp.clock.now().plus_seconds(3600));
    assert!(!house.acting(&clerk).can("people.freeze_pay", &zj()), "the end is not included");
    let who = house.acting(&admin);
    let over = house.try_write(move |tx| identity::end_grant(tx, &who, &grant, "no longer"));
    assert_eq!(over, Err(Failure::Refused(GrantRefusal::Ended)));
    house.temp.assert_clean();
}

#[test]
fn what_may_not_be_given_is_refused() {
    let house = House::new();
    let (admin, clerk) = (house.person("管理员", zj()), house.person("陈思远", zj()));
    house.give(&admin, "unit.admin", zj());
    let table = [
        (draft(&house, &admin, "unit.hr", zj()), Some(GrantRefusal::SelfGrant)),
        (draft(&house, &clerk, "unit.boss", zj()), Some(GrantRefusal::UnknownRole)),
        (draft(&house, &clerk, "platform.admin", zj()), Some(GrantRefusal::Misplaced)),
        (draft(&house, &clerk, "unit.hr", zj().below("nowhere")), Some(GrantRefusal::NodeGone)),
        (draft(&house, &Id::fixed("psn_nobody"), "unit.hr", zj()), Some(GrantRefusal::PersonGone)),
        (draft(&house, &clerk, "unit.hr", zj()), None),
        (draft(&house, &clerk, "unit.hr", zj()), Some(GrantRefusal::Doubled)),
    ];
    for (wanted, expected) in table {
        let (who, roles) = (house.acting(&admin), house.roles.clone());
        let got = house.try_write(move |tx| identity::grant_role(tx, &who, &roles, &wanted));
        assert_eq!(got.err(), expected.map(Failure::Refused));
    }
    let (who, roles, elsewhere) = (house.acting(&admin), house.roles.clone(), draft(&house, &clerk, "unit.hr", gd()));
    assert!(matches!(house.try_write(move |tx| identity::grant_role(tx, &who, &roles, &elsewhere)), Err(Failure::Denied(_))));
}

#[test]
fn the_system_gives_a_role_once() {
    let house = House::new();
    let clerk = house.person("陈思远", zj());
    let first = house.give(&clerk, "team.lead", zj().below("case_1"));
    let again = house.give(&clerk, "team.lead", zj().below("case_1"));
    assert_eq!(first, again);
}

#[test]
fn holders_are_looked_for_upwards() {
    let house = House::new();
    let (near, far) = (house.person("近", zj()), house.person("远", zj()));
    house.give(&far, "unit.hr", Node::group());
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &zj().below("x"))), vec![far.clone()]);
    house.give(&near, "unit.hr", zj());
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &zj().below("x"))), vec![near]);
    assert_eq!(house.read(|read| identity::holders_of(read, "unit.hr", &gd())), vec![far.clone()]);
    assert_eq!(house.read(|read| identity::holders_below(read, "unit.hr", &Node::group())).len(), 2);
    assert_eq!(house.read(|read| identity::holders_below(read, "unit.hr", &zj())).len(), 1);
}

//! Tariffs through the whole program: a firm asks for its upgrade, the enterprise branch decides in its case and the counts follow.

use crate::ground::House;

#[test]
fn a_firm_asks_for_its_upgrade_and_gets_it_in_its_case() {
    let house = House::peopled();
    let until = house.temp.clock.now().day().plus_days(30).to_string();
    let (mut firm, mut branch) = (house.client("public"), house.client("unit-gov"));
    let upgrades = |house: &House| house.client("public").get_json("/tariffs/benefits").json()["measures"].clone();
    let granted = |measures: serde_json::Value| {
        measures
            .as_array()
            .and_then(|all| all.iter().find(|one| one["measure"]["book"] == "line").map(|one| one["benefit"]["upgrades"].clone()))
            .unwrap_or_default()
    };
    let before = granted(upgrades(&house)).as_i64().expect("a count");
    let form = [("mbps", "200"), ("contract_until", until.as_str()), ("firm", "示范企业"), ("contract", "ZX-9"), ("_back", "/tariffs/upgrade")];
    firm.post_and_follow("/tariffs/upgrades", &form).expect(200);
    house.temp.settle();
    let mine = firm.get_json("/tariffs/mine").json()["upgrades"][0].clone();
    assert_eq!((&mine["state"], &mine["to_mbps"]), (&"applied".into(), &500.into()));
    let case = format!("/cases/{}", mine["case"].as_str().expect("a case"));
    // The firm sees its case and cannot grant it; the branch can.
    let page = firm.get(&case).expect(200);
    assert!(page.body.contains("示范企业 200M → 500M"), "{}", page.body);
    assert_ne!(firm.post(&format!("{case}/moves"), &[("move", "grant"), ("_back", &case)]).status, 303);
    let moved = branch.post(&format!("{case}/moves"), &[("move", "grant"), ("_back", &case)]);
    assert_eq!(moved.status, 303, "{}", moved.body);
    house.temp.settle();
    let mine = firm.get_json("/tariffs/mine").json()["upgrades"][0].clone();
    assert_eq!(mine["state"], "granted");
    assert_eq!(granted(upgrades(&house)), before + 1);
    house.temp.assert_clean();
}

#[test]
fn an_upgrade_whose_contract_ended_meanwhile_is_not_granted() {
    let house = House::peopled();
    let today = house.temp.clock.now().day();
    let form = [("mbps", "10"), ("contract_until", &today.to_string()), ("firm", "示范企业"), ("contract", "ZX-8"), ("_back", "/tariffs/upgrade")];
    let mut firm = house.client("public");
    firm.post_and_follow("/tariffs/upgrades", &form).expect(200);
    house.temp.settle();
    let case = format!("/cases/{}", firm.get_json("/tariffs/mine").json()["upgrades"][0]["case"].as_str().expect("a case"));
    house.temp.run_until(today.plus_days(1).start());
    let refused = house.client("unit-gov").post(&format!("{case}/moves"), &[("move", "grant"), ("_back", &case)]);
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.body.contains("协议最后一天：已于"), "{}", refused.body);
}

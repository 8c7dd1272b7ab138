//! The free upgrade is asked for, has its case, and is decided once.

use tariffs::{Benefit, Upgrade, UpgradeDraft, UpgradeRefusal, UpgradeState, benefits};
use words::{Acting, Failure, Id, Never};

use crate::world::*;

fn draft(contract: &str, mbps: i64, until: &str) -> UpgradeDraft {
    UpgradeDraft { firm: " 示范企业 ".into(), contract: contract.into(), contract_until: day(until), mbps }
}

fn apply(world: &store::testing::Temp, draft: UpgradeDraft) -> Result<Upgrade, Failure<UpgradeRefusal>> {
    tried(world, move |tx| tariffs::apply_upgrade(tx, &member(1), &terms(), Some(book("line")), &draft))
}

fn decide(world: &store::testing::Temp, case: &Id, state: UpgradeState) -> Upgrade {
    let case = case.clone();
    done(world, move |tx| tariffs::decide_upgrade(tx, &Acting::system("reaction"), &case, state, "端口不足"))
}

#[test]
fn a_contract_is_upgraded_once_and_the_firm_counts_from_its_day() {
    let world = world();
    assert_eq!(refusal(apply(&world, UpgradeDraft { firm: "  ".into(), ..draft("A", 10, "2027-12-31") })), UpgradeRefusal::FirmNeeded);
    assert_eq!(refusal(apply(&world, draft(" ", 10, "2027-12-31"))), UpgradeRefusal::ContractNeeded);
    assert_eq!(refusal(apply(&world, draft("A", 500, "2027-12-31"))), UpgradeRefusal::OverLimit { limit: 200, mbps: 500 });
    assert_eq!(refusal(apply(&world, draft("A", 200, "2027-06-05"))), UpgradeRefusal::ContractOver { until: day("2027-06-05") });
    let upgrade = apply(&world, draft("A", 200, "2027-06-06")).unwrap_or_else(|_| panic!("asked for"));
    // 15,000 − 7,000 yuan a month.
    assert_eq!((upgrade.firm.as_str(), upgrade.to_mbps, upgrade.saved_minor), ("示范企业", 500, 800_000));
    assert_eq!(refusal(apply(&world, draft("A", 200, "2027-12-31"))), UpgradeRefusal::Exists);
    let case = Id::new("case", 1, [1; 10]);
    let (id, noted) = (upgrade.id.clone(), case.clone());
    done(&world, move |tx| tariffs::note_case(tx, &Acting::system("reaction"), &id, &noted, "GOV-2017-0001"));
    assert_eq!(decide(&world, &case, UpgradeState::Granted).state, UpgradeState::Granted);
    // What is decided stays decided.
    assert_eq!(decide(&world, &case, UpgradeState::Declined).state, UpgradeState::Granted);
    assert_eq!(refusal(apply(&world, draft("A", 200, "2027-12-31"))), UpgradeRefusal::Exists);
    let count = |on: &str| {
        let on = day(on);
        world.db.read::<_, Never>(|read| Ok(benefits(read, &["line"], on)?[0])).unwrap()
    };
    assert_eq!(count("2027-06-05"), Benefit::default());
    assert_eq!(count("2027-06-06"), Benefit { upgrades: 1, firms: 1, beneficiaries: 1, saved_minor: 800_000, ..Benefit::default() });
    world.assert_clean();
}

#[test]
fn what_was_declined_may_be_asked_for_again() {
    let world = world();
    let first = apply(&world, draft("B", 2, "2027-12-31")).unwrap_or_else(|_| panic!("asked for"));
    // A line slower than any that is sold today goes to the floor; it cost 300, the floor costs 800.
    assert_eq!((first.to_mbps, first.saved_minor), (10, 50_000));
    let case = Id::new("case", 2, [2; 10]);
    let noted = case.clone();
    done(&world, move |tx| tariffs::note_case(tx, &Acting::system("reaction"), &first.id, &noted, "GOV-2017-0002"));
    assert_eq!(decide(&world, &case, UpgradeState::Declined).reason, "端口不足");
    assert!(apply(&world, draft("B", 2, "2027-12-31")).is_ok());
    world.assert_clean();
}

//! The case of an upgrade is there, and comes to its end: the upgrade follows. Told by reactions. Tells `UpgradeCaseNoted` and `UpgradeDecided`.
//!
//! Invariant: what is decided stays decided; asked again with the same, nothing happens.

use store::Tx;
use words::{Acting, Failure, Id, Never, Outcome};

use crate::sql;
use crate::told::{UpgradeCaseNoted, UpgradeDecided};
use crate::upgrade::{Upgrade, UpgradeState};

/// Notes the case of an upgrade.
pub fn note_case(tx: &mut Tx, who: &Acting, upgrade: &Id, case: &Id, number: &str) -> Outcome<Upgrade, Never> {
    let mut upgrade = sql::upgrade(tx, upgrade)?.ok_or(Failure::Absent)?;
    if upgrade.case.is_some() {
        return Ok(upgrade);
    }
    (upgrade.case, upgrade.number) = (Some(case.clone()), Some(number.to_owned()));
    sql::upgrade_write(tx, &upgrade)?;
    tx.tell(who, &UpgradeCaseNoted { upgrade: upgrade.id.clone(), case: case.clone() })?;
    Ok(upgrade)
}

/// Decides the upgrade of a case.
pub fn decide_upgrade(tx: &mut Tx, who: &Acting, case: &Id, state: UpgradeState, reason: &str) -> Outcome<Upgrade, Never> {
    let mut upgrade = sql::upgrade_of_case(tx, case)?.ok_or(Failure::Absent)?;
    if upgrade.state != UpgradeState::Applied {
        return Ok(upgrade);
    }
    (upgrade.state, upgrade.reason, upgrade.decided_on) = (state, reason.trim().to_owned(), Some(tx.now().day()));
    sql::upgrade_write(tx, &upgrade)?;
    tx.tell(who, &UpgradeDecided { upgrade: upgrade.id.clone(), state: state.as_str().into(), to_mbps: upgrade.to_mbps })?;
    Ok(upgrade)
}

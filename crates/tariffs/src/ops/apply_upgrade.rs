//! A firm asks for the free upgrade of its leased line (R-34: 经申请). Tells `UpgradeAsked`, from which its case comes.
//!
//! Invariant: a contract is upgraded once; one that was declined or taken back may be asked for again.

use rating::{Book, Terms, bill};
use store::Tx;
use words::{Acting, Day, Outcome};

use crate::refusal::UpgradeRefusal;
use crate::sql;
use crate::told::UpgradeAsked;
use crate::upgrade::{LineTerms, Upgrade, UpgradeState, step_up};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradeDraft {
    /// Firm.
    pub firm: String,
    /// Number of the contract.
    pub contract: String,
    /// Its last day.
    pub contract_until: Day,
    /// Mbit/s now.
    pub mbps: i64,
}

/// Asks for it.
pub fn apply_upgrade(tx: &mut Tx, who: &Acting, terms: &LineTerms, prices: Option<&Book>, draft: &UpgradeDraft) -> Outcome<Upgrade, UpgradeRefusal> {
    let (firm, contract) = (draft.firm.trim().to_owned(), draft.contract.trim().to_owned());
    if firm.is_empty() {
        return Err(UpgradeRefusal::FirmNeeded.into());
    }
    if contract.is_empty() {
        return Err(UpgradeRefusal::ContractNeeded.into());
    }
    let now = tx.now();
    let today = now.day();
    let to_mbps = step_up(terms, draft.mbps, draft.contract_until, today)?;
    if sql::upgrade_live(tx, &contract)? {
        return Err(UpgradeRefusal::Exists.into());
    }
    let saved_minor = prices.and_then(|book| saved(book, draft.mbps, to_mbps, today)).unwrap_or(0);
    let (mbps, contract_until) = (draft.mbps, draft.contract_until);
    let upgrade = Upgrade {
        id: tx.id("upg"),
        person: who.person.clone(),
        firm,
        contract,
        contract_until,
        mbps,
        to_mbps,
        saved_minor,
        state: UpgradeState::Applied,
        case: None,
        number: None,
        reason: String::new(),
        applied_on: today,
        applied_at: now,
        decided_on: None,
    };
    sql::upgrade_insert(tx, &upgrade)?;
    let (person, firm, contract) = (upgrade.person.clone(), upgrade.firm.clone(), upgrade.contract.clone());
    tx.tell(who, &UpgradeAsked { upgrade: upgrade.id.clone(), person, firm, contract, contract_until, mbps, to_mbps })?;
    Ok(upgrade)
}

/// Monthly price of the faster line less that of the slower. A line slower than any that is sold today costs what it cost before.
pub(crate) fn saved(book: &Book, mbps: i64, to_mbps: i64, day: Day) -> Option<i64> {
    let price = |mbps: i64| {
        let plan = mbps.to_string();
        let sold = |version: &&rating::Version| version.from <= day && version.entries.iter().any(|entry| entry.plan.as_deref() == Some(plan.as_str()));
        let version = book.versions().iter().rev().find(sold)?;
        let only = book.under(&version.key)?;
        Some(bill(&only, &rating::Tally::new(), &Terms::on(day).plan(&plan)).ok()?.total.minor)
    };
    price(to_mbps)?.checked_sub(price(mbps)?)
}

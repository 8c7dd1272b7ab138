//! What `verify` compares: rounds with their stakes, stakes and wallets with the ledger, the pool with what it may have to pay.

use store::{Finding, Read};
use words::Fault;

use crate::{sql, value};

/// Totals of a round = its stakes.
pub(crate) fn rounds(read: &Read) -> Result<Vec<Finding>, Fault> {
    let wrong = sql::check_rounds(read)?.into_iter().filter(|sums| sums.own != sums.stakes);
    Ok(wrong.map(|sums| Finding::new("hemi_round", sums.round, format!("says {:?}, its stakes say {:?}", sums.own, sums.stakes))).collect())
}

/// Stakes held = balance of the stake accounts.
pub(crate) fn stakes(read: &Read) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for (project, person, held) in sql::check_stakes(read)? {
        let path = value::stake_path(&project, &person);
        let balance = value::balance(read, &path)?;
        if balance != held {
            findings.push(Finding::new("hemi_stake", path, format!("stakes say {held}, the ledger {balance}")));
        }
    }
    Ok(findings)
}

/// Grants and stakes = balance of the wallets: nothing came or went any other way.
pub(crate) fn wallets(read: &Read) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for (person, due) in sql::check_wallets(read)? {
        let path = value::wallet_path(&person);
        let balance = value::balance(read, &path)?;
        if balance != due {
            findings.push(Finding::new("hemi_grant", path, format!("grants and stakes say {due}, the ledger {balance}")));
        }
    }
    Ok(findings)
}

/// The pool holds what it may have to pay.
pub(crate) fn pool(read: &Read) -> Result<Vec<Finding>, Fault> {
    let (due, balance) = (sql::pool_due(read)?, value::balance(read, value::POOL)?);
    Ok(if balance < due { vec![Finding::new("ledger", value::POOL, format!("may have to pay {due}, holds {balance}"))] } else { Vec::new() })
}

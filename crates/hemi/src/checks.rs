//! What `verify` compares: rounds with their stakes, stakes and wallets with the ledger, the pool with what it may have to pay.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::{sql, value};

/// Totals of a round = its stakes.
pub(crate) fn rounds(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::check_rounds(read)?, |sums| {
        let says = || format!("says {:?}, its stakes say {:?}", sums.own, sums.stakes);
        Ok((sums.own != sums.stakes).then(|| Finding::new("hemi_round", sums.round.as_str(), says())))
    })
}

/// Stakes held = balance of the stake accounts.
pub(crate) fn stakes(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::check_stakes(read)?, |(project, person, held)| {
        let path = value::stake_path(&project, &person);
        let balance = value::balance(read, &path)?;
        Ok((balance != held).then(|| Finding::new("hemi_stake", path, format!("stakes say {held}, the ledger {balance}"))))
    })
}

/// Grants and stakes = balance of the wallets: nothing came or went any other way.
pub(crate) fn wallets(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::check_wallets(read)?, |(person, due)| {
        let path = value::wallet_path(&person);
        let balance = value::balance(read, &path)?;
        Ok((balance != due).then(|| Finding::new("hemi_grant", path, format!("grants and stakes say {due}, the ledger {balance}"))))
    })
}

/// The pool holds what it may have to pay.
pub(crate) fn pool(read: &Read) -> Result<Checked, Fault> {
    Checked::each([sql::pool_due(read)?], |due| {
        let balance = value::balance(read, value::POOL)?;
        Ok((balance < due).then(|| Finding::new("ledger", value::POOL, format!("may have to pay {due}, holds {balance}"))))
    })
}

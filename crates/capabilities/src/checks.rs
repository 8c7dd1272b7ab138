//! What `verify` compares: quotas with their leases and with the ledger.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::sql_quota;

/// Leased = the sum of the leases = what the ledger says is leased; the rest is what the ledger says is left; nothing is leased beyond what was granted.
pub(crate) fn quotas(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql_quota::sums(read)?, |sums| {
        let quota = sums.quota;
        let left = ledger::available(read, &format!("quota:calls:{}:{}", sums.app, sums.month))?;
        let leased = ledger::available(read, &format!("quota:calls:leased:{}:{}", sums.app, sums.month))?;
        let fits = quota.leased == sums.units && quota.leased == leased && quota.granted - quota.leased == left && left >= 0;
        let says = || format!("says {quota:?}; its leases say {}, the ledger {leased} leased and {left} left", sums.units);
        Ok((!fits).then(|| Finding::new("capabilities_quota", format!("{}/{}", sums.app, sums.month), says())))
    })
}

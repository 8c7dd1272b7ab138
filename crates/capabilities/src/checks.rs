//! What `verify` compares: quotas with their leases and with the ledger.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::sql_quota;

/// Leased = the sum of the leases = what the ledger says is leased; the rest is what the ledger says is left; nothing is leased beyond what was granted.
pub(crate) fn quotas(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql_quota::sums(read)?, |sums| {
        let (quota, app, month) = (sums.quota, &sums.holder.app, &sums.month);
        let (table, account, of_leased) = match &sums.holder.capability {
            None => ("capabilities_quota", format!("quota:calls:{app}:{month}"), format!("quota:calls:leased:{app}:{month}")),
            Some(capability) => (
                "capabilities_subscribed_quota",
                format!("quota:subscribed:{app}:{capability}:{month}"),
                format!("quota:subscribed:leased:{app}:{capability}:{month}"),
            ),
        };
        let (left, leased) = (ledger::available(read, &account)?, ledger::available(read, &of_leased)?);
        let fits = quota.leased == sums.units && quota.leased == leased && quota.granted - quota.leased == left && left >= 0;
        let says = || format!("says {quota:?}; its leases say {}, the ledger {leased} leased and {left} left", sums.units);
        Ok((!fits).then(|| Finding::new(table, account.clone(), says())))
    })
}

//! What `verify` compares: parts with amounts, and what was paid with the quota of each project.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::{sql, value};

/// Parts of a paid award sum to it, shares to 100.00 %.
pub(crate) fn sums(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::check_sums(read)?, |(award, fits)| Ok((!fits).then(|| Finding::new("awards_share", award, "the parts do not sum to the award"))))
}

/// What the awards say was paid to a project fits into what the ledger took from its quota.
pub(crate) fn ceilings(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::check_projects(read)?, |(project, paid)| {
        let used = value::awarded(read, &project)?;
        Ok((paid > used).then(|| Finding::new("awards_award", project, format!("awards say {paid} was paid, the quota says {used} was used"))))
    })
}

//! What `verify` compares: parts with amounts, and what was paid with the quota of each project.

use store::{Finding, Read};
use words::Fault;

use crate::{sql, value};

/// Parts of a paid award sum to it, shares to 100.00 %.
pub(crate) fn sums(read: &Read) -> Result<Vec<Finding>, Fault> {
    Ok(sql::check_sums(read)?.into_iter().map(|award| Finding::new("awards_share", award, "the parts do not sum to the award")).collect())
}

/// What the awards say was paid to a project fits into what the ledger took from its quota.
pub(crate) fn ceilings(read: &Read) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for (project, paid) in sql::check_projects(read)? {
        let used = value::awarded(read, &project)?;
        if paid > used {
            findings.push(Finding::new("awards_award", project, format!("awards say {paid} was paid, the quota says {used} was used")));
        }
    }
    Ok(findings)
}

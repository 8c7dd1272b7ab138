//! What `verify` compares: deferred pay with the ledger, runs with their lines.

use store::{Finding, Read};
use words::Fault;

use crate::{sql_pay, value};

/// Sum of the deferred lines of each person and project = balance of `deferred_pay`.
pub(crate) fn deferred(read: &Read) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for (person, project, due) in sql_pay::check_deferred(read)? {
        let balance = value::deferred(read, &person, &project)?;
        if balance != due {
            findings.push(Finding::new("people_line", value::deferred_path(&person, &project), format!("lines say {due}, the ledger {balance}")));
        }
    }
    Ok(findings)
}

/// Sums of a run = its lines.
pub(crate) fn runs(read: &Read) -> Result<Vec<Finding>, Fault> {
    Ok(sql_pay::check_runs(read)?.into_iter().map(|run| Finding::new("people_run", run, "its sums are not those of its lines")).collect())
}

//! What `verify` compares: deferred pay with the ledger, runs with their lines.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::{sql_pay, value};

/// Sum of the deferred lines of each person and project = balance of `deferred_pay`.
pub(crate) fn deferred(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql_pay::check_deferred(read)?, |(person, project, due)| {
        let balance = value::deferred(read, &person, &project)?;
        let says = || format!("lines say {due}, the ledger {balance}");
        Ok((balance != due).then(|| Finding::new("people_line", value::deferred_path(&person, &project), says())))
    })
}

/// Sums of a run = its lines.
pub(crate) fn runs(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql_pay::check_runs(read)?, |(run, fits)| Ok((!fits).then(|| Finding::new("people_run", run, "its sums are not those of its lines"))))
}

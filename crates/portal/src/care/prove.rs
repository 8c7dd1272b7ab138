//! Runs `verify` over everything the parts declare and shows what it found.
//!
//! Invariant: what is looked at is what the command `verify` looks at; a person may run it some times a minute only.

use schemars::JsonSchema;
use serde::Serialize;
use store::Report;
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet};
use words::{Instant, Never};

use crate::{Parts, rights};

/// Something that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FindingView {
    /// Check that found it.
    check: String,
    /// Table, or the log.
    place: String,
    /// Key of the row.
    row: String,
    /// What is wrong (English, for the operator).
    message: String,
}

/// A check.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CheckView {
    /// Name.
    name: String,
    /// Rows or events it looked at, where it counts them.
    looked_at: i64,
    /// How many things are wrong.
    findings: i64,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct VerifyView {
    /// When.
    at: Instant,
    /// Is everything as the log says?
    clean: bool,
    /// The checks.
    checks: Vec<CheckView>,
    /// What is wrong, at most 200.
    findings: Vec<FindingView>,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<VerifyView> {
    let who = call.acting()?;
    who.may(rights::AUDIT, &words::Node::group())?;
    call.rate("verify", 6)?;
    let parts = call.door().value::<Parts>().ok_or_else(|| Problem::new(503, "portal-verify-not-wired"))?.0.clone();
    let report = call.read::<_, Never>(|read| Ok(store::verify(read, &parts)?))?;
    let view = view(call.now(), report);
    let sheet = Sheet::new("findings", &["portal-col-check", "portal-col-place", "portal-col-row", "portal-col-message"])
        .rows(view.findings.iter().map(|one| vec![(&one.check).into(), (&one.place).into(), (&one.row).into(), (&one.message).into()]));
    Ok(Reply::page("portal/verify.html", view).sheet(sheet))
}

fn view(at: Instant, report: Report) -> VerifyView {
    let clean = report.is_clean();
    let checks = report
        .checks
        .iter()
        .map(|check| CheckView {
            name: check.name.clone(),
            looked_at: i64::try_from(check.looked_at).unwrap_or(i64::MAX),
            findings: check.findings.len() as i64,
        })
        .collect();
    let findings = report.checks.into_iter().flat_map(|check| {
        let name = check.name;
        check.findings.into_iter().map(move |one| FindingView { check: name.clone(), place: one.place, row: one.row, message: one.message })
    });
    VerifyView { at, clean, checks, findings: findings.take(200).collect() }
}

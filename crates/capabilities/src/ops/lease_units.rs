//! A gateway leases units of an app's quota, and returns what it did not use.
//!
//! Asks the ledger, which has the last word: nothing is leased that was not granted. Tells nothing: the ledger's batches and the hashes of the rows are the record.
//! Invariant: per app and month, leased ≤ granted ≤ the largest quota its plans had in that month, over all gateways.

use ledger::{Book, Posting};
use store::Tx;
use words::{Acting, Failure, Fault, Id, Instant, Never, Outcome};

use crate::app::AppState;
use crate::plan::{month, plan_of};
use crate::sql_quota::Quota;
use crate::{Asks, sql, sql_quota};

/// What a gateway got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lease {
    /// So many calls, until the month ends.
    Units {
        /// Month: `2026-11`.
        month: String,
        /// How many.
        units: i64,
        /// What they are part of.
        quota: i64,
        /// They are void from then on.
        until: Instant,
    },
    /// The app's plan has no quota.
    Unlimited,
    /// Nothing is left until the month ends.
    Dry {
        /// What was granted for the month.
        quota: i64,
        /// When there is something again.
        until: Instant,
    },
}

/// Leases at most `wanted` units; ever smaller blocks as the quota runs out, so that little of it lies idle at a gateway.
pub fn lease_units<A: Asks>(tx: &mut Tx, app: &Id, gateway: &str, wanted: i64) -> Outcome<Lease, Never> {
    let app = sql::app(tx, app)?.ok_or(Failure::Absent)?;
    let (month, until) = month(tx.now());
    let chosen = sql_quota::plan(tx, &app.id)?;
    let plans = A::plans(tx)?;
    let Some(plan) = plan_of(&plans, app.environment, chosen.as_deref()).filter(|_| app.state == AppState::Open) else {
        return Ok(Lease::Dry { quota: 0, until });
    };
    if plan.per_month == 0 {
        return Ok(Lease::Unlimited);
    }
    let book = A::book(tx)?;
    let quota = granted(tx, &book, &app.id, &month, plan.per_month)?;
    let left = quota.granted - quota.leased;
    if left <= 0 {
        return Ok(Lease::Dry { quota: quota.granted, until });
    }
    let units = wanted.clamp(1, (left / 4).max(1));
    move_units(tx, &book, &app.id, &month, gateway, units)?;
    Ok(Lease::Units { month, units, quota: quota.granted, until })
}

/// Gives back units of a lease; also after its month is over.
pub fn return_units<A: Asks>(tx: &mut Tx, app: &Id, month: &str, gateway: &str, units: i64) -> Outcome<(), Never> {
    if units <= 0 {
        return Ok(());
    }
    let book = A::book(tx)?;
    Ok(move_units(tx, &book, app, month, gateway, -units)?)
}

/// The quota of the month, granted up to what the plan gives; a larger plan grants the difference, a smaller one takes nothing back.
fn granted(tx: &mut Tx, book: &Book, app: &Id, month: &str, per_month: i64) -> Result<Quota, Fault> {
    let mut quota = sql_quota::quota(tx, app, month)?.unwrap_or_default();
    if quota.granted < per_month {
        let id = tx.id("qta");
        post(tx, book, "calls.grant", &id, app, month, per_month - quota.granted)?;
        quota.granted = per_month;
        sql_quota::quota_put(tx, app, month, &quota)?;
    }
    Ok(quota)
}

fn move_units(tx: &mut Tx, book: &Book, app: &Id, month: &str, gateway: &str, units: i64) -> Result<(), Fault> {
    let id = tx.id("lse");
    let (template, amount) = if units > 0 { ("calls.lease", units) } else { ("calls.return", -units) };
    post(tx, book, template, &id, app, month, amount)?;
    let mut quota = sql_quota::quota(tx, app, month)?.ok_or_else(|| Fault::new(format!("no quota of {app} in {month}")))?;
    quota.leased += units;
    sql_quota::quota_put(tx, app, month, &quota)?;
    sql_quota::lease_insert(tx, &id, app, month, gateway, units)
}

fn post(tx: &mut Tx, book: &Book, template: &str, id: &Id, app: &Id, month: &str, units: i64) -> Result<(), Fault> {
    let posting = Posting::new(template, format!("{template}:{id}"), "capabilities.quota", id).id("app", app).id("month", month).amount("units", units);
    ledger::post(tx, book, &Acting::system("gateway"), posting).map(drop).map_err(Failure::into_fault)
}

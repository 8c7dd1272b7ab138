//! A gateway leases units of the quota of an app or of its subscription to a capability, and returns what it did not use.
//!
//! Asks the ledger, which has the last word: nothing is leased that was not granted. Tells `QuotaUsed`; else the ledger's batches and the hashes of the rows
//! are the record.
//! Invariant: what leased calls may cost was set aside, if they cost something; per app (and capability, if subscribed) and month, leased ≤ granted ≤ the
//! largest quota its plans had in that month, over all gateways; whoever cancels and subscribes again goes on with what is left.

use ledger::{Book, Posting};
use serde::{Deserialize, Serialize};
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Never, Outcome};

use crate::app::{App, AppState};
use crate::plan::{Billing, month, plan_for, plan_of};
use crate::sql_quota::{Holder, Quota};
use crate::told::QuotaUsed;
use crate::{Asks, Unpaid, sql, sql_quota, sql_subscription};

/// Of so many percent of a subscription's quota its developer is told before it is used up.
const NEARLY: i64 = 80;

/// What a gateway got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// The plan has no quota.
    Unlimited,
    /// Nothing is left until the month ends.
    Dry {
        /// What was granted for the month.
        quota: i64,
        /// When there is something again.
        until: Instant,
    },
    /// What calls may cost cannot be paid.
    Unpaid(Unpaid),
}

/// Leases at most `wanted` units to an app or, by its id, to a subscription; ever smaller blocks as the quota runs out, so that little of it lies idle.
pub fn lease_units<A: Asks>(tx: &mut Tx, id: &Id, gateway: &str, wanted: i64) -> Outcome<Lease, Never> {
    let (month, until) = month(tx.now());
    let terms = terms::<A>(tx, id)?;
    let Some(per_month) = terms.per_month else { return Ok(Lease::Dry { quota: 0, until }) };
    if per_month == 0 && !terms.held_by_money::<A>(tx)? {
        return Ok(Lease::Unlimited);
    }
    let (book, holder) = (A::book(tx)?, &terms.holder);
    let quota = if per_month > 0 { granted(tx, &book, holder, &month, per_month)? } else { Quota::default() };
    let left = if per_month > 0 { quota.granted - quota.leased } else { i64::MAX };
    if left <= 0 {
        tell_used(tx, id, holder, &month, 100)?;
        return Ok(Lease::Dry { quota: quota.granted, until });
    }
    let wanted = wanted.clamp(1, (left / 4).max(1));
    let units = match &terms.meter {
        Some(meter) => match A::set_aside(tx, &holder.app, meter, wanted)? {
            Ok(units) => units,
            Err(why) => return Ok(Lease::Unpaid(why)),
        },
        None => wanted,
    };
    if per_month > 0 {
        move_units(tx, &book, holder, &month, gateway, units)?;
        if (quota.leased + units) * 100 >= quota.granted * NEARLY {
            tell_used(tx, id, holder, &month, NEARLY)?;
        }
    }
    Ok(Lease::Units { month, units, quota: quota.granted, until })
}

/// Whose quota it is, and by which terms.
struct Terms {
    holder: Holder,
    /// What the plan gives a month (0: without limit); nothing if it may not call.
    per_month: Option<i64>,
    /// What its calls are counted as, if they may cost something.
    meter: Option<String>,
    prepaid: bool,
}

impl Terms {
    /// Must money be there before calls are made?
    fn held_by_money<A: Asks>(&self, read: &Read) -> Result<bool, Fault> {
        Ok(self.meter.is_some() && (self.prepaid || A::paying(read, &self.holder.app)?.limited))
    }
}

/// Tells once a month that so much of a subscription's quota is used, or held by gateways that need it; again after a larger plan granted more.
fn tell_used(tx: &mut Tx, id: &Id, holder: &Holder, month: &str, percent: i64) -> Result<(), Fault> {
    let (Some(capability), Some(mut quota)) = (&holder.capability, sql_quota::quota(tx, holder, month)?) else { return Ok(()) };
    if quota.told >= percent {
        return Ok(());
    }
    quota.told = percent;
    sql_quota::quota_put(tx, holder, month, &quota)?;
    let slug = sql::capability(tx, capability)?.map(|capability| capability.slug).unwrap_or_default();
    let (app, month, quota) = (holder.app.clone(), month.to_owned(), quota.granted);
    tx.tell(&Acting::system("gateway"), &QuotaUsed { subscription: id.clone(), app, slug, month, percent, quota }).map(drop)
}

fn terms<A: Asks>(read: &Read, id: &Id) -> Outcome<Terms, Never> {
    let plans = A::plans(read)?;
    let is_open = |app: &App| app.state == AppState::Open;
    if let Some(app) = sql::app(read, id)? {
        let chosen = sql_quota::plan(read, id)?;
        let plan = plan_of(&plans, app.environment, chosen.as_deref()).filter(|_| is_open(&app));
        let holder = Holder { app: app.id, capability: None };
        return Ok(Terms { holder, per_month: plan.map(|plan| plan.per_month), meter: None, prepaid: false });
    }
    let one = sql_subscription::one(read, id)?.ok_or(Failure::Absent)?;
    let app = sql::app(read, &one.app)?.ok_or(Failure::Absent)?;
    let slug = sql::capability(read, &one.capability)?.ok_or(Failure::Absent)?.slug;
    let plan = plan_for(&plans, &slug, &one.plan).filter(|_| is_open(&app) && one.state.is_in_force());
    let prepaid = plan.is_some_and(|plan| plan.billing == Billing::Prepaid);
    let holder = Holder { app: one.app, capability: Some(one.capability) };
    Ok(Terms { holder, per_month: plan.map(|plan| plan.per_month), meter: Some(format!("{slug}.calls")), prepaid })
}

/// Gives back units of a lease; also after its month is over, and after the subscription is.
pub fn return_units<A: Asks>(tx: &mut Tx, holder: &Id, month: &str, gateway: &str, units: i64) -> Outcome<(), Never> {
    if units <= 0 {
        return Ok(());
    }
    let (book, terms) = (A::book(tx)?, terms::<A>(tx, holder)?);
    // What was leased under a plan without a quota was none of it: no more comes back than went out.
    let leased = sql_quota::quota(tx, &terms.holder, month)?.map_or(0, |quota| quota.leased);
    if leased > 0 {
        move_units(tx, &book, &terms.holder, month, gateway, -units.min(leased))?;
    }
    if let Some(meter) = &terms.meter {
        A::free_again(tx, &terms.holder.app, meter, month, units)?;
    }
    Ok(())
}

/// The quota of the month, granted up to what the plan gives; a larger plan grants the difference, a smaller one takes nothing back.
fn granted(tx: &mut Tx, book: &Book, holder: &Holder, month: &str, per_month: i64) -> Result<Quota, Fault> {
    let mut quota = sql_quota::quota(tx, holder, month)?.unwrap_or_default();
    if quota.granted < per_month {
        let id = tx.id("qta");
        post(tx, book, "grant", &id, holder, month, per_month - quota.granted)?;
        (quota.granted, quota.told) = (per_month, 0);
        sql_quota::quota_put(tx, holder, month, &quota)?;
    }
    Ok(quota)
}

fn move_units(tx: &mut Tx, book: &Book, holder: &Holder, month: &str, gateway: &str, units: i64) -> Result<(), Fault> {
    let id = tx.id("lse");
    let (verb, amount) = if units > 0 { ("lease", units) } else { ("return", -units) };
    post(tx, book, verb, &id, holder, month, amount)?;
    let mut quota = sql_quota::quota(tx, holder, month)?.ok_or_else(|| Fault::new(format!("no quota of {holder:?} in {month}")))?;
    quota.leased += units;
    sql_quota::quota_put(tx, holder, month, &quota)?;
    sql_quota::lease_insert(tx, &id, holder, month, gateway, units)
}

fn post(tx: &mut Tx, book: &Book, verb: &str, id: &Id, holder: &Holder, month: &str, units: i64) -> Result<(), Fault> {
    let template = format!("{}.{verb}", if holder.capability.is_some() { "subscribed" } else { "calls" });
    let mut posting =
        Posting::new(&template, format!("{template}:{id}"), "capabilities.quota", id).id("app", &holder.app).id("month", month).amount("units", units);
    if let Some(capability) = &holder.capability {
        posting = posting.id("capability", capability);
    }
    ledger::post(tx, book, &Acting::system("gateway"), posting).map(drop).map_err(Failure::into_fault)
}

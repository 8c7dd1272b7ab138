//! Every SQL sentence about plans, quotas and leases.

use store::{Read, Tx, params};
use words::{Fault, Id};

const PLAN: &str = "select plan from capabilities_plan where app = $1";
const QUOTA: &str = "select granted, leased from capabilities_quota where app = $1 and month = $2";
const SUMS: &str = "select q.app, q.month, q.granted, q.leased, cast(coalesce(sum(l.units), 0) as bigint) as units
     from capabilities_quota q left join capabilities_lease l on l.app = q.app and l.month = q.month group by q.app, q.month, q.granted, q.leased order by q.app, q.month";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PLAN, QUOTA, SUMS];

/// Units of an app in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quota {
    /// Granted.
    pub granted: i64,
    /// Of which leased to gateways, less what came back.
    pub leased: i64,
}

pub(crate) fn plan(read: &Read, app: &Id) -> Result<Option<String>, Fault> {
    read.row(PLAN, &params![app])?.map(|row| row.get("plan")).transpose()
}

pub(crate) fn plan_put(tx: &mut Tx, app: &Id, plan: &str) -> Result<(), Fault> {
    let sql = "insert into capabilities_plan (app, plan, since_at) values ($1, $2, $3) on conflict (app) do update set plan = excluded.plan, since_at = excluded.since_at";
    let now = tx.now();
    tx.change("capabilities_plan", sql, &params![app, plan, now]).map(drop)
}

pub(crate) fn quota(read: &Read, app: &Id, month: &str) -> Result<Option<Quota>, Fault> {
    let row = read.row(QUOTA, &params![app, month])?;
    row.map(|row| Ok(Quota { granted: row.get("granted")?, leased: row.get("leased")? })).transpose()
}

pub(crate) fn quota_put(tx: &mut Tx, app: &Id, month: &str, quota: &Quota) -> Result<(), Fault> {
    let sql = "insert into capabilities_quota (app, month, granted, leased) values ($1, $2, $3, $4)
         on conflict (app, month) do update set granted = excluded.granted, leased = excluded.leased";
    tx.change("capabilities_quota", sql, &params![app, month, quota.granted, quota.leased]).map(drop)
}

pub(crate) fn lease_insert(tx: &mut Tx, id: &Id, app: &Id, month: &str, gateway: &str, units: i64) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [("id", id.into()), ("app", app.into()), ("month", month.into()), ("gateway", gateway.into()), ("units", units.into()), ("at", now.into())];
    tx.insert("capabilities_lease", &columns).map(drop)
}

/// A quota, and what its leases add up to.
pub(crate) struct Sums {
    pub app: String,
    pub month: String,
    pub quota: Quota,
    pub units: i64,
}

pub(crate) fn sums(read: &Read) -> Result<Vec<Sums>, Fault> {
    let rows = read.rows(SUMS, &[])?;
    let sums = rows.iter().map(|row| {
        let quota = Quota { granted: row.get("granted")?, leased: row.get("leased")? };
        Ok(Sums { app: row.get("app")?, month: row.get("month")?, quota, units: row.get("units")? })
    });
    sums.collect()
}

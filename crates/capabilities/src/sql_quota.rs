//! Every SQL sentence about plans, quotas and leases.

use std::collections::BTreeMap;

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::sql;

const PLAN: &str = "select plan from capabilities_plan where app = $1";
const QUOTA: &str = "select granted, leased from capabilities_quota where app = $1 and month = $2";
const SUBSCRIBED: &str = "select granted, leased, told from capabilities_subscribed_quota where app = $1 and capability = $2 and month = $3";
const SUMS: &str = "select q.app, q.month, q.granted, q.leased, cast(coalesce(sum(l.units), 0) as bigint) as units
     from capabilities_quota q left join capabilities_lease l on l.app = q.app and l.month = q.month group by q.app, q.month, q.granted, q.leased order by q.app, q.month";
const SUBSCRIBED_SUMS: &str = "select q.app, q.capability, q.month, q.granted, q.leased, cast(coalesce(sum(l.units), 0) as bigint) as units
     from capabilities_subscribed_quota q left join capabilities_subscribed_lease l on l.app = q.app and l.capability = q.capability and l.month = q.month
     group by q.app, q.capability, q.month, q.granted, q.leased order by q.app, q.capability, q.month";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PLAN, QUOTA, SUBSCRIBED, SUMS, SUBSCRIBED_SUMS];

/// Whose quota it is: of an app as a whole, or of its subscriptions to a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub app: Id,
    /// Nothing: of the app as a whole.
    pub capability: Option<Id>,
}

/// Units of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quota {
    /// Granted.
    pub granted: i64,
    /// Of which leased to gateways, less what came back.
    pub leased: i64,
    /// The developer was told that so many percent are used: 0, 80, 100. Of subscriptions only.
    pub told: i64,
}

pub(crate) fn plan(read: &Read, app: &Id) -> Result<Option<String>, Fault> {
    read.row(PLAN, &params![app])?.map(|row| row.get("plan")).transpose()
}

pub(crate) fn plan_put(tx: &mut Tx, app: &Id, plan: &str) -> Result<(), Fault> {
    let sql = "insert into capabilities_plan (app, plan, since_at) values ($1, $2, $3) on conflict (app) do update set plan = excluded.plan, since_at = excluded.since_at";
    let now = tx.now();
    tx.change("capabilities_plan", sql, &params![app, plan, now]).map(drop)
}

pub(crate) fn quota(read: &Read, holder: &Holder, month: &str) -> Result<Option<Quota>, Fault> {
    let row = match &holder.capability {
        None => read.row(QUOTA, &params![&holder.app, month])?,
        Some(capability) => read.row(SUBSCRIBED, &params![&holder.app, capability, month])?,
    };
    let told = |row: &Row| if holder.capability.is_some() { row.get("told") } else { Ok(0) };
    row.map(|row| Ok(Quota { granted: row.get("granted")?, leased: row.get("leased")?, told: told(&row)? })).transpose()
}

/// Of subscriptions of these apps in a month, by app and capability.
pub(crate) fn subscribed_among(read: &Read, apps: &[Id], month: &str) -> Result<BTreeMap<(Id, Id), Quota>, Fault> {
    let rows = sql::among(read, "select * from capabilities_subscribed_quota where month = $1 and app in", apps, &params![month])?;
    let one = |row: &Row| {
        let quota = Quota { granted: row.get("granted")?, leased: row.get("leased")?, told: row.get("told")? };
        Ok(((row.get("app")?, row.get("capability")?), quota))
    };
    rows.iter().map(one).collect()
}

pub(crate) fn quota_put(tx: &mut Tx, holder: &Holder, month: &str, quota: &Quota) -> Result<(), Fault> {
    let (granted, leased) = (quota.granted, quota.leased);
    let Some(capability) = &holder.capability else {
        let sql = "insert into capabilities_quota (app, month, granted, leased) values ($1, $2, $3, $4)
             on conflict (app, month) do update set granted = excluded.granted, leased = excluded.leased";
        return tx.change("capabilities_quota", sql, &params![&holder.app, month, granted, leased]).map(drop);
    };
    let sql = "insert into capabilities_subscribed_quota (app, capability, month, granted, leased, told) values ($1, $2, $3, $4, $5, $6)
         on conflict (app, capability, month) do update set granted = excluded.granted, leased = excluded.leased, told = excluded.told";
    tx.change("capabilities_subscribed_quota", sql, &params![&holder.app, capability, month, granted, leased, quota.told]).map(drop)
}

pub(crate) fn lease_insert(tx: &mut Tx, id: &Id, holder: &Holder, month: &str, gateway: &str, units: i64) -> Result<(), Fault> {
    let now = tx.now();
    let mut columns = vec![
        ("id", id.into()),
        ("app", (&holder.app).into()),
        ("month", month.into()),
        ("gateway", gateway.into()),
        ("units", units.into()),
        ("at", now.into()),
    ];
    let table = match &holder.capability {
        None => "capabilities_lease",
        Some(capability) => {
            columns.push(("capability", capability.into()));
            "capabilities_subscribed_lease"
        }
    };
    tx.insert(table, &columns).map(drop)
}

/// A quota, and what its leases add up to.
pub(crate) struct Sums {
    pub holder: Holder,
    pub month: String,
    pub quota: Quota,
    pub units: i64,
}

pub(crate) fn sums(read: &Read) -> Result<Vec<Sums>, Fault> {
    let (apps, subscribed) = (read.rows(SUMS, &[])?, read.rows(SUBSCRIBED_SUMS, &[])?);
    let of = |row: &Row, capability: Option<Id>| {
        let quota = Quota { granted: row.get("granted")?, leased: row.get("leased")?, told: 0 };
        Ok(Sums { holder: Holder { app: row.get("app")?, capability }, month: row.get("month")?, quota, units: row.get("units")? })
    };
    apps.iter().map(|row| of(row, None)).chain(subscribed.iter().map(|row| of(row, Some(row.get("capability")?)))).collect()
}

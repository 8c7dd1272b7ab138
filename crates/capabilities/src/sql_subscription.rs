//! Every SQL sentence about subscriptions.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id};

use crate::feed::SubscriptionLine;
use crate::subscription::{Subscription, SubscriptionState};

const ONE: &str = "select * from capabilities_subscription where id = $1";
const OF_APP: &str = "select * from capabilities_subscription where app = $1 order by id desc limit 200";
const OPEN_OF_APP: &str = "select * from capabilities_subscription where app = $1 and ended_at is null order by id limit 100000";
const OF_CAPABILITY: &str = "select * from capabilities_subscription where capability = $1 and id > $2 order by id limit $3";
const OF_OWNER: &str =
    "select s.* from capabilities_subscription s join capabilities_app a on a.id = s.app where a.owner = $1 and s.ended_at is null order by s.id limit 100000";
const FOR_CASE: &str = "select * from capabilities_subscription where for_case = $1 and ended_at is null order by id limit 500";
const IN_FORCE: &str = "select * from capabilities_subscription where capability = $1 and id > $2 and state in ('active', 'changing_name', 'changing')
     order by id limit $3";
const LINES: &str = "select s.app, s.id, c.slug, s.plan from capabilities_subscription s join capabilities_capability c on c.id = s.capability
     where s.state in ('active', 'changing_name', 'changing') and s.app >= $1 and s.app <= $2 order by s.app, s.id";

/// Who holds what is in force: a row for each developer of a capability.
const HOLDERS: &str = "select s.capability, a.owner, cast(count(*) as bigint) as apps from capabilities_subscription s join capabilities_app a on a.id = s.app
     where s.state in ('active', 'changing_name', 'changing') group by s.capability, a.owner order by s.capability, a.owner limit 1000000";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ONE, OF_APP, OPEN_OF_APP, OF_CAPABILITY, OF_OWNER, FOR_CASE, IN_FORCE, LINES, HOLDERS];

fn subscription_of(row: &Row) -> Result<Subscription, Fault> {
    let state: String = row.get("state")?;
    Ok(Subscription {
        id: row.get("id")?,
        app: row.get("app")?,
        capability: row.get("capability")?,
        plan: row.get("plan")?,
        wanted_plan: row.get("wanted_plan")?,
        state: SubscriptionState::parse(&state).ok_or_else(|| Fault::new(format!("state of a subscription {state}")))?,
        revision: row.get("revision")?,
        for_case: row.get("for_case")?,
        pay_percent: row.get("pay_percent")?,
        discount_until: row.get("discount_until")?,
        asked_at: row.get("asked_at")?,
        began_at: row.get("began_at")?,
        ended_at: row.get("ended_at")?,
    })
}

fn all(read: &Read, sql: &str, values: &[Value]) -> Result<Vec<Subscription>, Fault> {
    read.rows(sql, values)?.iter().map(subscription_of).collect()
}

pub(crate) fn one(read: &Read, id: &Id) -> Result<Option<Subscription>, Fault> {
    read.row(ONE, &params![id])?.as_ref().map(subscription_of).transpose()
}

/// Those that are not over: at most one for each capability.
pub(crate) fn open_of_app(read: &Read, app: &Id) -> Result<Vec<Subscription>, Fault> {
    all(read, OPEN_OF_APP, &params![app])
}

/// The newest 200, newest first, for pages.
pub(crate) fn of_app(read: &Read, app: &Id) -> Result<Vec<Subscription>, Fault> {
    all(read, OF_APP, &params![app])
}

/// Oldest first.
pub(crate) fn of_capability(read: &Read, capability: &Id, after: &str, limit: i64) -> Result<Vec<Subscription>, Fault> {
    all(read, OF_CAPABILITY, &params![capability, after, limit])
}

/// Those in force, oldest first.
pub(crate) fn in_force(read: &Read, capability: &Id, after: &str, limit: i64) -> Result<Vec<Subscription>, Fault> {
    all(read, IN_FORCE, &params![capability, after, limit])
}

/// Of all apps of a person, those that are not over.
pub(crate) fn of_owner(read: &Read, owner: &Id) -> Result<Vec<Subscription>, Fault> {
    all(read, OF_OWNER, &params![owner])
}

/// For a case in incubation, those that are not over.
pub(crate) fn for_case(read: &Read, case: &Id) -> Result<Vec<Subscription>, Fault> {
    all(read, FOR_CASE, &params![case])
}

/// What is in force for the apps from one id to another.
pub(crate) fn lines(read: &Read, from: &str, to: &str) -> Result<Vec<(Id, SubscriptionLine)>, Fault> {
    let rows = read.rows(LINES, &params![from, to])?;
    rows.iter().map(|row| Ok((row.get("app")?, SubscriptionLine { id: row.get("id")?, capability: row.get("slug")?, plan: row.get("plan")? }))).collect()
}

pub(crate) fn insert(tx: &mut Tx, one: &Subscription) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("app", (&one.app).into()),
        ("capability", (&one.capability).into()),
        ("plan", (&one.plan).into()),
        ("wanted_plan", one.wanted_plan.as_deref().into()),
        ("state", one.state.as_str().into()),
        ("revision", one.revision.into()),
        ("for_case", one.for_case.as_ref().into()),
        ("pay_percent", one.pay_percent.into()),
        ("discount_until", one.discount_until.into()),
        ("asked_at", one.asked_at.into()),
        ("began_at", one.began_at.into()),
        ("ended_at", one.ended_at.into()),
    ];
    tx.insert("capabilities_subscription", &columns).map(drop)
}

pub(crate) fn put(tx: &mut Tx, one: &Subscription) -> Result<(), Fault> {
    let sql = "update capabilities_subscription set plan = $2, wanted_plan = $3, state = $4, revision = $5, pay_percent = $6, discount_until = $7,
         began_at = $8, ended_at = $9 where id = $1";
    let (state, wanted) = (one.state.as_str(), one.wanted_plan.as_deref());
    let values = params![&one.id, &one.plan, wanted, state, one.revision, one.pay_percent, one.discount_until, one.began_at, one.ended_at];
    tx.change("capabilities_subscription", sql, &values).map(drop)
}

/// Capability, developer, and how many of their apps subscribe it.
pub(crate) fn holders(read: &Read) -> Result<Vec<(Id, Id, i64)>, Fault> {
    read.rows(HOLDERS, &[])?.iter().map(|row| Ok((row.get("capability")?, row.get("owner")?, row.get("apps")?))).collect()
}

//! Every SQL sentence about meters that capabilities declare.

use std::collections::BTreeMap;

use store::{Read, Row, Tx, Value, params};
use words::{Bilingual, Fault, Id, Instant};

use crate::meter::Meter;
use crate::sql::among;

const OF: &str = "select * from capabilities_meter where capability = $1 order by meter limit 200";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[OF];

fn meter_of(row: &Row) -> Result<Meter, Fault> {
    Ok(Meter { key: row.get("meter")?, name: Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?) })
}

/// Meters of a capability by their whole names.
pub(crate) fn of(read: &Read, capability: &Id) -> Result<Vec<Meter>, Fault> {
    read.rows(OF, &params![capability])?.iter().map(meter_of).collect()
}

/// Names of those of these meters that are declared.
pub(crate) fn names(read: &Read, meters: &[String]) -> Result<BTreeMap<String, Bilingual>, Fault> {
    let ids: Vec<Id> = meters.iter().map(|meter| Id::fixed(meter.clone())).collect();
    let rows = among(read, "select * from capabilities_meter where meter in", &ids, &[])?;
    rows.iter().map(|row| meter_of(row).map(|meter| (meter.key, meter.name))).collect()
}

pub(crate) fn insert(tx: &mut Tx, capability: &Id, meter: &Meter) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [
        ("meter", (&meter.key).into()),
        ("capability", capability.into()),
        ("zh", (&meter.name.zh).into()),
        ("en", (&meter.name.en).into()),
        ("made_at", now.into()),
    ];
    tx.insert("capabilities_meter", &columns).map(drop)
}

pub(crate) fn rename(tx: &mut Tx, meter: &Meter) -> Result<(), Fault> {
    let sql = "update capabilities_meter set zh = $2, en = $3 where meter = $1";
    tx.change("capabilities_meter", sql, &params![&meter.key, &meter.name.zh, &meter.name.en]).map(drop)
}

/// From when to when these apps were subscribed to a capability; open if they still are.
pub(crate) fn subscribed(read: &Read, capability: &Id, apps: &[Id]) -> Result<Vec<(Id, Instant, Option<Instant>)>, Fault> {
    let sql = "select app, began_at, ended_at from capabilities_subscription where capability = $1 and began_at is not null and app in";
    let rows = among(read, sql, apps, &[Value::from(capability)])?;
    rows.iter().map(|row| Ok((row.get("app")?, row.get("began_at")?, row.get("ended_at")?))).collect()
}

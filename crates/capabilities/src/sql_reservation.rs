//! Every SQL sentence about units that were reserved.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::reservation::Reservation;

const ONE: &str = "select * from capabilities_reservation where id = $1";
const OPEN: &str = "select cast(count(*) as bigint) as n from capabilities_reservation where app = $1 and expires_at > $2 and left_units > 0";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ONE, OPEN];

fn of(row: &Row) -> Result<Reservation, Fault> {
    Ok(Reservation {
        id: row.get("id")?,
        capability: row.get("capability")?,
        app: row.get("app")?,
        meter: row.get("meter")?,
        month: row.get("month")?,
        units: row.get("units")?,
        left_units: row.get("left_units")?,
        expires_at: row.get("expires_at")?,
        made_at: row.get("made_at")?,
    })
}

pub(crate) fn one(read: &Read, id: &Id) -> Result<Option<Reservation>, Fault> {
    read.row(ONE, &params![id])?.as_ref().map(of).transpose()
}

/// How many of an app are open.
pub(crate) fn open(read: &Read, app: &Id, now: Instant) -> Result<i64, Fault> {
    read.row(OPEN, &params![app, now])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn insert(tx: &mut Tx, one: &Reservation, by: &Id) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("capability", (&one.capability).into()),
        ("app", (&one.app).into()),
        ("meter", (&one.meter).into()),
        ("month", (&one.month).into()),
        ("units", one.units.into()),
        ("left_units", one.left_units.into()),
        ("expires_at", one.expires_at.into()),
        ("made_by", by.into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("capabilities_reservation", &columns).map(drop)
}

/// So many of its units are left.
pub(crate) fn leave(tx: &mut Tx, id: &Id, left: i64) -> Result<(), Fault> {
    tx.change("capabilities_reservation", "update capabilities_reservation set left_units = $2 where id = $1", &params![id, left]).map(drop)
}

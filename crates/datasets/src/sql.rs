//! Every SQL sentence of this crate; rows never leave this file.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id};

use crate::set::Dataset;

const SET: &str = "select * from datasets_set where slug = $1";
const SETS: &str = "select * from datasets_set order by slug limit 2000";
const OF_NODE: &str = "select * from datasets_set where node = $1 order by slug limit 200";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SET, SETS, OF_NODE];

fn set_of(row: &Row) -> Result<Dataset, Fault> {
    Ok(Dataset {
        id: row.get("id")?,
        slug: row.get("slug")?,
        node: row.get("node")?,
        owner: row.get("owner")?,
        zh: row.get("zh")?,
        en: row.get("en")?,
        about_zh: row.get("about_zh")?,
        about_en: row.get("about_en")?,
        licence: row.get("licence")?,
        terms: row.get("terms")?,
        source: row.get("source")?,
        columns: row.json("columns")?,
        document: row.get("document")?,
        version: row.get("version")?,
        row_count: row.get("row_count")?,
        made_at: row.get("made_at")?,
        changed_at: row.get("changed_at")?,
    })
}

pub(crate) fn set(read: &Read, slug: &str) -> Result<Option<Dataset>, Fault> {
    read.row(SET, &params![slug])?.as_ref().map(set_of).transpose()
}

/// By name in addresses.
pub(crate) fn sets(read: &Read) -> Result<Vec<Dataset>, Fault> {
    read.rows(SETS, &[])?.iter().map(set_of).collect()
}

pub(crate) fn of_node(read: &Read, node: &words::Node) -> Result<Vec<Dataset>, Fault> {
    read.rows(OF_NODE, &params![node])?.iter().map(set_of).collect()
}

pub(crate) fn set_insert(tx: &mut Tx, one: &Dataset) -> Result<(), Fault> {
    let columns = [
        ("id", Value::from(&one.id)),
        ("slug", (&one.slug).into()),
        ("node", (&one.node).into()),
        ("owner", (&one.owner).into()),
        ("zh", (&one.zh).into()),
        ("en", (&one.en).into()),
        ("about_zh", (&one.about_zh).into()),
        ("about_en", (&one.about_en).into()),
        ("licence", (&one.licence).into()),
        ("terms", (&one.terms).into()),
        ("source", (&one.source).into()),
        ("columns", serde_json::to_string(&one.columns).map_err(Fault::new)?.into()),
        ("document", (&one.document).into()),
        ("version", one.version.into()),
        ("row_count", one.row_count.into()),
        ("made_at", one.made_at.into()),
        ("changed_at", one.changed_at.into()),
    ];
    tx.insert("datasets_set", &columns).map(drop)
}

/// The newest file.
pub(crate) fn set_replaced(tx: &mut Tx, id: &Id, version: i64, rows: i64) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("datasets_set", "update datasets_set set version = $2, row_count = $3, changed_at = $4 where id = $1", &params![id, version, rows, now]).map(drop)
}

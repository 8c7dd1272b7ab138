//! SQL on kinds, records and facts. Rows never leave this file.

use store::{Read, Row, Tx, Value, params};
use words::{Bilingual, Fault, Id, Node};

use crate::fact::{Fact, FactDraft};
use crate::record::{Kind, Record, RecordDraft, RecordState};

fn both(row: &Row) -> Result<Bilingual, Fault> {
    Ok(Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?))
}

fn kind_of(row: &Row) -> Result<Kind, Fault> {
    Ok(Kind { kind: row.get("kind")?, name: both(row)?, schema: row.json("fields")? })
}

pub(crate) fn kind(read: &Read, kind: &str) -> Result<Option<Kind>, Fault> {
    read.row("select * from register_kind where kind = $1", &params![kind])?.as_ref().map(kind_of).transpose()
}

pub(crate) fn kinds(read: &Read) -> Result<Vec<Kind>, Fault> {
    read.rows("select * from register_kind order by kind limit 200", &[])?.iter().map(kind_of).collect()
}

pub(crate) fn kind_put(tx: &mut Tx, kind: &Kind) -> Result<(), Fault> {
    let sql = "insert into register_kind (kind, zh, en, fields) values ($1, $2, $3, $4)
        on conflict (kind) do update set zh = excluded.zh, en = excluded.en, fields = excluded.fields";
    tx.change("register_kind", sql, &params![&kind.kind, &kind.name.zh, &kind.name.en, &kind.schema]).map(drop)
}

fn record_of(row: &Row) -> Result<Record, Fault> {
    let state: String = row.get("state")?;
    Ok(Record {
        id: row.get("id")?,
        kind: row.get("kind")?,
        key: row.get("key")?,
        node: row.get("node")?,
        title: both(row)?,
        body: row.json("body")?,
        readers: row.get("readers")?,
        state: RecordState::parse(&state).ok_or_else(|| Fault::new(format!("state of a record: {state}")))?,
        revision: row.get("revision")?,
        made_at: row.get("made_at")?,
        changed_at: row.get("changed_at")?,
    })
}

pub(crate) fn record(read: &Read, kind: &str, key: &str) -> Result<Option<Record>, Fault> {
    read.row("select * from register_record where kind = $1 and key = $2", &params![kind, key])?.as_ref().map(record_of).transpose()
}

/// Who changed a record last.
pub(crate) fn last_hand(read: &Read, kind: &str, key: &str) -> Result<Option<Id>, Fault> {
    read.row("select changed_by from register_record where kind = $1 and key = $2", &params![kind, key])?.map(|row| row.get("changed_by")).transpose()
}

/// How many records of each kind are in use: those that everybody may read, and all.
pub(crate) fn counts(read: &Read) -> Result<Vec<(String, i64, i64)>, Fault> {
    let sql =
        "select kind, cast(sum(case when readers = 'public' then 1 else 0 end) as bigint) as open, count(*) as n from register_record where state = 'active'
        group by kind order by kind";
    read.rows(sql, &[])?.iter().map(|row| Ok((row.get("kind")?, row.get("open")?, row.get("n")?))).collect()
}

/// Where records of a kind stand, in the order of the paths.
pub(crate) fn nodes(read: &Read, kind: &str) -> Result<Vec<Node>, Fault> {
    let sql = "select distinct node from register_record where kind = $1 order by node limit 500";
    read.rows(sql, &params![kind])?.iter().map(|row| row.get("node")).collect()
}

pub(crate) fn record_by_id(read: &Read, id: &Id) -> Result<Option<Record>, Fault> {
    read.row("select * from register_record where id = $1", &params![id])?.as_ref().map(record_of).transpose()
}

pub(crate) fn record_insert(tx: &mut Tx, who: &Id, draft: &RecordDraft) -> Result<Record, Fault> {
    let (id, now) = (tx.id("rec"), tx.now());
    let columns = [
        ("id", id.into()),
        ("kind", (&draft.kind).into()),
        ("key", (&draft.key).into()),
        ("node", (&draft.node).into()),
        ("zh", (&draft.title.zh).into()),
        ("en", (&draft.title.en).into()),
        ("body", (&draft.body).into()),
        ("found", draft.found().into()),
        ("readers", (&draft.readers).into()),
        ("state", RecordState::Active.as_str().into()),
        ("revision", 1.into()),
        ("made_by", who.into()),
        ("made_at", now.into()),
        ("changed_by", who.into()),
        ("changed_at", now.into()),
    ];
    record_of(&tx.insert("register_record", &columns)?)
}

fn only(rows: Vec<Row>) -> Result<Record, Fault> {
    record_of(rows.first().ok_or_else(|| Fault::new("the record is gone"))?)
}

pub(crate) fn record_update(tx: &mut Tx, who: &Id, id: &Id, draft: &RecordDraft) -> Result<Record, Fault> {
    let now = tx.now();
    let sql = "update register_record set node = $2, zh = $3, en = $4, body = $5, found = $6, readers = $7, revision = revision + 1,
        changed_by = $8, changed_at = $9 where id = $1";
    let title = &draft.title;
    let values = params![id, &draft.node, &title.zh, &title.en, &draft.body, draft.found(), &draft.readers, who, now];
    only(tx.change("register_record", sql, &values)?)
}

pub(crate) fn record_state(tx: &mut Tx, who: &Id, id: &Id, state: RecordState) -> Result<Record, Fault> {
    let now = tx.now();
    let sql = "update register_record set state = $2, revision = revision + 1, changed_by = $3, changed_at = $4 where id = $1";
    only(tx.change("register_record", sql, &params![id, state.as_str(), who, now])?)
}

/// A pattern for what holds a text.
fn holding(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Records in use, of any kind, that hold every one of these folded words.
pub(crate) fn records_holding(read: &Read, words: &[String], limit: i64) -> Result<Vec<Record>, Fault> {
    let mut values: Vec<Value> = params![limit].to_vec();
    let mut also = String::new();
    for word in words {
        values.push(holding(word).into());
        also.push_str(&format!(" and found like ${} escape '\\'", values.len()));
    }
    let sql = format!("select * from register_record where state = 'active'{also} order by kind, key limit $1");
    read.rows(&sql, &values)?.iter().map(record_of).collect()
}

/// Records of a kind by key after `after`; on the node and below it (`/` < what is below < `0`), holding the folded text.
pub(crate) fn records(
    read: &Read,
    kind: &str,
    node: Option<&Node>,
    state: Option<RecordState>,
    text: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Record>, Fault> {
    let mut values: Vec<Value> = params![kind, after, limit].to_vec();
    let mut also = String::new();
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(node) = node {
        let (at, above, below) = (mark(node.into()), mark(format!("{node}/").into()), mark(format!("{node}0").into()));
        also.push_str(&format!(" and (node = {at} or (node > {above} and node < {below}))"));
    }
    if let Some(state) = state {
        also.push_str(&format!(" and state = {}", mark(state.as_str().into())));
    }
    if !text.is_empty() {
        also.push_str(&format!(" and found like {} escape '\\'", mark(holding(text).into())));
    }
    let sql = format!("select * from register_record where kind = $1 and key > $2{also} order by key limit $3");
    read.rows(&sql, &values)?.iter().map(record_of).collect()
}

fn fact_of(row: &Row) -> Result<Fact, Fault> {
    Ok(Fact {
        id: row.get("id")?,
        key: row.get("key")?,
        scope: row.get("scope")?,
        as_of: row.get("as_of")?,
        value: row.get("value")?,
        unit: row.get("unit")?,
        source: row.get("source")?,
        place: row.get("place")?,
        quote: row.get("quote")?,
        title: both(row)?,
        contradicts: row.get("contradicts")?,
    })
}

pub(crate) fn fact_named(read: &Read, draft: &FactDraft) -> Result<Option<Fact>, Fault> {
    let sql = "select * from register_fact where key = $1 and scope = $2 and as_of = $3 and source = $4 and place = $5";
    read.row(sql, &params![&draft.key, &draft.scope, &draft.as_of, &draft.source, &draft.place])?.as_ref().map(fact_of).transpose()
}

/// Who said a fact last.
pub(crate) fn fact_hand(read: &Read, draft: &FactDraft) -> Result<Option<Id>, Fault> {
    let sql = "select made_by from register_fact where key = $1 and scope = $2 and as_of = $3 and source = $4 and place = $5";
    let row = read.row(sql, &params![&draft.key, &draft.scope, &draft.as_of, &draft.source, &draft.place])?;
    row.map(|row| row.get("made_by")).transpose()
}

pub(crate) fn fact(read: &Read, id: &Id) -> Result<Option<Fact>, Fault> {
    read.row("select * from register_fact where id = $1", &params![id])?.as_ref().map(fact_of).transpose()
}

pub(crate) fn fact_put(tx: &mut Tx, who: &Id, id: &Id, draft: &FactDraft) -> Result<Fact, Fault> {
    let now = tx.now();
    let sql = "insert into register_fact (id, key, scope, as_of, value, unit, source, place, quote, zh, en, contradicts, made_by, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (id) do update set value = excluded.value, unit = excluded.unit,
        quote = excluded.quote, zh = excluded.zh, en = excluded.en, contradicts = excluded.contradicts, made_by = excluded.made_by, made_at = excluded.made_at";
    let (title, contradicts) = (&draft.title, draft.contradicts.as_ref());
    let values = params![
        id,
        &draft.key,
        &draft.scope,
        &draft.as_of,
        &draft.value,
        &draft.unit,
        &draft.source,
        &draft.place,
        &draft.quote,
        &title.zh,
        &title.en,
        contradicts,
        who,
        now
    ];
    let rows = tx.change("register_fact", sql, &values)?;
    fact_of(rows.first().ok_or_else(|| Fault::new("the fact is gone"))?)
}

pub(crate) fn fact_delete(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    tx.change("register_fact", "delete from register_fact where id = $1", &params![id]).map(drop)
}

/// Facts of a group: of the key, and those that contradict it.
pub(crate) fn facts(read: &Read, key: &str) -> Result<Vec<Fact>, Fault> {
    let sql = "select * from register_fact where key = $1 or contradicts = $1 order by source, place, key, scope, as_of limit 200";
    read.rows(sql, &params![key])?.iter().map(fact_of).collect()
}

pub(crate) fn all_facts(read: &Read, limit: i64) -> Result<Vec<Fact>, Fault> {
    read.rows("select * from register_fact order by key, source, place, scope, as_of limit $1", &params![limit])?.iter().map(fact_of).collect()
}

//! SQL on the search index. Rows never leave the `sql` files.

use store::{Read, Row, Tx, Value, params};
use words::Fault;

use crate::finding::Doc;

const COLUMNS: &str = "d.id, d.kind, d.node, d.title, d.body, d.link, d.readers, d.weight";

fn doc_of(row: &Row) -> Result<Doc, Fault> {
    Ok(Doc {
        id: row.get("id")?,
        kind: row.get("kind")?,
        node: row.get("node")?,
        title: row.get("title")?,
        body: row.get("body")?,
        link: row.get("link")?,
        readers: row.get("readers")?,
        weight: row.get("weight")?,
    })
}

pub(crate) fn doc(read: &Read, id: &str) -> Result<Option<Doc>, Fault> {
    read.row(&format!("select {COLUMNS} from desk_search_doc d where d.id = $1"), &params![id])?.as_ref().map(doc_of).transpose()
}

pub(crate) fn docs_after(read: &Read, id: &str) -> Result<Vec<Doc>, Fault> {
    read.rows(&format!("select {COLUMNS} from desk_search_doc d where d.id > $1 order by d.id limit 200"), &params![id])?.iter().map(doc_of).collect()
}

pub(crate) fn terms(read: &Read, doc: &str) -> Result<Vec<(String, bool)>, Fault> {
    let sql = "select term, in_title from desk_search_term where doc = $1 order by term";
    read.rows(sql, &params![doc])?.iter().map(|row| Ok((row.get("term")?, row.get("in_title")?))).collect()
}

pub(crate) fn doc_delete(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    tx.execute("delete from desk_search_term where doc = $1", &params![id])?;
    tx.execute("delete from desk_search_doc where id = $1", &params![id]).map(drop)
}

pub(crate) fn doc_insert(tx: &mut Tx, doc: &Doc, terms: &[(String, bool)]) -> Result<(), Fault> {
    let sql = "insert into desk_search_doc (id, kind, node, title, body, link, readers, weight) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.execute(sql, &params![&doc.id, &doc.kind, &doc.node, &doc.title, &doc.body, &doc.link, &doc.readers, doc.weight])?;
    for some in terms.chunks(100) {
        let rows: Vec<String> = (0..some.len()).map(|n| format!("(${}, $1, ${})", 2 * n + 2, 2 * n + 3)).collect();
        let sql = format!("insert into desk_search_term (term, doc, in_title) values {}", rows.join(", "));
        let mut values: Vec<Value> = vec![(&doc.id).into()];
        values.extend(some.iter().flat_map(|(term, in_title)| [term.into(), (*in_title).into()]));
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

/// Terms that begin so, in order.
pub(crate) fn terms_beginning(read: &Read, beginning: &str, limit: i64) -> Result<Vec<String>, Fault> {
    let sql = "select distinct term from desk_search_term where term >= $1 and term < $2 order by term limit $3";
    read.rows(sql, &params![beginning, format!("{beginning}\u{10ffff}"), limit])?.iter().map(|row| row.get("term")).collect()
}

/// Documents that hold a term of every group, most title hits first.
pub(crate) fn docs_with_all(read: &Read, groups: &[Vec<String>], limit: i64) -> Result<Vec<(Doc, i64)>, Fault> {
    let mut values: Vec<Value> = Vec::new();
    let (mut marks, mut cases) = (Vec::new(), String::new());
    for (number, group) in groups.iter().enumerate() {
        for term in group {
            values.push(term.into());
            marks.push(format!("${}", values.len()));
            cases.push_str(&format!(" when ${} then {number}", values.len()));
        }
    }
    let found = format!(
        "select t.doc, cast(sum(t.in_title) as bigint) as title_hits from desk_search_term t where t.term in ({}) group by t.doc
         having count(distinct case t.term{cases} end) = {}",
        marks.join(", "),
        groups.len()
    );
    values.push(limit.into());
    let sql = format!(
        "select {COLUMNS}, f.title_hits from ({found}) f join desk_search_doc d on d.id = f.doc order by f.title_hits desc, d.weight desc, d.id limit ${}",
        values.len()
    );
    read.rows(&sql, &values)?.iter().map(|row| Ok((doc_of(row)?, row.get("title_hits")?))).collect()
}

/// Documents of a kind that hold most of the terms, with how many.
pub(crate) fn docs_with_most(read: &Read, kind: &str, terms: &[String], limit: i64) -> Result<Vec<(Doc, i64)>, Fault> {
    let marks: Vec<String> = (3..terms.len() + 3).map(|n| format!("${n}")).collect();
    let found = format!("select t.doc, count(*) as shared from desk_search_term t where t.term in ({}) group by t.doc", marks.join(", "));
    let sql =
        format!("select {COLUMNS}, f.shared from ({found}) f join desk_search_doc d on d.id = f.doc where d.kind = $1 order by f.shared desc, d.id limit $2");
    let mut values: Vec<Value> = vec![kind.into(), limit.into()];
    values.extend(terms.iter().map(Value::from));
    read.rows(&sql, &values)?.iter().map(|row| Ok((doc_of(row)?, row.get("shared")?))).collect()
}

//! Puts things into the search index and takes them out.
//!
//! Invariant: the terms of a document are exactly those of its title and text; `verify` recomputes them.

use store::{Checked, Finding, Read, Tx};
use words::Fault;

use crate::finding::{Doc, terms_of};
use crate::sql_search as sql;

/// Makes a thing findable, in the place of what was known under its id.
pub fn index(tx: &mut Tx, doc: &Doc) -> Result<(), Fault> {
    if sql::doc(tx, &doc.id)?.as_ref() == Some(doc) {
        return Ok(());
    }
    sql::doc_delete(tx, &doc.id)?;
    sql::doc_insert(tx, doc, &terms_of(doc))
}

/// Makes it unfindable.
pub fn unindex(tx: &mut Tx, id: &str) -> Result<(), Fault> {
    sql::doc_delete(tx, id)
}

/// Rebuilds the terms of every document and compares.
pub(crate) fn check_index(read: &Read) -> Result<Checked, Fault> {
    let mut checked = Checked::default();
    let mut last = String::new();
    loop {
        let page = sql::docs_after(read, &last)?;
        let Some(newest) = page.last() else { return Ok(checked) };
        last = newest.id.clone();
        checked.add(Checked::each(page, |doc| {
            let mut wanted = terms_of(&doc);
            wanted.sort();
            let differs = sql::terms(read, &doc.id)? != wanted;
            Ok(differs.then(|| Finding::new("desk_search_term", doc.id, "the terms are not those of the text: index it again")))
        })?);
    }
}

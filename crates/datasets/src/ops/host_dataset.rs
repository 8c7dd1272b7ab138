//! An owner hosts a data set: its file is kept, and a capability comes of it, as a draft whose case the owner moves on.
//!
//! Asks `desk` for the file, and capabilities. Tells `DatasetHosted`. Invariant: all of it or nothing; what is kept is what was checked.

use desk::{AttachDraft, CheckedFile, check_file};
use store::Tx;
use words::{Acting, Fault, Outcome};

use crate::asks::{Asks, Publication};
use crate::refusal::DatasetRefusal;
use crate::set::{Dataset, DatasetDraft};
use crate::table::Table;
use crate::told::DatasetHosted;
use crate::{openapi, rights, sql};

/// Kind of the desk's document.
const KIND: &str = "dataset";

/// Hosts it; the table was checked before.
pub fn host_dataset<A: Asks>(tx: &mut Tx, who: &Acting, draft: &DatasetDraft, table: &Table) -> Outcome<Dataset, DatasetRefusal> {
    who.may(rights::OWN, &draft.node)?;
    draft.admit()?;
    let (id, file) = (tx.id("dst"), kept(&draft.slug, table)?);
    let attach =
        AttachDraft { subject: id.to_string(), node: draft.node.clone(), kind: KIND.into(), title: draft.zh.trim().to_owned(), readers: rights::OWN.into() };
    let document = desk::attach(tx, who, &attach, &file).map_err(|failure| failure.map(|_| DatasetRefusal::Unreadable))?;
    let now = tx.now();
    let set = Dataset {
        id,
        slug: draft.slug.trim().to_owned(),
        node: draft.node.clone(),
        owner: who.person.clone(),
        zh: draft.zh.trim().to_owned(),
        en: draft.en.trim().to_owned(),
        about_zh: draft.about_zh.trim().to_owned(),
        about_en: draft.about_en.trim().to_owned(),
        licence: draft.licence.trim().to_owned(),
        terms: draft.terms.trim().to_owned(),
        source: draft.source.trim().to_owned(),
        columns: draft.columns.clone(),
        document: document.id,
        version: 1,
        row_count: count(table),
        made_at: now,
        changed_at: now,
    };
    A::publish(tx, who, publication(&set, table))?;
    sql::set_insert(tx, &set)?;
    let told = DatasetHosted { dataset: set.id.clone(), node: set.node.clone(), slug: set.slug.clone(), sha256: file.sha256, rows: set.row_count };
    tx.tell(who, &told)?;
    Ok(set)
}

fn publication(set: &Dataset, table: &Table) -> Publication {
    Publication {
        slug: set.slug.clone(),
        node: set.node.clone(),
        zh: set.zh.clone(),
        en: set.en.clone(),
        about_zh: set.about_zh.clone(),
        about_en: set.about_en.clone(),
        document: openapi::document(set, table),
        upstream: format!("builtin:datasets/{}", set.slug),
    }
}

/// What is kept of a table, as the desk takes it.
pub(crate) fn kept(slug: &str, table: &Table) -> Result<CheckedFile, Fault> {
    check_file(&format!("{slug}.csv"), table.to_kept()).map_err(|refusal| Fault::new(format!("what is kept of {slug}: {refusal:?}")))
}

pub(crate) fn count(table: &Table) -> i64 {
    i64::try_from(table.len()).unwrap_or(i64::MAX)
}

//! Units come in from a sheet: all rows are checked first, and either all of them are taken or none. A row may lie below an earlier one.

use std::collections::BTreeMap;

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Node, Outcome, Refusal};

use crate::import::{ImportRefusal, RowMistake};
use crate::ops::add_node;
use crate::sheet::{Incoming, IncomingRow};
use crate::tree::{NodeDraft, NodeKind, NodeRefusal};
use crate::{rights, sql};

/// Dry run: everything that is wrong, row by row. Empty means that the sheet would be taken in.
pub fn check_units(read: &Read, who: &Acting, sheet: &Incoming) -> Result<Vec<RowMistake>, Fault> {
    Ok(drafts(read, who, sheet)?.1)
}

/// Takes all rows in, in one transaction.
pub fn import_units(tx: &mut Tx, who: &Acting, sheet: &Incoming) -> Outcome<usize, ImportRefusal> {
    let (drafts, mistakes) = drafts(tx, who, sheet)?;
    if !mistakes.is_empty() {
        return Err(Failure::Refused(ImportRefusal::Rows(mistakes)));
    }
    for draft in &drafts {
        add_node(tx, who, draft).map_err(Failure::into_fault)?;
    }
    Ok(drafts.len())
}

fn drafts(read: &Read, who: &Acting, sheet: &Incoming) -> Result<(Vec<NodeDraft>, Vec<RowMistake>), Fault> {
    let (mut drafts, mut mistakes, mut fresh) = (Vec::new(), Vec::new(), BTreeMap::new());
    for row in sheet.rows() {
        let parsed = NodeDraft::parse(row.text("parent"), row.text("name"), kind_of(&row), row.text("zh"), row.text("en"), row.get("city"));
        let draft = match parsed {
            Ok(draft) => draft,
            Err(wrong) => {
                mistakes.extend(wrong.all().iter().map(|(field, code)| RowMistake::new(row.number, field, code)));
                continue;
            }
        };
        match wrong_in(read, who, &draft, &fresh)? {
            Some((column, code)) => mistakes.push(RowMistake::new(row.number, column, code)),
            None => {
                fresh.insert(draft.path(), draft.kind);
                drafts.push(draft);
            }
        }
    }
    Ok((drafts, mistakes))
}

fn wrong_in(read: &Read, who: &Acting, draft: &NodeDraft, fresh: &BTreeMap<Node, NodeKind>) -> Result<Option<(&'static str, &'static str)>, Fault> {
    let stored = sql::node(read, &draft.parent)?.filter(|node| node.closed_on.is_none()).map(|node| node.kind);
    let Some(above) = stored.or_else(|| fresh.get(&draft.parent).copied()) else {
        return Ok(Some(("parent", "identity-node-unknown")));
    };
    if !who.can(rights::UNITS, &draft.parent) {
        return Ok(Some(("parent", "identity-unit-not-yours")));
    }
    if !draft.kind.fits_below(above) {
        return Ok(Some(("kind", NodeRefusal::Misplaced.code())));
    }
    let taken = fresh.contains_key(&draft.path()) || sql::node(read, &draft.path())?.is_some();
    Ok(taken.then_some(("name", NodeRefusal::Taken.code())))
}

fn kind_of<'a>(row: &IncomingRow<'a>) -> &'a str {
    match row.text("kind") {
        "单位" => "unit",
        "基地" => "base",
        other => other,
    }
}

//! The tree grows.

use store::Tx;
use words::{Acting, Failure, Outcome};

use crate::told::NodeAdded;
use crate::tree::{NodeDraft, NodeRefusal, NodeView};
use crate::{rights, sql};

/// Adds a node below one that is open.
pub fn add_node(tx: &mut Tx, who: &Acting, draft: &NodeDraft) -> Outcome<NodeView, NodeRefusal> {
    who.may(rights::UNITS, &draft.parent)?;
    let above = sql::node(tx, &draft.parent)?.ok_or(Failure::Absent)?;
    if above.closed_on.is_some() {
        return Err(Failure::Refused(NodeRefusal::AboveClosed));
    }
    if !draft.kind.fits_below(above.kind) {
        return Err(Failure::Refused(NodeRefusal::Misplaced));
    }
    let path = draft.path();
    if sql::node(tx, &path)?.is_some() {
        return Err(Failure::Refused(NodeRefusal::Taken));
    }
    put(tx, who, draft)
}

/// Adds a node unless it is there, for the set-up, packs and cases. The top is made by [`crate::ensure_group`].
pub fn ensure_node(tx: &mut Tx, who: &Acting, draft: &NodeDraft) -> Outcome<NodeView, NodeRefusal> {
    match sql::node(tx, &draft.path())? {
        Some(view) => Ok(view),
        None => add_node(tx, who, draft),
    }
}

fn put(tx: &mut Tx, who: &Acting, draft: &NodeDraft) -> Outcome<NodeView, NodeRefusal> {
    let path = draft.path();
    sql::node_insert(tx, &path, draft)?;
    tx.tell(who, &NodeAdded { node: path.clone(), kind: draft.kind.as_str().into() })?;
    sql::node(tx, &path)?.ok_or(Failure::Absent)
}

//! A unit or base with all below it comes to lie elsewhere. Cases are filed under their path, so what has cases stays.

use store::Tx;
use words::{Acting, Failure, Node, Outcome};

use crate::told::NodeMoved;
use crate::tree::NodeRefusal;
use crate::{rights, sql};

/// Moves a node below another; memberships and grants on it move along.
pub fn move_node(tx: &mut Tx, who: &Acting, path: &Node, parent: &Node) -> Outcome<Node, NodeRefusal> {
    let node = sql::node(tx, path)?.ok_or(Failure::Absent)?;
    let above = sql::node(tx, parent)?.ok_or(Failure::Absent)?;
    who.may(rights::UNITS, path)?;
    who.may(rights::UNITS, parent)?;
    if above.closed_on.is_some() {
        return Err(Failure::Refused(NodeRefusal::AboveClosed));
    }
    if path.covers(parent) {
        return Err(Failure::Refused(NodeRefusal::BelowItself));
    }
    if !node.kind.fits_below(above.kind) {
        return Err(Failure::Refused(NodeRefusal::Misplaced));
    }
    let (_, cases) = sql::below_counts(tx, path)?;
    if cases > 0 {
        return Err(Failure::Refused(NodeRefusal::HasCases(cases)));
    }
    let to = parent.below(path.name());
    if sql::node(tx, &to)?.is_some() {
        return Err(Failure::Refused(NodeRefusal::Taken));
    }
    sql::node_move(tx, path, &to)?;
    tx.tell(who, &NodeMoved { from: path.clone(), to: to.clone() })?;
    Ok(to)
}

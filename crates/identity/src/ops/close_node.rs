//! A node is closed: nothing new happens there, and its past stays.

use store::Tx;
use words::{Acting, Day, Failure, Node, Outcome};

use crate::told::NodeClosed;
use crate::tree::NodeRefusal;
use crate::{rights, sql};

/// Closes a node once all below it is closed.
pub fn close_node(tx: &mut Tx, who: &Acting, path: &Node, on: Day) -> Outcome<(), NodeRefusal> {
    let node = sql::node(tx, path)?.ok_or(Failure::Absent)?;
    who.may(rights::UNITS, path)?;
    if node.closed_on.is_some() {
        return Err(Failure::Refused(NodeRefusal::Closed));
    }
    let (open, _) = sql::below_counts(tx, path)?;
    if open > 0 {
        return Err(Failure::Refused(NodeRefusal::NotEmpty(open)));
    }
    sql::node_close(tx, path, on)?;
    tx.tell(who, &NodeClosed { node: path.clone(), on })?;
    Ok(())
}

//! A relation is written down, by hand or by what another crate knows: it feeds conflicts of interest.

use store::Tx;
use words::{Acting, Day, Failure, Id, Node, Outcome};

use crate::ops::home_node;
use crate::relation::{RelationDraft, RelationRefusal};
use crate::told::{RelationEnded, RelationPut};
use crate::{rights, sql, sql_roles};

/// Writes a relation down: one's own, or another's with the right.
pub fn relate(tx: &mut Tx, who: &Acting, draft: &RelationDraft) -> Outcome<Id, RelationRefusal> {
    if who.person != draft.a {
        let home = home_node(tx, &draft.a)?;
        who.may(rights::RELATE, &home)?;
    }
    draft.admit()?;
    let both_known = sql::person(tx, &draft.a)?.is_some() && (sql::person(tx, &draft.b)?.is_some() || is_org(tx, &draft.b)?);
    if !both_known {
        return Err(Failure::Refused(RelationRefusal::Unknown));
    }
    put(tx, who, draft)
}

/// The same for crates above, reactions and effects: sides may be people, organisations or cases. Saying it twice says it once.
pub fn put_relation(tx: &mut Tx, who: &Acting, draft: &RelationDraft) -> Outcome<Id, RelationRefusal> {
    draft.admit()?;
    put(tx, who, draft)
}

/// A relation gets its last day: its maker's side, or one with the right.
pub fn end_relation(tx: &mut Tx, who: &Acting, relation: &Id, to_on: Day) -> Outcome<(), RelationRefusal> {
    let held = sql_roles::relation(tx, relation)?.ok_or(Failure::Absent)?;
    who.may(rights::RELATE, &Node::group())?;
    if held.to_on.is_some() {
        return Err(Failure::Refused(RelationRefusal::Ended));
    }
    if to_on < held.from_on {
        return Err(Failure::Refused(RelationRefusal::Period));
    }
    sql_roles::relation_end(tx, relation, to_on)?;
    tx.tell(who, &RelationEnded { relation: relation.clone(), to_on })?;
    Ok(())
}

fn is_org(tx: &Tx, id: &Id) -> Result<bool, words::Fault> {
    Ok(!sql::org_names(tx, std::slice::from_ref(id))?.is_empty())
}

fn put(tx: &mut Tx, who: &Acting, draft: &RelationDraft) -> Outcome<Id, RelationRefusal> {
    if let Some(known) = sql_roles::relation_like(tx, draft)? {
        return Ok(known.id);
    }
    let relation = tx.id("rel");
    sql_roles::relation_insert(tx, &relation, &who.person, draft)?;
    let told =
        RelationPut { relation: relation.clone(), kind: draft.kind.as_str().into(), a: draft.a.clone(), b: draft.b.clone(), source: draft.source.clone() };
    tx.tell(who, &told)?;
    Ok(relation)
}

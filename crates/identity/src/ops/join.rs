//! A person begins to belong to a node.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::membership::{MembershipDraft, MembershipRefusal};
use crate::ops::here;
use crate::told::MembershipBegun;
use crate::{rights, sql};

/// Begins a membership; twice in the same place at the same time is refused.
pub fn join(tx: &mut Tx, who: &Acting, person: &Id, draft: &MembershipDraft) -> Outcome<Id, MembershipRefusal> {
    who.may(rights::PEOPLE, &draft.node)?;
    begin(tx, who, person, draft)
}

/// The same for reactions and effects: a secondment, a transfer.
pub fn join_system(tx: &mut Tx, person: &Id, draft: &MembershipDraft) -> Outcome<Id, MembershipRefusal> {
    begin(tx, &super::system(), person, draft)
}

pub(super) fn begin(tx: &mut Tx, who: &Acting, person: &Id, draft: &MembershipDraft) -> Outcome<Id, MembershipRefusal> {
    if draft.to_on.is_some_and(|to| to < draft.from_on) {
        return Err(Failure::Refused(MembershipRefusal::Period));
    }
    if sql::node(tx, &draft.node)?.is_none_or(|node| node.closed_on.is_some()) {
        return Err(Failure::Refused(MembershipRefusal::NodeGone));
    }
    here(tx, person, MembershipRefusal::PersonGone)?;
    if sql::membership_overlaps(tx, person, draft)? {
        return Err(Failure::Refused(MembershipRefusal::Doubled));
    }
    let membership = tx.id("mbr");
    sql::membership_insert(tx, &membership, person, draft)?;
    let told = MembershipBegun { membership: membership.clone(), person: person.clone(), node: draft.node.clone(), from_on: draft.from_on };
    tx.tell(who, &told)?;
    Ok(membership)
}

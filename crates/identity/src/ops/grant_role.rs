//! A role is given on a node, from–to. Nobody gives to themselves, above themselves, or where they may not.

use store::Tx;
use words::{Acting, Failure, Id, Instant, Node, Outcome};

use crate::grant::{GrantDraft, GrantRefusal, RoleRights, admit};
use crate::ops::here;
use crate::told::RoleGranted;
use crate::{rights, sql, sql_roles};

/// Gives a role.
pub fn grant_role(tx: &mut Tx, who: &Acting, roles: &RoleRights, draft: &GrantDraft) -> Outcome<Id, GrantRefusal> {
    who.may(rights::GRANT, &draft.node)?;
    let node = sql::node(tx, &draft.node)?.filter(|node| node.closed_on.is_none()).ok_or(GrantRefusal::NodeGone)?;
    admit(who, roles.all().get(&draft.role), node.kind, draft)?;
    here(tx, &draft.person, GrantRefusal::PersonGone)?;
    if sql_roles::grant_overlaps(tx, draft)? {
        return Err(Failure::Refused(GrantRefusal::Doubled));
    }
    put(tx, who, draft)
}

/// Gives a role for a reaction, an effect or the set-up: the pack named the role, so it is not asked again.
/// Holding it there already is no refusal: the grant that holds is returned.
pub fn grant_system(tx: &mut Tx, person: &Id, role: &str, node: &Node, from_at: Instant, to_at: Option<Instant>, reason: &str) -> Outcome<Id, GrantRefusal> {
    here(tx, person, GrantRefusal::PersonGone)?;
    if to_at.is_some_and(|to| to <= from_at) {
        return Err(Failure::Refused(GrantRefusal::Period));
    }
    let draft = GrantDraft { person: person.clone(), role: role.into(), node: node.clone(), from_at, to_at, reason: reason.into(), deputy_of: None };
    let same = sql_roles::grants_now(tx, std::slice::from_ref(person), from_at)?
        .into_iter()
        .find(|held| held.role == role && held.node == *node && held.to_at == to_at);
    match same {
        Some(held) => Ok(held.id),
        None => put(tx, &super::system(), &draft),
    }
}

fn put(tx: &mut Tx, who: &Acting, draft: &GrantDraft) -> Outcome<Id, GrantRefusal> {
    let grant = tx.id("grt");
    sql_roles::grant_insert(tx, &grant, &who.person, draft)?;
    let told = RoleGranted {
        grant: grant.clone(),
        person: draft.person.clone(),
        role: draft.role.clone(),
        node: draft.node.clone(),
        from_at: draft.from_at,
        to_at: draft.to_at,
        reason: draft.reason.clone(),
    };
    tx.tell(who, &told)?;
    Ok(grant)
}

//! An organisation becomes known here, under its 统一社会信用代码 if it has one.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::person::{OrgDraft, PersonRefusal};
use crate::told::OrgAdded;
use crate::{rights, sql};

/// Adds an organisation.
pub fn add_org(tx: &mut Tx, who: &Acting, draft: &OrgDraft) -> Outcome<Id, PersonRefusal> {
    who.may(rights::PEOPLE, &Node::group())?;
    if let Some(code) = &draft.uscc
        && sql::org_by_uscc(tx, code.as_str())?.is_some()
    {
        return Err(Failure::Refused(PersonRefusal::UsccTaken));
    }
    let org = tx.id("org");
    sql::org_insert(tx, &org, draft)?;
    tx.tell(who, &OrgAdded { org: org.clone() })?;
    Ok(org)
}

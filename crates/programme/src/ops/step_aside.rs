//! An official says that they are too near to a case: they lose it entirely, and the next of their fixed line of deputies has it (engines of conflict).
//!
//! Asks identity to note it; tells those who act from now on. Invariant: nobody picks who follows them.

use std::collections::BTreeSet;

use identity::{AbsenceDraft, AbsenceKind};
use store::Tx;
use words::{Acting, Denied, Id, Outcome};

use crate::case::Case;
use crate::refusal::CaseRefusal;
use crate::{access, bell, rights, sql};

/// Notes the conflict. Returns those who act in the official's place; where nobody is left the office is asked to see to it.
pub fn step_aside(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<Vec<Id>, CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    let offices: BTreeSet<String> = who.grants.iter().filter(|grant| grant.office && grant.reaches(&case.node)).map(|grant| grant.role.clone()).collect();
    if offices.is_empty() {
        return Err(Denied { right: rights::RUN, node: case.node, visible: true }.into());
    }
    if reason.trim().is_empty() {
        return Err(CaseRefusal::ReasonNeeded.into());
    }
    let today = tx.now().day();
    let draft = AbsenceDraft { kind: AbsenceKind::Conflict, node: Some(case.node.clone()), from_on: today, to_on: None, reason: reason.trim().into() };
    identity::note_absence(tx, who, &who.person, &draft).map_err(|failure| failure.map(|_| CaseRefusal::ReasonNeeded))?;
    desk::unfollow(tx, who, case.id.as_str())?;
    let (mut next, mut nobody) = (BTreeSet::new(), false);
    for role in &offices {
        let holders = identity::holders_of(tx, role, &case.node)?;
        nobody |= holders.is_empty();
        next.extend(holders);
    }
    let next: Vec<Id> = next.into_iter().collect();
    bell::handed_on(tx, &case, &next)?;
    if nobody {
        bell::without_official(tx, &case)?;
    }
    Ok(next)
}

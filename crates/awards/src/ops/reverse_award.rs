//! A paid award is taken back: by the office, with a reason and another person than who decided.
//!
//! Asks the ledger; tells `AwardReversed`. Invariant: reversed exactly; the quota of the project is free again; a new award may be opened.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::award::{Award, AwardState};
use crate::refusal::AwardRefusal;
use crate::told::AwardReversed;
use crate::{rights, sql, value};

/// Reverses a paid award.
pub fn reverse_award(tx: &mut Tx, who: &Acting, award: &Id, reason: &str) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    who.may(rights::DECIDE, &award.node)?;
    award.must_be(&[AwardState::Paid])?;
    if award.decided_by.as_ref() == Some(&who.person) {
        return Err(AwardRefusal::SecondPerson.into());
    }
    if reason.trim().is_empty() {
        return Err(AwardRefusal::ReasonNeeded.into());
    }
    let posting = award.posting.clone().ok_or_else(|| Fault::new(format!("award {} has no posting", award.id)))?;
    value::reverse(tx, who, &posting, reason.trim())?;
    (award.state, award.reason) = (AwardState::Reversed, reason.trim().to_owned());
    sql::award_write(tx, &award)?;
    let amount = award.amount_minor.unwrap_or(0);
    tx.tell(who, &AwardReversed { award: award.id.clone(), project: award.project.clone(), node: award.node.clone(), reason: award.reason.clone(), amount })?;
    Ok(award)
}

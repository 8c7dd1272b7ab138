//! A second person decides: the award is paid to its members in one run, or refused with a reason.
//!
//! Asks the ledger; tells `AwardPaid` or `AwardRefused`. Invariant: graded, agreed by all, notice clear, within the ceiling, and not by who graded or gets a part.

use ledger::Book;
use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::award::{Award, AwardState, Terms, parts};
use crate::refusal::AwardRefusal;
use crate::told::{AwardPaid, AwardRefused};
use crate::{rights, sql, value};

/// Decides and pays.
pub fn pay_award(tx: &mut Tx, book: &Book, who: &Acting, terms: &Terms, award: &Id) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    who.may(rights::DECIDE, &award.node)?;
    let shares = sql::shares(tx, &award.id)?;
    let total = award.admit_decision(&shares, &who.person)?;
    terms.admit_sum(value::awarded(tx, &award.project)?, total)?;
    let each = parts(total, &shares).ok_or_else(|| Fault::new("shares do not split"))?;
    let recipients = shares.iter().zip(&each).filter(|(_, minor)| **minor > 0).map(|(share, minor)| (share.person.to_string(), *minor)).collect();
    let posted = value::pay(tx, book, who, terms, &award, total, recipients)?;
    for (mut share, minor) in shares.iter().cloned().zip(each) {
        share.paid_minor = Some(minor);
        sql::share_write(tx, &award.id, &share)?;
    }
    (award.state, award.posting) = (AwardState::Paid, posted.id);
    (award.decided_by, award.decided_at) = (Some(who.person.clone()), Some(tx.now()));
    sql::award_write(tx, &award)?;
    let (project, node, level) = (award.project.clone(), award.node.clone(), award.level.clone().unwrap_or_default());
    let members = shares.into_iter().map(|share| share.person).collect();
    tx.tell(who, &AwardPaid { award: award.id.clone(), project, node, level, amount: total, members })?;
    Ok(award)
}

/// Decides that there is no award, with a reason.
pub fn refuse_award(tx: &mut Tx, who: &Acting, award: &Id, reason: &str) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    who.may(rights::DECIDE, &award.node)?;
    award.must_be(&[AwardState::Nominated, AwardState::Graded])?;
    if reason.trim().is_empty() {
        return Err(AwardRefusal::ReasonNeeded.into());
    }
    (award.state, award.reason) = (AwardState::Refused, reason.trim().to_owned());
    (award.decided_by, award.decided_at) = (Some(who.person.clone()), Some(tx.now()));
    sql::award_write(tx, &award)?;
    tx.tell(who, &AwardRefused { award: award.id.clone(), project: award.project.clone(), node: award.node.clone(), reason: award.reason.clone() })?;
    Ok(award)
}

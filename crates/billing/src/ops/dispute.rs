//! An owner disputes a line of a signed statement; the operator answers it, with an adjustment or without. The statement stays as it was signed.
//!
//! Asks the ledger; tells `LineDisputed`, `DisputeResolved`. Invariant: a dispute is answered once, by a posting of its own.

use ledger::Posting;
use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use super::statement::is_short;
use crate::asks::{Asks, parties};
use crate::refusal::SettlementRefusal;
use crate::statement::{Dispute, StatementState};
use crate::told::{DisputeResolved, LineDisputed};
use crate::{rights, sql_settle, value};

/// Disputes a line of one's own statement.
pub fn dispute_line<A: Asks>(tx: &mut Tx, who: &Acting, statement: &Id, line: &Id, reason: &str) -> Outcome<Dispute, SettlementRefusal> {
    let own = parties::<A>(tx, who)?;
    let statement =
        sql_settle::statement(tx, statement)?.filter(|one| own.contains(&one.text.payee) && one.state == StatementState::Signed).ok_or(Failure::Absent)?;
    if !statement.text.settled.lines.iter().any(|one| one.subscription == *line) {
        return Err(SettlementRefusal::Line.into());
    }
    if reason.trim().is_empty() {
        return Err(SettlementRefusal::ReasonNeeded.into());
    }
    if sql_settle::disputes_of(tx, &statement.id)?.iter().any(|one| one.line == *line && !one.resolved) {
        return Err(SettlementRefusal::Disputed.into());
    }
    let dispute = Dispute {
        id: tx.id("dsp"),
        statement: statement.id.clone(),
        line: line.clone(),
        reason: reason.trim().to_owned(),
        resolved: false,
        answer: String::new(),
        adjust_minor: 0,
        posting: None,
        raised_by: who.person.clone(),
        raised_at: tx.now(),
        resolved_by: None,
        resolved_at: None,
    };
    sql_settle::dispute_insert(tx, &dispute)?;
    tx.tell(who, &LineDisputed { statement: statement.id, dispute: dispute.id.clone() })?;
    Ok(dispute)
}

/// Answers a dispute; `adjust_minor` more is to be paid to the owner (less, below zero).
pub fn resolve_dispute<A: Asks>(tx: &mut Tx, who: &Acting, dispute: &Id, answer: &str, adjust_minor: i64) -> Outcome<Dispute, SettlementRefusal> {
    who.may(rights::SIGN, &Node::group())?;
    let mut dispute = sql_settle::dispute(tx, dispute)?.ok_or(Failure::Absent)?;
    if dispute.resolved {
        return Err(SettlementRefusal::Resolved.into());
    }
    if answer.trim().is_empty() {
        return Err(SettlementRefusal::ReasonNeeded.into());
    }
    let statement = sql_settle::statement(tx, &dispute.statement)?.ok_or(Failure::Absent)?;
    if adjust_minor != 0 {
        let posting = Posting::new("settlement.adjust", format!("settlement.adjust:{}", dispute.id), "billing.dispute", &dispute.id);
        let posting = posting.id("payee", &statement.text.payee).amount("more", adjust_minor.max(0)).amount("less", (-adjust_minor).max(0));
        let book = A::book(tx)?;
        match value::try_post(tx, &book, who, posting)? {
            Ok(posted) => dispute.posting = posted.id,
            Err(refusal) if is_short(&refusal) => return Err(SettlementRefusal::PaidOut.into()),
            Err(refusal) => return Err(words::Fault::new(format!("{refusal:?}")).into()),
        }
    }
    (dispute.resolved, dispute.answer, dispute.adjust_minor) = (true, answer.trim().to_owned(), adjust_minor);
    (dispute.resolved_by, dispute.resolved_at) = (Some(who.person.clone()), Some(tx.now()));
    sql_settle::dispute_write(tx, &dispute)?;
    tx.tell(who, &DisputeResolved { statement: statement.id, dispute: dispute.id.clone(), adjust_minor })?;
    Ok(dispute)
}

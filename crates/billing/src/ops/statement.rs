//! The month of owners is settled: statements are prepared by one person, and each is signed, frozen and posted by another.
//!
//! Asks the ledger; tells `StatementsPrepared`, `StatementSigned`. Invariant: what is earned is settled once; the clearing account of a statement ends at zero.

use desk::Message;
use ledger::{LedgerRefusal, Posting};
use store::Tx;
use words::{Acting, Bilingual, Failure, Fault, Id, Node, Outcome};

use crate::asks::Asks;
use crate::charge::hash;
use crate::contract::{ShareTerms, settle};
use crate::month::Month;
use crate::refusal::SettlementRefusal;
use crate::statement::{Statement, StatementState, StatementText};
use crate::told::{StatementSigned, StatementsPrepared};
use crate::{rights, sql, sql_settle, value};

/// Prepares the statements of all owners for a month that is billed; those that are not signed are prepared anew. Gives how many.
pub fn prepare_statements<A: Asks>(tx: &mut Tx, who: &Acting, month: Month) -> Outcome<i64, SettlementRefusal> {
    who.may(rights::SETTLE, &Node::group())?;
    if !sql::run(tx, month)?.is_some_and(|run| run.done) {
        return Err(SettlementRefusal::NotBilled { month: month.to_string() }.into());
    }
    let default = A::terms(tx)?.share;
    let mut count = 0;
    for payee in sql_settle::payees(tx, month)? {
        let there = sql_settle::statement_at(tx, &payee, month)?;
        if there.as_ref().is_some_and(|there| there.state == StatementState::Signed) {
            continue;
        }
        let Some(text) = text(tx, &payee, month, &default)? else { continue };
        let (id, prepared_at) = (there.map_or_else(|| tx.id("stm"), |there| there.id), tx.now());
        let hash = hash(&text.text());
        let state = StatementState::Prepared;
        let prepared_by = who.person.clone();
        let statement = Statement { id, text, hash, state, prepared_by, prepared_at, signed_by: None, signed_at: None, posting: None, payout: None };
        sql_settle::statement_put(tx, &statement)?;
        count += 1;
    }
    tx.tell(who, &StatementsPrepared { month: month.to_string(), count })?;
    Ok(count)
}

/// What a statement of an owner says now; nothing, if less than nothing was earned: that waits for better months.
fn text(tx: &Tx, payee: &Id, month: Month, default: &ShareTerms) -> Result<Option<StatementText>, Fault> {
    let (earned, contracts) = (sql_settle::earned(tx, payee, month)?, sql_settle::contracts_of(tx, payee)?);
    let settled = settle(&earned, &contracts, month, default);
    Ok(settled.filter(|settled| settled.gross_minor > 0 || settled.raise_minor > 0).map(|settled| StatementText { payee: payee.clone(), month, settled }))
}

/// Signs a statement that another person prepared: it must still say what it would say now.
pub fn sign_statement<A: Asks>(tx: &mut Tx, who: &Acting, statement: &Id) -> Outcome<Statement, SettlementRefusal> {
    who.may(rights::SIGN, &Node::group())?;
    let mut statement = sql_settle::statement(tx, statement)?.ok_or(Failure::Absent)?;
    if statement.state == StatementState::Signed {
        return Err(SettlementRefusal::Signed.into());
    }
    if statement.prepared_by == who.person {
        return Err(SettlementRefusal::SecondPerson.into());
    }
    let (payee, month) = (statement.text.payee.clone(), statement.text.month);
    let now = text(tx, &payee, month, &A::terms(tx)?.share)?;
    if now.is_none_or(|now| hash(&now.text()) != statement.hash) {
        return Err(SettlementRefusal::Changed.into());
    }
    let settled = &statement.text.settled;
    let mut posting = Posting::new("settlement.post", format!("settlement.post:{}", statement.id), "billing.statement", &statement.id)
        .id("payee", &payee)
        .id("statement", &statement.id)
        .amount("sum", settled.gross_minor + settled.raise_minor)
        .amount("gross", settled.gross_minor)
        .amount("raise", settled.raise_minor)
        .amount("payable", settled.payable_minor)
        .amount("withheld", settled.withheld_minor)
        .amount("platform", settled.platform_minor);
    posting.effective = value::effective(tx, month)?;
    let book = A::book(tx)?;
    statement.posting = value::post(tx, &book, who, posting)?.id;
    sql_settle::settle(tx, &payee, month, &statement.id)?;
    (statement.state, statement.signed_by, statement.signed_at) = (StatementState::Signed, Some(who.person.clone()), Some(tx.now()));
    let (payable_minor, hash) = (statement.text.settled.payable_minor, statement.hash.clone());
    sql_settle::statement_write(tx, &statement)?;
    tx.tell(who, &StatementSigned { statement: statement.id.clone(), payee, payable_minor, hash })?;
    announce::<A>(tx, &statement)?;
    Ok(statement)
}

/// The owner hears of it, and may dispute it.
fn announce<A: Asks>(tx: &mut Tx, statement: &Statement) -> Result<(), Fault> {
    let (payee, month) = (&statement.text.payee, statement.text.month);
    let payable = value::yuan(statement.text.settled.payable_minor);
    let message = Message {
        to: A::contacts(tx, payee)?,
        kind: "billing.statement".into(),
        subject: payee.to_string(),
        title: Bilingual::new(format!("{month} 结算单已签发"), format!("Your statement of {month} is signed")),
        body: Bilingual::new(
            format!("应付 {payable} 元。对某一行有疑问，可在结算单上提出异议。"),
            format!("{payable} yuan are to be paid. A line can be disputed on the statement."),
        ),
        link: format!("/billing/statements/{}", statement.id),
        why: Bilingual::new("您提供这些能力", "you own these capabilities"),
        due_at: None,
        once: Some(format!("billing.statement:{}", statement.id)),
    };
    desk::notify(tx, message).map(drop)
}

/// Did the ledger say that less is there than is taken?
pub(crate) fn is_short(refusal: &LedgerRefusal) -> bool {
    matches!(refusal, LedgerRefusal::Short { .. })
}

//! A bank statement is taken in: what names an invoice or a top-up pays it, the rest is listed for a person. A dry run says beforehand what would become of each row.
//!
//! Asks the ledger; tells `StatementTaken`, `InvoicePaid`. Invariant: a number of the bank counts once, however often its row or its file comes.

use ledger::Posting;
use store::{Read, Tx};
use words::{Acting, Fault, Id, Node, Outcome};

use super::assign_receipt::pay;
use crate::asks::Asks;
use crate::charge::Invoice;
use crate::receipt::{BankRow, Imported, Receipt, ReceiptState, RowEnd, RowResult};
use crate::reference::references;
use crate::refusal::ReceiptRefusal;
use crate::told::StatementTaken;
use crate::top_up::TopUp;
use crate::{rights, sql_invoice, sql_receipt, sql_wallet, value};

/// A file that is taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementDraft {
    /// Its name.
    pub name: String,
    /// SHA-256 of it.
    pub hash: String,
    /// Rows in all.
    pub rows: i64,
}

/// What a receipt is for.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Invoice(Box<Invoice>),
    TopUp(TopUp),
}

/// What a text names, if it names exactly one thing.
pub(crate) fn named(read: &Read, memo: &str) -> Result<Option<Target>, Fault> {
    let mut found = Vec::new();
    for reference in references(memo).into_iter().take(5) {
        if let Some(invoice) = sql_invoice::by_reference(read, &reference)? {
            found.push(Target::Invoice(Box::new(invoice)));
        } else if let Some(top_up) = sql_wallet::top_up_by(read, &reference)? {
            found.push(Target::TopUp(top_up));
        }
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// What becomes of a row, and what it is for. Changes nothing.
pub(crate) fn look(read: &Read, row: &BankRow) -> Result<(RowResult, Option<Target>), Fault> {
    let mut result = RowResult {
        row: row.row,
        number: row.number.clone(),
        amount: Some(value::cny(row.amount_minor)),
        memo: row.memo.clone(),
        end: RowEnd::Listed,
        target: None,
        over: None,
        column: None,
    };
    if row.amount_minor <= 0 {
        result.end = RowEnd::Outgoing;
        return Ok((result, None));
    }
    if sql_receipt::by_number(read, &row.number)?.is_some() {
        result.end = RowEnd::Known;
        return Ok((result, None));
    }
    let target = named(read, &row.memo)?;
    match &target {
        Some(Target::Invoice(invoice)) => {
            let over = row.amount_minor - invoice.open_minor();
            (result.end, result.target) = (RowEnd::Invoice, Some(invoice.document.number.clone()));
            result.over = (over > 0).then(|| value::cny(over));
        }
        Some(Target::TopUp(top_up)) => (result.end, result.target) = (RowEnd::TopUp, Some(top_up.reference.clone())),
        None => {}
    }
    Ok((result, target))
}

/// Takes rows of a file in; a large one comes in several calls with the same draft. What is known from before is left alone.
pub fn take_statement<A: Asks>(tx: &mut Tx, who: &Acting, draft: &StatementDraft, rows: &[BankRow]) -> Outcome<Vec<RowResult>, ReceiptRefusal> {
    who.may(rights::RUN, &Node::group())?;
    let mut import = match sql_receipt::import_by(tx, &draft.hash)? {
        Some(there) => there,
        None => {
            let (id, made_at) = (tx.id("bst"), tx.now());
            let (name, hash) = (draft.name.clone(), draft.hash.clone());
            Imported { id, name, hash, rows: draft.rows, taken: 0, listed: 0, made_by: who.person.clone(), made_at }
        }
    };
    sql_receipt::import_put(tx, &import)?;
    let mut results = Vec::new();
    for row in rows {
        let (result, target) = look(tx, row)?;
        if matches!(result.end, RowEnd::Invoice | RowEnd::TopUp | RowEnd::Listed) {
            let mut receipt = receive::<A>(tx, who, &import.id, row)?;
            import.taken += 1;
            match target {
                Some(target) => pay::<A>(tx, who, &mut receipt, &target)?,
                None => import.listed += 1,
            }
        }
        results.push(result);
    }
    sql_receipt::import_put(tx, &import)?;
    tx.tell(who, &StatementTaken { statement: import.id, taken: import.taken, listed: import.listed })?;
    Ok(results)
}

fn receive<A: Asks>(tx: &mut Tx, who: &Acting, statement: &Id, row: &BankRow) -> Result<Receipt, Fault> {
    let id = tx.id("rcp");
    let posting = Posting::new("billing.receive", format!("billing.receive:{id}"), "billing.receipt", &id);
    let book = A::book(tx)?;
    value::post(tx, &book, who, posting.id("receipt", &id).amount("amount", row.amount_minor))?;
    let receipt = Receipt {
        id: id.clone(),
        statement: statement.clone(),
        number: row.number.clone(),
        paid_on: row.day,
        amount_minor: row.amount_minor,
        left_minor: row.amount_minor,
        memo: row.memo.clone(),
        state: ReceiptState::Listed,
        reason: String::new(),
        assigned_by: None,
        assigned_at: None,
    };
    sql_receipt::receipt_insert(tx, &receipt)?;
    let payer = [row.payer.as_str(), row.account.as_str()].iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(" · ");
    if !payer.is_empty() {
        tx.personal_put(&id, PAYER, &payer)?;
    }
    Ok(receipt)
}

/// Who paid lies apart, under a key of its own.
pub(crate) const PAYER: &str = "billing_payer";

//! A receipt pays: an invoice as far as it is owed, the rest and what nobody owes becomes a lot. What the bank's text did not say, a person does, with a reason.
//!
//! Asks the ledger; tells `ReceiptAssigned`, `InvoicePaid`. Invariant: what was assigned and what is left sum to what came.

use ledger::Posting;
use store::Tx;
use words::{Acting, Failure, Fault, Id, Node, Outcome};

use super::remind::resume;
use super::take_statement::{Target, named};
use crate::asks::Asks;
use crate::charge::{Invoice, InvoiceState};
use crate::lot::Origin;
use crate::receipt::{Receipt, ReceiptState};
use crate::refusal::ReceiptRefusal;
use crate::told::{InvoicePaid, ReceiptAssigned};
use crate::top_up::TopUpState;
use crate::wallet::{LotDraft, make_lot};
use crate::{rights, sql_invoice, sql_receipt, sql_wallet, value};

/// What a person says a receipt is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// An invoice or a top-up, by its reference.
    Reference(String),
    /// The wallet of a customer.
    Wallet(Id),
    /// It goes back to who paid.
    Return,
}

/// Assigns all that is left of a receipt, with a reason.
pub fn assign_receipt<A: Asks>(tx: &mut Tx, who: &Acting, receipt: &Id, to: &Assignment, reason: &str) -> Outcome<Receipt, ReceiptRefusal> {
    who.may(rights::RUN, &Node::group())?;
    let mut receipt = sql_receipt::receipt(tx, receipt)?.ok_or(Failure::Absent)?;
    if reason.trim().is_empty() {
        return Err(ReceiptRefusal::ReasonNeeded.into());
    }
    if receipt.left_minor == 0 {
        return Err(ReceiptRefusal::Assigned.into());
    }
    let target = match to {
        Assignment::Reference(text) => {
            let target = named(tx, text)?.ok_or(ReceiptRefusal::Target)?;
            if matches!(&target, Target::Invoice(invoice) if invoice.open_minor() == 0) {
                return Err(ReceiptRefusal::NothingOwed.into());
            }
            pay::<A>(tx, who, &mut receipt, &target)?;
            text.trim().to_owned()
        }
        Assignment::Wallet(customer) => {
            if crate::sql::of_customer(tx, customer)?.is_empty() {
                return Err(ReceiptRefusal::Target.into());
            }
            let left = receipt.left_minor;
            load::<A>(tx, who, &mut receipt, customer, Origin::TopUp, left)?;
            customer.to_string()
        }
        Assignment::Return => {
            give_back::<A>(tx, who, &mut receipt)?;
            "return".to_owned()
        }
    };
    (receipt.reason, receipt.assigned_by, receipt.assigned_at) = (reason.trim().to_owned(), Some(who.person.clone()), Some(tx.now()));
    sql_receipt::receipt_write(tx, &receipt)?;
    tx.tell(who, &ReceiptAssigned { receipt: receipt.id.clone(), target, reason: receipt.reason.clone() })?;
    Ok(receipt)
}

/// Lets a receipt pay what it is for.
pub(crate) fn pay<A: Asks>(tx: &mut Tx, who: &Acting, receipt: &mut Receipt, target: &Target) -> Result<(), Fault> {
    match target {
        Target::Invoice(invoice) => {
            // Looked up again: another row of the same statement may have paid it.
            let invoice = sql_invoice::invoice(tx, &invoice.id)?.ok_or_else(|| Fault::new("the invoice is gone"))?;
            let part = invoice.open_minor().min(receipt.left_minor);
            let customer = invoice.document.customer.clone();
            if part > 0 {
                pay_invoice::<A>(tx, who, receipt, invoice, part)?;
            }
            if receipt.left_minor > 0 {
                let rest = receipt.left_minor;
                load::<A>(tx, who, receipt, &customer, Origin::Overpaid, rest)?;
            }
        }
        Target::TopUp(top_up) => {
            let mut top_up = sql_wallet::top_up(tx, &top_up.id)?.ok_or_else(|| Fault::new("the top-up is gone"))?;
            let all = receipt.left_minor;
            load::<A>(tx, who, receipt, &top_up.customer, Origin::TopUp, all)?;
            (top_up.paid_minor, top_up.state) = (top_up.paid_minor + all, TopUpState::Paid);
            sql_wallet::top_up_write(tx, &top_up)?;
        }
    }
    sql_receipt::receipt_write(tx, receipt)
}

fn pay_invoice<A: Asks>(tx: &mut Tx, who: &Acting, receipt: &mut Receipt, mut invoice: Invoice, part: i64) -> Result<(), Fault> {
    let customer = invoice.document.customer.clone();
    let key = format!("billing.pay:{}:{}", receipt.id, invoice.id);
    let posting = Posting::new("billing.pay", key, "billing.receipt", &receipt.id);
    let posting = posting.id("receipt", &receipt.id).id("customer", &customer).id("bill", &invoice.id).amount("amount", part);
    let book = A::book(tx)?;
    let posted = value::id_of(value::post(tx, &book, who, posting)?)?;
    sql_receipt::payment_insert(tx, &receipt.id, "invoice", &invoice.id, part, &posted)?;
    spend(receipt, part);
    invoice.paid_minor += part;
    let paid = invoice.paid_minor >= invoice.document.money.total;
    if paid {
        (invoice.state, invoice.paid_at) = (InvoiceState::Paid, Some(tx.now()));
    }
    sql_invoice::invoice_write(tx, &invoice)?;
    if paid {
        tx.tell(who, &InvoicePaid { invoice: invoice.id.clone(), customer: customer.clone() })?;
        resume::<A>(tx, who, &customer)?;
    }
    Ok(())
}

fn load<A: Asks>(tx: &mut Tx, who: &Acting, receipt: &mut Receipt, customer: &Id, origin: Origin, part: i64) -> Result<(), Fault> {
    let posting = |lot: &Id| {
        let posting = Posting::new("billing.load", format!("billing.load:{}:{lot}", receipt.id), "billing.receipt", &receipt.id);
        posting.id("receipt", &receipt.id).id("lot", lot).amount("amount", part)
    };
    let lot = make_lot::<A>(tx, who, LotDraft::paid(customer, origin, part), posting)?;
    sql_receipt::payment_insert(tx, &receipt.id, "lot", &lot, part, &lot)?;
    spend(receipt, part);
    Ok(())
}

fn give_back<A: Asks>(tx: &mut Tx, who: &Acting, receipt: &mut Receipt) -> Result<(), Fault> {
    let left = receipt.left_minor;
    let posting = Posting::new("billing.return", format!("billing.return:{}", receipt.id), "billing.receipt", &receipt.id);
    let book = A::book(tx)?;
    let posted = value::id_of(value::post(tx, &book, who, posting.id("receipt", &receipt.id).amount("amount", left))?)?;
    sql_receipt::payment_insert(tx, &receipt.id, "return", &receipt.id, left, &posted)?;
    spend(receipt, left);
    Ok(())
}

fn spend(receipt: &mut Receipt, part: i64) {
    receipt.left_minor -= part;
    if receipt.left_minor == 0 {
        receipt.state = ReceiptState::Assigned;
    }
}

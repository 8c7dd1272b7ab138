//! An invoice is taken back by a credit note, exactly. What was paid of it becomes a lot of the customer's wallet.
//!
//! Asks the ledger; tells `InvoiceCredited`. Invariant: an invoice is taken back once; its text stays as it was.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::asks::Asks;
use crate::charge::{Credit, InvoiceState, hash};
use crate::refusal::InvoiceRefusal;
use crate::told::InvoiceCredited;
use crate::{rights, sql, sql_invoice, value, wallet};

/// Takes an invoice back. `again`: what was used is charged anew by the next run, at the prices of then.
pub fn credit_invoice<A: Asks>(tx: &mut Tx, who: &Acting, invoice: &Id, reason: &str, again: bool) -> Outcome<Credit, InvoiceRefusal> {
    who.may(rights::RUN, &Node::group())?;
    let mut invoice = sql_invoice::invoice(tx, invoice)?.ok_or(Failure::Absent)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(InvoiceRefusal::ReasonNeeded.into());
    }
    if let Some(note) = sql_invoice::credit_of(tx, &invoice.id)? {
        return Err(InvoiceRefusal::Credited { number: note.number }.into());
    }
    if sql::charges_of_invoice(tx, &invoice.id)?.iter().any(|charge| charge.settled.is_some()) {
        return Err(InvoiceRefusal::Settled.into());
    }
    let posting = invoice.posting.clone().filter(|_| invoice.document.money.total > 0).ok_or(InvoiceRefusal::Empty)?;
    let year = tx.now().day().parts().0;
    let number = format!("HCR-{year}-{:06}", sql::numbers(tx, &format!("HCR-{year}"), 1)?);
    let posted = ledger::reverse(tx, who, &posting, &number).map_err(|failure| Failure::Broken(failure.into_fault()))?;
    let paid = invoice.paid_minor;
    let lot = if paid > 0 { Some(wallet::refund::<A>(tx, who, &invoice.document.customer, &invoice.id, paid)?) } else { None };
    if again {
        sql::charges_void(tx, &invoice.id)?;
    }
    let total_minor = invoice.document.money.total;
    let mut credit = Credit {
        id: tx.id("crn"),
        number,
        invoice: invoice.id.clone(),
        reason: reason.to_owned(),
        again,
        total_minor,
        hash: String::new(),
        posting: value::id_of(posted)?,
        lot,
        made_by: who.person.clone(),
        made_at: tx.now(),
    };
    credit.hash = hash(&credit.text(&invoice.hash));
    sql_invoice::credit_insert(tx, &credit)?;
    invoice.state = InvoiceState::Credited;
    sql_invoice::invoice_write(tx, &invoice)?;
    tx.tell(who, &InvoiceCredited { invoice: invoice.id, number: credit.number.clone(), total_minor })?;
    super::remind::resume::<A>(tx, who, &invoice.document.customer)?;
    Ok(credit)
}

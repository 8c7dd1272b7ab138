//! SQL of invoices and credit notes; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::charge::{Credit, Invoice, InvoiceState};
use crate::month::Month;

const INVOICE: &str = "select * from billing_invoice where id = $1";
const BY_REFERENCE: &str = "select * from billing_invoice where reference = $1";
const OF_CUSTOMER: &str = "select * from billing_invoice where customer = $1 and id < $2 order by id desc limit $3";
const LIST: &str = "select * from billing_invoice where (cast($1 as text) is null or state = $1) and (cast($2 as text) is null or period = $2) and id < $3
     order by id desc limit $4";
const OVERDUE: &str = "select * from billing_invoice where state = 'open' and total_minor > paid_minor and due_on < $1 order by due_on, id limit $2";
const OWED: &str =
    "select id from billing_invoice where customer = $1 and state = 'open' and total_minor > paid_minor and due_on < $2 order by due_on, id limit 100";
const AFTER: &str = "select * from billing_invoice where id > $1 order by id limit 500";
const CREDIT_OF: &str = "select * from billing_credit where invoice = $1";
const CREDITS_BEFORE: &str = "select * from billing_credit where id < $1 order by id desc limit $2";
const CREDITED: &str = "select i.* from billing_invoice i join billing_credit c on c.invoice = i.id where c.id < $1 order by c.id desc limit $2";
const CREDITS_AFTER: &str = "select * from billing_credit where id > $1 order by id limit 500";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[INVOICE, BY_REFERENCE, OF_CUSTOMER, LIST, OVERDUE, OWED, AFTER, CREDIT_OF, CREDITS_BEFORE, CREDITED, CREDITS_AFTER];

fn invoice_of(row: &Row) -> Result<Invoice, Fault> {
    let state: String = row.get("state")?;
    Ok(Invoice {
        id: row.get("id")?,
        document: row.json("document")?,
        hash: row.get("hash")?,
        paid_minor: row.get("paid_minor")?,
        state: InvoiceState::parse(&state).ok_or_else(|| Fault::new(format!("billing_invoice.state {state}")))?,
        posting: row.get("posting")?,
        made_at: row.get("made_at")?,
        reminded: row.get("reminded")?,
        paid_at: row.get("paid_at")?,
    })
}

fn credit_of_row(row: &Row) -> Result<Credit, Fault> {
    Ok(Credit {
        id: row.get("id")?,
        number: row.get("number")?,
        invoice: row.get("invoice")?,
        reason: row.get("reason")?,
        again: row.get("again")?,
        total_minor: row.get("total_minor")?,
        hash: row.get("hash")?,
        posting: row.get("posting")?,
        lot: row.get("lot")?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
    })
}

fn many(rows: Vec<Row>) -> Result<Vec<Invoice>, Fault> {
    rows.iter().map(invoice_of).collect()
}

pub(crate) fn invoice(read: &Read, id: &Id) -> Result<Option<Invoice>, Fault> {
    read.row(INVOICE, &params![id])?.as_ref().map(invoice_of).transpose()
}

pub(crate) fn by_reference(read: &Read, reference: &str) -> Result<Option<Invoice>, Fault> {
    read.row(BY_REFERENCE, &params![reference])?.as_ref().map(invoice_of).transpose()
}

/// Newest first.
pub(crate) fn of_customer(read: &Read, customer: &Id, before: &str, limit: i64) -> Result<Vec<Invoice>, Fault> {
    many(read.rows(OF_CUSTOMER, &params![customer, before, limit])?)
}

/// Newest first.
pub(crate) fn list(read: &Read, state: Option<InvoiceState>, period: Option<Month>, before: &str, limit: i64) -> Result<Vec<Invoice>, Fault> {
    many(read.rows(LIST, &params![state.map(InvoiceState::as_str), period.map(|month| month.to_string()), before, limit])?)
}

/// Those that were due before a day, the oldest first.
pub(crate) fn overdue(read: &Read, day: words::Day, limit: i64) -> Result<Vec<Invoice>, Fault> {
    many(read.rows(OVERDUE, &params![day, limit])?)
}

/// Invoices that a customer owes since before a day.
pub(crate) fn owed(read: &Read, customer: &Id, day: words::Day) -> Result<Vec<Id>, Fault> {
    read.rows(OWED, &params![customer, day])?.iter().map(|row| row.get("id")).collect()
}

/// By id, for checks; with the columns that the document says too.
pub(crate) fn after(read: &Read, id: &str) -> Result<Vec<(Invoice, String, [i64; 3])>, Fault> {
    let columns = |row: &Row| Ok((invoice_of(row)?, row.get("number")?, [row.get("net_minor")?, row.get("tax_minor")?, row.get("total_minor")?]));
    read.rows(AFTER, &params![id])?.iter().map(columns).collect()
}

pub(crate) fn invoice_insert(tx: &mut Tx, invoice: &Invoice) -> Result<(), Fault> {
    let document = &invoice.document;
    let columns = [
        ("id", (&invoice.id).into()),
        ("number", (&document.number).into()),
        ("reference", (&document.reference).into()),
        ("customer", (&document.customer).into()),
        ("period", document.period.to_string().into()),
        ("net_minor", document.money.net.into()),
        ("tax_minor", document.money.tax.into()),
        ("total_minor", document.money.total.into()),
        ("paid_minor", invoice.paid_minor.into()),
        ("state", invoice.state.as_str().into()),
        ("due_on", document.due_on.into()),
        ("document", document.text().into()),
        ("hash", (&invoice.hash).into()),
        ("posting", invoice.posting.clone().into()),
        ("made_at", invoice.made_at.into()),
        ("reminded", 0i64.into()),
        ("paid_at", invoice.paid_at.into()),
    ];
    tx.insert("billing_invoice", &columns).map(drop)
}

/// Writes what moves of an invoice; its text never does.
pub(crate) fn invoice_write(tx: &mut Tx, invoice: &Invoice) -> Result<(), Fault> {
    let sql = "update billing_invoice set paid_minor = $2, state = $3, reminded = $4, paid_at = $5 where id = $1";
    let values = params![&invoice.id, invoice.paid_minor, invoice.state.as_str(), invoice.reminded, invoice.paid_at];
    tx.change("billing_invoice", sql, &values).map(drop)
}

pub(crate) fn credit_of(read: &Read, invoice: &Id) -> Result<Option<Credit>, Fault> {
    read.row(CREDIT_OF, &params![invoice])?.as_ref().map(credit_of_row).transpose()
}

/// Newest first.
pub(crate) fn credits_before(read: &Read, id: &str, limit: i64) -> Result<Vec<Credit>, Fault> {
    read.rows(CREDITS_BEFORE, &params![id, limit])?.iter().map(credit_of_row).collect()
}

/// The invoices of those credit notes.
pub(crate) fn credited(read: &Read, before: &str, limit: i64) -> Result<Vec<Invoice>, Fault> {
    read.rows(CREDITED, &params![before, limit])?.iter().map(invoice_of).collect()
}

pub(crate) fn credits_after(read: &Read, id: &str) -> Result<Vec<Credit>, Fault> {
    read.rows(CREDITS_AFTER, &params![id])?.iter().map(credit_of_row).collect()
}

pub(crate) fn credit_insert(tx: &mut Tx, credit: &Credit) -> Result<(), Fault> {
    let columns = [
        ("id", (&credit.id).into()),
        ("number", (&credit.number).into()),
        ("invoice", (&credit.invoice).into()),
        ("reason", (&credit.reason).into()),
        ("again", credit.again.into()),
        ("total_minor", credit.total_minor.into()),
        ("hash", (&credit.hash).into()),
        ("posting", (&credit.posting).into()),
        ("lot", credit.lot.clone().into()),
        ("made_by", (&credit.made_by).into()),
        ("made_at", credit.made_at.into()),
    ];
    tx.insert("billing_credit", &columns).map(drop)
}

//! SQL of bank statements, receipts and payments; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::receipt::{Imported, Receipt, ReceiptState};

const RECEIPT: &str = "select * from billing_receipt where id = $1";
const BY_NUMBER: &str = "select * from billing_receipt where bank_number = $1";
const LISTED: &str = "select * from billing_receipt where state = 'listed' and id > $1 order by id limit $2";
const RECEIPTS_AFTER: &str = "select * from billing_receipt where id > $1 order by id limit 500";
const BY_HASH: &str = "select * from billing_import where hash = $1";
const IMPORTS: &str = "select * from billing_import order by id desc limit 50";
const PAID_OF: &str = "select cast(coalesce(sum(amount_minor), 0) as bigint) as n from billing_payment where receipt = $1";
const PAYMENTS_TO: &str = "select p.amount_minor, r.paid_on, r.bank_number from billing_payment p join billing_receipt r on r.id = p.receipt
     where p.target = $1 order by p.id limit 200";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[RECEIPT, BY_NUMBER, LISTED, RECEIPTS_AFTER, BY_HASH, IMPORTS, PAID_OF, PAYMENTS_TO];

fn receipt_of(row: &Row) -> Result<Receipt, Fault> {
    let state: String = row.get("state")?;
    Ok(Receipt {
        id: row.get("id")?,
        statement: row.get("statement")?,
        number: row.get("bank_number")?,
        paid_on: row.get("paid_on")?,
        amount_minor: row.get("amount_minor")?,
        left_minor: row.get("left_minor")?,
        memo: row.get("memo")?,
        state: ReceiptState::parse(&state).ok_or_else(|| Fault::new(format!("billing_receipt.state {state}")))?,
        reason: row.get("reason")?,
        assigned_by: row.get("assigned_by")?,
        assigned_at: row.get("assigned_at")?,
    })
}

fn import_of(row: &Row) -> Result<Imported, Fault> {
    Ok(Imported {
        id: row.get("id")?,
        name: row.get("name")?,
        hash: row.get("hash")?,
        rows: row.get("rows")?,
        taken: row.get("taken")?,
        listed: row.get("listed")?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
    })
}

pub(crate) fn receipt(read: &Read, id: &Id) -> Result<Option<Receipt>, Fault> {
    read.row(RECEIPT, &params![id])?.as_ref().map(receipt_of).transpose()
}

pub(crate) fn by_number(read: &Read, number: &str) -> Result<Option<Receipt>, Fault> {
    read.row(BY_NUMBER, &params![number])?.as_ref().map(receipt_of).transpose()
}

/// Those that wait for a person, the oldest first.
pub(crate) fn listed(read: &Read, after: &str, limit: i64) -> Result<Vec<Receipt>, Fault> {
    read.rows(LISTED, &params![after, limit])?.iter().map(receipt_of).collect()
}

pub(crate) fn receipts_after(read: &Read, id: &str) -> Result<Vec<Receipt>, Fault> {
    read.rows(RECEIPTS_AFTER, &params![id])?.iter().map(receipt_of).collect()
}

/// What was assigned of a receipt, fen.
pub(crate) fn paid_of(read: &Read, receipt: &Id) -> Result<i64, Fault> {
    read.row(PAID_OF, &params![receipt])?.map_or(Ok(0), |row| row.get("n"))
}

/// What was paid to something: fen, day, number of the bank.
pub(crate) fn payments_to(read: &Read, target: &Id) -> Result<Vec<(i64, words::Day, String)>, Fault> {
    read.rows(PAYMENTS_TO, &params![target])?.iter().map(|row| Ok((row.get("amount_minor")?, row.get("paid_on")?, row.get("bank_number")?))).collect()
}

pub(crate) fn receipt_insert(tx: &mut Tx, receipt: &Receipt) -> Result<(), Fault> {
    let columns = [
        ("id", (&receipt.id).into()),
        ("statement", (&receipt.statement).into()),
        ("bank_number", (&receipt.number).into()),
        ("paid_on", receipt.paid_on.into()),
        ("amount_minor", receipt.amount_minor.into()),
        ("left_minor", receipt.left_minor.into()),
        ("memo", (&receipt.memo).into()),
        ("state", receipt.state.as_str().into()),
        ("reason", (&receipt.reason).into()),
    ];
    tx.insert("billing_receipt", &columns).map(drop)
}

pub(crate) fn receipt_write(tx: &mut Tx, receipt: &Receipt) -> Result<(), Fault> {
    let sql = "update billing_receipt set left_minor = $2, state = $3, reason = $4, assigned_by = $5, assigned_at = $6 where id = $1";
    let values = params![&receipt.id, receipt.left_minor, receipt.state.as_str(), &receipt.reason, receipt.assigned_by.clone(), receipt.assigned_at];
    tx.change("billing_receipt", sql, &values).map(drop)
}

pub(crate) fn import_by(read: &Read, hash: &str) -> Result<Option<Imported>, Fault> {
    read.row(BY_HASH, &params![hash])?.as_ref().map(import_of).transpose()
}

/// Newest first.
pub(crate) fn imports(read: &Read) -> Result<Vec<Imported>, Fault> {
    read.rows(IMPORTS, &[])?.iter().map(import_of).collect()
}

pub(crate) fn import_put(tx: &mut Tx, import: &Imported) -> Result<(), Fault> {
    let sql = "insert into billing_import (id, name, hash, rows, taken, listed, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do update set taken = excluded.taken, listed = excluded.listed";
    let values = params![&import.id, &import.name, &import.hash, import.rows, import.taken, import.listed, &import.made_by, import.made_at];
    tx.change("billing_import", sql, &values).map(drop)
}

/// What a receipt paid: `what` is `invoice`, `lot` or `return`.
pub(crate) fn payment_insert(tx: &mut Tx, receipt: &Id, what: &str, target: &Id, amount_minor: i64, posting: &Id) -> Result<(), Fault> {
    let (id, now) = (tx.id("pay"), tx.now());
    let columns = [
        ("id", id.into()),
        ("receipt", receipt.into()),
        ("what", what.into()),
        ("target", target.into()),
        ("amount_minor", amount_minor.into()),
        ("posting", posting.into()),
        ("made_at", now.into()),
    ];
    tx.insert("billing_payment", &columns).map(drop)
}

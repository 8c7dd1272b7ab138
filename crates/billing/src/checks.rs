//! What `verify` compares: invoices with their text, their charges and the ledger; wallets, receipts and statements with the ledger; and the conservation law.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::asks::Asks;
use crate::charge::{Invoice, hash};
use crate::conserve::{conservation, lines_of, owed_by};
use crate::statement::StatementState;
use crate::{sql, sql_count, sql_invoice, sql_receipt, sql_settle, sql_wallet};

/// Each invoice is what its hash says, sums up, and is in the ledger; numbers have no gap.
pub(crate) fn invoices(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql_invoice::after(read, &after)?;
        let Some((last, ..)) = some.last() else { break };
        after = last.id.to_string();
        checked.add(Checked::each(some, |(invoice, number, columns)| {
            Ok(wrong_with(read, &invoice, &number, columns)?.map(|what| Finding::new("billing_invoice", invoice.id, what)))
        })?);
    }
    checked.add(Checked::each(sql_count::numbers(read)?, |(series, count, last)| {
        let reached: i64 = last.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(0);
        Ok((reached != count).then(|| Finding::new("billing_invoice", series, format!("{count} invoices and the last number is {last}"))))
    })?);
    Ok(checked)
}

/// Each credit note is what its hash says, and its posting moved back what its invoice owed.
pub(crate) fn credits(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql_invoice::credits_after(read, &after)?;
        let Some(last) = some.last() else { return Ok(checked) };
        after = last.id.to_string();
        checked.add(Checked::each(some, |note| {
            let invoice = sql_invoice::invoice(read, &note.invoice)?;
            let said = invoice.is_some_and(|invoice| hash(&note.text(&invoice.hash)) == note.hash && invoice.document.money.total == note.total_minor);
            let fits = said && owed_by(read, Some(&note.posting))? == -note.total_minor;
            Ok((!fits).then(|| Finding::new("billing_credit", note.id, "is not the exact reversal of its invoice")))
        })?);
    }
}

fn wrong_with(read: &Read, invoice: &Invoice, number: &str, columns: [i64; 3]) -> Result<Option<&'static str>, Fault> {
    let (document, money) = (&invoice.document, invoice.document.money);
    if hash(&document.text()) != invoice.hash {
        return Ok(Some("the text is not what its hash says"));
    }
    if document.number != number || [money.net, money.tax, money.total] != columns {
        return Ok(Some("the columns are not what the text says"));
    }
    let (lines, tax) = lines_of(document);
    let sums = document.parts.iter().map(|part| part.money.total).sum::<i64>();
    if lines + tax != money.total || sums != money.total || money.net + money.tax != money.total {
        return Ok(Some("the lines do not sum to the total"));
    }
    let charges = sql::charges_of_invoice(read, &invoice.id)?;
    let same = charges.len() == document.parts.len()
        && document.parts.iter().all(|part| charges.iter().any(|charge| charge.id == part.charge && charge.money == part.money));
    if !same {
        return Ok(Some("the charges are not those of the text"));
    }
    if owed_by(read, invoice.posting.as_ref())? != money.total {
        return Ok(Some("the posting is not the total"));
    }
    Ok(None)
}

/// What is left of lots, what is set aside of them, and what is taken of limits is what the ledger says.
pub(crate) fn wallets(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql_wallet::lots_after(read, &after)?;
        let Some(last) = some.last() else { break };
        after = last.id.to_string();
        checked.add(Checked::each(some, |lot| {
            let there = ledger::available(read, &format!("wallet:lot:{}", lot.id))?;
            Ok((there != lot.left_minor).then(|| Finding::new("billing_lot", lot.id.clone(), format!("says {} is left, the ledger {there}", lot.left_minor))))
        })?);
    }
    checked.add(Checked::each(sql_wallet::held_sums(read)?, |(subject, held)| {
        let there = ledger::available(read, &format!("wallet:held:{subject}"))?;
        Ok((there != held).then(|| Finding::new("billing_held", subject, format!("says {held} is set aside, the ledger {there}"))))
    })?);
    checked.add(Checked::each(sql_wallet::reserves_all(read)?, |(subject, month, limit)| {
        let there = ledger::available(read, &format!("quota:spend:held:{subject}:{month}"))?;
        Ok((there != limit).then(|| Finding::new("billing_reserve", format!("{subject}/{month}"), format!("says {limit} is taken, the ledger {there}"))))
    })?);
    Ok(checked)
}

/// What came = what was assigned + what is left, which is what the ledger says waits.
pub(crate) fn receipts(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql_receipt::receipts_after(read, &after)?;
        let Some(last) = some.last() else { return Ok(checked) };
        after = last.id.to_string();
        checked.add(Checked::each(some, |receipt| {
            let (paid, waits) = (sql_receipt::paid_of(read, &receipt.id)?, ledger::available(read, &format!("receipt:clearing:{}", receipt.id))?);
            let fits = paid + receipt.left_minor == receipt.amount_minor && waits == receipt.left_minor;
            Ok((!fits).then(|| {
                Finding::new("billing_receipt", receipt.id.clone(), format!("{} came, {paid} is assigned, the ledger says {waits} waits", receipt.amount_minor))
            }))
        })?);
    }
}

/// Each statement is what its hash says; a signed one settled what it says, and left nothing on its clearing account.
pub(crate) fn statements(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql_settle::statements_after(read, &after)?;
        let Some(last) = some.last() else { return Ok(checked) };
        after = last.id.to_string();
        checked.add(Checked::each(some, |one| {
            let settled = &one.text.settled;
            let signed = one.state == StatementState::Signed;
            let clearing = ledger::available(read, &format!("settlement:clearing:{}", one.id))?;
            let what = if hash(&one.text.text()) != one.hash {
                "the text is not what its hash says"
            } else if signed && sql_count::settled(read, &one.id)? != settled.gross_minor {
                "the charges it settled are not its gross"
            } else if clearing != 0 {
                "its clearing account is not at zero"
            } else {
                return Ok(None);
            };
            Ok(Some(Finding::new("billing_statement", one.id.clone(), what)))
        })?);
    }
}

/// The conservation law of every month that is billed.
pub(crate) fn conserved<A: Asks>(read: &Read) -> Result<Checked, Fault> {
    let mut checked = Checked::default();
    for run in sql::runs(read)?.into_iter().filter(|run| run.done) {
        let report = conservation::<A>(read, run.month)?;
        checked.add(Checked::each(report.laws, |law| {
            let says = || format!("the law {} does not hold: {} and {}", law.key, law.left, law.right);
            Ok((!law.holds).then(|| Finding::new("billing_charge", run.month.to_string(), says())))
        })?);
    }
    Ok(checked)
}

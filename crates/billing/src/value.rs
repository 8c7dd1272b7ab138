//! How bills move value: one posting each, by a template of the pack.
//!
//! Invariant: the key of a posting is that of what it is for, so it is posted once.

use std::collections::BTreeMap;

use ledger::{Book, LedgerRefusal, Posted, Posting};
use store::{Read, Tx};
use words::{Acting, Amount, Asset, Day, Failure, Fault, Id};

use crate::charge::Charge;
use crate::month::Month;

/// The party that keeps what nobody is paid for.
pub(crate) const PLATFORM: &str = "platform";

/// `1,234.56`
pub(crate) fn yuan(minor: i64) -> String {
    cny(minor).to_string()
}

pub(crate) fn cny(minor: i64) -> Amount {
    Amount { minor, asset: Asset::cny() }
}

/// Amounts without tax by party, and tax; what is below zero apart.
#[derive(Debug, Default)]
pub(crate) struct Sides {
    nets: BTreeMap<String, i64>,
    tax: i64,
}

type Parts = Vec<(String, i64)>;

impl Sides {
    pub(crate) fn of<'a>(charges: impl IntoIterator<Item = &'a Charge>) -> Self {
        let mut sides = Self::default();
        for charge in charges {
            let party = charge.payee.as_ref().map_or(PLATFORM, Id::as_str).to_owned();
            *sides.nets.entry(party).or_default() += charge.money.net;
            sides.tax += charge.money.tax;
        }
        sides
    }

    /// Parts and tax of one sign, without it, and their sum.
    pub(crate) fn side(&self, sign: i64) -> (Parts, i64, i64) {
        let parts: Parts = self.nets.iter().filter(|(_, minor)| **minor * sign > 0).map(|(party, minor)| (party.clone(), minor.abs())).collect();
        let tax = (self.tax * sign).max(0);
        let sum = parts.iter().map(|(_, minor)| minor).sum::<i64>() + tax;
        (parts, tax, sum)
    }
}

/// The ledger wants at least one part: one of nothing, if there is none.
pub(crate) fn some(parts: Parts, nobody: &str) -> Parts {
    if parts.is_empty() { vec![(nobody.to_owned(), 0)] } else { parts }
}

/// The posting of an invoice.
pub(crate) fn invoice(customer: &Id, invoice: &Id, period: Month, charges: &[Charge], effective: Option<Day>) -> Posting {
    let sides = Sides::of(charges);
    let ((nets, tax, total), (less_nets, less_tax, less)) = (sides.side(1), sides.side(-1));
    let mut posting = Posting::new("billing.invoice", format!("billing.invoice:{invoice}"), "billing.invoice", invoice)
        .id("customer", customer)
        .id("bill", invoice)
        .id("period", period.to_string())
        .amount("total", total)
        .parts("nets", some(nets, PLATFORM))
        .amount("tax", tax)
        .amount("less", less)
        .parts("less_nets", some(less_nets, PLATFORM))
        .amount("less_tax", less_tax);
    posting.effective = effective;
    posting
}

/// The last day of a month, unless nothing is posted into it any more.
pub(crate) fn effective(read: &Read, month: Month) -> Result<Option<Day>, Fault> {
    let closed = ledger::closed_months(read)?.iter().any(|period| period.month == month.to_string());
    Ok((!closed && month.end() <= read.now()).then(|| month.last()))
}

/// Posts what must not be refused: what it moves was looked up in this transaction.
pub(crate) fn post(tx: &mut Tx, book: &Book, who: &Acting, posting: Posting) -> Result<Posted, Fault> {
    ledger::post(tx, book, who, posting).map_err(Failure::into_fault)
}

/// The same, for what the ledger may be short of.
pub(crate) fn try_post(tx: &mut Tx, book: &Book, who: &Acting, posting: Posting) -> Result<Result<Posted, LedgerRefusal>, Fault> {
    match ledger::post(tx, book, who, posting) {
        Ok(posted) => Ok(Ok(posted)),
        Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(other) => Err(other.into_fault()),
    }
}

/// The id of a posting that moved something.
pub(crate) fn id_of(posted: Posted) -> Result<Id, Fault> {
    posted.id.ok_or_else(|| Fault::new("nothing was posted"))
}

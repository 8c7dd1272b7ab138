//! Charges: what was charged of a subscription for a month, when. And invoices: the charges of a customer's month under one number. Pure.

use std::collections::BTreeMap;

use ring::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

use crate::asks::Sum;
use crate::due::{Charged, Detail, Money, TaxOf};
use crate::month::Month;
use crate::subscription::PaidBy;

/// Something charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Id.
    pub id: Id,
    /// Of which subscription.
    pub subscription: Id,
    /// Who pays.
    pub customer: Id,
    /// Who is paid for it.
    pub payee: Option<Id>,
    /// How it is paid.
    pub billing: PaidBy,
    /// Month in which it is charged.
    pub period: Month,
    /// Month in which it was used; an earlier one is a correction.
    pub source: Month,
    /// 0 for the billing run, 1, 2 … for what a wallet paid before.
    pub part: i64,
    /// Money.
    pub money: Money,
    /// What wallets have paid of it, fen.
    pub drawn_minor: i64,
    /// Uses and units.
    pub sum: Sum,
    /// Lines.
    pub detail: Detail,
    /// Its invoice.
    pub invoice: Option<Id>,
    /// Its invoice was taken back, to be charged again.
    pub voided: bool,
    /// Statement that settled it.
    pub settled: Option<Id>,
    /// Posting of the wallet.
    pub posting: Option<Id>,
    /// Made at.
    pub made_at: Instant,
}

impl Charge {
    /// Is it for a month that was billed before?
    pub fn is_correction(&self) -> bool {
        self.source < self.period
    }

    /// What is not paid of what a wallet should pay, fen.
    pub fn open_minor(&self) -> i64 {
        if self.billing == PaidBy::Prepaid { self.money.total.saturating_sub(self.drawn_minor) } else { 0 }
    }
}

/// What was charged for a month of use, what was voided left out. `None` if it does not fit.
pub fn charged(charges: &[Charge], source: Month) -> Option<Charged> {
    let mut sum = Charged::default();
    for charge in charges.iter().filter(|charge| charge.source == source && !charge.voided) {
        sum.add(&charge.detail, charge.money, charge.sum)?;
    }
    Some(sum)
}

/// State of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// To be paid.
    Open,
    /// Paid.
    Paid,
    /// Taken back by a credit note.
    Credited,
}

impl InvoiceState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Credited => "credited",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Paid, Self::Credited].into_iter().find(|state| state.as_str() == text)
    }
}

/// A charge as the document of an invoice keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Charge.
    pub charge: Id,
    /// Subscription.
    pub subscription: Id,
    /// What was metered.
    pub subject: String,
    /// Month of use.
    pub source: Month,
    /// Is it for a month that was billed before?
    pub correction: bool,
    /// Uses and units.
    pub sum: Sum,
    /// Money.
    pub money: Money,
    /// Lines.
    pub detail: Detail,
}

/// Tax of an invoice at one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaxSum {
    /// Rate.
    #[serde(flatten)]
    pub of: TaxOf,
    /// Without tax, fen.
    pub net_minor: i64,
    /// Tax, fen.
    pub tax_minor: i64,
}

/// The text of an invoice: never changed; its hash is SHA-256 of this JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Number.
    pub number: String,
    /// What to write on the transfer.
    pub reference: String,
    /// Who pays.
    pub customer: Id,
    /// Month.
    pub period: Month,
    /// Made on.
    pub made_on: Day,
    /// Due on.
    pub due_on: Day,
    /// Charges.
    pub parts: Vec<Part>,
    /// Tax by rate.
    pub taxes: Vec<TaxSum>,
    /// Money.
    pub money: Money,
}

impl Document {
    /// As it is stored and hashed.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// SHA-256 of a text, hex.
pub fn hash(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

/// Tax of some parts by rate.
pub fn taxes(parts: &[Part]) -> Vec<TaxSum> {
    let mut sums: BTreeMap<TaxOf, (i64, i64)> = BTreeMap::new();
    for part in parts {
        if let Some(tax) = &part.detail.tax {
            let sum = sums.entry(tax.clone()).or_default();
            *sum = (sum.0.saturating_add(part.money.net), sum.1.saturating_add(part.money.tax));
        }
    }
    sums.into_iter().map(|(of, (net_minor, tax_minor))| TaxSum { of, net_minor, tax_minor }).collect()
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Id.
    pub id: Id,
    /// Its text.
    pub document: Document,
    /// SHA-256 of the text.
    pub hash: String,
    /// Paid so far, fen.
    pub paid_minor: i64,
    /// State.
    pub state: InvoiceState,
    /// Posting.
    pub posting: Option<Id>,
    /// Made at.
    pub made_at: Instant,
    /// How often the customer was reminded.
    pub reminded: i64,
    /// Paid at.
    pub paid_at: Option<Instant>,
}

impl Invoice {
    /// What is still to be paid, fen.
    pub fn open_minor(&self) -> i64 {
        if self.state == InvoiceState::Open { (self.document.money.total - self.paid_minor).max(0) } else { 0 }
    }
}

/// A credit note: takes an invoice back exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Id.
    pub id: Id,
    /// Number.
    pub number: String,
    /// Of which invoice.
    pub invoice: Id,
    /// Why.
    pub reason: String,
    /// What was used is charged again by the next run.
    pub again: bool,
    /// Fen.
    pub total_minor: i64,
    /// SHA-256 over number, invoice, its hash, reason and total.
    pub hash: String,
    /// Posting.
    pub posting: Id,
    /// Lot that what had been paid went to.
    pub lot: Option<Id>,
    /// Made by.
    pub made_by: Id,
    /// Made at.
    pub made_at: Instant,
}

impl Credit {
    /// What is hashed: number, invoice, the hash of its text, reason, fen.
    pub fn text(&self, invoice_hash: &str) -> String {
        [self.number.as_str(), self.invoice.as_str(), invoice_hash, &self.reason, &self.total_minor.to_string()].join("\n")
    }
}

/// State of a billing run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Month.
    pub month: Month,
    /// Is it done?
    pub done: bool,
    /// Customers up to this one are done.
    pub after: String,
    /// Customers that were billed.
    pub customers: i64,
    /// Charges made.
    pub charges: i64,
    /// Invoices made.
    pub invoices: i64,
    /// Charged in all, fen.
    pub total_minor: i64,
    /// What could not be charged, with the reason; bounded.
    pub problems: Vec<Trouble>,
    /// Who began it.
    pub begun_by: Id,
    /// When.
    pub begun_at: Instant,
    /// When the grace is over.
    pub final_at: Instant,
    /// When it was done.
    pub done_at: Option<Instant>,
}

/// Something that could not be charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trouble {
    /// Subscription.
    pub subscription: Id,
    /// Month of use.
    pub source: Month,
    /// Code of the reason.
    pub code: String,
    /// Uses and units that wait.
    pub sum: Sum,
}

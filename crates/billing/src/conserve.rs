//! The conservation law of a month: nothing that was taken in is lost, nothing is charged twice, and every fen of a bill is in the ledger. Reads only.
//!
//! In counts and units: accepted = to be charged + free + left aside + kept apart; to be charged = rated + waiting. In fen: rated = invoiced + drawn + open;
//! lines + tax on top = invoices = postings.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Fault, Id};

use crate::asks::{Asks, Sum, Totals};
use crate::charge::Document;
use crate::month::Month;
use crate::{sql, sql_count, sql_invoice};

/// A law with both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Law {
    /// `accepted`, `rated`, `money`, `invoices`, `draws`.
    pub key: String,
    /// Left side: uses or fen.
    pub left: i64,
    /// Right side.
    pub right: i64,
    /// Is it money?
    pub money: bool,
    /// Do they fit?
    pub holds: bool,
}

/// The report of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conservation {
    /// Month.
    pub month: Month,
    /// Is it billed?
    pub billed: bool,
    /// What meters took in.
    pub metered: Totals,
    /// What was charged of it, at a price or at none.
    pub rated: Sum,
    /// What is not charged yet: late, without a subscription, or without a price.
    pub waiting: Sum,
    /// Charged in the bills of this month, fen.
    pub charged_minor: i64,
    /// By invoice, fen.
    pub invoiced_minor: i64,
    /// Taken back by credit notes, fen.
    pub credited_minor: i64,
    /// Drawn from wallets, fen.
    pub drawn_minor: i64,
    /// What wallets were short of, fen.
    pub open_minor: i64,
    /// Lines of the invoices, fen.
    pub lines_minor: i64,
    /// Tax that is on top of them, fen.
    pub tax_minor: i64,
    /// What the ledger says of them, fen.
    pub posted_minor: i64,
    /// What is between lines and postings: always nothing, since lines are rounded where they are made.
    pub rounding_minor: i64,
    /// The laws.
    pub laws: Vec<Law>,
}

/// The report of a month.
pub fn conservation<A: Asks>(read: &Read, month: Month) -> Result<Conservation, Fault> {
    let metered = A::metered(read, month.start(), month.end())?;
    let rated = sql_count::rated(read, month)?;
    let sums = sql_count::money(read, month)?;
    let papers = papers(read, month)?;
    let draws = draws(read, month)?;
    let waiting = metered.billable.less(rated);
    let sides = metered.ignored.iter().fold(metered.billable.plus(metered.free).plus(metered.quarantined), |sum, (_, one)| sum.plus(*one));
    let law = |key: &str, left: i64, right: i64, money: bool| Law { key: key.into(), left, right, money, holds: left == right };
    let mut laws = vec![law("accepted", metered.accepted.count, sides.count, false), law("accepted-units", metered.accepted.units, sides.units, false)];
    let at_most = |key: &str, left: i64, right: i64| Law { key: key.into(), left, right, money: false, holds: left <= right };
    laws.push(at_most("rated", rated.count, metered.billable.count));
    laws.push(at_most("rated-units", rated.units, metered.billable.units));
    laws.push(law("money", sums.total, sums.invoiced + sums.drawn + sums.short, true));
    laws.push(law("invoices", sums.invoiced, sql_count::invoiced(read, month)?, true));
    laws.push(law("lines", papers.lines + papers.tax, papers.total, true));
    laws.push(law("postings", papers.total, papers.posted, true));
    laws.push(law("draws", sums.drawn + sums.short, draws, true));
    Ok(Conservation {
        month,
        billed: sql::run(read, month)?.is_some_and(|run| run.done),
        metered,
        rated,
        waiting,
        charged_minor: sums.total,
        invoiced_minor: sums.invoiced,
        credited_minor: sql_count::credited(read, month)?,
        drawn_minor: sums.drawn,
        open_minor: sums.short,
        lines_minor: papers.lines,
        tax_minor: papers.tax,
        posted_minor: papers.posted,
        rounding_minor: papers.posted - papers.lines - papers.tax,
        laws,
    })
}

#[derive(Default)]
struct Papers {
    lines: i64,
    tax: i64,
    total: i64,
    posted: i64,
}

/// Lines of a document and the tax that is on top of them, fen.
pub(crate) fn lines_of(document: &Document) -> (i64, i64) {
    let lines = document.parts.iter().flat_map(|part| &part.detail.lines).map(|line| line.amount_minor).sum();
    let on_top = |part: &&crate::charge::Part| part.detail.tax.as_ref().is_some_and(|tax| !tax.included);
    (lines, document.parts.iter().filter(on_top).map(|part| part.money.tax).sum())
}

/// What a posting moved out of receivables, less what it moved in, fen.
pub(crate) fn owed_by(read: &Read, posting: Option<&Id>) -> Result<i64, Fault> {
    let Some(posting) = posting else { return Ok(0) };
    let legs = ledger::posting(read, posting)?.map(|posting| posting.legs).unwrap_or_default();
    let is = |path: &str| path.starts_with("receivable:") || path.starts_with("wallet:");
    Ok(legs.iter().map(|leg| leg.posted.minor * (i64::from(is(&leg.debit)) - i64::from(is(&leg.credit)))).sum())
}

fn papers(read: &Read, month: Month) -> Result<Papers, Fault> {
    let (mut sums, mut after) = (Papers::default(), String::new());
    loop {
        let some = sql_count::invoices_in(read, month, &after)?;
        let Some(last) = some.last() else { return Ok(sums) };
        after = last.to_string();
        for id in &some {
            let Some(invoice) = sql_invoice::invoice(read, id)? else { continue };
            let (lines, tax) = lines_of(&invoice.document);
            sums.lines += lines;
            sums.tax += tax;
            sums.total += invoice.document.money.total;
            sums.posted += owed_by(read, invoice.posting.as_ref())?;
        }
    }
}

/// What the ledger says that wallets were charged, fen.
fn draws(read: &Read, month: Month) -> Result<i64, Fault> {
    let (mut sum, mut after) = (0, String::new());
    loop {
        let some = sql_count::draws(read, month, &after)?;
        let Some(last) = some.last() else { return Ok(sum) };
        after = last.id.to_string();
        for charge in &some {
            sum += owed_by(read, charge.posting.as_ref())?;
        }
    }
}

//! The job of a billing run: customers one after another, about two hundred subscriptions a time, until none is left.
//!
//! Asks meters, books and the ledger; tells `InvoiceMade`, `RunStepped`, `RunDone`. Invariant: what a customer used is read, rated, charged, posted and
//! marked as done in one transaction, so a run that breaks goes on where it was and charges nothing twice.

use store::{Job, JobRun, Tx};
use words::{Acting, Fault, Id};

use super::{draw_usage, remind};
use crate::asks::Asks;
use crate::charge::{Charge, Document, Invoice, InvoiceState, Part, Run, hash, taxes};
use crate::drafts::{Prices, owed};
use crate::due::{Draft, Money};
use crate::month::Month;
use crate::reference::reference;
use crate::subscription::{PaidBy, Subscription};
use crate::told::{InvoiceMade, RunDone, RunStepped};
use crate::{sql, sql_invoice, value, wallet};

/// Job of a run.
pub(crate) const JOB: &str = "billing.run";
/// Subscriptions a closure.
const STEP: usize = 200;
/// Most problems that a run lists.
const MOST_PROBLEMS: usize = 200;

/// The job: the next customers of a month.
pub(crate) fn step<A: Asks>(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    let month = Month::parse(&job.key).ok_or_else(|| Fault::new(format!("no month {}", job.key)))?;
    let Some(mut run) = sql::run(tx, month)?.filter(|run| !run.done) else { return Ok(()) };
    let who = Acting::system("billing");
    // A month waits for the one before it.
    if sql::runs(tx)?.iter().any(|other| other.month < month && !other.done) {
        let soon = tx.now().plus_seconds(60);
        return tx.later(Job::new(JOB, &job.key).at(soon));
    }
    let prices = Prices::of::<A>(tx)?;
    let customers = next_customers(tx, &run.after, month, prices.terms.late_months)?;
    let Some(last) = customers.last() else { return end(tx, &who, run) };
    run.after = last.to_string();
    let mut bills = Vec::new();
    for customer in &customers {
        let bill = charge_customer::<A>(tx, &who, &prices, &mut run, customer)?;
        run.customers += 1;
        bills.extend(bill);
    }
    make_invoices::<A>(tx, &who, &prices, &mut run, bills)?;
    sql::run_write(tx, &run)?;
    tx.tell(&who, &RunStepped { month: month.to_string(), after: run.after.clone() })?;
    tx.later(Job::new(JOB, &job.key))
}

/// Whole customers, about [`STEP`] subscriptions; at least one customer.
fn next_customers(tx: &Tx, after: &str, month: Month, late_months: i64) -> Result<Vec<Id>, Fault> {
    let rows = sql::customers_after(tx, after, month.back(late_months).start(), month.end(), STEP as i64 + 1)?;
    let full = rows.len() > STEP;
    let cut = rows.last().cloned().filter(|_| full);
    let mut customers = rows;
    customers.dedup();
    // The last one may have more than were read: it comes with the next step, unless it is alone.
    if customers.len() > 1 {
        customers.retain(|customer| Some(customer) != cut.as_ref());
    }
    Ok(customers)
}

fn end(tx: &mut Tx, who: &Acting, mut run: Run) -> Result<(), Fault> {
    (run.done, run.done_at) = (true, Some(tx.now()));
    sql::run_write(tx, &run)?;
    tx.tell(who, &RunDone { month: run.month.to_string(), invoices: run.invoices, total_minor: run.total_minor })?;
    Ok(())
}

/// The charges of a customer that are to be invoiced, with the subjects of their subscriptions.
struct Bill {
    customer: Id,
    charges: Vec<(Charge, String)>,
}

/// Charges everything that a customer owes: wallets pay at once, the rest is to be invoiced.
fn charge_customer<A: Asks>(tx: &mut Tx, who: &Acting, prices: &Prices, run: &mut Run, customer: &Id) -> Result<Option<Bill>, Fault> {
    let from = run.month.back(prices.terms.late_months).start();
    let mut bill = Bill { customer: customer.clone(), charges: Vec::new() };
    let mut subjects = Vec::new();
    for subscription in sql::of_customer_at(tx, customer, from, run.month.end())? {
        let owed = owed::<A>(tx, prices, &subscription, run.month, true)?;
        let room = MOST_PROBLEMS.saturating_sub(run.problems.len());
        run.problems.extend(owed.troubles.into_iter().take(room));
        for (source, draft) in owed.drafts {
            run.charges += 1;
            run.total_minor += draft.money.total;
            if subscription.billing == PaidBy::Prepaid {
                draw_usage::charge_wallet::<A>(tx, who, prices, &subscription, (run.month, source), draft)?;
                subjects.push(subscription.subject.clone());
            } else {
                let charge = charge_of(tx, &subscription, run.month, source, draft);
                bill.charges.push((charge, subscription.subject.clone()));
            }
        }
        if subscription.billing == PaidBy::Prepaid {
            subjects.push(subscription.subject.clone());
        }
    }
    subjects.sort();
    subjects.dedup();
    subjects.iter().try_for_each(|subject| wallet::settle_held::<A>(tx, who, prices, subject, Some(run.month)))?;
    Ok((!bill.charges.is_empty()).then_some(bill))
}

/// A charge of the run.
pub(crate) fn charge_of(tx: &Tx, subscription: &Subscription, period: Month, source: Month, draft: Draft) -> Charge {
    Charge {
        id: tx.id("chg"),
        subscription: subscription.id.clone(),
        customer: subscription.customer.clone(),
        payee: subscription.payee.clone(),
        billing: subscription.billing,
        period,
        source,
        part: 0,
        money: draft.money,
        drawn_minor: 0,
        sum: draft.sum,
        detail: draft.detail,
        invoice: None,
        voided: false,
        settled: None,
        posting: None,
        made_at: tx.now(),
    }
}

/// Numbers, posts and writes the invoices of a step. Charges without any money have none.
fn make_invoices<A: Asks>(tx: &mut Tx, who: &Acting, prices: &Prices, run: &mut Run, bills: Vec<Bill>) -> Result<(), Fault> {
    let worth = |bill: &Bill| bill.charges.iter().any(|(charge, _)| charge.detail.lines.iter().any(|line| line.amount_minor != 0));
    let (worthy, free): (Vec<Bill>, Vec<Bill>) = bills.into_iter().partition(worth);
    for (charge, _) in free.iter().flat_map(|bill| &bill.charges) {
        sql::charge_insert(tx, charge)?;
    }
    if worthy.is_empty() {
        return Ok(());
    }
    let made_on = tx.now().day();
    let year = made_on.parts().0;
    let count = i64::try_from(worthy.len()).unwrap_or(0);
    let (number, paper) = (sql::numbers(tx, &format!("HC-{year}"), count)?, sql::numbers(tx, "reference", count)?);
    let effective = value::effective(tx, run.month)?;
    let mut made = Vec::new();
    for (nth, bill) in (0i64..).zip(worthy) {
        let names = (format!("HC-{year}-{:06}", number + nth), reference(paper + nth));
        made.push(invoice_of(tx, prices, run.month, names, bill)?);
    }
    let postings = made.iter().map(|(invoice, charges)| value::invoice(&invoice.document.customer, &invoice.id, run.month, charges, effective)).collect();
    let posted = ledger::post_many(tx, &*A::book(tx)?, who, postings).map_err(words::Failure::into_fault)?;
    for ((mut invoice, charges), posted) in made.into_iter().zip(posted) {
        invoice.posting = posted.id;
        run.invoices += 1;
        write::<A>(tx, who, prices, invoice, charges)?;
    }
    Ok(())
}

fn invoice_of(tx: &Tx, prices: &Prices, period: Month, (number, reference): (String, String), bill: Bill) -> Result<(Invoice, Vec<Charge>), Fault> {
    let id = tx.id("inv");
    let (mut money, mut parts, mut charges) = (Money::default(), Vec::new(), Vec::new());
    for (mut charge, subject) in bill.charges {
        money = money.plus(charge.money).ok_or_else(|| Fault::new("an invoice too large"))?;
        parts.push(Part {
            charge: charge.id.clone(),
            subscription: charge.subscription.clone(),
            subject,
            source: charge.source,
            correction: charge.is_correction(),
            sum: charge.sum,
            money: charge.money,
            detail: charge.detail.clone(),
        });
        charge.invoice = Some(id.clone());
        charges.push(charge);
    }
    let made_on = tx.now().day();
    let due_on = made_on.plus_days(i32::try_from(prices.terms.due_days).unwrap_or(30));
    let taxes = taxes(&parts);
    let document = Document { number, reference, customer: bill.customer, period, made_on, due_on, parts, taxes, money };
    let settled = money.total <= 0;
    let state = if settled { InvoiceState::Paid } else { InvoiceState::Open };
    let paid_at = settled.then(|| tx.now());
    let hash = hash(&document.text());
    Ok((Invoice { id, document, hash, paid_minor: 0, state, posting: None, made_at: tx.now(), reminded: 0, paid_at }, charges))
}

fn write<A: Asks>(tx: &mut Tx, who: &Acting, prices: &Prices, invoice: Invoice, charges: Vec<Charge>) -> Result<(), Fault> {
    sql_invoice::invoice_insert(tx, &invoice)?;
    charges.iter().try_for_each(|charge| sql::charge_insert(tx, charge))?;
    let document = &invoice.document;
    let (number, customer, total_minor) = (document.number.clone(), document.customer.clone(), document.money.total);
    tx.tell(who, &InvoiceMade { invoice: invoice.id.clone(), number, customer, total_minor, hash: invoice.hash.clone() })?;
    match total_minor {
        1.. => {
            remind::announce::<A>(tx, &invoice)?;
            remind::plan(tx, &prices.terms, &invoice)
        }
        0 => Ok(()),
        // More was taken back than is owed: it becomes a lot.
        _ => wallet::refund::<A>(tx, who, &document.customer, &invoice.id, -total_minor).map(drop),
    }
}

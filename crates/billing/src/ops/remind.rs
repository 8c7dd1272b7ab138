//! Who does not pay is reminded, then suspended; who has paid is let in again. Moments come from the parameters of the pack.
//!
//! Asks the desk for messages; tells `CustomerReminded`, `CustomerSuspended`, `CustomerResumed`. Invariant: each step is made once, and only while something is owed.

use std::collections::BTreeSet;

use desk::Message;
use store::{Job, JobRun, Read, Tx};
use words::{Acting, Bilingual, Fault, Id, Instant};

use crate::asks::{Asks, Terms};
use crate::charge::{Invoice, InvoiceState};
use crate::subscription::{PaidBy, Subscription};
use crate::told::{CustomerReminded, CustomerResumed, CustomerSuspended};
use crate::{sql, sql_invoice, value};

/// Job of an invoice that may become overdue.
pub(crate) const JOB: &str = "billing.remind";
/// Reminders come at nine in the morning.
const MORNING: i64 = 9 * 3_600;

/// What happens to an invoice that is not paid: days after it was due, in order; `true` suspends.
fn steps(terms: &Terms) -> Vec<(i64, bool)> {
    let mut steps: Vec<(i64, bool)> = terms.reminder_days.iter().map(|days| (*days, false)).collect();
    steps.extend(terms.suspend_days.map(|days| (days, true)));
    steps.sort_unstable();
    steps
}

/// Leaves the next step for its day.
pub(crate) fn plan(tx: &mut Tx, terms: &Terms, invoice: &Invoice) -> Result<(), Fault> {
    let next = usize::try_from(invoice.reminded).ok().and_then(|nth| steps(terms).get(nth).copied());
    let Some((days, _)) = next else { return Ok(()) };
    let day = invoice.document.due_on.plus_days(i32::try_from(days).unwrap_or(i32::MAX));
    let at = day.start().plus_seconds(MORNING).max(tx.now());
    tx.later(Job::new(JOB, invoice.id.as_str()).at(at))
}

/// The job: the next step, if the invoice is still owed.
pub(crate) fn remind<A: Asks>(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    let Some(mut invoice) = sql_invoice::invoice(tx, &Id::fixed(job.key.clone()))?.filter(|one| one.state == InvoiceState::Open && one.open_minor() > 0) else {
        return Ok(());
    };
    let (who, terms) = (Acting::system("billing"), A::terms(tx)?);
    let Some((_, suspends)) = usize::try_from(invoice.reminded).ok().and_then(|nth| steps(&terms).get(nth).copied()) else { return Ok(()) };
    invoice.reminded += 1;
    sql_invoice::invoice_write(tx, &invoice)?;
    let customer = invoice.document.customer.clone();
    if suspends {
        suspend::<A>(tx, &who, &terms, &invoice)?;
    } else {
        tx.tell(&who, &CustomerReminded { invoice: invoice.id.clone(), customer: customer.clone(), nth: invoice.reminded })?;
        let (number, open) = (&invoice.document.number, value::yuan(invoice.open_minor()));
        let title = Bilingual::new(format!("账单 {number} 已逾期"), format!("Invoice {number} is overdue"));
        let body = Bilingual::new(
            format!("尚欠 {open} 元，应于 {} 前付清。转账时请写明 {}。", invoice.document.due_on, invoice.document.reference),
            format!("{open} yuan are owed since {}. Please write {} on the transfer.", invoice.document.due_on, invoice.document.reference),
        );
        let once = format!("billing.reminder:{}:{}", invoice.id, invoice.reminded);
        send::<A>(tx, &customer, "billing.reminder", &format!("/billing/invoices/{}", invoice.id), title, body, once)?;
    }
    plan(tx, &terms, &invoice)
}

/// There is something to be paid.
pub(crate) fn announce<A: Asks>(tx: &mut Tx, invoice: &Invoice) -> Result<(), Fault> {
    let (document, total) = (&invoice.document, value::yuan(invoice.document.money.total));
    let title =
        Bilingual::new(format!("{} 账单 {} 已出", document.period, document.number), format!("Invoice {} for {} is there", document.number, document.period));
    let body = Bilingual::new(
        format!("共 {total} 元，请于 {} 前付清。转账时请写明 {}。", document.due_on, document.reference),
        format!("{total} yuan are due on {}. Please write {} on the transfer.", document.due_on, document.reference),
    );
    let link = format!("/billing/invoices/{}", invoice.id);
    send::<A>(tx, &document.customer, "billing.invoice", &link, title, body, format!("billing.invoice:{}", invoice.id))
}

/// Tells those whom it concerns; pages of an organisation are named with it.
pub(crate) fn send<A: Asks>(tx: &mut Tx, party: &Id, kind: &str, link: &str, title: Bilingual, body: Bilingual, once: String) -> Result<(), Fault> {
    let to = A::contacts(tx, party)?;
    let plain = to.contains(party) || link.starts_with("/billing/invoices/");
    let message = Message {
        to,
        kind: kind.to_owned(),
        subject: party.to_string(),
        title,
        body,
        link: if plain { link.to_owned() } else { format!("{link}?party={party}") },
        why: Bilingual::new("您负责付款", "you answer for the payment"),
        due_at: None,
        once: Some(once),
    };
    desk::notify(tx, message).map(drop)
}

/// Does a subscription stop while its customer is suspended? Those that are paid by invoice do, but for plans that are kept.
fn stops(terms: &Terms, subscription: &Subscription, now: Instant) -> bool {
    let kept = subscription.plan.as_ref().is_some_and(|plan| terms.kept_plans.contains(plan));
    subscription.billing == PaidBy::Invoice && !kept && subscription.end.is_none_or(|end| now < end)
}

/// What is metered of a customer that stops with a suspension.
fn subjects(read: &Read, terms: &Terms, customer: &Id) -> Result<Vec<String>, Fault> {
    let now = read.now();
    let mut subjects: Vec<String> = sql::of_customer(read, customer)?.into_iter().filter(|one| stops(terms, one, now)).map(|one| one.subject).collect();
    subjects.sort();
    subjects.dedup();
    Ok(subjects)
}

/// Is somebody suspended who pays for a subject?
pub(crate) fn is_barred<A: Asks>(read: &Read, subject: &str) -> Result<bool, Fault> {
    let all = sql::of_subject(read, subject)?;
    // Another may have paid before: each is looked at once, and what whoever pays now has subscribed counts.
    let mut suspended = all.iter().map(|one| &one.customer).collect::<BTreeSet<_>>();
    for customer in suspended.clone() {
        if sql::suspended(read, customer)?.is_none() {
            suspended.remove(customer);
        }
    }
    if suspended.is_empty() {
        return Ok(false);
    }
    let (terms, now) = (A::terms(read)?, read.now());
    Ok(all.iter().any(|one| suspended.contains(&one.customer) && stops(&terms, one, now)))
}

/// What stops of all who are suspended.
pub(crate) fn barred<A: Asks>(read: &Read) -> Result<Vec<String>, Fault> {
    let (terms, now) = (A::terms(read)?, read.now());
    Ok(sql::of_suspended(read)?.into_iter().filter(|one| stops(&terms, one, now)).map(|one| one.subject).collect())
}

fn suspend<A: Asks>(tx: &mut Tx, who: &Acting, terms: &Terms, invoice: &Invoice) -> Result<(), Fault> {
    let customer = invoice.document.customer.clone();
    let subjects = subjects(tx, terms, &customer)?;
    if subjects.is_empty() || sql::suspended(tx, &customer)?.is_some() {
        return Ok(());
    }
    let now = tx.now();
    sql::suspended_put(tx, &customer, Some((now, invoice.id.clone())))?;
    tx.tell(who, &CustomerSuspended { customer: customer.clone(), invoice: invoice.id.clone(), subjects })?;
    let number = &invoice.document.number;
    let title = Bilingual::new("欠费停用", "Suspended");
    let body = Bilingual::new(
        format!("账单 {number} 逾期未付，能力调用已停用；付清后自动恢复。"),
        format!("Invoice {number} was not paid; calls are refused until it is."),
    );
    let once = format!("billing.suspended:{}", invoice.id);
    send::<A>(tx, &customer, "billing.suspended", &format!("/billing/invoices/{}", invoice.id), title, body, once)
}

/// Lets a customer in again who owes nothing that is overdue.
pub(crate) fn resume<A: Asks>(tx: &mut Tx, who: &Acting, customer: &Id) -> Result<(), Fault> {
    if sql::suspended(tx, customer)?.is_none() || !sql_invoice::owed(tx, customer, tx.now().day())?.is_empty() {
        return Ok(());
    }
    sql::suspended_put(tx, customer, None)?;
    let subjects = subjects(tx, &A::terms(tx)?, customer)?;
    tx.tell(who, &CustomerResumed { customer: customer.clone(), subjects })?;
    let title = Bilingual::new("已恢复使用", "Let in again");
    let body = Bilingual::new("欠费已付清，能力调用已恢复。", "Everything that was overdue is paid; calls are admitted again.");
    let once = format!("billing.resumed:{customer}:{}", tx.now().micros());
    send::<A>(tx, customer, "billing.suspended", "/billing", title, body, once)
}

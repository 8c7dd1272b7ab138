//! SQL of subscriptions, customers, counters, runs and charges; rows never leave this file.

use rating::Percent;
use store::{Read, Row, Tx, params};
use words::{Day, Fault, Id, Instant};

use crate::asks::Sum;
use crate::charge::{Charge, Run};
use crate::due::Money;
use crate::month::Month;
use crate::subscription::{Discount, PaidBy, Subscription};

const SUBSCRIPTION: &str = "select * from billing_subscription where id = $1";
const OF_SUBJECT: &str = "select * from billing_subscription where subject = $1 order by from_at, id limit 500";
const OF_CUSTOMER: &str = "select * from billing_subscription where customer = $1 order by id limit 2000";
const OF_CUSTOMER_AT: &str =
    "select * from billing_subscription where customer = $1 and from_at < $2 and (end_at is null or end_at > $3) order by id limit 2000";
const AFTER_CUSTOMER: &str =
    "select customer from billing_subscription where customer > $1 and from_at < $2 and (end_at is null or end_at > $3) order by customer limit $4";
const AFTER: &str = "select * from billing_subscription where id > $1 and from_at < $2 and (end_at is null or end_at > $3) order by id limit $4";
const OF_PAYEE: &str = "select id from billing_subscription where payee = $1 order by id limit 2000";
const PAYEES: &str = "select payee from billing_subscription where payee is not null group by payee order by payee limit 500";
const CUSTOMERS: &str = "select customer from billing_subscription group by customer order by customer limit 500";
const CUSTOMER: &str = "select * from billing_customer where id = $1";
const SUSPENDED: &str =
    "select s.* from billing_subscription s join billing_customer c on c.id = s.customer where c.suspended_at is not null order by s.id limit 1000000";
const COUNTER: &str = "select last from billing_counter where series = $1";
const RUN: &str = "select * from billing_run where month = $1";
const RUNS: &str = "select * from billing_run order by month desc limit 60";
const CHARGES_OF: &str = "select * from billing_charge where subscription = $1 and source >= $2 order by source, period, part, id limit 5000";
const EARNED: &str = "select s.meters, cast(sum(c.net_minor) as bigint) as n from billing_charge c join billing_subscription s on s.id = c.subscription
     where c.period >= $1 and c.period <= $2 and c.voided = 0 group by s.meters order by s.meters limit 10000";
const CHARGES_OF_INVOICE: &str = "select * from billing_charge where invoice = $1 order by id limit 2000";
const CHARGES_DRAWN: &str = "select * from billing_charge where customer = $1 and mode = 'prepaid' and id < $2 order by id desc limit $3";
const CHARGES_SHORT: &str = "select * from billing_charge where customer = $1 and mode = 'prepaid' and drawn_minor < total_minor order by id limit 500";
const SHORT: &str = "select cast(coalesce(sum(total_minor - drawn_minor), 0) as bigint) as n from billing_charge where customer = $1 and mode = 'prepaid'";
const PARTS: &str = "select cast(coalesce(max(part), 0) as bigint) as n from billing_charge where subscription = $1 and period = $2 and source = $3";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SUBSCRIPTION,
    OF_SUBJECT,
    OF_CUSTOMER,
    OF_CUSTOMER_AT,
    AFTER_CUSTOMER,
    AFTER,
    OF_PAYEE,
    PAYEES,
    CUSTOMERS,
    CUSTOMER,
    SUSPENDED,
    COUNTER,
    RUN,
    RUNS,
    CHARGES_OF,
    EARNED,
    CHARGES_OF_INVOICE,
    CHARGES_DRAWN,
    CHARGES_SHORT,
    SHORT,
    PARTS,
];

/// A month out of a column.
pub(crate) fn month_at(row: &Row, column: &str) -> Result<Month, Fault> {
    let text: String = row.get(column)?;
    Month::parse(&text).ok_or_else(|| Fault::new(format!("{column}: {text} is no month")))
}

fn subscription_of(row: &Row) -> Result<Subscription, Fault> {
    let mode: String = row.get("mode")?;
    let off: Option<i64> = row.get("off_millionths")?;
    let until: Option<Day> = row.get("off_until")?;
    let percent = off.map(|millionths| Percent::from_millionths(millionths).ok_or_else(|| Fault::new("billing_subscription.off_millionths"))).transpose()?;
    Ok(Subscription {
        id: row.get("id")?,
        customer: row.get("customer")?,
        subject: row.get("subject")?,
        meters: row.json("meters")?,
        book: row.get("book")?,
        plan: row.get("plan")?,
        billing: PaidBy::parse(&mode).ok_or_else(|| Fault::new(format!("billing_subscription.mode {mode}")))?,
        payee: row.get("payee")?,
        discount: percent.zip(until).map(|(percent, until)| Discount { percent, until }),
        from: row.get("from_at")?,
        end: row.get("end_at")?,
    })
}

pub(crate) fn subscription(read: &Read, id: &Id) -> Result<Option<Subscription>, Fault> {
    read.row(SUBSCRIPTION, &params![id])?.as_ref().map(subscription_of).transpose()
}

pub(crate) fn of_subject(read: &Read, subject: &str) -> Result<Vec<Subscription>, Fault> {
    read.rows(OF_SUBJECT, &params![subject])?.iter().map(subscription_of).collect()
}

pub(crate) fn of_customer(read: &Read, customer: &Id) -> Result<Vec<Subscription>, Fault> {
    read.rows(OF_CUSTOMER, &params![customer])?.iter().map(subscription_of).collect()
}

/// Those of a customer that have an hour in from–to.
pub(crate) fn of_customer_at(read: &Read, customer: &Id, from: Instant, to: Instant) -> Result<Vec<Subscription>, Fault> {
    read.rows(OF_CUSTOMER_AT, &params![customer, to, from])?.iter().map(subscription_of).collect()
}

/// The next customers that have an hour in from–to, each as often as they have subscriptions.
pub(crate) fn customers_after(read: &Read, after: &str, from: Instant, to: Instant, limit: i64) -> Result<Vec<Id>, Fault> {
    read.rows(AFTER_CUSTOMER, &params![after, to, from, limit])?.iter().map(|row| row.get("customer")).collect()
}

/// The next subscriptions that have an hour in from–to.
pub(crate) fn subscriptions_after(read: &Read, after: &str, from: Instant, to: Instant, limit: i64) -> Result<Vec<Subscription>, Fault> {
    read.rows(AFTER, &params![after, to, from, limit])?.iter().map(subscription_of).collect()
}

/// Subscriptions of everybody who is suspended.
pub(crate) fn of_suspended(read: &Read) -> Result<Vec<Subscription>, Fault> {
    read.rows(SUSPENDED, &[])?.iter().map(subscription_of).collect()
}

/// Owners who are paid for something, for pages to choose from.
pub(crate) fn payees(read: &Read) -> Result<Vec<Id>, Fault> {
    read.rows(PAYEES, &[])?.iter().map(|row| row.get("payee")).collect()
}

/// Who pays for something, for pages to choose from.
pub(crate) fn customers(read: &Read) -> Result<Vec<Id>, Fault> {
    read.rows(CUSTOMERS, &[])?.iter().map(|row| row.get("customer")).collect()
}

pub(crate) fn subscriptions_of_payee(read: &Read, payee: &Id) -> Result<Vec<Id>, Fault> {
    read.rows(OF_PAYEE, &params![payee])?.iter().map(|row| row.get("id")).collect()
}

pub(crate) fn subscription_insert(tx: &mut Tx, one: &Subscription) -> Result<(), Fault> {
    let meters = serde_json::to_string(&one.meters).map_err(Fault::new)?;
    let columns = [
        ("id", (&one.id).into()),
        ("customer", (&one.customer).into()),
        ("subject", (&one.subject).into()),
        ("meters", meters.into()),
        ("book", (&one.book).into()),
        ("plan", one.plan.clone().into()),
        ("mode", one.billing.as_str().into()),
        ("payee", one.payee.clone().into()),
        ("off_millionths", one.discount.map(|discount| discount.percent.millionths()).into()),
        ("off_until", one.discount.map(|discount| discount.until).into()),
        ("from_at", one.from.into()),
        ("opened_at", tx.now().into()),
    ];
    tx.insert("billing_subscription", &columns).map(drop)
}

pub(crate) fn subscription_end(tx: &mut Tx, id: &Id, end: Instant) -> Result<(), Fault> {
    tx.change("billing_subscription", "update billing_subscription set end_at = $2 where id = $1", &params![id, end]).map(drop)
}

/// Since when a customer is suspended, and by which invoice.
pub(crate) fn suspended(read: &Read, customer: &Id) -> Result<Option<(Instant, Id)>, Fault> {
    let Some(row) = read.row(CUSTOMER, &params![customer])? else { return Ok(None) };
    let (at, invoice): (Option<Instant>, Option<Id>) = (row.get("suspended_at")?, row.get("invoice")?);
    Ok(at.zip(invoice))
}

pub(crate) fn suspended_put(tx: &mut Tx, customer: &Id, since: Option<(Instant, Id)>) -> Result<(), Fault> {
    let (at, invoice) = (since.as_ref().map(|(at, _)| *at), since.map(|(_, invoice)| invoice));
    let sql = "insert into billing_customer (id, suspended_at, invoice) values ($1, $2, $3)
         on conflict (id) do update set suspended_at = excluded.suspended_at, invoice = excluded.invoice";
    tx.change("billing_customer", sql, &params![customer, at, invoice]).map(drop)
}

/// Takes the next `count` numbers of a series and gives the first of them. The row is held until the commit, so there is no gap.
pub(crate) fn numbers(tx: &mut Tx, series: &str, count: i64) -> Result<i64, Fault> {
    let last: i64 = tx.row(COUNTER, &params![series])?.map_or(Ok(0), |row| row.get("last"))?;
    let sql = "insert into billing_counter (series, last) values ($1, $2) on conflict (series) do update set last = excluded.last";
    tx.change("billing_counter", sql, &params![series, last + count])?;
    Ok(last + 1)
}

fn run_of(row: &Row) -> Result<Run, Fault> {
    Ok(Run {
        month: month_at(row, "month")?,
        done: row.get::<String>("state")? == "done",
        after: row.get("after_customer")?,
        customers: row.get("customers")?,
        charges: row.get("charges")?,
        invoices: row.get("invoices")?,
        total_minor: row.get("total_minor")?,
        problems: row.json("problems")?,
        begun_by: row.get("begun_by")?,
        begun_at: row.get("begun_at")?,
        final_at: row.get("final_at")?,
        done_at: row.get("done_at")?,
    })
}

pub(crate) fn run(read: &Read, month: Month) -> Result<Option<Run>, Fault> {
    read.row(RUN, &params![month.to_string()])?.as_ref().map(run_of).transpose()
}

/// Newest month first.
pub(crate) fn runs(read: &Read) -> Result<Vec<Run>, Fault> {
    read.rows(RUNS, &[])?.iter().map(run_of).collect()
}

pub(crate) fn run_insert(tx: &mut Tx, run: &Run) -> Result<(), Fault> {
    let columns = [
        ("month", run.month.to_string().into()),
        ("state", "running".into()),
        ("after_customer", (&run.after).into()),
        ("customers", run.customers.into()),
        ("charges", run.charges.into()),
        ("invoices", run.invoices.into()),
        ("total_minor", run.total_minor.into()),
        ("problems", "[]".into()),
        ("begun_by", (&run.begun_by).into()),
        ("begun_at", run.begun_at.into()),
        ("final_at", run.final_at.into()),
    ];
    tx.insert("billing_run", &columns).map(drop)
}

pub(crate) fn run_write(tx: &mut Tx, run: &Run) -> Result<(), Fault> {
    let sql = "update billing_run set state = $2, after_customer = $3, customers = $4, charges = $5, invoices = $6, total_minor = $7, problems = $8, done_at = $9 where month = $1";
    let problems = serde_json::to_string(&run.problems).map_err(Fault::new)?;
    let state = if run.done { "done" } else { "running" };
    let values = params![run.month.to_string(), state, &run.after, run.customers, run.charges, run.invoices, run.total_minor, problems, run.done_at];
    tx.change("billing_run", sql, &values).map(drop)
}

pub(crate) fn charge_of(row: &Row) -> Result<Charge, Fault> {
    let mode: String = row.get("mode")?;
    Ok(Charge {
        id: row.get("id")?,
        subscription: row.get("subscription")?,
        customer: row.get("customer")?,
        payee: row.get("payee")?,
        billing: PaidBy::parse(&mode).ok_or_else(|| Fault::new(format!("billing_charge.mode {mode}")))?,
        period: month_at(row, "period")?,
        source: month_at(row, "source")?,
        part: row.get("part")?,
        money: Money { net: row.get("net_minor")?, tax: row.get("tax_minor")?, total: row.get("total_minor")? },
        drawn_minor: row.get("drawn_minor")?,
        sum: Sum { count: row.get("calls")?, units: row.get("units")? },
        detail: row.json("detail")?,
        invoice: row.get("invoice")?,
        voided: row.get("voided")?,
        settled: row.get("settled")?,
        posting: row.get("posting")?,
        made_at: row.get("made_at")?,
    })
}

/// Charges of a subscription for use since a month.
pub(crate) fn charges_since(read: &Read, subscription: &Id, source: Month) -> Result<Vec<Charge>, Fault> {
    read.rows(CHARGES_OF, &params![subscription, source.to_string()])?.iter().map(charge_of).collect()
}

/// What was charged for months from one to another, without tax, by what was metered.
pub(crate) fn earned(read: &Read, from: Month, to: Month) -> Result<Vec<(Vec<String>, i64)>, Fault> {
    read.rows(EARNED, &params![from.to_string(), to.to_string()])?.iter().map(|row| Ok((row.json("meters")?, row.get("n")?))).collect()
}

pub(crate) fn charges_of_invoice(read: &Read, invoice: &Id) -> Result<Vec<Charge>, Fault> {
    read.rows(CHARGES_OF_INVOICE, &params![invoice])?.iter().map(charge_of).collect()
}

/// What wallets of a customer paid, newest first.
pub(crate) fn charges_drawn(read: &Read, customer: &Id, before: &str, limit: i64) -> Result<Vec<Charge>, Fault> {
    read.rows(CHARGES_DRAWN, &params![customer, before, limit])?.iter().map(charge_of).collect()
}

/// What wallets of a customer could not pay, oldest first.
pub(crate) fn charges_short(read: &Read, customer: &Id) -> Result<Vec<Charge>, Fault> {
    read.rows(CHARGES_SHORT, &params![customer])?.iter().map(charge_of).collect()
}

/// What wallets of a customer could not pay, fen.
pub(crate) fn short_minor(read: &Read, customer: &Id) -> Result<i64, Fault> {
    read.row(SHORT, &params![customer])?.map_or(Ok(0), |row| row.get("n"))
}

/// The number of the last part that a subscription was charged for use of a month in a month.
pub(crate) fn last_part(read: &Read, subscription: &Id, period: Month, source: Month) -> Result<i64, Fault> {
    read.row(PARTS, &params![subscription, period.to_string(), source.to_string()])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn charge_insert(tx: &mut Tx, charge: &Charge) -> Result<(), Fault> {
    let detail = serde_json::to_string(&charge.detail).map_err(Fault::new)?;
    let columns = [
        ("id", (&charge.id).into()),
        ("subscription", (&charge.subscription).into()),
        ("customer", (&charge.customer).into()),
        ("payee", charge.payee.clone().into()),
        ("mode", charge.billing.as_str().into()),
        ("period", charge.period.to_string().into()),
        ("source", charge.source.to_string().into()),
        ("part", charge.part.into()),
        ("net_minor", charge.money.net.into()),
        ("tax_minor", charge.money.tax.into()),
        ("total_minor", charge.money.total.into()),
        ("drawn_minor", charge.drawn_minor.into()),
        ("calls", charge.sum.count.into()),
        ("units", charge.sum.units.into()),
        ("detail", detail.into()),
        ("invoice", charge.invoice.clone().into()),
        ("voided", charge.voided.into()),
        ("settled", charge.settled.clone().into()),
        ("posting", charge.posting.clone().into()),
        ("made_at", charge.made_at.into()),
    ];
    tx.insert("billing_charge", &columns).map(drop)
}

pub(crate) fn charge_drawn(tx: &mut Tx, charge: &Id, drawn_minor: i64) -> Result<(), Fault> {
    tx.change("billing_charge", "update billing_charge set drawn_minor = $2 where id = $1", &params![charge, drawn_minor]).map(drop)
}

pub(crate) fn charges_void(tx: &mut Tx, invoice: &Id) -> Result<(), Fault> {
    tx.change("billing_charge", "update billing_charge set voided = 1 where invoice = $1", &params![invoice]).map(drop)
}

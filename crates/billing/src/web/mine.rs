//! A customer's bills: what is open now, invoices, their lines and the usage behind them, details for tax invoices.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Cell, Nothing, Reply, Sheet};
use words::{Acting, Amount, Day, Failure, Fault, Id, Instant, Never, Node, Outcome};

use super::form::{CreditForm, DetailsForm, PartyQuery, UsageQuery, id};
use crate::asks::{Asks, Used, address, chosen, parties};
use crate::charge::{Document, Invoice, InvoiceState};
use crate::drafts::{Prices, owed};
use crate::due::{Draft, Line};
use crate::month::Month;
use crate::ops::put_details::details;
use crate::subscription::{PaidBy, last_name};
use crate::value::cny;
use crate::{Details, rights, sql, sql_invoice, sql_receipt};

const PAGE: i64 = 50;

/// A party with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Party {
    /// Id.
    pub id: Id,
    /// Name.
    pub name: String,
}

pub(crate) fn party(names: &BTreeMap<Id, String>, id: &Id) -> Party {
    Party { id: id.clone(), name: names.get(id).cloned().unwrap_or_else(|| id.to_string()) }
}

/// An invoice in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct InvoiceCard {
    /// Id.
    pub id: Id,
    /// Number.
    pub number: String,
    /// Who pays.
    pub customer: Party,
    /// Month.
    pub period: Month,
    /// In all.
    pub total: Amount,
    /// Still to be paid.
    pub open: Amount,
    /// State.
    pub state: InvoiceState,
    /// Due on.
    pub due_on: Day,
    /// Is it past that day and not paid?
    pub overdue: bool,
}

pub(crate) fn card(invoice: &Invoice, names: &BTreeMap<Id, String>, today: Day) -> InvoiceCard {
    let document = &invoice.document;
    InvoiceCard {
        id: invoice.id.clone(),
        number: document.number.clone(),
        customer: party(names, &document.customer),
        period: document.period,
        total: cny(document.money.total),
        open: cny(invoice.open_minor()),
        state: invoice.state,
        due_on: document.due_on,
        overdue: invoice.open_minor() > 0 && document.due_on < today,
    }
}

/// What a subscription owes so far and was not charged yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct OpenView {
    /// Subscription.
    pub subscription: Id,
    /// What is metered.
    pub subject: String,
    /// Its name.
    pub name: String,
    /// How it is paid.
    pub paid_by: PaidBy,
    /// Month of use.
    pub source: Month,
    /// Lines.
    pub lines: Vec<Line>,
    /// In all.
    pub total: Amount,
}

/// Whose bills or wallet it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Whose {
    /// The party.
    pub party: Party,
    /// Is it oneself?
    pub oneself: bool,
    /// Oneself and organisations that one acts for.
    pub parties: Vec<Party>,
}

impl Whose {
    pub(crate) fn of<A: Asks>(read: &Read, who: &Acting, named: Option<&str>) -> Outcome<Self, Never> {
        let (own, chosen) = chosen::<A>(read, who, named)?;
        let names = A::names(read, &own)?;
        Ok(Self { oneself: chosen == who.person, party: party(&names, &chosen), parties: own.iter().map(|one| party(&names, one)).collect() })
    }
}

/// What a party pays for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct BillsView {
    /// Whose bills these are.
    pub whose: Whose,
    /// Is it suspended?
    pub suspended: bool,
    /// What is not charged yet, line by line.
    pub open: Vec<OpenView>,
    /// Its sum.
    pub open_total: Amount,
    /// Invoices, newest first.
    pub invoices: Vec<InvoiceCard>,
    /// Its details for tax invoices, if it has given any.
    pub details: Option<Details>,
}

pub(crate) fn bills<A: Asks>(call: &Call, query: PartyQuery) -> Answer<BillsView> {
    let who = call.acting()?;
    let (view, next) = call.read(|read| look::<A>(read, &who, &query))?;
    let row =
        |one: &InvoiceCard| vec![(&one.number).into(), one.period.to_string().into(), one.total.clone().into(), one.open.clone().into(), one.due_on.into()];
    let columns = ["billing-number", "billing-month", "billing-total", "billing-open", "billing-due-on"];
    let sheet = Sheet::new("bills", &columns).rows(view.invoices.iter().map(row));
    Ok(Reply::page("billing/bills.html", view).next(next).sheet(sheet))
}

fn look<A: Asks>(read: &Read, who: &Acting, query: &PartyQuery) -> Outcome<(BillsView, Option<String>), Never> {
    let whose = Whose::of::<A>(read, who, query.party.as_deref())?;
    let (one, cursor) = (&whose.party.id, query.cursor.as_deref());
    // Only the first page says what is open.
    let open = if cursor.is_none() { open_of::<A>(read, &Prices::of::<A>(read)?, one)? } else { Vec::new() };
    let invoices = sql_invoice::of_customer(read, one, cursor.unwrap_or("~"), PAGE)?;
    let (names, today) = (BTreeMap::from([(one.clone(), whose.party.name.clone())]), read.now().day());
    let view = BillsView {
        suspended: sql::suspended(read, one)?.is_some(),
        details: Some(details(read, one)?).filter(|details| !details.title.is_empty()),
        open_total: cny(open.iter().map(|one| one.total.minor).sum()),
        open,
        invoices: invoices.iter().map(|invoice| card(invoice, &names, today)).collect(),
        whose,
    };
    let next = invoices.last().filter(|_| invoices.len() as i64 == PAGE).map(|last| last.id.to_string());
    Ok((view, next))
}

/// What a customer owes and was not charged yet.
fn open_of<A: Asks>(read: &Read, prices: &Prices, customer: &Id) -> Result<Vec<OpenView>, Fault> {
    let month = Month::of(read.now().day());
    let all = sql::of_customer_at(read, customer, month.back(prices.terms.late_months).start(), month.end())?;
    let names = A::subjects(read, &all.iter().map(|one| one.subject.clone()).collect::<Vec<_>>())?;
    let mut open = Vec::new();
    for subscription in all {
        let name = names.get(&subscription.subject).cloned().unwrap_or_else(|| subscription.subject.clone());
        for (source, draft) in owed::<A>(read, prices, &subscription, month, false)?.drafts {
            let Draft { detail, money, .. } = draft;
            let (id, subject) = (subscription.id.clone(), subscription.subject.clone());
            let name = name.clone();
            open.push(OpenView { subscription: id, subject, name, paid_by: subscription.billing, source, lines: detail.lines, total: cny(money.total) });
        }
    }
    Ok(open)
}

/// A payment of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PaymentView {
    /// Amount.
    pub amount: Amount,
    /// Day.
    pub day: Day,
    /// Number of the bank.
    pub number: String,
}

/// The credit note of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CreditView {
    /// Number.
    pub number: String,
    /// Why.
    pub reason: String,
    /// Made at.
    pub made_at: Instant,
    /// SHA-256.
    pub hash: String,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct InvoiceView {
    /// In short.
    pub invoice: InvoiceCard,
    /// Its text.
    pub document: Document,
    /// Names of what was metered.
    pub subjects: BTreeMap<String, String>,
    /// SHA-256 of its text.
    pub hash: String,
    /// Posting.
    pub posting: Option<Id>,
    /// Payments.
    pub payments: Vec<PaymentView>,
    /// Credit note.
    pub credit: Option<CreditView>,
    /// May whoever looks take it back?
    pub may_credit: bool,
    /// The organisation for which one pays it; nothing if it is one's own, or one only looks.
    pub acts_for: Option<Id>,
}

pub(crate) fn invoice<A: Asks>(call: &Call, _: Nothing) -> Answer<InvoiceView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| one::<A>(read, &who, &id))?;
    let mut sheet = Sheet::new(&view.document.number, &["billing-app", "billing-use-month", "billing-line", "billing-quantity", "billing-amount"]);
    for part in &view.document.parts {
        for line in &part.detail.lines {
            let name = line.name.get(call.lang).to_owned();
            let subject = view.subjects.get(&part.subject).unwrap_or(&part.subject);
            sheet = sheet.row(vec![subject.into(), part.source.to_string().into(), name.into(), line.quantity.into(), cny(line.amount_minor).into()]);
        }
    }
    for tax in &view.document.taxes {
        let name = call.text_with(if tax.of.included { "billing-tax-inside" } else { "billing-tax-on-top" }, &[("rate", &tax.of.rate.to_string())]);
        sheet = sheet.row(vec![Cell::Empty, Cell::Empty, name.into(), Cell::Empty, cny(tax.tax_minor).into()]);
    }
    sheet = sheet.row(vec![Cell::Empty, Cell::Empty, call.text("billing-total").into(), Cell::Empty, cny(view.document.money.total).into()]);
    Ok(Reply::page("billing/invoice.html", view).sheet(sheet))
}

fn one<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<InvoiceView, Never> {
    let invoice = sql_invoice::invoice(read, id)?.ok_or(Failure::Absent)?;
    let customer = invoice.document.customer.clone();
    let top = Node::group();
    let own = parties::<A>(read, who)?.contains(&customer);
    if !own && !who.can(rights::SEE, &top) {
        return Err(Failure::Absent);
    }
    let names = A::names(read, std::slice::from_ref(&customer))?;
    let subjects: Vec<String> = invoice.document.parts.iter().map(|part| part.subject.clone()).collect();
    let payments = sql_receipt::payments_to(read, id)?.into_iter().map(|(minor, day, number)| PaymentView { amount: cny(minor), day, number }).collect();
    let note = sql_invoice::credit_of(read, id)?;
    Ok(InvoiceView {
        invoice: card(&invoice, &names, read.now().day()),
        acts_for: Some(customer).filter(|customer| own && *customer != who.person),
        subjects: A::subjects(read, &subjects)?,
        payments,
        may_credit: note.is_none() && invoice.document.money.total > 0 && who.can(rights::RUN, &top),
        credit: note.map(|note| CreditView { number: note.number, reason: note.reason, made_at: note.made_at, hash: note.hash }),
        document: invoice.document,
        hash: invoice.hash,
        posting: invoice.posting,
    })
}

/// An invoice that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Credited {
    /// Number of the note.
    pub number: String,
}

pub(crate) fn credit<A: Asks>(call: &Call, form: CreditForm) -> Answer<Credited> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("billing.credit_invoice", move |tx| {
        let note = crate::credit_invoice::<A>(tx, &who, &id, &form.reason, form.again)?;
        Ok(Reply::done(format!("/billing/invoices/{id}"), Credited { number: note.number }).say("billing-said-credited"))
    })
}

/// What was used of a subscription in a month.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UsageView {
    /// Subscription.
    pub subscription: Id,
    /// What is metered: an app.
    pub subject: String,
    /// Name of what is metered.
    pub name: String,
    /// Month.
    pub month: Month,
    /// Only this meter.
    pub meter: Option<String>,
    /// By hour.
    pub rows: Vec<Used>,
    /// Uses that are charged, of all rows.
    pub billable: i64,
    /// Uses that are free.
    pub free: i64,
    /// Units of those that are charged.
    pub units: i64,
    /// Are there more rows than are shown? The sheet has all.
    pub more: bool,
    /// The organisation for which one pays it.
    pub acts_for: Option<Id>,
}

/// Most rows of a page.
const ROWS: usize = 1_000;

pub(crate) fn usage<A: Asks>(call: &Call, query: UsageQuery) -> Answer<UsageView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let month = Month::parse(call.path_text("month")).ok_or_else(webkit::Problem::absent)?;
    let mut view = call.read(|read| used::<A>(read, &who, &id, month, query.meter.clone()))?;
    let row = |one: &Used| vec![one.hour.into(), (&one.meter).into(), (&one.dims).into(), one.billable.into(), one.free.into(), one.units.into()];
    let columns = ["billing-hour", "billing-meter", "billing-dims", "billing-billable", "billing-free", "billing-units"];
    let sheet = Sheet::new(format!("usage-{month}"), &columns).rows(view.rows.iter().map(row));
    view.more = view.rows.len() > ROWS;
    view.rows.truncate(ROWS);
    Ok(Reply::page("billing/usage.html", view).sheet(sheet))
}

fn used<A: Asks>(read: &Read, who: &Acting, id: &Id, month: Month, meter: Option<String>) -> Outcome<UsageView, Never> {
    let subscription = sql::subscription(read, id)?.ok_or(Failure::Absent)?;
    let own = parties::<A>(read, who)?;
    let concerned = own.contains(&subscription.customer) || subscription.payee.as_ref().is_some_and(|payee| own.contains(payee));
    if !concerned && !who.can(rights::SEE, &Node::group()) {
        return Err(Failure::Absent);
    }
    let meter = meter.filter(|meter| !meter.is_empty());
    let mut rows = match subscription.span(month) {
        Some((from, to)) => A::used(read, &subscription.subject, from, to)?,
        None => Vec::new(),
    };
    rows.retain(|row| subscription.covers(&row.meter) && meter.as_ref().is_none_or(|meter| *meter == row.meter || meter == last_name(&row.meter)));
    let name = A::subjects(read, std::slice::from_ref(&subscription.subject))?.remove(&subscription.subject);
    let acts_for = Some(subscription.customer).filter(|customer| own.contains(customer) && *customer != who.person);
    let subject = subscription.subject;
    let sum = |of: fn(&Used) -> i64| rows.iter().map(of).sum();
    let (billable, free, units) = (sum(|row| row.billable), sum(|row| row.free), sum(|row| row.units));
    let name = name.unwrap_or_else(|| subject.clone());
    Ok(UsageView { subscription: id.clone(), subject, name, month, meter, rows, billable, free, units, more: false, acts_for })
}

/// Details that were kept.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DetailsKept {
    /// Whose.
    pub party: Id,
}

pub(crate) fn keep_details<A: Asks>(call: &Call, form: DetailsForm) -> Answer<DetailsKept> {
    let who = call.acting()?;
    call.write("billing.put_details", move |tx| {
        let party = id(&form.party);
        crate::put_details::<A>(tx, &who, &party, &form.details)?;
        Ok(Reply::done(address("/billing", &party, &who.person), DetailsKept { party }).say("billing-said-details"))
    })
}

//! The conservation report, the closing of a month, and what a month would have cost under another version of a book.

use rating::Book;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Amount, Bilingual, Day, Failure, Never, Node, Outcome};

use super::form::{MonthForm, MonthQuery, ReplayQuery};
use crate::asks::{Asks, Used};
use crate::conserve::{Conservation, Law, conservation};
use crate::drafts::Prices;
use crate::due::due;
use crate::month::Month;
use crate::subscription::{PaidBy, Subscription};
use crate::value::cny;
use crate::{rights, sql};

/// The report with what may be done.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReportView {
    /// The report.
    pub report: Conservation,
    /// Is the month closed?
    pub closed: bool,
    /// May whoever looks close it?
    pub may_close: bool,
    /// May whoever looks bill?
    pub may_run: bool,
}

pub(crate) fn report<A: Asks>(call: &Call, query: MonthQuery) -> Answer<ReportView> {
    let who = call.acting()?;
    let view = call.read::<_, Never>(|read| {
        let month = query.month.unwrap_or(Month::of(read.now().day()).back(1));
        let report = conservation::<A>(read, month)?;
        let closed = ledger::closed_months(read)?.iter().any(|period| period.month == month.to_string());
        let may_close = !closed && report.billed && who.can(rights::SIGN, &Node::group());
        Ok(ReportView { report, closed, may_close, may_run: who.can(rights::RUN, &Node::group()) })
    })?;
    let row = |law: &Law| {
        let name = call.text(&format!("billing-law-{}", law.key));
        let side = |n: i64| if law.money { cny(n).into() } else { n.into() };
        vec![name.into(), side(law.left), side(law.right), call.text(if law.holds { "billing-holds" } else { "billing-broken" }).into()]
    };
    let sheet = Sheet::new(format!("conservation-{}", view.report.month), &["billing-law", "billing-left-side", "billing-right-side", "billing-state"])
        .rows(view.report.laws.iter().map(row));
    Ok(Reply::page("billing/conservation.html", view).sheet(sheet))
}

/// A month that was closed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Closed {
    /// Month.
    pub month: String,
    /// SHA-256 over what each account moved in it.
    pub hash: String,
}

pub(crate) fn close<A: Asks>(call: &Call, form: MonthForm) -> Answer<Closed> {
    let who = call.acting()?;
    call.write("billing.close_period", move |tx| {
        let period = crate::close_period::<A>(tx, &who, form.month)?;
        Ok(Reply::done(format!("/billing/conservation?month={}", form.month), Closed { month: period.month, hash: period.hash }).say("billing-said-closed"))
    })
}

/// A book to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Choice {
    /// Key.
    pub value: String,
    /// Name.
    pub label: Bilingual,
}

/// What a month would have cost under a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Replayed {
    /// Book.
    pub book: Bilingual,
    /// Version.
    pub version: Bilingual,
    /// Its first day.
    pub from: Day,
    /// Subscriptions that it prices.
    pub priced: i64,
    /// Those that it does not price.
    pub unpriced: i64,
    /// In all, with tax.
    pub total: Amount,
    /// More than what it cost (less, below zero).
    pub more: Amount,
}

/// A replay.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReplayView {
    /// Books.
    pub books: Vec<Choice>,
    /// Book.
    pub book: Option<String>,
    /// Month.
    pub month: Month,
    /// Subscriptions that were replayed.
    pub subscriptions: i64,
    /// Are there more than are replayed at a time?
    pub truncated: bool,
    /// What they cost by their own books.
    pub was: Amount,
    /// Versions.
    pub versions: Vec<Replayed>,
    /// May whoever looks bill?
    pub may_run: bool,
}

/// Most subscriptions that are replayed at a time.
const MOST: i64 = 500;

pub(crate) fn replay<A: Asks>(call: &Call, query: ReplayQuery) -> Answer<ReplayView> {
    let who = call.acting()?;
    let mut view = call.read(|read| replayed::<A>(read, &query))?;
    view.may_run = who.can(rights::RUN, &Node::group());
    let row = |one: &Replayed| {
        vec![one.version.get(call.lang).to_owned().into(), one.from.into(), one.priced.into(), one.total.clone().into(), one.more.clone().into()]
    };
    let columns = ["billing-version", "billing-from", "billing-priced", "billing-total", "billing-more"];
    let sheet = Sheet::new(format!("replay-{}", view.month), &columns).rows(view.versions.iter().map(row));
    Ok(Reply::page("billing/replay.html", view).sheet(sheet))
}

fn replayed<A: Asks>(read: &Read, query: &ReplayQuery) -> Outcome<ReplayView, Never> {
    let (prices, month) = (Prices::of::<A>(read)?, query.month.unwrap_or(Month::of(read.now().day()).back(1)));
    let name = |book: &Book| Bilingual::new(&book.head().zh, &book.head().en);
    let books = prices.books.iter().map(|book| Choice { value: book.key().to_owned(), label: name(book) }).collect();
    let chosen = query.book.clone().filter(|key| !key.is_empty());
    let mut view = ReplayView { books, book: chosen, month, subscriptions: 0, truncated: false, was: cny(0), versions: Vec::new(), may_run: false };
    let Some(key) = &view.book else { return Ok(view) };
    let book = prices.books.get(key).ok_or(Failure::Absent)?;
    let mut some = sql::subscriptions_after(read, "", month.start(), month.end(), MOST + 1)?;
    view.truncated = some.len() as i64 > MOST;
    some.truncate(MOST as usize);
    some.retain(|one| one.billing != PaidBy::Free);
    let mut all: Vec<(Subscription, Vec<Used>)> = Vec::new();
    for subscription in some {
        let Some((from, to)) = subscription.span(month) else { continue };
        let used = A::used(read, &subscription.subject, from, to)?;
        if let Some(Ok(due)) = prices.books.get(&subscription.book).map(|own| due(own, &subscription, month, &used, true)) {
            view.was.minor += due.money.total;
        }
        all.push((subscription, used));
    }
    view.subscriptions = i64::try_from(all.len()).unwrap_or(0);
    for version in book.versions() {
        let Some(only) = book.under(&version.key) else { continue };
        let mut one = Replayed {
            book: name(book),
            version: Bilingual::new(&version.zh, &version.en),
            from: version.from,
            priced: 0,
            unpriced: 0,
            total: cny(0),
            more: cny(0),
        };
        for (subscription, used) in &all {
            let plan = subscription.plan.clone().filter(|plan| version.entries.iter().any(|entry| entry.plan.as_ref() == Some(plan)));
            match due(&only, &Subscription { plan, ..subscription.clone() }, month, used, true) {
                Ok(due) if due.unpriced.is_empty() => (one.priced, one.total.minor) = (one.priced + 1, one.total.minor + due.money.total),
                _ => one.unpriced += 1,
            }
        }
        one.more = cny(one.total.minor - view.was.minor);
        view.versions.push(one);
    }
    Ok(view)
}

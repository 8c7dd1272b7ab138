//! One's own quotes, orders and upgrades.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Day, Failure, Id, Instant, Never, Node, Outcome};

use super::form::DayQuery;
use crate::asks::Asks;
use crate::view::{OrderLine, QuoteLine, QuoteView, UpgradeLine};
use crate::{rights, sql};

const PAGE: i64 = 30;

/// What is one's own.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MineView {
    /// Quotes, newest first, with their orders.
    pub quotes: Vec<QuoteLine>,
    /// Upgrades, newest first.
    pub upgrades: Vec<UpgradeLine>,
}

/// A quote.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeptView {
    /// Id.
    pub id: Id,
    /// Name of the book.
    pub name: Bilingual,
    /// Before, after, line by line.
    pub quote: QuoteView,
    /// Kept at.
    pub made_at: Instant,
    /// Its order.
    pub order: Option<OrderLine>,
    /// May it be ordered now by whoever looks?
    pub may_order: bool,
    /// May the order be taken back by whoever looks?
    pub may_withdraw: bool,
}

/// An order that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrderChanged {
    /// Id.
    pub id: Id,
    /// Taken back on.
    pub withdrawn_on: Option<Day>,
}

pub(crate) fn list<A: Asks>(call: &Call, query: DayQuery) -> Answer<MineView> {
    let who = call.acting()?;
    let (view, next) = call.read(|read| mine::<A>(read, &who, query.cursor.as_deref()))?;
    Ok(Reply::page("tariffs/mine.html", view).next(next))
}

fn mine<A: Asks>(read: &Read, who: &Acting, cursor: Option<&str>) -> Outcome<(MineView, Option<String>), Never> {
    let books = A::books(read)?;
    let quotes = sql::quotes_of(read, &who.person, cursor.unwrap_or("~"), PAGE)?;
    let orders: BTreeMap<Id, crate::Order> = sql::orders_of(read, &who.person)?.into_iter().map(|order| (order.quote.clone(), order)).collect();
    let next = (quotes.len() as i64 == PAGE).then(|| quotes.last().map(|quote| quote.id.to_string())).flatten();
    let quotes = quotes.iter().map(|quote| QuoteLine::of(quote, books.get(&quote.quoted.book), orders.get(&quote.id))).collect();
    let upgrades = if cursor.is_none() { sql::upgrades_of(read, &who.person)? } else { Vec::new() };
    Ok((MineView { quotes, upgrades: upgrades.into_iter().map(UpgradeLine::from).collect() }, next))
}

pub(crate) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<KeptView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| kept::<A>(read, &who, &id))?;
    Ok(Reply::page("tariffs/quote.html", view))
}

/// One's own, or anybody's for those who see who benefits.
fn kept<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<KeptView, Never> {
    let quote = sql::quote(read, id)?.ok_or(Failure::Absent)?;
    let own = quote.person == who.person;
    if !own && !who.can(rights::RUN, &Node::group()) {
        return Err(Failure::Absent);
    }
    let books = A::books(read)?;
    let book = books.get(&quote.quoted.book);
    let holds = book.and_then(|book| book.on(read.now().day())).is_some_and(|version| version.key == quote.quoted.version);
    let order = sql::order_of(read, &quote.id)?;
    let line = QuoteLine::of(&quote, book, None);
    Ok(KeptView {
        id: quote.id,
        name: line.name,
        quote: QuoteView::of(quote.quoted, book),
        made_at: quote.made_at,
        may_order: own && holds && order.is_none(),
        may_withdraw: own && order.as_ref().is_some_and(|order| order.withdrawn_on.is_none()),
        order: order.as_ref().map(OrderLine::from),
    })
}

pub(crate) fn order<A: Asks>(call: &Call, _: Nothing) -> Answer<OrderChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("tariffs.place_order", move |tx| {
        let (books, quote) = (A::books(tx)?, sql::quote(tx, &id)?.ok_or(Failure::Absent)?);
        let order = crate::place_order(tx, &who, books.get(&quote.quoted.book).ok_or(Failure::Absent)?, &id)?;
        Ok(Reply::created(format!("/tariffs/quotes/{id}"), OrderChanged { id: order.id, withdrawn_on: None }).say("tariffs-said-ordered"))
    })
}

pub(crate) fn withdraw(call: &Call, _: Nothing) -> Answer<OrderChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("tariffs.withdraw_order", move |tx| {
        let order = crate::withdraw_order(tx, &who, &id)?;
        let view = OrderChanged { id: order.id, withdrawn_on: order.withdrawn_on };
        Ok(Reply::done(format!("/tariffs/quotes/{}", order.quote), view).say("tariffs-said-withdrawn"))
    })
}

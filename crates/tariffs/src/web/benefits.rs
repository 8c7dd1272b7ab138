//! Who benefits, to a date: counts for everybody, rows for those who may see them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Amount, Asset, Day, Failure, Fault, Id, Never, Outcome};

use super::form::DayQuery;
use crate::asks::Asks;
use crate::benefit::{Benefit, LINE, benefits};
use crate::sql;
use crate::view::{MeasureCard, UpgradeLine};

const PAGE: i64 = 50;

/// A measure with its counts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Counted {
    /// The measure, with what the plan states.
    pub measure: MeasureCard,
    /// Counts to the day.
    pub benefit: Benefit,
    /// Saved.
    pub saved: Amount,
}

/// All measures with their counts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BenefitsView {
    /// To this day.
    pub on: Day,
    /// Measures.
    pub measures: Vec<Counted>,
}

/// An order that stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrderRow {
    /// Order.
    pub id: Id,
    /// Its quote.
    pub quote: Id,
    /// Who ordered.
    pub person: String,
    /// Placed on.
    pub placed_on: Day,
    /// Before.
    pub before: Option<Amount>,
    /// After.
    pub after: Amount,
    /// Saved.
    pub saved: Amount,
}

/// The rows behind the counts of a measure.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BenefitView {
    /// Counts.
    pub counted: Counted,
    /// To this day.
    pub on: Day,
    /// Orders that stand on it.
    pub orders: Vec<OrderRow>,
    /// Upgrades granted until then.
    pub upgrades: Vec<UpgradeLine>,
}

fn cny(minor: i64) -> Amount {
    Amount { minor, asset: Asset::cny() }
}

pub(crate) fn list<A: Asks>(call: &Call, query: DayQuery) -> Answer<BenefitsView> {
    let on = query.on.unwrap_or(call.now().day());
    let measures = call.read::<_, Never>(|read| Ok(counted::<A>(read, on)?))?;
    let row = |one: &Counted| {
        let name = one.measure.name.get(call.lang).to_owned();
        vec![
            name.into(),
            one.benefit.quotes.into(),
            one.benefit.orders.into(),
            one.benefit.upgrades.into(),
            one.benefit.beneficiaries.into(),
            one.saved.clone().into(),
        ]
    };
    let columns = ["tariffs-measure", "tariffs-quotes", "tariffs-orders", "tariffs-upgrades", "tariffs-beneficiaries", "tariffs-saved"];
    let sheet = Sheet::new("tariff-benefits", &columns).rows(measures.iter().map(row));
    Ok(Reply::page("tariffs/benefits.html", BenefitsView { on, measures }).sheet(sheet))
}

fn counted<A: Asks>(read: &Read, on: Day) -> Result<Vec<Counted>, Fault> {
    let books = A::books(read)?;
    let keys: Vec<&str> = books.iter().map(rating::Book::key).collect();
    let counts = benefits(read, &keys, on)?;
    let one =
        |(book, benefit): (&rating::Book, Benefit)| Ok(Counted { measure: MeasureCard::of::<A>(read, book, on)?, saved: cny(benefit.saved_minor), benefit });
    books.iter().zip(counts).map(one).collect()
}

pub(crate) fn rows<A: Asks>(call: &Call, query: DayQuery) -> Answer<BenefitView> {
    let (key, on) = (call.path_text("book").to_owned(), query.on.unwrap_or(call.now().day()));
    let (view, next) = call.read(|read| behind::<A>(read, &key, on, query.cursor.as_deref()))?;
    let row = |row: &OrderRow| {
        vec![row.id.as_str().into(), (&row.person).into(), row.placed_on.into(), row.before.clone().into(), row.after.clone().into(), row.saved.clone().into()]
    };
    let columns = ["tariffs-order", "tariffs-person", "tariffs-placed", "tariffs-before", "tariffs-after", "tariffs-saved"];
    let sheet = Sheet::new("tariff-orders", &columns).rows(view.orders.iter().map(row));
    Ok(Reply::page("tariffs/benefit.html", view).next(next).sheet(sheet))
}

fn behind<A: Asks>(read: &Read, key: &str, on: Day, cursor: Option<&str>) -> Outcome<(BenefitView, Option<String>), Never> {
    let counted = counted::<A>(read, on)?.into_iter().find(|one| one.measure.book == key).ok_or(Failure::Absent)?;
    let orders = sql::orders_to(read, key, on, cursor.unwrap_or("~"), PAGE)?;
    let next = (orders.len() as i64 == PAGE).then(|| orders.last().map(|order| order.id.to_string())).flatten();
    let people: Vec<Id> = orders.iter().map(|order| order.person.clone()).collect();
    let names = A::names(read, &people)?;
    let orders = orders.iter().map(|order| order_row(read, order, &names)).collect::<Result<_, Fault>>()?;
    let granted = if key == LINE && cursor.is_none() { sql::upgrades_to(read, on, 500)? } else { Vec::new() };
    Ok((BenefitView { counted, on, orders, upgrades: granted.into_iter().map(UpgradeLine::from).collect() }, next))
}

fn order_row(read: &Read, order: &crate::Order, names: &BTreeMap<Id, String>) -> Result<OrderRow, Fault> {
    let quote = sql::quote(read, &order.quote)?.ok_or_else(|| Fault::new("an order without its quote"))?;
    Ok(OrderRow {
        id: order.id.clone(),
        quote: order.quote.clone(),
        person: names.get(&order.person).cloned().unwrap_or_else(|| order.person.to_string()),
        placed_on: order.placed_on,
        before: quote.quoted.before.map(|before| before.total),
        after: quote.quoted.after.total,
        saved: cny(quote.quoted.saved_minor),
    })
}

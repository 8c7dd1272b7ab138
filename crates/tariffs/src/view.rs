//! What tariffs look like from outside.
//!
//! Invariant: every figure of the plan stands with its line; what is 示范 says so.

use rating::{Book, Entry, Model, Price, Source, Version};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Amount, Bilingual, Day, Fault, Id, Instant};

use crate::asks::{Asks, Stated};
use crate::question::{Choice, Wants};
use crate::quote::{Order, Quote, Quoted};
use crate::upgrade::{Upgrade, UpgradeState};

/// A version in the history of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct VersionLine {
    /// Key.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Option<Day>,
    /// Where it is said.
    pub source: Option<Source>,
    /// Does it hold on the day that is looked at?
    pub holds: bool,
}

impl VersionLine {
    pub(crate) fn of(version: &Version, day: Day) -> Self {
        Self {
            key: version.key.clone(),
            name: Bilingual::new(&version.zh, &version.en),
            from: version.from,
            until: version.until.map(|until| until.plus_days(-1)),
            source: version.source.clone(),
            holds: version.holds(day),
        }
    }
}

/// A measure: a book with what the plan states of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct MeasureCard {
    /// Key of the book.
    pub book: String,
    /// Name.
    pub name: Bilingual,
    /// About it.
    pub about: Option<Bilingual>,
    /// The version of the day.
    pub version: Option<VersionLine>,
    /// Figures that the plan states.
    pub stated: Vec<Stated>,
    /// Does the free upgrade belong to it?
    pub upgrade: bool,
}

impl MeasureCard {
    pub(crate) fn of<A: Asks>(read: &Read, book: &Book, day: Day) -> Result<Self, Fault> {
        let head = book.head();
        Ok(Self {
            book: head.key.clone(),
            name: Bilingual::new(&head.zh, &head.en),
            about: head.about.clone(),
            version: book.on(day).map(|version| VersionLine::of(version, day)),
            stated: A::stated(read, &head.facts)?,
            upgrade: head.key == crate::benefit::LINE,
        })
    }
}

/// One price of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PriceRow {
    /// Price; a rate is a text with `%`.
    pub price: String,
    /// What it is for: `minute`, `mb`, `day`, `month`, `use` or `unit`.
    pub unit: &'static str,
    /// How many destinations have it.
    pub destinations: Option<usize>,
    /// Of what is counted, above this …
    pub above: Option<i64>,
    /// … up to this.
    pub up_to: Option<i64>,
}

/// An entry of a price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PriceLine {
    /// Key.
    pub entry: String,
    /// Name.
    pub name: Bilingual,
    /// What is counted.
    pub meter: String,
    /// Prices.
    pub rows: Vec<PriceRow>,
    /// First and next block, where uses are counted in blocks.
    pub blocks: Option<(i64, i64)>,
    /// Units at full speed, where the rest is slower.
    pub fair_use: Option<i64>,
    /// 示范
    pub demo: bool,
    /// Where it is said.
    pub source: Option<Source>,
}

impl PriceLine {
    fn of(book: &Book, version: &Version, entry: &Entry) -> Self {
        Self {
            entry: entry.key.clone(),
            name: Bilingual::new(&entry.zh, &entry.en),
            meter: entry.meter.clone(),
            rows: rows(book, version, entry),
            blocks: if let Model::TimeBlock { first, next, .. } = entry.charge { Some((first, next)) } else { None },
            fair_use: if let Model::Unlimited { fair_use, .. } = entry.charge { fair_use } else { None },
            demo: entry.demo,
            source: entry.source.clone(),
        }
    }
}

fn unit(meter: &str, per: i64) -> &'static str {
    match per {
        60 if meter.ends_with(".seconds") => "minute",
        1_048_576 if meter.ends_with(".bytes") => "mb",
        1 if meter.ends_with(".months") => "month",
        _ => "unit",
    }
}

fn rows(book: &Book, version: &Version, entry: &Entry) -> Vec<PriceRow> {
    let plain = |price: Price, unit| PriceRow { price: price.to_string(), unit, destinations: None, above: None, up_to: None };
    let (unit, one) = match &entry.charge {
        Model::Flat { price, .. } | Model::Unlimited { price, .. } => return vec![plain(*price, "month")],
        Model::Percentage { percent, .. } => return vec![PriceRow { price: percent.to_string(), ..plain(Price::default(), "unit") }],
        Model::Package { price, .. } => return vec![plain(*price, "unit")],
        Model::PerUnit { price, per } => (unit(&entry.meter, *per), Some(*price)),
        Model::Graduated { per, tiers } | Model::Volume { per, tiers, .. } => {
            let row = |tier: &rating::Tier| PriceRow { above: Some(tier.above), up_to: tier.up_to, ..plain(tier.price, unit(&entry.meter, *per)) };
            return tiers.iter().map(row).collect();
        }
        Model::Matrix { per, .. } => (unit(&entry.meter, *per), None),
        Model::TimeBlock { per, price, .. } => (unit(&entry.meter, *per), *price),
        Model::DayPass { price, .. } => ("day", *price),
    };
    let count = |price: Price| book.destinations().iter().filter(|one| book.price_to(&version.key, &entry.key, &one.key) == Some(price)).count();
    let by_row = entry.charge.rows().iter().map(|row| PriceRow { destinations: Some(count(row.price)), ..plain(row.price, unit) });
    one.map(|price| plain(price, unit)).into_iter().chain(by_row).collect()
}

/// A destination with its prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DestinationLine {
    /// Key.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// Prefixes.
    pub prefixes: Vec<String>,
    /// 示范
    pub demo: bool,
    /// Price of each entry that depends on the destination, in their order.
    pub prices: Vec<Option<Price>>,
}

/// A price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PriceList {
    /// Entries.
    pub entries: Vec<PriceLine>,
    /// Names of those that depend on the destination.
    pub by_destination: Vec<Bilingual>,
    /// Destinations.
    pub destinations: Vec<DestinationLine>,
}

impl PriceList {
    pub(crate) fn of(book: &Book, version: &Version) -> Self {
        let by: Vec<&Entry> = version.entries.iter().filter(|entry| entry.charge.by_destination()).collect();
        let line = |one: &rating::Destination| DestinationLine {
            key: one.key.clone(),
            name: Bilingual::new(&one.zh, &one.en),
            prefixes: one.prefixes.clone(),
            demo: one.demo,
            prices: by.iter().map(|entry| book.price_to(&version.key, &entry.key, &one.key)).collect(),
        };
        Self {
            entries: version.entries.iter().map(|entry| PriceLine::of(book, version, entry)).collect(),
            by_destination: by.iter().map(|entry| Bilingual::new(&entry.zh, &entry.en)).collect(),
            destinations: if by.is_empty() { Vec::new() } else { book.destinations().iter().map(line).collect() },
        }
    }
}

/// What a form of a book offers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub(crate) struct FormView {
    /// What is wanted.
    pub wants: Wants,
    /// Destinations to choose from.
    pub destinations: Vec<Choice>,
    /// Coupons that hold on the day.
    pub coupons: Vec<Choice>,
}

impl FormView {
    pub(crate) fn of(book: &Book, version: &Version, day: Day) -> Self {
        let wants = Wants::of(version);
        let choice = |key: &str, zh: &str, en: &str| Choice { value: key.to_owned(), label: Bilingual::new(zh, en) };
        let named = book.destinations().iter().filter(|_| wants.target);
        let held = book.coupons().iter().filter(|coupon| coupon.from <= day && coupon.until.is_none_or(|until| day < until));
        Self {
            destinations: named.map(|one| choice(&one.key, &one.zh, &one.en)).collect(),
            coupons: held.map(|one| choice(&one.key, &one.zh, &one.en)).collect(),
            wants,
        }
    }
}

/// A quote as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct QuoteView {
    /// What was asked, before and after.
    pub quoted: Quoted,
    /// What is saved; below zero if it costs more.
    pub saved: Amount,
    /// Name of the destination.
    pub target_name: Option<Bilingual>,
    /// Name of the plan.
    pub plan_name: Option<Bilingual>,
}

impl QuoteView {
    pub(crate) fn of(quoted: Quoted, book: Option<&Book>) -> Self {
        let plan = quoted.question.plan.as_deref();
        let entries = book.and_then(|book| book.version(&quoted.version)).map(|version| version.entries.as_slice()).unwrap_or_default();
        let entry = entries.iter().find(|entry| plan.is_some() && entry.plan.as_deref() == plan);
        Self {
            saved: Amount { minor: quoted.saved_minor, asset: quoted.after.total.asset.clone() },
            target_name: book.and_then(|book| book.destination(&quoted.question.target)).map(|one| Bilingual::new(&one.zh, &one.en)),
            plan_name: entry.map(|entry| Bilingual::new(&entry.zh, &entry.en)),
            quoted,
        }
    }
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct OrderLine {
    /// Id.
    pub id: Id,
    /// Its quote.
    pub quote: Id,
    /// Placed at.
    pub placed_at: Instant,
    /// Taken back on.
    pub withdrawn_on: Option<Day>,
}

impl From<&Order> for OrderLine {
    fn from(order: &Order) -> Self {
        Self { id: order.id.clone(), quote: order.quote.clone(), placed_at: order.placed_at, withdrawn_on: order.withdrawn_on }
    }
}

/// A kept quote in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct QuoteLine {
    /// Id.
    pub id: Id,
    /// Name of the book.
    pub name: Bilingual,
    /// Key of the book.
    pub book: String,
    /// Before.
    pub before: Option<Amount>,
    /// After.
    pub after: Amount,
    /// Saved.
    pub saved: Amount,
    /// Kept at.
    pub made_at: Instant,
    /// Its order.
    pub order: Option<OrderLine>,
}

impl QuoteLine {
    pub(crate) fn of(quote: &Quote, book: Option<&Book>, order: Option<&Order>) -> Self {
        let quoted = &quote.quoted;
        let key = &quoted.book;
        Self {
            id: quote.id.clone(),
            name: book.map_or_else(|| Bilingual::new(key, key), |book| Bilingual::new(&book.head().zh, &book.head().en)),
            book: key.clone(),
            before: quoted.before.as_ref().map(|before| before.total.clone()),
            after: quoted.after.total.clone(),
            saved: Amount { minor: quoted.saved_minor, asset: quoted.after.total.asset.clone() },
            made_at: quote.made_at,
            order: order.map(OrderLine::from),
        }
    }
}

/// An upgrade in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct UpgradeLine {
    /// Id.
    pub id: Id,
    /// Firm.
    pub firm: String,
    /// Contract.
    pub contract: String,
    /// Its last day.
    pub contract_until: Day,
    /// Mbit/s before.
    pub mbps: i64,
    /// Mbit/s afterwards.
    pub to_mbps: i64,
    /// State.
    pub state: UpgradeState,
    /// Case.
    pub case: Option<Id>,
    /// Its number.
    pub number: Option<String>,
    /// Why it was declined.
    pub reason: String,
    /// Asked for at.
    pub applied_at: Instant,
    /// Decided on.
    pub decided_on: Option<Day>,
    /// Saved a month.
    pub saved: Amount,
}

impl From<Upgrade> for UpgradeLine {
    fn from(upgrade: Upgrade) -> Self {
        Self {
            id: upgrade.id,
            firm: upgrade.firm,
            contract: upgrade.contract,
            contract_until: upgrade.contract_until,
            mbps: upgrade.mbps,
            to_mbps: upgrade.to_mbps,
            state: upgrade.state,
            case: upgrade.case,
            number: upgrade.number,
            reason: upgrade.reason,
            applied_at: upgrade.applied_at,
            decided_on: upgrade.decided_on,
            saved: Amount { minor: upgrade.saved_minor, asset: words::Asset::cny() },
        }
    }
}

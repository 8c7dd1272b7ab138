//! What a subscription owes for a month in all, and what of it was not charged yet. Pure.
//!
//! Invariant: what is due depends on the set of usages, the book and the subscription only; what is charged now is what is due now less what was charged
//! before, line by line. So usage in any order, in any parts, late or in time, costs the same in the end.

use std::collections::BTreeMap;

use rating::{Book, LineKind, Percent, RateRefusal, Step, Tally, Terms, Usage, bill};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day, Refusal};

use crate::asks::{Sum, Used};
use crate::month::Month;
use crate::refusal::SubscriptionRefusal;
use crate::subscription::{Subscription, is_by_the_hour, priced_as};

/// A line, as it stands for the whole month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Key: version, entry and destination of the book.
    pub key: String,
    /// Charge, commitment or something off.
    pub kind: LineKind,
    /// Name.
    pub name: Bilingual,
    /// Destination, if it has one.
    pub target: Option<Bilingual>,
    /// What is counted; empty for what is not used.
    pub meter: String,
    /// Units that are charged now.
    pub quantity: i64,
    /// What is charged now, fen.
    pub amount_minor: i64,
    /// Units of the whole month.
    pub quantity_total: i64,
    /// The same line for the whole month, fen.
    pub amount_total_minor: i64,
    /// Why the whole month is that much.
    pub why: Vec<Step>,
}

/// Rate of tax of a charge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TaxOf {
    /// Rate.
    pub rate: Percent,
    /// Since when it holds.
    pub since: Day,
    /// Is it inside the prices?
    pub included: bool,
}

/// Money without tax, tax, and both, fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Money {
    /// Without tax.
    pub net: i64,
    /// Tax.
    pub tax: i64,
    /// Both.
    pub total: i64,
}

impl Money {
    /// Both together; `None` if it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        let sum = |a: i64, b: i64| a.checked_add(b);
        Some(Self { net: sum(self.net, other.net)?, tax: sum(self.tax, other.tax)?, total: sum(self.total, other.total)? })
    }

    /// What is left of it.
    pub fn less(self, other: Self) -> Option<Self> {
        let rest = |a: i64, b: i64| a.checked_sub(b);
        Some(Self { net: rest(self.net, other.net)?, tax: rest(self.tax, other.tax)?, total: rest(self.total, other.total)? })
    }
}

/// What a month costs in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Lines of the whole month.
    pub lines: Vec<Line>,
    /// Tax, if the book says so.
    pub tax: Option<TaxOf>,
    /// Money.
    pub money: Money,
    /// Uses and units that have a price.
    pub sum: Sum,
    /// Uses and units that have none, by the code of the refusal.
    pub unpriced: BTreeMap<String, Sum>,
}

/// What a charge holds besides its sums.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Detail {
    /// Lines.
    pub lines: Vec<Line>,
    /// Tax.
    pub tax: Option<TaxOf>,
}

impl Detail {
    /// What of it is for more than was admitted under these names (as many units, or all), fen, its tax included: nothing was set aside for it. Discounts are not counted on.
    pub(crate) fn beside(&self, admitted: &BTreeMap<&str, i64>) -> i64 {
        let covered = |line: &Line| admitted.get(line.meter.as_str()).is_some_and(|units| line.quantity_total <= *units);
        let own = |line: &&Line| !line.meter.is_empty() && !covered(line);
        let sum: i64 = self.lines.iter().filter(own).map(|line| line.amount_minor).fold(0, i64::saturating_add);
        let on_top = self.tax.as_ref().filter(|tax| !tax.included).map_or(0, |tax| tax.rate.millionths());
        let whole = i128::from(Percent::WHOLE);
        // Rounded up: so much at most.
        let tax = (i128::from(sum) * i128::from(on_top) + whole - 1).div_euclid(whole);
        sum.saturating_add(i64::try_from(tax).unwrap_or(i64::MAX))
    }
}

/// What was charged already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Charged {
    /// Quantity and fen, by the key of the line.
    pub lines: BTreeMap<String, (i64, i64)>,
    /// The last line of each key, for its name.
    pub last: BTreeMap<String, Line>,
    /// Money.
    pub money: Money,
    /// Uses and units.
    pub sum: Sum,
}

impl Charged {
    /// Adds a charge.
    pub fn add(&mut self, detail: &Detail, money: Money, sum: Sum) -> Option<()> {
        for line in &detail.lines {
            let before = self.lines.entry(line.key.clone()).or_default();
            *before = (before.0.checked_add(line.quantity)?, before.1.checked_add(line.amount_minor)?);
            self.last.insert(line.key.clone(), line.clone());
        }
        self.money = self.money.plus(money)?;
        self.sum = self.sum.plus(sum);
        Some(())
    }
}

/// What is to be charged now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Lines and tax.
    pub detail: Detail,
    /// Money.
    pub money: Money,
    /// Uses and units.
    pub sum: Sum,
}

/// What a month costs in all for what was used in it. `closed`: the month is over, so minimums are made up.
pub fn due(book: &Book, subscription: &Subscription, month: Month, used: &[Used], closed: bool) -> Result<Due, RateRefusal> {
    let (mut tally, mut early, mut sum, mut unpriced) = (Tally::new(), Tally::new(), Sum::default(), BTreeMap::new());
    let Some((from, to)) = subscription.span(month) else { return Ok(nothing()) };
    let until = subscription.discount.map(|discount| discount.until.start());
    for row in used.iter().filter(|row| subscription.covers(&row.meter) && from <= row.hour && row.hour < to) {
        let usage = Usage::new(priced_as(book, &row.meter), row.hour, row.units).to(&row.target);
        let of_row = Sum { count: row.billable, units: row.units };
        let mut aside = |code: &str| {
            let before: &mut Sum = unpriced.entry(code.to_owned()).or_default();
            *before = before.plus(of_row);
        };
        if !is_by_the_hour(book, &row.meter) {
            aside(SubscriptionRefusal::EachUse.code());
            continue;
        }
        match tally.add(book, &usage) {
            Ok(()) => sum = sum.plus(of_row),
            Err(RateRefusal::TooLarge) => return Err(RateRefusal::TooLarge),
            Err(refusal) => {
                aside(refusal.code());
                continue;
            }
        }
        if until.is_some_and(|until| row.hour < until) {
            early.add(book, &usage)?;
        }
    }
    let days = subscription.days(month).unwrap_or_else(|| month.period());
    let terms = Terms { plan: subscription.plan.clone(), closed, ..Terms::on(month.last()).period(month.period(), days) };
    let rated = bill(book, &tally, &terms)?;
    let mut lines: Vec<Line> = rated.lines.iter().map(line_of).collect();
    let mut subtotal = rated.subtotal.minor;
    if let Some(off) = off(book, subscription, month, &early, &terms)? {
        subtotal = subtotal.checked_add(off.amount_minor).ok_or(RateRefusal::TooLarge)?;
        lines.push(off);
    }
    let tax = book.taxed(month.last(), subtotal)?;
    let money = match &tax {
        Some(tax) => Money { net: tax.net.minor, tax: tax.tax.minor, total: tax.net.minor.checked_add(tax.tax.minor).ok_or(RateRefusal::TooLarge)? },
        None => Money { net: subtotal, tax: 0, total: subtotal },
    };
    let tax = tax.map(|tax| TaxOf { rate: tax.rate, since: tax.from, included: tax.included });
    Ok(Due { lines, tax, money, sum, unpriced })
}

fn nothing() -> Due {
    Due { lines: Vec::new(), tax: None, money: Money::default(), sum: Sum::default(), unpriced: BTreeMap::new() }
}

fn line_of(line: &rating::Line) -> Line {
    Line {
        key: [line.version.as_str(), line.entry.as_str(), line.target.as_deref().unwrap_or_default()].join("/"),
        kind: line.kind,
        name: line.name.clone(),
        target: line.target_name.clone(),
        meter: line.meter.clone(),
        quantity: line.quantity,
        amount_minor: line.amount_minor,
        quantity_total: line.quantity,
        amount_total_minor: line.amount_minor,
        why: line.why.clone(),
    }
}

/// The part off for what was used, and for the days held, before the discount ends: of what those alone would have cost.
fn off(book: &Book, subscription: &Subscription, month: Month, early: &Tally, terms: &Terms) -> Result<Option<Line>, RateRefusal> {
    let Some(discount) = subscription.discount.filter(|discount| month.first() < discount.until) else { return Ok(None) };
    let whole = discount.until >= month.period().until;
    let mut terms = terms.clone();
    terms.closed = terms.closed && whole;
    if let Some(held) = &mut terms.held {
        held.until = held.until.min(discount.until);
        if held.days() == 0 {
            return Ok(None);
        }
    }
    let of_minor = bill(book, early, &terms)?.subtotal.minor;
    let millionths = i128::from(discount.percent.millionths().min(Percent::WHOLE));
    let minor = book.head().rounding.divide(i128::from(of_minor) * millionths, i128::from(Percent::WHOLE)).ok_or(RateRefusal::TooLarge)?;
    let name = Bilingual::new("初期优惠", "Early discount");
    let why = vec![Step::Off { percent: Some(discount.percent), amount: None, of_minor }];
    Ok((minor != 0).then(|| Line {
        key: "discount".into(),
        kind: LineKind::Coupon,
        name,
        target: None,
        meter: String::new(),
        quantity: 0,
        amount_minor: -minor,
        quantity_total: 0,
        amount_total_minor: -minor,
        why,
    }))
}

impl Due {
    /// What of it was not charged yet; `None` if all was.
    pub fn less(&self, charged: &Charged) -> Result<Option<Draft>, RateRefusal> {
        let mut lines = Vec::new();
        for line in &self.lines {
            let (quantity, minor) = charged.lines.get(&line.key).copied().unwrap_or_default();
            let rest = |a: i64, b: i64| a.checked_sub(b).ok_or(RateRefusal::TooLarge);
            lines.push(Line { quantity: rest(line.quantity, quantity)?, amount_minor: rest(line.amount_minor, minor)?, ..line.clone() });
        }
        for (key, (quantity, minor)) in &charged.lines {
            if let (false, Some(last)) = (self.lines.iter().any(|line| line.key == *key), charged.last.get(key)) {
                lines.push(Line { quantity: -quantity, amount_minor: -minor, quantity_total: 0, amount_total_minor: 0, why: Vec::new(), ..last.clone() });
            }
        }
        lines.retain(|line| line.quantity != 0 || line.amount_minor != 0);
        let money = self.money.less(charged.money).ok_or(RateRefusal::TooLarge)?;
        let sum = self.sum.less(charged.sum);
        let nothing = lines.is_empty() && money == Money::default() && sum == Sum::default();
        Ok((!nothing).then(|| Draft { detail: Detail { lines, tax: self.tax.clone() }, money, sum }))
    }
}

//! From what was counted to a bill: charges, the minimum, coupons, tax.
//!
//! Invariant: a line is rounded once; the bill depends on the set of usages and the terms only, so a bill of today less the bill of yesterday is what is due in between.

use std::collections::BTreeMap;

use words::{Amount, Bilingual, Day, Rounding, split_by_weights};

use crate::book::{Allowance, Book, Coupon, Entry, TaxMode, Version};
use crate::cost::cost;
use crate::model::{Model, TwoZones};
use crate::price::{Exact, Percent, Price, nano_in_minor};
use crate::prorate::prorate;
use crate::rated::{Line, LineKind, Rated, Step, TaxLine};
use crate::refusal::RateRefusal;
use crate::tally::{Counts, Tally};
use crate::usage::{Period, Terms, Usage};

/// What some usages cost: counts them and makes the bill. One that has no price stops it; who wants to set those aside adds them one by one to a [`Tally`].
pub fn rate(book: &Book, usages: &[Usage<'_>], terms: &Terms) -> Result<Rated, RateRefusal> {
    let mut tally = Tally::new();
    usages.iter().try_for_each(|usage| tally.add(book, usage))?;
    bill(book, &tally, terms)
}

/// The bill of what was counted.
pub fn bill(book: &Book, tally: &Tally, terms: &Terms) -> Result<Rated, RateRefusal> {
    let maker = Maker { book, terms, nano: nano_in_minor(book.asset.scale), rounding: book.head().rounding };
    maker.check(tally)?;
    let mut lines = Vec::new();
    for version in book.versions() {
        let charges = maker.charges(version, tally)?;
        let commitments = maker.commitments(version, &charges)?;
        lines.extend(charges.into_iter().chain(commitments));
    }
    let mut left: Vec<i64> = lines.iter().map(|line| line.amount_minor).collect();
    let off = terms.coupons.iter().map(|coupon| maker.coupon(coupon, &lines, &mut left)).collect::<Result<Vec<_>, _>>()?;
    lines.extend(off);
    maker.close(lines)
}

struct Maker<'a> {
    book: &'a Book,
    terms: &'a Terms,
    nano: i128,
    rounding: Rounding,
}

const TOO_LARGE: RateRefusal = RateRefusal::TooLarge;

impl Maker<'_> {
    /// The tally is of this book; the plan is one of those in force.
    fn check(&self, tally: &Tally) -> Result<(), RateRefusal> {
        let known = |(version, entries): (&String, &BTreeMap<String, Counts>)| {
            self.book.version(version).is_some_and(|version| entries.keys().all(|entry| version.entry(entry).is_some()))
        };
        if !tally.0.iter().all(known) {
            return Err(RateRefusal::OtherBook);
        }
        let Some(plan) = &self.terms.plan else { return Ok(()) };
        let there = |version: &Version| self.span(version).is_some() && version.entries.iter().any(|entry| entry.plan.as_ref() == Some(plan));
        if self.book.versions().iter().any(there) { Ok(()) } else { Err(RateRefusal::NoPlan { plan: plan.clone() }) }
    }

    /// Days of the period for which a version's fees are due, counted from its first day, and the days of the period. Without a period: one of one.
    fn span(&self, version: &Version) -> Option<(i64, i64, i64)> {
        let Some(period) = self.terms.period else { return version.holds(self.terms.day).then_some((0, 1, 1)) };
        let life = Period { from: version.from, until: version.until.unwrap_or(period.until) };
        let held = self.terms.held.unwrap_or(period).within(period).within(life);
        let first = Period { from: period.from, until: held.from }.days();
        (held.days() > 0).then(|| (first, first + held.days(), period.days()))
    }

    fn charges(&self, version: &Version, tally: &Tally) -> Result<Vec<Line>, RateRefusal> {
        let nothing = BTreeMap::new();
        let counted = tally.0.get(&version.key).unwrap_or(&nothing);
        let free = self.free(version, counted);
        let mut lines = Vec::new();
        for entry in version.entries.iter().filter(|entry| self.terms.has(entry.plan.as_deref())) {
            let none = Counts::new();
            let counts = counted.get(&entry.key).unwrap_or(&none);
            match &entry.charge {
                Model::Flat { .. } | Model::Unlimited { .. } => lines.extend(self.fee(version, entry, counts)?),
                Model::DayPass { two_zones, .. } => lines.extend(self.days(version, entry, counts, *two_zones)?),
                _ => {
                    for target in counts.keys() {
                        lines.push(self.used(version, entry, counts, target, &free)?);
                    }
                }
            }
        }
        Ok(lines)
    }

    /// Units that allowances give, by entry and destination: in the order of the entries that the allowance names, then of the keys.
    fn free<'v>(&self, version: &'v Version, counted: &BTreeMap<String, Counts>) -> BTreeMap<(String, String), Vec<(&'v Allowance, i64)>> {
        let mut given: BTreeMap<(String, String), Vec<(&Allowance, i64)>> = BTreeMap::new();
        for allowance in version.allowances.iter().filter(|allowance| self.terms.has(allowance.plan.as_deref())) {
            let mut left = allowance.quantity;
            for entry in &allowance.entries {
                for (target, count) in counted.get(entry).into_iter().flatten() {
                    let parts = given.entry((entry.clone(), target.clone())).or_default();
                    let taken: i64 = parts.iter().map(|(_, quantity)| quantity).sum();
                    let part = (count.counted - taken).min(left).max(0);
                    if part > 0 {
                        parts.push((allowance, part));
                        left -= part;
                    }
                }
            }
        }
        given
    }

    fn used(
        &self,
        version: &Version,
        entry: &Entry,
        counts: &Counts,
        target: &str,
        free: &BTreeMap<(String, String), Vec<(&Allowance, i64)>>,
    ) -> Result<Line, RateRefusal> {
        let count = &counts[target];
        let given = free.get(&(entry.key.clone(), target.to_owned())).map_or(&[][..], Vec::as_slice);
        let units: i64 = given.iter().map(|(_, quantity)| quantity).sum();
        let row = if entry.charge.by_destination() { Some(self.price(version, entry, target)?) } else { None };
        let cost = cost(&entry.charge, row, count, units, self.nano).ok_or(TOO_LARGE)?;
        let steps = given.iter().map(|(allowance, quantity)| Step::Allowance { name: Bilingual::new(&allowance.zh, &allowance.en), quantity: *quantity });
        let mut line = self.line(version, entry, target, count.counted);
        line.why = steps.chain(cost.why).collect();
        self.round(line, cost.amount)
    }

    fn price(&self, version: &Version, entry: &Entry, target: &str) -> Result<Price, RateRefusal> {
        let found = self.book.price_to(&version.key, &entry.key, target);
        found.ok_or_else(|| RateRefusal::NoTarget { target: target.to_owned() })
    }

    fn line(&self, version: &Version, entry: &Entry, target: &str, quantity: i64) -> Line {
        let destination = if target.is_empty() { None } else { self.book.destination(target) };
        Line {
            kind: LineKind::Charge,
            version: version.key.clone(),
            entry: entry.key.clone(),
            name: Bilingual::new(&entry.zh, &entry.en),
            target: destination.map(|destination| destination.key.clone()),
            target_name: destination.map(|destination| Bilingual::new(&destination.zh, &destination.en)),
            meter: entry.meter.clone(),
            quantity,
            amount_minor: 0,
            why: Vec::new(),
        }
    }

    /// The one place where a fraction becomes a whole number.
    fn round(&self, mut line: Line, amount: Exact) -> Result<Line, RateRefusal> {
        line.amount_minor = amount.rounded(self.rounding).ok_or(TOO_LARGE)?;
        if !amount.is_whole() {
            line.why.push(Step::Rounded { rounding: self.rounding });
        }
        Ok(line)
    }

    fn fee(&self, version: &Version, entry: &Entry, counts: &Counts) -> Result<Option<Line>, RateRefusal> {
        let (Some((price, by_days)), Some((from, until, of))) = (entry.charge.fee(), self.span(version)) else { return Ok(None) };
        // A fee that is not split by days belongs to the version of the first day that was held.
        if !by_days && !self.begins_in(version) {
            return Ok(None);
        }
        let used = counts.values().try_fold(0i64, |sum, count| sum.checked_add(count.used)).ok_or(TOO_LARGE)?;
        let mut line = self.line(version, entry, "", used);
        line.why.push(Step::Fee { price });
        let mut line = self.round(line, Exact::zero(self.nano).add(price, 1).ok_or(TOO_LARGE)?)?;
        if by_days && until - from < of {
            line.amount_minor = prorate(line.amount_minor, from, until, of, self.rounding).ok_or(TOO_LARGE)?;
            line.why.push(Step::Prorated { days: until - from, of });
        }
        if let Model::Unlimited { fair_use: Some(limit), .. } = entry.charge {
            line.why.push(Step::FairUse { limit, used, above: used.saturating_sub(limit).max(0) });
        }
        Ok(Some(line))
    }

    fn begins_in(&self, version: &Version) -> bool {
        let first = |period: Period| self.terms.held.unwrap_or(period).within(period).from;
        version.holds(self.terms.period.map_or(self.terms.day, first))
    }

    /// One line a destination: its days, less those on which a dearer destination counts.
    fn days(&self, version: &Version, entry: &Entry, counts: &Counts, two_zones: TwoZones) -> Result<Vec<Line>, RateRefusal> {
        let mut priced = Vec::new();
        for (target, count) in counts {
            let price = if entry.charge.by_destination() { self.price(version, entry, target)? } else { entry.charge.price().unwrap_or_default() };
            priced.push((target, count, price));
        }
        let mut dearest: BTreeMap<Day, (Price, &str)> = BTreeMap::new();
        for (target, count, price) in &priced {
            for day in &count.days {
                let best = dearest.entry(*day).or_insert((*price, target));
                // Of equal prices the first key counts.
                if *price > best.0 {
                    *best = (*price, target);
                }
            }
        }
        let mut lines = Vec::new();
        for (target, count, price) in priced {
            let counts_here = |day: &&Day| two_zones == TwoZones::Each || dearest.get(*day).is_some_and(|(_, best)| *best == target.as_str());
            let (paid, all) = (size(count.days.iter().filter(counts_here).count()), size(count.days.len()));
            let mut line = self.line(version, entry, target, all);
            line.why.push(Step::Days { days: paid, price, elsewhere: all - paid });
            lines.push(self.round(line, Exact::zero(self.nano).add(price, paid).ok_or(TOO_LARGE)?)?);
        }
        Ok(lines)
    }

    fn commitments(&self, version: &Version, charges: &[Line]) -> Result<Vec<Line>, RateRefusal> {
        let mut lines = Vec::new();
        let Some((from, until, of)) = self.span(version).filter(|_| self.terms.closed) else { return Ok(lines) };
        for commitment in version.commitments.iter().filter(|commitment| self.terms.has(commitment.plan.as_deref())) {
            let whole = Exact::zero(self.nano).add(commitment.amount, 1).and_then(|amount| amount.rounded(self.rounding)).ok_or(TOO_LARGE)?;
            let minimum = prorate(whole, from, until, of, self.rounding).ok_or(TOO_LARGE)?;
            let charged = sum(charges)?;
            if charged >= minimum {
                continue;
            }
            lines.push(Line {
                kind: LineKind::Commitment,
                version: version.key.clone(),
                entry: "commitment".into(),
                name: Bilingual::new(&commitment.zh, &commitment.en),
                target: None,
                target_name: None,
                meter: String::new(),
                quantity: 1,
                amount_minor: minimum.checked_sub(charged).ok_or(TOO_LARGE)?,
                why: vec![Step::Minimum { minimum_minor: minimum, charged_minor: charged }],
            });
        }
        Ok(lines)
    }

    /// Off what the coupons before it have left of the lines that it is for.
    fn coupon(&self, key: &str, lines: &[Line], left: &mut [i64]) -> Result<Line, RateRefusal> {
        let holds = |coupon: &&Coupon| coupon.key == key && coupon.from <= self.terms.day && coupon.until.is_none_or(|until| self.terms.day < until);
        let coupon = self.book.coupons().iter().find(holds).ok_or_else(|| RateRefusal::NoCoupon { coupon: key.to_owned() })?;
        let on = |line: &Line| coupon.entries.is_empty() || coupon.entries.contains(&line.entry);
        let weights: Vec<u64> = lines.iter().zip(&*left).map(|(line, left)| if on(line) { left.unsigned_abs() } else { 0 }).collect();
        let of_minor = weights.iter().try_fold(0i64, |sum, weight| sum.checked_add_unsigned(*weight)).ok_or(TOO_LARGE)?;
        let exact = match (coupon.percent, coupon.amount) {
            (Some(percent), _) => Exact { num: i128::from(of_minor) * i128::from(percent.millionths().min(Percent::WHOLE)), den: i128::from(Percent::WHOLE) },
            (None, amount) => Exact::zero(self.nano).add(amount.unwrap_or_default(), 1).ok_or(TOO_LARGE)?,
        };
        let off = exact.rounded(self.rounding).ok_or(TOO_LARGE)?.min(of_minor);
        let parts = split_by_weights(off, &weights).unwrap_or_else(|| vec![0; weights.len()]);
        left.iter_mut().zip(parts).for_each(|(left, part)| *left -= part);
        Ok(Line {
            kind: LineKind::Coupon,
            version: String::new(),
            entry: coupon.key.clone(),
            name: Bilingual::new(&coupon.zh, &coupon.en),
            target: None,
            target_name: None,
            meter: String::new(),
            quantity: 1,
            amount_minor: -off,
            why: vec![Step::Off { percent: coupon.percent, amount: coupon.amount, of_minor }],
        })
    }

    fn close(&self, lines: Vec<Line>) -> Result<Rated, RateRefusal> {
        let subtotal = sum(&lines)?;
        let tax = self.book.taxed(self.terms.day, subtotal)?;
        let amount = |minor| Amount { minor, asset: self.book.asset.clone() };
        let taxed = |tax: &TaxLine| tax.net.minor.checked_add(tax.tax.minor).ok_or(TOO_LARGE);
        let total = tax.as_ref().map_or(Ok(subtotal), taxed)?;
        Ok(Rated { book: self.book.key().to_owned(), lines, subtotal: amount(subtotal), tax, total: amount(total) })
    }
}

impl Book {
    /// The tax of a subtotal by the rate of a day; none if the book says nothing of tax, or has no rate yet. Rounded once, as the lines are.
    pub fn taxed(&self, day: Day, subtotal: i64) -> Result<Option<TaxLine>, RateRefusal> {
        let mode = self.head().tax;
        let Some(rate) = self.tax_on(day).filter(|_| mode != TaxMode::None) else { return Ok(None) };
        let (whole, part) = (i128::from(Percent::WHOLE), i128::from(rate.rate.millionths()));
        let den = if mode == TaxMode::Included { whole + part } else { whole };
        let minor = self.head().rounding.divide(i128::from(subtotal) * part, den).ok_or(TOO_LARGE)?;
        let included = mode == TaxMode::Included;
        let net = if included { subtotal.checked_sub(minor).ok_or(TOO_LARGE)? } else { subtotal };
        let amount = |minor| Amount { minor, asset: self.asset.clone() };
        Ok(Some(TaxLine { rate: rate.rate, from: rate.from, included, net: amount(net), tax: amount(minor) }))
    }
}

fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn sum(lines: &[Line]) -> Result<i64, RateRefusal> {
    lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.amount_minor)).ok_or(TOO_LARGE)
}

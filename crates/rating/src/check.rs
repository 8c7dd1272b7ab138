//! The checker of a book: a book without mistakes prices everything it names, once, on every day between its first and its last.

use std::collections::{BTreeMap, BTreeSet};

use words::Asset;

use crate::book::{Entry, TaxMode, Version, Written};
use crate::mistake::BookMistake;
use crate::model::{Model, Row, Tier};

struct Book<'a> {
    file: &'a str,
    written: &'a Written,
    found: Vec<BookMistake>,
}

/// All mistakes of a file.
pub(crate) fn check(file: &str, written: &Written) -> Vec<BookMistake> {
    let mut book = Book { file, written, found: Vec::new() };
    book.head();
    book.taxes();
    book.destinations();
    book.dates();
    for version in &written.version {
        book.version(version);
    }
    book.coupons();
    book.found
}

impl Book<'_> {
    fn tell(&mut self, entry: &str, code: &'static str, args: &[(&str, &str)]) {
        self.found.push(BookMistake::new(self.file, entry, code, args));
    }

    fn keys<'k>(&mut self, what: &str, keys: impl Iterator<Item = &'k str>) {
        let mut seen = BTreeSet::new();
        for key in keys {
            let fine = (1..=60).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            if !fine {
                self.tell(what, "bad-key", &[("key", key)]);
            }
            if !seen.insert(key) {
                self.tell(what, "duplicate-key", &[("key", key)]);
            }
        }
    }

    fn head(&mut self) {
        let head = &self.written.book;
        self.keys("book", [head.key.as_str()].into_iter());
        if head.currency.is_empty() {
            self.tell("book", "no-currency", &[]);
        } else if Asset::parse(&head.currency).is_none() {
            self.tell("book", "bad-currency", &[("currency", &head.currency)]);
        }
        if self.written.version.is_empty() {
            self.tell("book", "no-version", &[]);
        }
    }

    fn taxes(&mut self) {
        let rates = &self.written.tax;
        for pair in rates.windows(2).filter(|pair| pair[0].from >= pair[1].from) {
            self.tell("tax", "tax-order", &[("from", &pair[1].from.to_string())]);
        }
        let first = self.written.version.iter().map(|version| version.from).min();
        let covered = rates.first().zip(first).is_some_and(|(rate, first)| rate.from <= first);
        if self.written.book.tax != TaxMode::None && first.is_some() && !covered {
            self.tell("tax", "tax-gap", &[]);
        }
    }

    fn destinations(&mut self) {
        let written = self.written;
        self.keys("destination", written.destination.iter().map(|one| one.key.as_str()));
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for one in &written.destination {
            for prefix in &one.prefixes {
                if prefix.is_empty() || prefix.len() > 20 || !prefix.bytes().all(|b| b.is_ascii_digit()) {
                    self.tell(&one.key, "bad-prefix", &[("prefix", prefix)]);
                }
                if let Some(other) = seen.insert(prefix, &one.key) {
                    self.tell(&one.key, "ambiguous-prefix", &[("prefix", prefix), ("other", other)]);
                }
            }
            let key_is_number = one.key.bytes().all(|b| b.is_ascii_digit());
            if key_is_number {
                self.tell(&one.key, "ambiguous-prefix", &[("prefix", &one.key), ("other", "number")]);
            }
        }
    }

    /// Versions follow one another without a gap.
    fn dates(&mut self) {
        let versions = &self.written.version;
        self.keys("version", versions.iter().map(|version| version.key.as_str()));
        for version in versions {
            if version.until.is_some_and(|until| until <= version.from) {
                self.tell(&version.key, "version-empty", &[]);
            }
        }
        for pair in versions.windows(2) {
            match pair[0].until {
                Some(until) if until == pair[1].from => {}
                Some(until) if until < pair[1].from => self.tell(&pair[1].key, "version-gap", &[("after", &pair[0].key)]),
                _ => self.tell(&pair[1].key, "version-overlap", &[("with", &pair[0].key)]),
            }
        }
    }

    fn version(&mut self, version: &Version) {
        self.keys(&version.key, version.entries.iter().map(|entry| entry.key.as_str()));
        self.keys(&version.key, version.allowances.iter().map(|allowance| allowance.key.as_str()));
        if version.entries.is_empty() {
            self.tell(&version.key, "no-entry", &[]);
        }
        for entry in &version.entries {
            let at = format!("{}/{}", version.key, entry.key);
            self.entry(&at, version, entry);
        }
        let takes = |key: &String| version.entry(key).is_some_and(|entry| can_be_free(&entry.charge));
        for allowance in &version.allowances {
            let at = format!("{}/{}", version.key, allowance.key);
            if allowance.quantity <= 0 || allowance.entries.is_empty() {
                self.tell(&at, "bad-quantity", &[]);
            }
            for entry in allowance.entries.iter().filter(|entry| !takes(entry)) {
                self.tell(&at, "unknown-entry", &[("entry", entry)]);
            }
        }
    }

    fn entry(&mut self, at: &str, version: &Version, entry: &Entry) {
        let inside = self.written.destination.iter().filter(|one| entry.charge.rows().iter().flat_map(|row| &row.to).any(|to| one.is(to))).count();
        self.stated(at, "all", entry.stated, inside);
        if entry.source.is_none() && version.source.is_none() && !entry.demo {
            self.tell(at, "no-source", &[]);
        }
        if entry.meter.is_empty() && !matches!(entry.charge, Model::Flat { .. } | Model::Unlimited { .. }) {
            self.tell(at, "no-meter", &[]);
        }
        match &entry.charge {
            Model::PerUnit { per, .. } => self.least(at, &[*per]),
            Model::Graduated { per, tiers } => self.tiers(at, *per, tiers, false),
            Model::Volume { per, tiers, monotone } => self.tiers(at, *per, tiers, *monotone),
            Model::Package { size, free, .. } => {
                self.least(at, &[*size]);
                self.least(at, &[free.saturating_add(1)]);
            }
            Model::Percentage { free_count, free_amount, min, max, .. } => {
                self.least(at, &[free_count.saturating_add(1), free_amount.saturating_add(1)]);
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    self.tell(at, "bad-bounds", &[]);
                }
            }
            Model::Matrix { per, rows } => {
                self.least(at, &[*per]);
                self.rows(at, rows, None);
            }
            Model::TimeBlock { first, next, per, price, rows, .. } => {
                self.least(at, &[*first, *next, *per]);
                self.rows(at, rows, Some(price.is_some()));
            }
            Model::DayPass { price, rows, .. } => self.rows(at, rows, Some(price.is_some())),
            Model::Unlimited { fair_use, .. } => {
                self.least(at, &[fair_use.unwrap_or(1)]);
                if fair_use.is_some() && entry.meter.is_empty() {
                    self.tell(at, "no-meter", &[]);
                }
            }
            Model::Flat { .. } => {}
        }
    }

    /// Each at least one, and small enough that nothing overflows.
    fn least(&mut self, at: &str, units: &[i64]) {
        for unit in units.iter().filter(|unit| !(1..=1_000_000_000_000).contains(*unit)) {
            self.tell(at, "bad-quantity", &[("quantity", &unit.to_string())]);
        }
    }

    fn tiers(&mut self, at: &str, per: i64, tiers: &[Tier], monotone: bool) {
        self.least(at, &[per]);
        let mut reached = 0;
        for (nth, tier) in tiers.iter().enumerate() {
            let name = (nth + 1).to_string();
            if tier.above > reached {
                self.tell(at, "tier-gap", &[("tier", &name)]);
            } else if tier.above < reached {
                self.tell(at, "tier-overlap", &[("tier", &name)]);
            }
            match tier.up_to {
                Some(up_to) if up_to > tier.above => reached = up_to,
                Some(_) => self.tell(at, "tier-empty", &[("tier", &name)]),
                None if nth + 1 < tiers.len() => self.tell(at, "tier-overlap", &[("tier", &(nth + 2).to_string())]),
                None => {}
            }
        }
        if tiers.last().is_none_or(|tier| tier.up_to.is_some()) {
            self.tell(at, "tier-gap", &[("tier", "last")]);
        }
        if monotone && !rises(tiers, per) {
            self.tell(at, "not-monotone", &[]);
        }
    }

    /// Every destination that is named is known and priced once; `one` says whether there is one price for all besides.
    fn rows(&mut self, at: &str, rows: &[Row], one: Option<bool>) {
        if one.map_or(rows.is_empty(), |one| one != rows.is_empty()) {
            self.tell(at, "one-price-or-rows", &[]);
        }
        let mut priced: BTreeSet<&str> = BTreeSet::new();
        let written = self.written;
        for (nth, row) in rows.iter().enumerate() {
            let name = (nth + 1).to_string();
            let mut inside = 0;
            for to in &row.to {
                let meant: Vec<&str> = written.destination.iter().filter(|one| one.is(to)).map(|one| one.key.as_str()).collect();
                if meant.is_empty() {
                    self.tell(at, "unknown-destination", &[("row", &name), ("destination", to)]);
                }
                for key in meant {
                    inside += 1;
                    if !priced.insert(key) {
                        self.tell(at, "priced-twice", &[("row", &name), ("destination", key)]);
                    }
                }
            }
            self.stated(at, &name, row.stated, inside);
        }
    }

    fn stated(&mut self, at: &str, row: &str, stated: Option<usize>, inside: usize) {
        if let Some(stated) = stated.filter(|stated| *stated != inside) {
            self.tell(at, "count-differs", &[("row", row), ("stated", &stated.to_string()), ("found", &inside.to_string())]);
        }
    }

    fn coupons(&mut self) {
        let written = self.written;
        self.keys("coupon", written.coupon.iter().map(|coupon| coupon.key.as_str()));
        for coupon in &written.coupon {
            let over = coupon.percent.is_some_and(|percent| percent.millionths() > crate::price::Percent::WHOLE);
            if coupon.percent.is_some() == coupon.amount.is_some() || over {
                self.tell(&coupon.key, "bad-coupon", &[]);
            }
            if coupon.until.is_some_and(|until| until <= coupon.from) {
                self.tell(&coupon.key, "version-empty", &[]);
            }
            let known = |key: &String| written.version.iter().any(|version| version.entry(key).is_some());
            for entry in coupon.entries.iter().filter(|entry| !known(entry)) {
                self.tell(&coupon.key, "unknown-entry", &[("entry", entry)]);
            }
        }
    }
}

fn can_be_free(model: &Model) -> bool {
    matches!(
        model,
        Model::PerUnit { .. } | Model::Graduated { .. } | Model::Volume { .. } | Model::Package { .. } | Model::Matrix { .. } | Model::TimeBlock { .. }
    )
}

/// Does the first unit of each tier cost at least what the last of the tier before did?
fn rises(tiers: &[Tier], per: i64) -> bool {
    let total = |tier: &Tier, quantity: i64| i128::from(tier.price.nano()) * i128::from(quantity) + i128::from(tier.flat.nano()) * i128::from(per);
    let ends = tiers.windows(2).filter_map(|pair| Some((&pair[0], &pair[1], pair[0].up_to?)));
    ends.into_iter().all(|(low, high, end)| total(low, end) <= total(high, end.saturating_add(1)))
}

//! A price book: versions by date, their entries, destinations, taxes and coupons; read from a text file and checked.
//!
//! Invariant: a `Book` that was handed out has no mistakes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Asset, Bilingual, Day, Instant, Rounding};

use crate::check;
use crate::find::Index;
use crate::mistake::BookMistake;
use crate::model::Model;
use crate::price::{Percent, Price};

/// Where it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Line of the plan.
    pub line: u32,
    /// Its words.
    pub quote: String,
    /// The date in the text.
    pub as_of: String,
}

/// Do prices hold the tax?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// Nothing is said of tax.
    #[default]
    None,
    /// Prices hold it; the tax line says how much.
    Included,
    /// It is added.
    Excluded,
}

/// What a book says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Key: `idd`.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Asset of all amounts: `CNY/2`.
    #[serde(default)]
    pub currency: String,
    /// How lines are rounded.
    #[serde(default)]
    pub rounding: Rounding,
    /// Tax.
    #[serde(default)]
    pub tax: TaxMode,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Bilingual>,
    /// Keys of facts that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
}

/// A rate of tax from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// First day.
    pub from: Day,
    /// Rate.
    pub rate: Percent,
    /// 示范
    #[serde(default)]
    pub demo: bool,
}

/// Somewhere that a price may be for: a country, a zone, a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Numbers that begin so lead there; digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
    /// Groups it belongs to, that rows name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// 示范
    #[serde(default)]
    pub demo: bool,
}

impl Destination {
    /// Is it called so, or in a group of that name?
    pub(crate) fn is(&self, name: &str) -> bool {
        self.key == name || self.groups.iter().any(|group| group == name)
    }
}

/// Something off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Part of the charges …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Percent>,
    /// … or an amount, at most the charges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Price>,
    /// First day.
    pub from: Day,
    /// First day on which it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Entries that it is for; all, if none are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<String>,
    /// 示范
    #[serde(default)]
    pub demo: bool,
}

/// Something that is charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Key, unique in its version.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// What is counted: `voice.seconds`; a fee needs none.
    #[serde(default)]
    pub meter: String,
    /// Only for who has this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// How it is priced.
    pub charge: Model,
    /// How many destinations the source says there are in all; the checker counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<usize>,
    /// 示范
    #[serde(default)]
    pub demo: bool,
    /// Where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Free units before money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Only for who has this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Entries that share it, in the order in which they take from it.
    pub entries: Vec<String>,
    /// Units as they are counted.
    pub quantity: i64,
    /// 示范
    #[serde(default)]
    pub demo: bool,
}

/// At least so much in a whole period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// Amount of a whole period.
    pub amount: Price,
    /// Only for who has this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// 示范
    #[serde(default)]
    pub demo: bool,
}

/// Prices from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Key, unique in its book: `2017-05`.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// First day.
    pub from: Day,
    /// First day on which it no longer holds; open, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What is charged.
    #[serde(default, rename = "entry")]
    pub entries: Vec<Entry>,
    /// What is free first.
    #[serde(default, rename = "allowance", skip_serializing_if = "Vec::is_empty")]
    pub allowances: Vec<Allowance>,
    /// What is paid at least.
    #[serde(default, rename = "commitment", skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<Commitment>,
}

impl Version {
    /// Does it hold on this day?
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The entry with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

/// A file as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    pub book: Head,
    #[serde(default)]
    pub tax: Vec<TaxRate>,
    #[serde(default)]
    pub destination: Vec<Destination>,
    #[serde(default)]
    pub coupon: Vec<Coupon>,
    #[serde(default)]
    pub version: Vec<Version>,
}

/// A price book.
#[derive(Debug, Clone)]
pub struct Book {
    pub(crate) written: Written,
    pub(crate) asset: Asset,
    pub(crate) index: Index,
}

impl Book {
    /// Reads a book from the text of its file, or tells all its mistakes.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<BookMistake>> {
        let written: Written = toml::from_str(text).map_err(|mistake| vec![BookMistake::shape(file, text, &mistake)])?;
        let mistakes = check::check(file, &written);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let asset = Asset::parse(&written.book.currency).unwrap_or_else(Asset::cny);
        let index = Index::of(&written);
        Ok(Self { written, asset, index })
    }

    /// What it says of itself.
    pub fn head(&self) -> &Head {
        &self.written.book
    }

    /// Key.
    pub fn key(&self) -> &str {
        &self.written.book.key
    }

    /// Asset of all amounts.
    pub fn asset(&self) -> &Asset {
        &self.asset
    }

    /// Versions, the earliest first.
    pub fn versions(&self) -> &[Version] {
        &self.written.version
    }

    /// The version with this key.
    pub fn version(&self, key: &str) -> Option<&Version> {
        self.versions().iter().find(|version| version.key == key)
    }

    /// The version that holds on a day.
    pub fn on(&self, day: Day) -> Option<&Version> {
        self.versions().iter().find(|version| version.holds(day))
    }

    /// The same book as if this version had always held: for what would have been paid under it.
    pub fn under(&self, version: &str) -> Option<Self> {
        let mut only = self.version(version)?.clone();
        (only.from, only.until) = (Instant::from_micros(0).day(), None);
        let written = Written { version: vec![only], ..self.written.clone() };
        let index = Index::of(&written);
        Some(Self { written, asset: self.asset.clone(), index })
    }

    /// Destinations.
    pub fn destinations(&self) -> &[Destination] {
        &self.written.destination
    }

    /// The destination with this key, or that a number leads to by its longest prefix.
    pub fn destination(&self, target: &str) -> Option<&Destination> {
        self.index.target(target).and_then(|at| self.written.destination.get(at))
    }

    /// Price of an entry for a destination, with its row.
    pub fn price_to(&self, version: &str, entry: &str, destination: &str) -> Option<Price> {
        let version = self.versions().iter().position(|one| one.key == version)?;
        let at = self.versions()[version].entries.iter().position(|one| one.key == entry)?;
        let model = &self.versions()[version].entries[at].charge;
        let row = self.index.row(version, at, self.index.target(destination)?)?;
        model.rows().get(row).map(|row| row.price)
    }

    /// Coupons.
    pub fn coupons(&self) -> &[Coupon] {
        &self.written.coupon
    }

    /// Rates of tax, the earliest first.
    pub fn taxes(&self) -> &[TaxRate] {
        &self.written.tax
    }

    /// The rate of tax on a day.
    pub fn tax_on(&self, day: Day) -> Option<&TaxRate> {
        self.written.tax.iter().rev().find(|rate| rate.from <= day)
    }
}

/// The books of a pack, by key.
#[derive(Debug, Clone, Default)]
pub struct Books(BTreeMap<String, Book>);

impl Books {
    /// Reads all books, or tells the mistakes of all files.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, Vec<BookMistake>> {
        let (mut books, mut mistakes) = (BTreeMap::new(), Vec::new());
        for (file, text) in files {
            match Book::parse(file, text) {
                Ok(book) if books.contains_key(book.key()) => mistakes.push(BookMistake::new(file, book.key(), "duplicate-key", &[("key", book.key())])),
                Ok(book) => drop(books.insert(book.key().to_owned(), book)),
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        if mistakes.is_empty() { Ok(Self(books)) } else { Err(mistakes) }
    }

    /// The book with this key.
    pub fn get(&self, key: &str) -> Option<&Book> {
        self.0.get(key)
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Book> {
        self.0.values()
    }
}

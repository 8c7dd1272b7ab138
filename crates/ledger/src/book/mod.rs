//! The book: assets, kinds of accounts and templates, all data of a pack.
//!
//! Value moves only by a template of a book. Invariant: a template moves one asset (and quotas beside it); there is no
//! template that takes one asset and gives another, so CNY → HEMI cannot be said (scenario 20).

mod parse;
mod pattern;
mod raw;

use std::collections::BTreeMap;

use words::{Asset, Bilingual, Rounding};

pub(crate) use pattern::{Pattern, is_part};

/// What value is counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetDef {
    /// Code and scale.
    pub asset: Asset,
    /// Money, token or quota.
    pub kind: AssetKind,
    /// Name.
    pub name: Bilingual,
}

/// What sort of asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// Money of the world.
    Money,
    /// Counted by us, worth no money.
    Token,
    /// A limit, used up beside what it limits.
    Quota,
}

/// Where an account stands in its asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Holds value.
    #[default]
    Holder,
    /// Value enters here.
    Mint,
    /// Value leaves here.
    Burn,
}

impl Standing {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Standing::Holder => "holder",
            Standing::Mint => "mint",
            Standing::Burn => "burn",
        }
    }
}

/// A kind of accounts.
#[derive(Debug, Clone)]
pub struct AccountKind {
    pub(crate) pattern: Pattern,
    /// Asset of all its accounts.
    pub asset: Asset,
    /// Name.
    pub name: Bilingual,
    /// Never below zero: debits, holds included, do not exceed credits.
    pub debits_bound: bool,
    /// Never above zero: credits, holds included, do not exceed debits.
    pub credits_bound: bool,
    /// Where it stands.
    pub standing: Standing,
    /// Opened with so much from this path: a quota that exists once.
    pub(crate) opens_with: Option<(String, i64)>,
}

impl AccountKind {
    /// The pattern of its paths: `hemi:wallet:{person}`.
    pub fn path(&self) -> String {
        self.pattern.text()
    }
}

/// Type of a variable of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VarType {
    /// A part of a path.
    Id,
    /// A part of a path, out of a list.
    OneOf(Vec<String>),
    /// Minor units, not negative.
    Amount,
    /// Minor units; left out, it is all that is on the account of the first leg that names it.
    AmountOrAll,
    /// Parties with weights.
    Shares,
    /// Parties with minor units.
    Parts,
}

/// How much a leg moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// A variable.
    Var(String),
    /// A ratio of a variable, rounded.
    Ratio(String, Ratio),
    /// What the ratios of the variable in the legs before have left.
    Rest(String),
    /// The share of each party in a variable (largest remainder).
    ShareOf(String),
    /// The part of each party.
    Part,
    /// A constant.
    Fixed(i64),
    /// As much as another leg.
    Leg(usize),
}

/// An exact ratio with its rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line.
    pub numerator: u32,
    /// Below the line, positive.
    pub denominator: u32,
    /// At the smallest unit.
    pub rounding: Rounding,
}

impl Ratio {
    /// That part of an amount (R-02: `paid = round_half_up(due × 70/100)`). `None` if it does not fit.
    pub fn of(self, minor: i64) -> Option<i64> {
        self.rounding.divide(i128::from(minor) * i128::from(self.numerator), i128::from(self.denominator))
    }
}

/// One movement of a template.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) from: Pattern,
    pub(crate) to: Pattern,
    /// Once for each party of this variable, named `{each}`.
    pub(crate) each: Option<String>,
    pub(crate) quantity: Quantity,
    /// The leg whose amount this quota leg limits.
    pub(crate) guards: Option<usize>,
}

/// How value moves: legs that happen all or not at all.
#[derive(Debug, Clone)]
pub struct Template {
    /// `hemi.stake`
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Variables with their types.
    pub vars: BTreeMap<String, VarType>,
    pub(crate) checks: Vec<Equation>,
    pub(crate) legs: Vec<Leg>,
    pub(crate) opens: Vec<Pattern>,
    pub(crate) ends_at_zero: Vec<Pattern>,
}

/// `due = paid + deferred`
#[derive(Debug, Clone)]
pub(crate) struct Equation {
    pub(crate) text: String,
    pub(crate) left: String,
    pub(crate) right: Vec<String>,
}

/// Something wrong in the files of a book. The sentence is `mistake-<code>` in the locales, with `$what`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mistake {
    /// File.
    pub file: String,
    /// `template hemi.stake, leg 1`
    pub place: String,
    /// Machine code, such as `ledger-book-crossing`.
    pub code: &'static str,
    /// What exactly: the word, path or name that is wrong.
    pub what: String,
}

/// Assets, kinds of accounts and templates.
#[derive(Debug, Clone, Default)]
pub struct Book {
    assets: BTreeMap<String, AssetDef>,
    kinds: Vec<AccountKind>,
    templates: BTreeMap<String, Template>,
}

impl Book {
    /// Reads the files of a book, given as (name, TOML); all mistakes are reported together.
    pub fn parse(files: &[(&str, &str)]) -> Result<Book, Vec<Mistake>> {
        parse::book(files)
    }

    /// A template.
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.get(id)
    }

    /// All templates in order of their ids.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    /// All assets.
    pub fn assets(&self) -> impl Iterator<Item = &AssetDef> {
        self.assets.values()
    }

    /// All kinds of accounts.
    pub fn account_kinds(&self) -> &[AccountKind] {
        &self.kinds
    }

    /// The kind of the account at a path.
    pub fn account_kind(&self, path: &str) -> Option<&AccountKind> {
        self.kinds.iter().find(|kind| kind.pattern.fits(path))
    }

    /// The accounts from which some of these paths would be opened.
    pub(crate) fn opening_sources<'a, 'b>(&'a self, paths: impl Iterator<Item = &'b str>) -> Vec<&'a str> {
        let opening: Vec<(&Pattern, &str)> = self.kinds.iter().filter_map(|kind| Some((&kind.pattern, kind.opens_with.as_ref()?.0.as_str()))).collect();
        let source = |path: &str| opening.iter().find(|(pattern, _)| pattern.fits(path)).map(|(_, source)| *source);
        paths.filter_map(source).collect()
    }

    fn kind_of(&self, pattern: &Pattern) -> Option<&AccountKind> {
        self.kinds.iter().find(|kind| kind.pattern.covers(pattern))
    }

    fn asset_kind(&self, asset: &Asset) -> Option<AssetKind> {
        self.assets.get(&asset.code).map(|def| def.kind)
    }
}

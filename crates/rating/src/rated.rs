//! What a bill looks like: lines that explain themselves, tax, total.
//!
//! Invariant: `subtotal` is the sum of the lines; `net + tax = total`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Amount, Bilingual, Day, Rounding};

use crate::price::{Percent, Price};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Something used, or a fee.
    Charge,
    /// What is missing to the minimum.
    Commitment,
    /// Something off; never above zero.
    Coupon,
}

/// A step of an explanation; said in words upstairs, under `rating-why-<step>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Uses were counted in blocks.
    Blocks {
        /// Uses.
        events: i64,
        /// Units used.
        used: i64,
        /// Units counted.
        counted: i64,
        /// First block.
        first: i64,
        /// Next blocks.
        next: i64,
    },
    /// Taken from an allowance.
    Allowance {
        /// Name.
        name: Bilingual,
        /// Units.
        quantity: i64,
    },
    /// Units at a price.
    Units {
        /// Units.
        quantity: i64,
        /// Price …
        price: Price,
        /// … of so many units.
        per: i64,
    },
    /// Units of a tier at its price.
    Tier {
        /// Lower bound, exclusive.
        above: i64,
        /// Upper bound, inclusive.
        up_to: Option<i64>,
        /// Units in it.
        quantity: i64,
        /// Price …
        price: Price,
        /// … of so many units.
        per: i64,
        /// Once.
        flat: Price,
    },
    /// Whole packages.
    Packages {
        /// Packages.
        count: i64,
        /// Units in each.
        size: i64,
        /// Units that were free.
        free: i64,
        /// Price of each.
        price: Price,
    },
    /// A part of an amount.
    Part {
        /// Smallest units it is taken of.
        of_minor: i64,
        /// Part.
        percent: Percent,
    },
    /// A fee of each use.
    Each {
        /// How many.
        count: i64,
        /// Fee.
        price: Price,
    },
    /// Raised to the least charge.
    Least {
        /// Least charge.
        price: Price,
    },
    /// Lowered to the largest charge.
    Most {
        /// Largest charge.
        price: Price,
    },
    /// Days with a pass.
    Days {
        /// Days.
        days: i64,
        /// Price of a day.
        price: Price,
        /// Days on which a dearer destination counted instead.
        elsewhere: i64,
    },
    /// A fee of the period.
    Fee {
        /// Fee of the whole period.
        price: Price,
    },
    /// Only some days of the period.
    Prorated {
        /// Days held.
        days: i64,
        /// Days of the period.
        of: i64,
    },
    /// Fair use: above the limit it is slower.
    FairUse {
        /// Units at full speed.
        limit: i64,
        /// Units used.
        used: i64,
        /// Units above the limit.
        above: i64,
    },
    /// A minimum is made up.
    Minimum {
        /// Minimum, smallest units.
        minimum_minor: i64,
        /// What there was, smallest units.
        charged_minor: i64,
    },
    /// A coupon takes a part off.
    Off {
        /// Part …
        percent: Option<Percent>,
        /// … or amount.
        amount: Option<Price>,
        /// Of what, smallest units.
        of_minor: i64,
    },
    /// Rounded once, here.
    Rounded {
        /// How.
        rounding: Rounding,
    },
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Kind.
    pub kind: LineKind,
    /// Version of the book; empty for coupons.
    pub version: String,
    /// Key of the entry, or of the coupon.
    pub entry: String,
    /// Name.
    pub name: Bilingual,
    /// Key of the destination.
    pub target: Option<String>,
    /// Its name.
    pub target_name: Option<Bilingual>,
    /// What is counted; empty for what is not used.
    pub meter: String,
    /// Units counted.
    pub quantity: i64,
    /// Amount, smallest units.
    pub amount_minor: i64,
    /// Why it is that much.
    pub why: Vec<Step>,
}

/// The tax of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaxLine {
    /// Rate.
    pub rate: Percent,
    /// Since when it holds.
    pub from: Day,
    /// Is it inside the prices?
    pub included: bool,
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rated {
    /// Key of the book.
    pub book: String,
    /// Lines: charges, commitments, coupons.
    pub lines: Vec<Line>,
    /// Their sum.
    pub subtotal: Amount,
    /// Tax, if the book says so.
    pub tax: Option<TaxLine>,
    /// What is to be paid.
    pub total: Amount,
}

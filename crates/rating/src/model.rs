//! How something is priced. Each model is a total function of what was counted, so the order and the split of usage do not matter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::price::{Percent, Price};

/// A row of a matrix: one price for these destinations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Price.
    pub price: Price,
    /// Keys of destinations, or of groups of them.
    pub to: Vec<String>,
    /// How many destinations the source says there are; the checker counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<usize>,
}

/// A tier: of what is counted, the part above `above` up to and with `up_to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Lower bound, exclusive.
    pub above: i64,
    /// Upper bound, inclusive; the last tier is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    /// Price of the unit.
    pub price: Price,
    /// Once, when the tier is reached.
    #[serde(default)]
    pub flat: Price,
}

/// Which zone counts on a day with several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TwoZones {
    /// The dearest of the day.
    #[default]
    Highest,
    /// Each that was used.
    Each,
}

/// A pricing model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Model {
    /// A fee of the period, used or not.
    Flat {
        /// Fee of a whole period.
        price: Price,
        /// Only for the days held.
        #[serde(default)]
        prorate: bool,
    },
    /// So much for each `per` units, to the unit.
    PerUnit {
        /// Price of `per` units.
        price: Price,
        /// Units that the price is for.
        #[serde(default = "one")]
        per: i64,
    },
    /// Each unit at the price of its tier.
    Graduated {
        /// Units that a price is for.
        #[serde(default = "one")]
        per: i64,
        /// From zero upwards.
        tiers: Vec<Tier>,
    },
    /// All units at the price of the tier that the whole lies in.
    Volume {
        /// Units that a price is for.
        #[serde(default = "one")]
        per: i64,
        /// From zero upwards.
        tiers: Vec<Tier>,
        /// Promises that more never costs less; the checker proves it.
        #[serde(default)]
        monotone: bool,
    },
    /// Whole packages, the first units free.
    Package {
        /// Price of a package.
        price: Price,
        /// Units in a package.
        size: i64,
        /// Free units.
        #[serde(default)]
        free: i64,
    },
    /// A part of an amount of money. What is counted is the smallest unit.
    Percentage {
        /// Part of the amount.
        percent: Percent,
        /// Fee of each transaction.
        #[serde(default)]
        fixed: Price,
        /// Transactions without that fee.
        #[serde(default)]
        free_count: i64,
        /// Amount without the part, in the smallest unit.
        #[serde(default)]
        free_amount: i64,
        /// Least charge of the period, once anything was used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<Price>,
        /// Largest charge of the period.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Price>,
    },
    /// By destination: longest prefix of a number, or the key itself.
    Matrix {
        /// Units that a price is for.
        #[serde(default = "one")]
        per: i64,
        /// Prices.
        rows: Vec<Row>,
    },
    /// Each use counts in blocks: 60/60 (`first`/`next`), 60/1, 30/6.
    TimeBlock {
        /// Fee of each use.
        #[serde(default)]
        connect: Price,
        /// First block, units.
        first: i64,
        /// Each further block, units.
        next: i64,
        /// Units that the price is for.
        per: i64,
        /// One price for all …
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price: Option<Price>,
        /// … or by destination.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rows: Vec<Row>,
    },
    /// The first use on a calendar day of Asia/Shanghai pays for the day; the rest of the day is free.
    DayPass {
        /// One price for all …
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price: Option<Price>,
        /// … or by destination.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rows: Vec<Row>,
        /// What a day with several destinations costs.
        #[serde(default)]
        two_zones: TwoZones,
    },
    /// A fee of the period; above the limit it is slower, not dearer.
    Unlimited {
        /// Fee of a whole period.
        price: Price,
        /// Only for the days held.
        #[serde(default)]
        prorate: bool,
        /// Units at full speed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fair_use: Option<i64>,
    },
}

fn one() -> i64 {
    1
}

impl Model {
    /// Prices by destination, if it has them.
    pub fn rows(&self) -> &[Row] {
        match self {
            Self::Matrix { rows, .. } | Self::TimeBlock { rows, .. } | Self::DayPass { rows, .. } => rows,
            _ => &[],
        }
    }

    /// Does the price depend on the destination?
    pub fn by_destination(&self) -> bool {
        !self.rows().is_empty()
    }

    /// The one price of a model that has one.
    pub(crate) fn price(&self) -> Option<Price> {
        match self {
            Self::TimeBlock { price, .. } | Self::DayPass { price, .. } => *price,
            _ => None,
        }
    }

    /// Fee of a whole period and whether only the days held are paid.
    pub(crate) fn fee(&self) -> Option<(Price, bool)> {
        match self {
            Self::Flat { price, prorate } | Self::Unlimited { price, prorate, .. } => Some((*price, *prorate)),
            _ => None,
        }
    }

    /// Units that are counted for one use of so many: blocks are begun whole.
    pub(crate) fn counted(&self, used: i64) -> Option<i64> {
        let Self::TimeBlock { first, next, .. } = self else { return Some(used) };
        if used <= 0 {
            return Some(0);
        }
        let beyond = used.saturating_sub(*first);
        if beyond <= 0 {
            return Some(*first);
        }
        let blocks = beyond / (*next).max(1) + i64::from(beyond % (*next).max(1) != 0);
        first.checked_add(blocks.checked_mul(*next)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_begun_whole() {
        let block = |first, next| Model::TimeBlock { connect: Price::default(), first, next, per: 60, price: None, rows: Vec::new() };
        let table = [(60, 60, [0, 60, 60, 120, 180]), (60, 1, [0, 60, 60, 61, 125]), (30, 6, [0, 30, 60, 66, 126])];
        for (first, next, counted) in table {
            let got = [0, 1, 60, 61, 125].map(|used| block(first, next).counted(used).unwrap());
            assert_eq!(got, counted, "{first}/{next}");
        }
        assert_eq!(block(60, 60).counted(i64::MAX), None);
    }
}

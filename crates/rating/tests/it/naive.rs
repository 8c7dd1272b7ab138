//! A second opinion: the same prices by brute force, one unit, one call and one day after the other, in fractions of a fen.

use std::collections::{BTreeMap, BTreeSet};

/// What is priced, in fen × 10⁻⁷ a unit (nano-yuan).
#[derive(Debug, Clone)]
pub enum Naive {
    PerUnit { price: i128, per: i128 },
    Graduated { tiers: Vec<(i64, i128)> },
    Volume { tiers: Vec<(i64, i128)> },
    Package { price: i128, size: i64, free: i64 },
    Block { connect: i128, first: i64, next: i64, per: i128, prices: [i128; 2] },
    Day { prices: [i128; 2] },
}

/// Quantity, zone (0 or 1), day.
pub type Use = (i64, usize, i32);

/// Fen, each line rounded half up.
pub fn fen(naive: &Naive, uses: &[Use]) -> i64 {
    let whole: i64 = uses.iter().map(|one| one.0).sum();
    match naive {
        Naive::PerUnit { price, per } => half_up(price * i128::from(whole), *per),
        Naive::Graduated { tiers } => half_up((1..=whole).map(|unit| tier(tiers, unit)).sum(), 1),
        Naive::Volume { tiers } => half_up(if whole == 0 { 0 } else { tier(tiers, whole) * i128::from(whole) }, 1),
        Naive::Package { price, size, free } => {
            let (mut left, mut packages) = (whole - free, 0);
            while left > 0 {
                (left, packages) = (left - size, packages + 1);
            }
            half_up(price * packages, 1)
        }
        Naive::Block { connect, first, next, per, prices } => {
            let mut lines: BTreeMap<usize, i128> = BTreeMap::new();
            for (quantity, zone, _) in uses {
                let mut seconds = 0;
                while seconds < *quantity {
                    seconds += if seconds == 0 { first } else { next };
                }
                *lines.entry(*zone).or_default() += i128::from(seconds) * prices[*zone] + connect * per;
            }
            lines.values().map(|sum| half_up(*sum, *per)).sum()
        }
        Naive::Day { prices } => {
            let mut days: BTreeMap<i32, BTreeSet<i128>> = BTreeMap::new();
            for (_, zone, day) in uses.iter().filter(|one| one.0 > 0) {
                days.entry(*day).or_default().insert(prices[*zone]);
            }
            let mut lines: BTreeMap<i128, i128> = BTreeMap::new();
            days.values().filter_map(BTreeSet::last).for_each(|price| *lines.entry(*price).or_default() += price);
            lines.values().map(|sum| half_up(*sum, 1)).sum()
        }
    }
}

fn tier(tiers: &[(i64, i128)], unit: i64) -> i128 {
    tiers.iter().find(|(up_to, _)| unit <= *up_to).map_or(0, |(_, price)| *price)
}

/// 10⁷ nano-yuan are a fen.
fn half_up(nano: i128, per: i128) -> i64 {
    let den = per * 10_000_000;
    i64::try_from((2 * nano + den) / (2 * den)).unwrap()
}

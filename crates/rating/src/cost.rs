//! What a model costs for what was counted: an exact amount with the steps that lead to it.

use crate::model::{Model, Tier};
use crate::price::{Exact, Percent, Price};
use crate::rated::Step;
use crate::tally::Count;

/// An amount with its explanation.
pub(crate) struct Cost {
    pub amount: Exact,
    pub why: Vec<Step>,
}

/// Cost of a count at the price of its row, some of the units free. `nano` is how many 10⁻⁹ make one smallest unit.
pub(crate) fn cost(model: &Model, row: Option<Price>, count: &Count, free: i64, nano: i128) -> Option<Cost> {
    let quantity = count.counted.checked_sub(free)?;
    match model {
        Model::PerUnit { price, per } => units(*price, *per, quantity, nano),
        Model::Matrix { per, .. } => units(row?, *per, quantity, nano),
        Model::TimeBlock { connect, first, next, per, price, .. } => {
            let mut cost = units(row.or(*price)?, *per, quantity, nano)?;
            cost.why.insert(0, Step::Blocks { events: count.events, used: count.used, counted: count.counted, first: *first, next: *next });
            if *connect > Price::default() {
                cost.amount = cost.amount.add_whole(*connect, count.events, *per)?;
                cost.why.push(Step::Each { count: count.events, price: *connect });
            }
            Some(cost)
        }
        Model::Graduated { per, tiers } => graduated(*per, tiers, quantity, nano),
        Model::Volume { per, tiers, .. } => volume(*per, tiers, quantity, nano),
        Model::Package { price, size, free } => package(*price, *size, *free, quantity, nano),
        Model::Percentage { .. } => percentage(model, count, nano),
        Model::DayPass { .. } | Model::Flat { .. } | Model::Unlimited { .. } => None,
    }
}

fn units(price: Price, per: i64, quantity: i64, nano: i128) -> Option<Cost> {
    let amount = Exact::zero(nano.checked_mul(i128::from(per))?).add(price, quantity)?;
    Some(Cost { amount, why: vec![Step::Units { quantity, price, per }] })
}

fn graduated(per: i64, tiers: &[Tier], quantity: i64, nano: i128) -> Option<Cost> {
    let mut cost = Cost { amount: Exact::zero(nano.checked_mul(i128::from(per))?), why: Vec::new() };
    for tier in tiers.iter().filter(|tier| tier.above < quantity) {
        let inside = quantity.min(tier.up_to.unwrap_or(i64::MAX)) - tier.above;
        cost.amount = cost.amount.add(tier.price, inside)?.add_whole(tier.flat, 1, per)?;
        cost.why.push(step(tier, inside, per));
    }
    Some(cost)
}

fn volume(per: i64, tiers: &[Tier], quantity: i64, nano: i128) -> Option<Cost> {
    let zero = Exact::zero(nano.checked_mul(i128::from(per))?);
    let Some(tier) = tiers.iter().find(|tier| tier.above < quantity && tier.up_to.is_none_or(|up_to| quantity <= up_to)) else {
        return Some(Cost { amount: zero, why: Vec::new() });
    };
    let amount = zero.add(tier.price, quantity)?.add_whole(tier.flat, 1, per)?;
    Some(Cost { amount, why: vec![step(tier, quantity, per)] })
}

fn step(tier: &Tier, quantity: i64, per: i64) -> Step {
    Step::Tier { above: tier.above, up_to: tier.up_to, quantity, price: tier.price, per, flat: tier.flat }
}

fn package(price: Price, size: i64, free: i64, quantity: i64, nano: i128) -> Option<Cost> {
    let paid = quantity.checked_sub(free)?.max(0);
    let count = paid / size + i64::from(paid % size != 0);
    let amount = Exact::zero(nano).add(price, count)?;
    Some(Cost { amount, why: vec![Step::Packages { count, size, free: free.min(quantity), price }] })
}

fn percentage(model: &Model, count: &Count, nano: i128) -> Option<Cost> {
    let Model::Percentage { percent, fixed, free_count, free_amount, min, max } = model else { return None };
    let (of_minor, fees) = (count.counted.checked_sub(*free_amount)?.max(0), count.events.checked_sub(*free_count)?.max(0));
    let per = Percent::WHOLE;
    let den = nano.checked_mul(i128::from(per))?;
    let part = i128::from(of_minor).checked_mul(i128::from(percent.millionths()))?.checked_mul(nano)?;
    let mut cost = Cost { amount: Exact::zero(den).add_raw(part)?.add_whole(*fixed, fees, per)?, why: vec![Step::Part { of_minor, percent: *percent }] };
    if *fixed > Price::default() {
        cost.why.push(Step::Each { count: fees, price: *fixed });
    }
    let bound = |price: Price| Exact::zero(den).add_whole(price, 1, per);
    if let Some(price) = min.filter(|_| count.events > 0)
        && cost.amount.num < bound(price)?.num
    {
        cost.amount = bound(price)?;
        cost.why.push(Step::Least { price });
    }
    if let Some(price) = max
        && cost.amount.num > bound(*price)?.num
    {
        cost.amount = bound(*price)?;
        cost.why.push(Step::Most { price: *price });
    }
    Some(cost)
}

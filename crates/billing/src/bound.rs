//! The most that so many calls can cost in a month, whatever they are: what a wallet or a limit must hold before they are admitted. Pure.
//!
//! Invariant: for any usage of at most so many units, what is due is at most the bound, and the bound never falls when calls are added. So calls that were
//! admitted within money can always be paid by it.

use rating::{Book, RateRefusal, Tally, Terms, Usage, bill};

use crate::month::Month;
use crate::reserves::Admitted;
use crate::subscription::{Subscription, is_by_the_hour, priced_as};

/// The bound of a subscription for what was admitted of it, fen, with tax. Discounts are not counted on.
pub(crate) fn most(book: &Book, subscription: &Subscription, month: Month, admitted: &Admitted) -> Result<i64, RateRefusal> {
    let Some(days) = subscription.days(month) else { return Ok(0) };
    let terms = |closed| Terms { plan: subscription.plan.clone(), closed, ..Terms::on(month.last()).period(month.period(), days) };
    let total = |tally: &Tally, closed| bill(book, tally, &terms(closed)).map(|rated| rated.total.minor);
    let (fixed, fees) = (total(&Tally::new(), true)?, total(&Tally::new(), false)?);
    let (mut sum, mut parts) = (fixed, 0);
    for version in book.versions() {
        let from = version.from.max(days.from);
        if from >= days.until || version.until.is_some_and(|until| until <= from) {
            continue;
        }
        for (meter, units) in meters(book, subscription, admitted) {
            let mut dearest: Option<i64> = None;
            for target in targets(book) {
                let mut tally = Tally::new();
                let at = from.start().max(subscription.from);
                match tally.add(book, &Usage::new(priced_as(book, meter), at, units).to(target)) {
                    Ok(()) => dearest = Some(dearest.unwrap_or(0).max(total(&tally, false)? - fees)),
                    // What has no price costs nothing.
                    Err(RateRefusal::TooLarge) => return Err(RateRefusal::TooLarge),
                    Err(_) => {}
                }
            }
            if let Some(more) = dearest {
                sum = sum.checked_add(more).ok_or(RateRefusal::TooLarge)?;
                parts += 1;
            }
        }
    }
    // Tax on top of several parts is rounded once, and not part by part: up to a fen for each.
    let on_top = book.taxed(month.last(), 0)?.is_some_and(|tax| !tax.included);
    Ok(sum + i64::from(on_top && parts > 1) * (parts - 1))
}

/// Its own meters, of each of which all its calls may be; and what the capability meters itself. What is not priced by sums of hours is never charged.
fn meters<'a>(book: &'a Book, subscription: &'a Subscription, admitted: &'a Admitted) -> impl Iterator<Item = (&'a str, i64)> {
    let calls = admitted.of_subscription(subscription);
    let own = subscription.meters.iter().map(move |meter| (meter.as_str(), calls));
    own.chain(admitted.beside(subscription).filter(|(meter, _)| is_by_the_hour(book, meter)))
}

fn targets(book: &Book) -> impl Iterator<Item = &str> {
    let keys = book.destinations().iter().map(|destination| destination.key.as_str());
    std::iter::once("").chain(keys)
}

/// The most calls out of `wanted` for which `fits` says yes; it says no for ever once it has.
pub fn most_calls(wanted: i64, mut fits: impl FnMut(i64) -> bool) -> i64 {
    if wanted <= 0 || !fits(1) {
        return 0;
    }
    if fits(wanted) {
        return wanted;
    }
    let (mut low, mut high) = (1, wanted);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_fit() {
        for limit in 0..40 {
            assert_eq!(most_calls(30, |calls| calls <= limit), limit.min(30));
        }
        assert_eq!(most_calls(0, |_| true), 0);
    }
}

//! Rates over several gateways: each says every second how often it was asked by whom, and hears which part of those rates is its own.
//!
//! The server's side keeps what it heard for a moment, in memory. Invariant: the parts of one rate that were given out for the same second add up to the whole at most;
//! whoever is the only one to ask has all of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use words::{Fault, Id};

use crate::limit::WHOLE;
use crate::snapshot::{Name, Tally};

/// How often a gateway asks.
pub(crate) const EVERY: Duration = Duration::from_secs(1);
/// What was said longer ago does not count.
const HEARD: Duration = Duration::from_millis(2_500);
/// A part holds so long; whoever hears nothing any more has the whole rate again.
pub(crate) const HOLDS: Duration = Duration::from_secs(3);
/// This part of a rate (percent) is given in equal parts, so that whoever begins to ask is not shut out; the rest by demand.
const EVEN: u64 = 10;
/// Rates that a gateway speaks of at most in a second; those beyond are whole everywhere.
pub(crate) const MOST: usize = 10_000;

/// So often a gateway was asked by whoever holds a rate, since it spoke last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// App, or subscription.
    pub holder: Id,
    /// Calls, those that were refused too.
    pub calls: u32,
}

/// The part of a rate that is one gateway's for a moment. Rates that are not named are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// App, or subscription.
    pub holder: Id,
    /// Of 65,536.
    pub part: u16,
}

/// Who says which part of a rate is a gateway's.
pub trait Balancer: Send {
    /// What it was asked; which parts are its own now.
    fn balance(&mut self, demands: &[Demand]) -> Result<Vec<Share>, Fault>;
}

/// Rates of which a gateway was asked since it looked last.
#[derive(Default)]
pub(crate) struct Hot(Mutex<Vec<(Id, Arc<Tally>)>>);

impl Hot {
    /// A call of this holder's came in.
    pub(crate) fn note(&self, holder: &Name, tally: &Arc<Tally>) {
        if tally.word.is_first() {
            let mut hot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if hot.len() < MOST {
                hot.push((holder.id(), tally.clone()));
            } else {
                tally.word.asked();
            }
        }
    }

    /// Asks which parts are whose, and puts them in force.
    pub(crate) fn balance(&self, balancer: &mut dyn Balancer, now: u64) -> Result<(), Fault> {
        let hot = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let demands: Vec<Demand> = hot.iter().map(|(holder, tally)| Demand { holder: holder.clone(), calls: tally.word.asked() }).collect();
        if demands.is_empty() {
            return Ok(());
        }
        let tallies: HashMap<&Id, &Tally> = hot.iter().map(|(holder, tally)| (holder, &**tally)).collect();
        let until = now.saturating_add(u64::try_from(HOLDS.as_nanos()).unwrap_or(u64::MAX));
        for share in balancer.balance(&demands)? {
            if let Some(tally) = tallies.get(&share.holder) {
                tally.word.have(share.part, until);
            }
        }
        Ok(())
    }
}

/// What the server heard.
#[derive(Default)]
pub struct Rates(Mutex<Heard>);

#[derive(Default)]
struct Heard {
    holders: HashMap<Id, Vec<(Id, u32, Instant)>>,
    swept: Option<Instant>,
}

impl Rates {
    /// What a gateway was asked; which parts are its own now.
    pub fn balance(&self, gateway: &Id, demands: &[Demand]) -> Vec<Share> {
        self.balance_at(gateway, demands, Instant::now())
    }

    fn balance_at(&self, gateway: &Id, demands: &[Demand], now: Instant) -> Vec<Share> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.sweep(now);
        demands.iter().take(MOST).filter_map(|demand| heard.share(gateway, demand, now)).collect()
    }
}

impl Heard {
    fn share(&mut self, gateway: &Id, demand: &Demand, now: Instant) -> Option<Share> {
        let all = self.holders.entry(demand.holder.clone()).or_default();
        all.retain(|(other, _, at)| other != gateway && now.duration_since(*at) < HEARD);
        all.push((gateway.clone(), demand.calls, now));
        let (count, calls) = (all.len() as u64, all.iter().map(|(_, calls, _)| u64::from(*calls)).sum::<u64>().max(1));
        let even = WHOLE * EVEN / 100 / count;
        let part = even + WHOLE * (100 - EVEN) / 100 * u64::from(demand.calls) / calls;
        (count > 1).then(|| Share { holder: demand.holder.clone(), part: u16::try_from(part).unwrap_or(u16::MAX) })
    }

    /// Forgets what nobody asks any more, once a second.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_none_or(|last| now.duration_since(last) >= EVERY) {
            self.holders.retain(|_, all| all.iter().any(|(_, _, at)| now.duration_since(*at) < HEARD));
            self.swept = Some(now);
        }
    }
}

/// The gateway of the server's own process.
pub struct Beside {
    /// What the server hears.
    pub rates: Arc<Rates>,
    /// Id of the gateway.
    pub gateway: Id,
}

impl Balancer for Beside {
    fn balance(&mut self, demands: &[Demand]) -> Result<Vec<Share>, Fault> {
        Ok(self.rates.balance(&self.gateway, demands))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(calls: u32) -> Vec<Demand> {
        vec![Demand { holder: Id::fixed("app_a"), calls }]
    }

    fn part(shares: &[Share]) -> Option<u64> {
        shares.first().map(|share| u64::from(share.part))
    }

    #[test]
    fn parts_go_by_demand_add_up_to_the_whole_and_are_whole_for_whoever_is_alone() {
        let (rates, begun) = (Rates::default(), Instant::now());
        let at = |ms| begun + Duration::from_millis(ms);
        let (one, two, three) = (Id::fixed("gtw_1"), Id::fixed("gtw_2"), Id::fixed("gtw_3"));
        assert_eq!(part(&rates.balance_at(&one, &asked(100), at(0))), None, "alone");
        let (second, first) = (part(&rates.balance_at(&two, &asked(300), at(10))).unwrap(), part(&rates.balance_at(&one, &asked(100), at(20))).unwrap());
        assert!(first + second <= WHOLE && first + second > WHOLE - 4, "{first} {second}");
        assert_eq!(first * 100 / WHOLE, 27, "a quarter of nine tenths and half of one");
        let all: u64 =
            [(&three, 0), (&one, 0), (&two, 0)].map(|(gateway, calls)| part(&rates.balance_at(gateway, &asked(calls), at(30))).unwrap()).iter().sum();
        assert!(all <= WHOLE, "{all}");
        let other = vec![Demand { holder: Id::fixed("app_b"), calls: 7 }];
        assert!(rates.balance_at(&two, &other, at(40)).is_empty(), "each rate for itself");
        assert_eq!(part(&rates.balance_at(&one, &asked(100), at(40 + 2_500))), None, "the others ask no more");
        rates.balance_at(&one, &other, at(9_000));
        assert_eq!(rates.0.lock().unwrap().holders.len(), 1, "what nobody asks is forgotten");
    }

    struct Told(Vec<Demand>, u16);

    impl Balancer for Told {
        fn balance(&mut self, demands: &[Demand]) -> Result<Vec<Share>, Fault> {
            self.0 = demands.to_vec();
            Ok(demands.iter().map(|demand| Share { holder: demand.holder.clone(), part: self.1 }).collect())
        }
    }

    #[test]
    fn who_asked_is_told_once_a_look_and_has_its_part_for_a_while() {
        use crate::limit::{Passed, Rate};
        let (hot, tally, mut told) = (Hot::default(), Arc::new(Tally::default()), Told(Vec::new(), u16::try_from(WHOLE / 2).unwrap()));
        let (rate, second) = (Rate { per_second: 10, burst: 10 }, 1_000_000_000);
        let passes = |now| (0..30).filter(|_| matches!(tally.word.pass(rate, now), Passed::Yes { .. })).count();
        (0..5).for_each(|_| hot.note(&Name::of(&Id::fixed("app_a")), &tally));
        hot.balance(&mut told, second).unwrap();
        assert_eq!(told.0, asked(5));
        assert_eq!(passes(second), 5, "half of the burst");
        assert_eq!(passes(2 * second), 5, "half of the rate");
        assert_eq!(passes(10 * second), 10, "heard nothing for long: the whole again");
        told.0.clear();
        hot.balance(&mut told, second).unwrap();
        assert!(told.0.is_empty(), "nobody asked");
    }
}

//! Where the calls of a version go: its targets with their weights, and which of them can be called now.
//!
//! Invariant: what is known of a target's health outlives every change of the snapshot that leaves its address as it is.

mod health;
mod probe;

use std::sync::Arc;

use capabilities::{Address, Upstream};
use hyper::header::HeaderValue;

pub(crate) use health::{Health, Standing, Why};
pub(crate) use probe::keep_probing;

/// Where calls of an environment go.
#[derive(Debug)]
pub(crate) enum Targets {
    /// The gateway or the program itself.
    Builtin(String),
    /// Others.
    Http(Vec<Target>),
}

/// One address.
#[derive(Debug)]
pub(crate) struct Target {
    pub address: Address,
    /// `https://host:port`: connections are kept by it.
    pub origin: Arc<str>,
    /// `host:port`, as requests name it.
    pub authority: HeaderValue,
    pub health: Arc<Health>,
}

impl Target {
    pub(crate) fn of(address: Address, health: Arc<Health>) -> Self {
        let authority = HeaderValue::from_str(&address.authority()).unwrap_or(HeaderValue::from_static("upstream"));
        Self { origin: address.origin().into(), authority, health, address }
    }
}

impl Targets {
    /// Reads an upstream; what is known of its addresses from before goes on.
    pub(crate) fn parse(text: &str, before: Option<&Targets>) -> Option<Self> {
        let known = |origin: &str| match before {
            Some(Self::Http(targets)) => targets.iter().find(|target| *target.origin == *origin).map(|target| target.health.clone()),
            _ => None,
        };
        Some(match Upstream::parse(text)? {
            Upstream::Builtin(name) => Self::Builtin(name),
            Upstream::Http(addresses) => {
                let target = |address: Address| Target::of(address.clone(), known(&address.origin()).unwrap_or_default());
                Self::Http(addresses.into_iter().map(target).collect())
            }
        })
    }

    /// Addresses of others.
    pub(crate) fn all(&self) -> &[Target] {
        match self {
            Self::Builtin(_) => &[],
            Self::Http(targets) => targets,
        }
    }
}

/// A target that a call may go to now. However it ends, the target learns of it.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub target: &'a Target,
    /// Where it stands among the targets.
    pub at: usize,
    trial: bool,
}

/// None can be called; in so many seconds one may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Resting {
    pub again_in_s: u64,
}

/// Chooses by weight among those that can be called and were not tried yet (a bit each); those of weight 0 only if there is no other.
pub(crate) fn choose(targets: &[Target], tried: u32, now: u64, random: impl FnOnce(u32) -> u32) -> Result<Turn<'_>, Resting> {
    let fresh = |at: usize| tried & (1 << at) == 0;
    let open = |at: &usize| fresh(*at) && targets[*at].health.may(now).is_ok();
    let weight = |at: usize| targets[at].address.weight;
    let sum: u32 = (0..targets.len()).filter(open).map(weight).sum();
    let chosen = if sum > 0 {
        let mut left = if targets.len() > 1 { random(sum) } else { 0 };
        (0..targets.len()).filter(open).find(|at| {
            let (mine, before) = (weight(*at), left);
            left = left.saturating_sub(mine);
            before < mine
        })
    } else {
        (0..targets.len()).find(open)
    };
    // Between the look and the turn another call may have taken the trial.
    let turn = chosen.and_then(|at| targets[at].health.begin(now).map(|trial| Turn { target: &targets[at], at, trial }));
    turn.ok_or_else(|| {
        let waits = targets.iter().filter_map(|target| target.health.may(now).err());
        Resting { again_in_s: waits.min().unwrap_or(1) }
    })
}

impl Turn<'_> {
    /// It answered.
    pub(crate) fn good(mut self) {
        self.trial = false;
        self.target.health.good();
    }

    /// It did not.
    pub(crate) fn bad(mut self, why: Why, now: u64, at_us: i64) {
        self.target.health.bad(why, std::mem::take(&mut self.trial), now, at_us);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // The caller left, or was to blame: it says nothing of the target, and another may try it.
        if self.trial {
            self.target.health.untried();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn targets(text: &str) -> Vec<Target> {
        match Targets::parse(text, None) {
            Some(Targets::Http(targets)) => targets,
            other => panic!("{other:?}"),
        }
    }

    fn fail(target: &Target, times: usize, now: u64) {
        for _ in 0..times {
            target.health.bad(Why::Refused, false, now, 0);
        }
    }

    #[test]
    fn calls_are_spread_by_weight() {
        let targets = targets("http://a.example 9\nhttp://b.example 1\nhttp://c.example 0");
        let mut counts = [0; 3];
        for n in 0..1_000 {
            let turn = choose(&targets, 0, SECOND, |sum| n % sum).unwrap();
            counts[turn.at] += 1;
            turn.good();
        }
        assert_eq!(counts, [900, 100, 0]);
        assert_eq!(choose(&targets, 0b01, SECOND, |_| 0).unwrap().at, 1, "what was tried is not tried again");
        assert_eq!(choose(&targets, 0b11, SECOND, |_| 0).unwrap().at, 2, "the spare one when there is no other");
        assert_eq!(choose(&targets, 0b111, SECOND, |_| 0).map(|turn| turn.at), Err(Resting { again_in_s: 1 }));
    }

    #[test]
    fn a_target_that_fails_rests_longer_each_time_and_one_call_tries_it() {
        let targets = targets("http://a.example");
        let (one, at) = (&targets[0], |now: u64| choose(&targets, 0, now, |_| 0).map(|turn| turn.at));
        fail(one, 4, SECOND);
        one.health.good();
        fail(one, 4, SECOND);
        assert_eq!(at(SECOND), Ok(0), "failures in a row count");
        fail(one, 3, SECOND);
        assert_eq!(at(SECOND), Err(Resting { again_in_s: 1 }));
        let trial = choose(&targets, 0, 2 * SECOND, |_| 0).unwrap();
        assert_eq!(at(2 * SECOND), Err(Resting { again_in_s: 1 }), "one at a time tries it");
        drop(trial);
        let trial = choose(&targets, 0, 2 * SECOND, |_| 0).unwrap();
        trial.bad(Why::Slow, 2 * SECOND, 0);
        assert_eq!(at(3 * SECOND), Err(Resting { again_in_s: 1 }), "twice as long");
        choose(&targets, 0, 4 * SECOND, |_| 0).unwrap().good();
        assert_eq!(at(4 * SECOND), Ok(0));
        fail(one, 5, 5 * SECOND);
        assert_eq!(at(6 * SECOND), Ok(0), "after it answered it begins with a second again");
    }

    #[test]
    fn what_a_probe_finds_down_gets_no_call_until_a_probe_finds_it_up() {
        let targets = targets("http://a.example\nhttp://b.example");
        targets[0].health.probed(false, 0);
        assert_eq!(choose(&targets, 0, SECOND, |_| 0).unwrap().at, 0, "once is nothing");
        targets[0].health.probed(false, 0);
        for n in 0..2 {
            assert_eq!(choose(&targets, 0, SECOND, |sum| n % sum).unwrap().at, 1);
        }
        targets[0].health.probed(true, 0);
        assert_eq!(choose(&targets, 0, SECOND, |_| 0).unwrap().at, 0);
    }

    #[test]
    fn health_outlives_a_change_that_leaves_the_address() {
        let before = Targets::parse("http://a.example\nhttp://b.example", None);
        fail(&before.as_ref().unwrap().all()[0], 5, SECOND);
        let after = Targets::parse("http://b.example 3\nhttp://a.example/v2 7", before.as_ref()).unwrap();
        assert_eq!(choose(after.all(), 0, SECOND, |sum| sum - 1).unwrap().target.address.host, "b.example");
    }
}

//! The quota of an app: units leased in blocks, taken one a call in memory. Who asks for the next block never waits longer than a moment for it.
//!
//! Asks a *teller* on a thread of its own, for all who ask at the same time at once. Invariant: no call passes without a unit that was leased; units are void when their month is over.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use capabilities::{Lease, Unpaid};
use tokio::sync::Notify;
use words::{Fault, Id};

use crate::snapshot::Tally;

/// First block asked for, and the bounds between which blocks grow and shrink.
const FIRST: i64 = 20;
const LARGEST: i64 = 10_000;
/// A block that lasted shorter than this is doubled, one that lasted longer than the other is halved.
const SHORT_US: i64 = 2_000_000;
const LONG_US: i64 = 30_000_000;
/// So many ask together at most.
const TOGETHER: usize = 200;
/// So long nobody asks again after nothing was left (another gateway may return units, the plan may grow).
const DRY_US: i64 = 5_000_000;

/// Units that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// By this app or subscription.
    pub holder: Id,
    /// At most so many.
    pub units: i64,
}

/// Who leases units out and takes them back.
pub trait Teller: Send {
    /// An answer to each need, in their order, each holder once; nothing for whoever is not there any more.
    fn lease(&mut self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault>;
    /// Takes back what was not used of a month.
    fn take_back(&mut self, app: &Id, month: &str, units: i64) -> Result<(), Fault>;
}

/// What is to be said of the quota on an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// A unit is taken (or none is needed).
    Yes,
    /// There is none at hand; more may come.
    Wait,
    /// Nothing is left until then (microseconds UTC).
    Dry {
        /// When it may go better.
        until_us: i64,
        /// Why, if it is money that is missing.
        why: Option<Unpaid>,
    },
}

/// Units of an app at hand.
#[derive(Debug, Default)]
pub(crate) struct Units {
    left: AtomicI64,
    low: AtomicI64,
    void_from: AtomicI64,
    dry_until: AtomicI64,
    refills_at: AtomicI64,
    why: AtomicU8,
    asked: AtomicBool,
    /// Rung when an answer of the teller is in.
    pub bell: Notify,
    month: Mutex<String>,
}

impl Units {
    /// Takes a unit; says whether the next block should be asked for.
    pub(crate) fn take(&self, now_us: i64) -> (Taken, bool) {
        if now_us < self.void_from.load(Ordering::Acquire) {
            let took = self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| (left > 0).then(|| left - 1));
            if let Ok(before) = took {
                return (Taken::Yes, before <= self.low.load(Ordering::Relaxed) && self.ask(now_us));
            }
        }
        match self.dry_until.load(Ordering::Acquire) {
            until if now_us < until => (Taken::Dry { until_us: self.refills_at.load(Ordering::Acquire), why: unpaid(self.why.load(Ordering::Acquire)) }, false),
            _ => (Taken::Wait, self.ask(now_us)),
        }
    }

    /// One asks at a time; nobody asks while it is known that nothing is left.
    fn ask(&self, now_us: i64) -> bool {
        now_us >= self.dry_until.load(Ordering::Acquire) && !self.asked.swap(true, Ordering::AcqRel)
    }

    /// The plan may be another: what was dry is asked about again.
    pub(crate) fn look_again(&self) {
        self.dry_until.store(0, Ordering::Release);
    }

    /// There is nothing until then; it is asked about again before.
    fn dry(&self, refills_at: i64, again_at: i64, why: Option<Unpaid>) {
        self.why.store(why.map_or(0, coded), Ordering::Release);
        self.refills_at.store(refills_at, Ordering::Release);
        self.dry_until.store(refills_at.min(again_at), Ordering::Release);
    }

    fn answered(&self) {
        self.asked.store(false, Ordering::Release);
        self.bell.notify_waiters();
    }

    /// A block is there. Of another month than the last: what was left of that one is given back by the caller.
    fn put(&self, month: &str, units: i64, until_us: i64) -> Option<(String, i64)> {
        let mut known = self.month.lock().unwrap_or_else(PoisonError::into_inner);
        let old = if *known == month {
            self.left.fetch_add(units, Ordering::AcqRel);
            None
        } else {
            // First void, then count: whoever takes in between finds nothing and waits.
            self.void_from.store(0, Ordering::Release);
            let left = self.left.swap(units, Ordering::AcqRel);
            Some((std::mem::replace(&mut *known, month.to_owned()), left))
        };
        self.low.store(units / 4, Ordering::Relaxed);
        self.dry_until.store(0, Ordering::Release);
        self.void_from.store(until_us, Ordering::Release);
        old.filter(|(month, left)| !month.is_empty() && *left > 0)
    }

    /// Everything at hand, to be given back.
    fn empty(&self) -> Option<(String, i64)> {
        let month = self.month.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let left = self.left.swap(0, Ordering::AcqRel);
        (left > 0 && !month.is_empty()).then_some((month, left))
    }
}

/// As it fits into a byte; 0 is nothing.
fn coded(why: Unpaid) -> u8 {
    match why {
        Unpaid::Suspended => 1,
        Unpaid::WalletShort => 2,
        Unpaid::LimitReached => 3,
    }
}

fn unpaid(byte: u8) -> Option<Unpaid> {
    [Unpaid::Suspended, Unpaid::WalletShort, Unpaid::LimitReached].into_iter().find(|why| coded(*why) == byte)
}

/// The question of a thread: units for this app or subscription, into its tally.
pub(crate) type Question = (Id, Arc<Tally>);

/// What was leased to whom: the size of the last block, when it was asked for, and where it is used up.
type Blocks = HashMap<Id, (i64, i64, Arc<Tally>)>;

/// Answers questions until nobody can ask any more, then gives back what is at hand.
pub(crate) fn tell(mut teller: Box<dyn Teller>, questions: Receiver<Question>, now_us: impl Fn() -> i64) {
    let (mut blocks, mut away) = (Blocks::new(), false);
    while let Ok(first) = questions.recv() {
        let asked = together(first, &questions);
        let now = now_us();
        let needs: Vec<Need> =
            asked.iter().map(|(holder, tally)| Need { holder: holder.clone(), units: next_block(&mut blocks, holder, tally, now) }).collect();
        let leased = teller.lease(&needs);
        let was_away = std::mem::replace(&mut away, leased.is_err());
        match leased {
            Ok(leases) => asked.iter().zip(leases).for_each(|((holder, tally), lease)| take_in(teller.as_mut(), holder, &tally.units, lease, now)),
            Err(fault) if !was_away => tracing::warn!(holders = asked.len(), %fault, "no units can be leased"),
            Err(_) => {}
        }
        asked.values().for_each(|tally| tally.units.answered());
    }
    give_all_back(teller.as_mut(), blocks.into_iter().filter_map(|(app, (_, _, tally))| Some((app, tally.units.empty()?))));
}

/// All who asked by now, in an order that all gateways share: their transactions do not wait for each other in circles.
fn together(first: Question, questions: &Receiver<Question>) -> BTreeMap<Id, Arc<Tally>> {
    let mut asked = BTreeMap::new();
    for (holder, tally) in std::iter::once(first).chain(questions.try_iter()).take(TOGETHER) {
        // Of two tallies of one holder the older is of a database before this one, and nobody's any more.
        if let Some(older) = asked.insert(holder, tally) {
            older.units.answered();
        }
    }
    asked
}

/// How many units are asked for: more if the last block was used up soon, fewer if it lasted long.
fn next_block(blocks: &mut Blocks, holder: &Id, tally: &Arc<Tally>, now: i64) -> i64 {
    let entry = blocks.entry(holder.clone()).or_insert_with(|| (FIRST / 2, now, tally.clone()));
    let lasted = now - entry.1;
    let block = if lasted < SHORT_US {
        (entry.0 * 2).min(LARGEST)
    } else if lasted > LONG_US {
        (entry.0 / 2).max(FIRST)
    } else {
        entry.0
    };
    *entry = (block, now, tally.clone());
    block
}

/// Puts what was answered where it is used up.
fn take_in(teller: &mut dyn Teller, holder: &Id, units: &Units, lease: Option<Lease>, now: i64) {
    match lease {
        Some(Lease::Units { month, units: count, until, .. }) => {
            if let Some((month, left)) = units.put(&month, count, until.micros()) {
                give_back(teller, holder, &month, left);
            }
        }
        // The plan lost its quota a moment ago, or its holder is gone; the snapshot will say so in another.
        Some(Lease::Unlimited) | None => {}
        Some(Lease::Dry { until, .. }) => units.dry(until.micros(), now + DRY_US, None),
        Some(Lease::Unpaid(why)) => units.dry(now + DRY_US, now + DRY_US, Some(why)),
    }
}

/// Gives everything back; once the teller does not answer, nothing more is tried, so that stopping does not take a wait for each app.
fn give_all_back(teller: &mut dyn Teller, all: impl Iterator<Item = (Id, (String, i64))>) {
    let mut away = false;
    for (app, (month, left)) in all {
        away = away || !give_back(teller, &app, &month, left);
        if away {
            tracing::debug!(%app, left, "not given back");
        }
    }
}

/// Says whether it was taken.
fn give_back(teller: &mut dyn Teller, app: &Id, month: &str, units: i64) -> bool {
    let taken = teller.take_back(app, month, units);
    if let Err(fault) = &taken {
        tracing::warn!(%app, %fault, units, "units could not be given back; they count as used");
    }
    taken.is_ok()
}

/// How threads ask.
pub(crate) type Ask = Sender<Question>;

//! How it stands with a target, shared by all threads: atomic words, no lock. Moments are nanoseconds of the gateway's own clock.
//!
//! Invariant: a target that rests gets no call before its time, then one at a time until it answered; rests double up to a minute.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::limit::{Passed, Rate, Word};

/// So many failures in a row put a target to rest.
const IN_A_ROW: u32 = 5;
/// The first rest, and how often it doubles at most.
const REST: u64 = 1_000_000_000;
const DOUBLED: u32 = 6;
const LONGEST: u64 = 60 * REST;
/// So many probes in a row find a target down.
const PROBES: u32 = 2;
/// Seconds after which a target that is down may be up again.
const NEXT_PROBE_S: u64 = 5;
/// Calls are made again at most so often, so that a target in trouble does not get more of them.
const AGAIN: Rate = Rate { per_second: 10, burst: 20 };

/// Why a call to a target failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// No connection could be made.
    Refused,
    /// Its address may not be called.
    Forbidden,
    /// Its certificate is not to be trusted.
    Untrusted,
    /// The connection broke, or what it said could not be understood.
    Broken,
    /// It did not answer in time.
    Slow,
    /// It answered 502, 503 or 504.
    Status,
    /// Its health path did not answer 2xx.
    Probe,
}

impl Why {
    const ALL: [Self; 7] = [Self::Refused, Self::Forbidden, Self::Untrusted, Self::Broken, Self::Slow, Self::Status, Self::Probe];

    /// For pages and JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Forbidden => "forbidden",
            Self::Untrusted => "untrusted",
            Self::Broken => "broken",
            Self::Slow => "slow",
            Self::Status => "status",
            Self::Probe => "probe",
        }
    }

    fn code(self) -> u8 {
        Self::ALL.iter().position(|one| *one == self).and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
    }
}

/// How it stands with a target.
#[derive(Debug, Default)]
pub(crate) struct Health {
    in_a_row: AtomicU32,
    rests: AtomicU32,
    /// It rests until then; 0: it does not.
    until: AtomicU64,
    /// A call tries it.
    tried: AtomicBool,
    /// Probes say it is down.
    down: AtomicBool,
    probes: AtomicU32,
    calls: AtomicU64,
    failed: AtomicU64,
    again: AtomicU64,
    again_word: Word,
    last: AtomicU8,
    last_at_us: AtomicI64,
}

/// What can be said of a target at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub down: bool,
    /// Seconds of its rest that are left.
    pub rests_s: u64,
    pub calls: u64,
    pub failed: u64,
    pub again: u64,
    pub last: Option<(Why, i64)>,
}

impl Standing {
    /// `open`, `resting` or `down`.
    pub(crate) fn state(&self) -> &'static str {
        match (self.down, self.rests_s) {
            (true, _) => "down",
            (false, 0) => "open",
            (false, _) => "resting",
        }
    }
}

impl Health {
    /// May a call go there? Otherwise in so many seconds.
    pub(crate) fn may(&self, now: u64) -> Result<(), u64> {
        if self.down.load(Relaxed) {
            return Err(NEXT_PROBE_S);
        }
        let until = self.until.load(Relaxed);
        if now < until {
            return Err((until - now).div_ceil(REST));
        }
        if until > 0 && self.tried.load(Relaxed) { Err(1) } else { Ok(()) }
    }

    /// A call goes there; says whether it is the one that tries a target after its rest.
    pub(crate) fn begin(&self, now: u64) -> Option<bool> {
        self.may(now).ok()?;
        let trial = self.until.load(Relaxed) > 0;
        if trial && self.tried.swap(true, Relaxed) {
            return None;
        }
        self.calls.fetch_add(1, Relaxed);
        Some(trial)
    }

    /// The call that tried it said nothing of it.
    pub(crate) fn untried(&self) {
        self.tried.store(false, Relaxed);
    }

    /// It answered.
    pub(crate) fn good(&self) {
        if self.in_a_row.load(Relaxed) > 0 {
            self.in_a_row.store(0, Relaxed);
        }
        if self.until.load(Relaxed) > 0 {
            self.until.store(0, Relaxed);
            self.rests.store(0, Relaxed);
            self.tried.store(false, Relaxed);
        }
    }

    /// It did not.
    pub(crate) fn bad(&self, why: Why, trial: bool, now: u64, at_us: i64) {
        self.failed.fetch_add(1, Relaxed);
        self.note(why, at_us);
        if matches!(why, Why::Forbidden | Why::Untrusted) {
            // Not a matter of time: each call shall hear what is wrong.
            self.tried.store(false, Relaxed);
            return;
        }
        let row = self.in_a_row.fetch_add(1, Relaxed) + 1;
        // Calls that were on their way when it was put to rest do not prolong it.
        if !trial && (row < IN_A_ROW || self.until.load(Relaxed) > 0) {
            return;
        }
        let times = self.rests.fetch_add(1, Relaxed).min(DOUBLED);
        self.until.store(now + (REST << times).min(LONGEST), Relaxed);
        self.tried.store(false, Relaxed);
    }

    /// Its health path was asked for.
    pub(crate) fn probed(&self, fine: bool, at_us: i64) {
        if fine {
            self.probes.store(0, Relaxed);
            if self.down.swap(false, Relaxed) {
                self.good();
            }
            return;
        }
        self.note(Why::Probe, at_us);
        if self.probes.fetch_add(1, Relaxed) + 1 >= PROBES {
            self.down.store(true, Relaxed);
        }
    }

    /// May a call be made again now?
    pub(crate) fn may_again(&self, now: u64) -> bool {
        let may = matches!(self.again_word.pass(AGAIN, now), Passed::Yes { .. });
        self.again.fetch_add(u64::from(may), Relaxed);
        may
    }

    /// For those who look.
    pub(crate) fn standing(&self, now: u64) -> Standing {
        let last = Why::ALL.get(usize::from(self.last.load(Relaxed)).wrapping_sub(1)).map(|why| (*why, self.last_at_us.load(Relaxed)));
        Standing {
            down: self.down.load(Relaxed),
            rests_s: self.until.load(Relaxed).saturating_sub(now).div_ceil(REST),
            calls: self.calls.load(Relaxed),
            failed: self.failed.load(Relaxed),
            again: self.again.load(Relaxed),
            last,
        }
    }

    fn note(&self, why: Why, at_us: i64) {
        self.last.store(why.code(), Relaxed);
        self.last_at_us.store(at_us, Relaxed);
    }
}

//! The rate of an app: GCRA in one atomic word, so all threads of a process hold one limit without a lock. Pure.
//!
//! Invariant: in any time `t` at most `burst + per_second · t` calls pass. Of several gateway processes each holds the part of the rate that the server gives it for a
//! moment ([`crate::rates`]), and the whole until it hears of one: with n of them up to n times as many pass until then.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

const SECOND: u64 = 1_000_000_000;

/// How fast: calls a second in the long run, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub per_second: u64,
    pub burst: u64,
}

/// What is left after a call, or how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passed {
    /// It passes; so many more could pass now, and in so many seconds all of the burst is there again.
    Yes { left: u64, full_in_s: u64 },
    /// It does not; in so many seconds one would.
    No { again_in_s: u64 },
}

/// A whole rate, in the parts that are given out.
pub(crate) const WHOLE: u64 = 1 << 16;
/// A part holds until a moment in such steps of the clock.
const STEP: u64 = 1_000_000;

/// How much of a rate was taken.
#[derive(Debug, Default)]
pub(crate) struct Word {
    /// The moment at which all that passed will have been paid off, in nanoseconds of the gateway's own clock.
    paid: AtomicU64,
    /// The part of the rate that is ours, and until when: 16 bits behind 48 of milliseconds.
    part: AtomicU64,
    /// Calls since it was looked at last.
    asked: AtomicU32,
}

impl Word {
    /// May a call pass at this moment?
    pub(crate) fn pass(&self, rate: Rate, now: u64) -> Passed {
        let (each, burst) = self.mine(rate, now);
        let room = each.saturating_mul(burst);
        let mut paid = self.paid.load(Ordering::Relaxed);
        loop {
            let next = paid.max(now) + each;
            let ahead = next - now;
            if ahead > room {
                return Passed::No { again_in_s: (ahead - room).div_ceil(SECOND).max(1) };
            }
            match self.paid.compare_exchange_weak(paid, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Passed::Yes { left: (room - ahead) / each, full_in_s: ahead.div_ceil(SECOND) },
                Err(other) => paid = other,
            }
        }
    }

    /// Time a call costs, and calls at once: of the part of the rate that is ours at this moment.
    fn mine(&self, rate: Rate, now: u64) -> (u64, u64) {
        let (each, burst, part) = (SECOND / rate.per_second.max(1), rate.burst.max(1), self.part.load(Ordering::Relaxed));
        if part == 0 || (part >> 16) * STEP <= now {
            return (each, burst);
        }
        let part = (part & (WHOLE - 1)).max(1);
        (each.saturating_mul(WHOLE) / part, (burst.saturating_mul(part) / WHOLE).max(1))
    }

    /// Only this part of the rate is ours until then.
    pub(crate) fn have(&self, part: u16, until: u64) {
        self.part.store((until / STEP) << 16 | u64::from(part), Ordering::Relaxed);
    }

    /// Counts a call; is it the first since it was looked at?
    pub(crate) fn is_first(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) == 0
    }

    /// Calls since it was looked at last.
    pub(crate) fn asked(&self) -> u32 {
        self.asked.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const TEN: Rate = Rate { per_second: 10, burst: 5 };

    #[test]
    fn a_burst_passes_and_then_one_each_tenth_of_a_second() {
        let word = Word::default();
        let left: Vec<Passed> = (0..6).map(|_| word.pass(TEN, SECOND)).collect();
        let wanted = [4, 3, 2, 1, 0].map(|left| Passed::Yes { left, full_in_s: 1 });
        assert_eq!(left[..5], wanted);
        assert_eq!(left[5], Passed::No { again_in_s: 1 });
        assert_eq!(word.pass(TEN, SECOND + SECOND / 10 - 1), Passed::No { again_in_s: 1 });
        assert_eq!(word.pass(TEN, SECOND + SECOND / 10), Passed::Yes { left: 0, full_in_s: 1 });
        assert_eq!(word.pass(TEN, 100 * SECOND), Passed::Yes { left: 4, full_in_s: 1 }, "what was not used is not saved beyond the burst");
    }

    #[test]
    fn whatever_the_moments_no_window_passes_more_than_the_limit() {
        let word = Word::default();
        let (mut seed, mut now, mut passed) = (7u64, SECOND, Vec::new());
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += (seed >> 33) % (SECOND / 15);
            if matches!(word.pass(TEN, now), Passed::Yes { .. }) {
                passed.push(now);
            }
        }
        for (at, begin) in passed.iter().enumerate() {
            let within = passed[at..].iter().take_while(|moment| **moment < begin + SECOND).count();
            assert!(within <= 15, "{within} in the second after {begin}");
        }
    }

    #[test]
    fn threads_hold_one_limit_together() {
        let word = Arc::new(Word::default());
        let rate = Rate { per_second: 1, burst: 1_000 };
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let word = word.clone();
                std::thread::spawn(move || (0..1_000).filter(|_| matches!(word.pass(rate, SECOND), Passed::Yes { .. })).count())
            })
            .collect();
        assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), 1_000);
    }
}

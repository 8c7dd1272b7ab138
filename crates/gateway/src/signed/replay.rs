//! Signatures that were used: each lets one call in. Bounded; what may still be repeated is never forgotten while the process runs.
//!
//! Invariant: when there is no room, nothing that was used is forgotten for it: the call is not let in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Parts with a lock of their own.
const PARTS: usize = 16;
/// Signatures that a part remembers.
const EACH: usize = 65_536;
/// Those that are over are thrown out at most once in so many microseconds.
const SWEEP_US: i64 = 1_000_000;

/// What became of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// It was not seen before, and is used now.
    First,
    /// It was used.
    Again,
    /// There is no room to remember it.
    Full,
}

/// Signatures that were used and are not over.
pub(crate) struct Replays {
    parts: [Mutex<Part>; PARTS],
    each: usize,
}

#[derive(Default)]
struct Part {
    /// Until when it could be repeated.
    seen: HashMap<[u8; 16], i64>,
    swept_us: i64,
}

impl Default for Replays {
    fn default() -> Self {
        Self::of(EACH)
    }
}

impl Replays {
    fn of(each: usize) -> Self {
        Self { parts: Default::default(), each }
    }

    /// Uses a signature up, if it was not used before.
    pub(crate) fn use_up(&self, mark: [u8; 16], until_us: i64, now_us: i64) -> Use {
        let part = &self.parts[usize::from(mark[15]) % PARTS];
        part.lock().unwrap_or_else(PoisonError::into_inner).use_up(mark, until_us, now_us, self.each)
    }
}

impl Part {
    fn use_up(&mut self, mark: [u8; 16], until_us: i64, now_us: i64, most: usize) -> Use {
        if self.seen.get(&mark).is_some_and(|until| *until > now_us) {
            return Use::Again;
        }
        // A clock that was set back sweeps too.
        if self.seen.len() >= most && (now_us - self.swept_us).abs() >= SWEEP_US {
            self.seen.retain(|_, until| *until > now_us);
            self.swept_us = now_us;
        }
        if self.seen.len() >= most {
            return Use::Full;
        }
        self.seen.insert(mark, until_us);
        Use::First
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_used_once_while_it_could_be_repeated() {
        let replays = Replays::default();
        assert_eq!(replays.use_up([1; 16], 100, 0), Use::First);
        assert_eq!(replays.use_up([1; 16], 100, 99), Use::Again);
        assert_eq!(replays.use_up([2; 16], 100, 99), Use::First);
        assert_eq!(replays.use_up([1; 16], 300, 100), Use::First, "it was over");
    }

    #[test]
    fn when_there_is_no_room_nothing_is_forgotten() {
        let replays = Replays::of(2);
        let at = |n: u8, until: i64, now: i64| replays.use_up([n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], until, now);
        assert_eq!([at(1, 5_000_000, 0), at(2, 9_000_000, 0), at(3, 9_000_000, 0)], [Use::First, Use::First, Use::Full]);
        assert_eq!([at(1, 5_000_000, 1), at(2, 9_000_000, 1)], [Use::Again, Use::Again]);
        assert_eq!([at(3, 9_000_000, 4_000_000), at(3, 9_000_000, 6_000_000)], [Use::Full, Use::First], "room comes with time");
        assert_eq!(at(2, 9_000_000, 6_000_001), Use::Again);
    }

    #[test]
    fn threads_that_bring_the_same_signature_use_it_once() {
        let replays = Replays::default();
        let first = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..200u8).filter(|n| replays.use_up([*n; 16], 100, 0) == Use::First).count())).collect();
            all.into_iter().map(|one| one.join().unwrap()).sum::<usize>()
        });
        assert_eq!(first, 200);
    }
}

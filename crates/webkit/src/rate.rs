//! How often a key (an account, an address) may try. In memory, by a clock that is given.
//!
//! Invariant: a token bucket a key: `per_minute` at once, then evenly; at most 10,000 keys are remembered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use store::Clock;

use crate::Problem;

const MOST: usize = 10_000;
const MINUTE: i64 = 60_000_000;

/// The limiter.
#[derive(Debug)]
pub struct Rate {
    clock: Clock,
    // key → moment (microseconds) at which its bucket is full again
    full_at: Mutex<HashMap<String, i64>>,
}

impl Rate {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, full_at: Mutex::default() }
    }

    /// Takes one of `per_minute` tries; 429 with the seconds to wait if there is none left.
    pub fn allow(&self, key: &str, per_minute: u32) -> Result<(), Problem> {
        let now = self.clock.now().micros();
        let cost = MINUTE / i64::from(per_minute.max(1));
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, full_at| *full_at > now);
        }
        let full_at = all.get(key).copied().unwrap_or(now).max(now) + cost;
        if full_at - now > MINUTE {
            let wait = full_at - now - MINUTE;
            return Err(Problem::too_often(u32::try_from(wait / 1_000_000).unwrap_or(0) + 1));
        }
        all.insert(key.to_owned(), full_at);
        Ok(())
    }

    /// Forgets the tries of a key: it succeeded.
    pub fn forget(&self, key: &str) {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::Instant;

    #[test]
    fn so_many_tries_then_one_after_another() {
        let clock = Clock::frozen(Instant::from_micros(MINUTE));
        let rate = Rate::new(clock.clone());
        assert!((0..6).all(|_| rate.allow("a", 6).is_ok()));
        let refused = rate.allow("a", 6).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(11)));
        assert!(rate.allow("b", 6).is_ok());
        clock.set(Instant::from_micros(MINUTE + 10_000_000));
        assert!(rate.allow("a", 6).is_ok());
        assert!(rate.allow("a", 6).is_err());
    }
}

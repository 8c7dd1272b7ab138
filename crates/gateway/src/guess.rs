//! Wrong keys from one address: counted by the minute; beyond the bound they are refused unread and logged. Pure.

use std::collections::HashMap;
use std::net::IpAddr;

/// Wrong keys of one address in a minute.
const BOUND: u32 = 30;
/// Addresses remembered; beyond, all are forgotten, in the callers' favour.
const ADDRESSES: usize = 10_000;

/// Wrong keys by address.
#[derive(Default)]
pub(crate) struct Guesses {
    minute: i64,
    wrong: HashMap<IpAddr, u32>,
}

impl Guesses {
    /// May this address try another key?
    pub(crate) fn may_try(&self, from: IpAddr, now_us: i64) -> bool {
        self.wrong.is_empty() || self.minute != now_us / 60_000_000 || self.wrong.get(&from).is_none_or(|count| *count < BOUND)
    }

    /// It was wrong; says so when the bound was reached just now.
    pub(crate) fn wrong(&mut self, from: IpAddr, now_us: i64) -> bool {
        let minute = now_us / 60_000_000;
        if self.minute != minute || self.wrong.len() >= ADDRESSES {
            self.minute = minute;
            self.wrong.clear();
        }
        let count = self.wrong.entry(from).or_default();
        *count += 1;
        *count == BOUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_thirty_wrong_keys_an_address_waits_for_the_next_minute() {
        let (mut guesses, bad, good): (Guesses, IpAddr, IpAddr) = (Guesses::default(), [192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for n in 1..=BOUND {
            assert!(guesses.may_try(bad, 0), "{n}");
            assert_eq!(guesses.wrong(bad, 0), n == BOUND);
        }
        assert!(!guesses.may_try(bad, 59_999_999) && guesses.may_try(good, 0) && guesses.may_try(bad, 60_000_000));
    }
}

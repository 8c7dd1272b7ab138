//! When a delivery that was not taken is tried again. Pure.

/// Seconds after each attempt that was not taken: at once, then ever longer, some three days in all.
const AFTER_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Taken.
    Taken,
    /// Tried again after so many seconds.
    Again(i64),
    /// Given up, and nothing more is sent there until its owner says so.
    Pause(Why),
}

/// Why an endpoint is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It said 410.
    Gone,
    /// It never took a delivery, for days.
    Silent,
}

impl Why {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Silent => "silent",
        }
    }
}

/// What follows the attempt with this number (from 1) and this status (none: no answer). Waits are up to a tenth longer, by `chance` of 256, so that many do not come at once.
pub(crate) fn after(attempt: i64, status: Option<u16>, chance: u8) -> Next {
    match status {
        Some(200..=299) => return Next::Taken,
        Some(410) => return Next::Pause(Why::Gone),
        _ => {}
    }
    let wait = usize::try_from(attempt - 1).ok().and_then(|at| AFTER_S.get(at));
    wait.map_or(Next::Pause(Why::Silent), |wait| Next::Again(wait + wait * i64::from(chance) / 2_560))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_comes_again_ten_times_in_three_days() {
        for (attempt, status, next) in [
            (1, Some(200), Next::Taken),
            (10, Some(204), Next::Taken),
            (1, Some(410), Next::Pause(Why::Gone)),
            (1, Some(302), Next::Again(5)),
            (1, None, Next::Again(5)),
            (2, Some(500), Next::Again(300)),
            (9, Some(503), Next::Again(86_400)),
            (10, Some(404), Next::Pause(Why::Silent)),
            (10, None, Next::Pause(Why::Silent)),
        ] {
            assert_eq!(after(attempt, status, 0), next, "{attempt} {status:?}");
        }
        assert_eq!(after(2, None, 255), Next::Again(329));
        assert_eq!(AFTER_S.iter().sum::<i64>(), 272_105);
    }
}

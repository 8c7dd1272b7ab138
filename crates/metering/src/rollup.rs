//! Counts by the hour, and what a call counts as. Pure.
//!
//! Invariant: accepted = billable + free + ignored, in counts and in units; every call and every event is exactly one of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::log::{Admitted, Ending, Settled};

const HOUR_US: i64 = 3_600_000_000;

/// Upper ends of the classes of waits, milliseconds; a last class holds the rest.
pub const WAITS_MS: [u64; 15] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384];

/// The hour in which a moment lies.
pub fn hour(at_us: i64) -> i64 {
    at_us.div_euclid(HOUR_US) * HOUR_US
}

/// What a rollup is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whose usage: an app.
    pub subject: Arc<str>,
    /// What is counted.
    pub meter: Arc<str>,
    /// In which kind: `v1 GET /things/{id}`.
    pub dims: Arc<str>,
    /// In which hour (microseconds UTC).
    pub hour: i64,
}

/// Counts of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All that was taken in.
    pub accepted: i64,
    /// Of which is billed.
    pub billable: i64,
    /// Of which costs nothing: the upstream said 5xx.
    pub free: i64,
    /// Of which counts for nothing, each for a reason.
    pub ignored: i64,
    /// Units that are billed.
    pub units: i64,
    /// Units of all that was taken in.
    pub units_accepted: i64,
    /// Answers by class of status: 2xx, 3xx, 4xx, 5xx.
    pub by_status: [i64; 4],
    /// Bytes of the requests.
    pub bytes_in: i64,
    /// Bytes of the answers.
    pub bytes_out: i64,
    /// How long answers took to begin, by class (see [`WAITS_MS`]).
    pub waits: [i64; 16],
}

/// What a call counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It is billed.
    Billable,
    /// The upstream failed and said so: it costs nothing.
    Free,
    /// It counts for nothing.
    Ignored,
}

/// An answer that went out whole is billed, unless its upstream says that it failed.
pub fn class(ending: &Ending, status: u16) -> Class {
    match ending {
        Ending::Answered if status < 500 => Class::Billable,
        Ending::Answered => Class::Free,
        _ => Class::Ignored,
    }
}

impl Counts {
    /// Those of one call.
    pub fn of(settled: &Settled) -> Self {
        let class = class(&settled.ending, settled.status);
        let one = |wanted: Class| i64::from(class == wanted);
        let mut counts = Self {
            accepted: 1,
            billable: one(Class::Billable),
            free: one(Class::Free),
            ignored: one(Class::Ignored),
            units: one(Class::Billable),
            units_accepted: 1,
            bytes_in: i64::try_from(settled.bytes_in).unwrap_or(i64::MAX),
            bytes_out: i64::try_from(settled.bytes_out).unwrap_or(i64::MAX),
            ..Self::default()
        };
        if let Some(count) = usize::from(settled.status / 100).checked_sub(2).and_then(|at| counts.by_status.get_mut(at)) {
            *count = 1;
        }
        if class != Class::Ignored {
            let at = WAITS_MS.iter().position(|end| settled.wait_us <= end * 1_000).unwrap_or(WAITS_MS.len());
            counts.waits[at] = 1;
        }
        counts
    }

    /// Those of a call of which nobody knows how it ended.
    pub fn at_kill() -> Self {
        Self { accepted: 1, ignored: 1, units_accepted: 1, ..Self::default() }
    }

    /// Those of an event that counts: it is one use of so many units.
    pub fn of_event(units: i64) -> Self {
        Self { accepted: 1, billable: 1, units, units_accepted: units, ..Self::default() }
    }

    /// Those of an event that a person said does not count.
    pub fn discarded(units: i64) -> Self {
        Self { accepted: 1, ignored: 1, units_accepted: units, ..Self::default() }
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.accepted, other.accepted),
            (&mut self.billable, other.billable),
            (&mut self.free, other.free),
            (&mut self.ignored, other.ignored),
            (&mut self.units, other.units),
            (&mut self.units_accepted, other.units_accepted),
            (&mut self.bytes_in, other.bytes_in),
            (&mut self.bytes_out, other.bytes_out),
        ];
        pairs.into_iter().for_each(|(mine, theirs)| *mine = mine.saturating_add(theirs));
        self.by_status.iter_mut().zip(other.by_status).for_each(|(mine, theirs)| *mine += theirs);
        self.waits.iter_mut().zip(other.waits).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// The wait in microseconds that so many of a hundred answers kept to, read off the classes; nothing if there was no answer.
    pub fn wait_us(&self, percent: i64) -> Option<i64> {
        let all: i64 = self.waits.iter().sum();
        let wanted = (all * percent + 99) / 100;
        let mut seen = 0;
        for (at, count) in self.waits.iter().enumerate().filter(|(_, count)| **count > 0) {
            if seen + count >= wanted {
                let end = |at: usize| WAITS_MS.get(at).map_or(2 * 16_384, |end| i64::try_from(*end).unwrap_or(i64::MAX)) * 1_000;
                let (from, to) = (at.checked_sub(1).map_or(0, end), end(at));
                return Some(from + (to - from) * (wanted - seen) / count);
            }
            seen += count;
        }
        None
    }
}

/// Why something was not billed, or not even let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It was taken in and counts for nothing.
    Ignored,
    /// The gateway refused it before; it was never taken in.
    Refused,
}

impl Kind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Refused => "refused",
        }
    }
}

/// Where, which kind, and why.
pub type Reason = (Place, Kind, Arc<str>);

/// What a shipment or a batch of events adds to the rollups.
#[derive(Debug, Default)]
pub struct Sums {
    /// By place.
    pub places: BTreeMap<Place, Counts>,
    /// By place, kind and reason: how often, and units.
    pub reasons: BTreeMap<Reason, (i64, i64)>,
}

/// Where a call counts.
pub fn place(admitted: &Admitted) -> Place {
    let (subject, meter, dims) = (admitted.app.clone(), admitted.meter.clone(), admitted.dims.clone());
    Place { subject, meter, dims, hour: hour(admitted.at_us) }
}

impl Sums {
    /// A call that ended.
    pub fn settle(&mut self, admitted: &Admitted, settled: &Settled) {
        let reason = (class(&settled.ending, settled.status) == Class::Ignored).then(|| Arc::from(settled.ending.as_str()));
        self.put(place(admitted), &Counts::of(settled), reason);
    }

    /// A call that was open when its gateway was killed.
    pub fn at_kill(&mut self, admitted: &Admitted) {
        self.put(place(admitted), &Counts::at_kill(), Some(Arc::from(crate::OPEN_AT_KILL)));
    }

    /// One use, which counts for nothing if there is a reason.
    pub(crate) fn put(&mut self, place: Place, counts: &Counts, reason: Option<Arc<str>>) {
        if let Some(reason) = reason {
            self.because((place.clone(), Kind::Ignored, reason), 1, counts.units_accepted);
        }
        self.places.entry(place).or_default().add(counts);
    }

    /// Calls that the gateway refused.
    pub fn refuse(&mut self, refused: &crate::Refused) {
        let none: Arc<str> = Arc::from("");
        let place = Place { subject: refused.app.clone().unwrap_or_else(|| none.clone()), meter: none.clone(), dims: none, hour: hour(refused.at_us) };
        let count = i64::try_from(refused.count).unwrap_or(i64::MAX);
        self.because((place, Kind::Refused, refused.reason.clone()), count, count);
    }

    fn because(&mut self, reason: Reason, count: i64, units: i64) {
        let sum = self.reasons.entry(reason).or_default();
        *sum = (sum.0.saturating_add(count), sum.1.saturating_add(units));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(ending: Ending, status: u16, wait_us: u64) -> Settled {
        Settled { of: 1, ending, status, bytes_in: 10, bytes_out: 20, wait_us, total_us: wait_us + 5 }
    }

    #[test]
    fn every_call_is_exactly_one_of_billable_free_and_ignored() {
        let refused = || Ending::Refused(Arc::from("gateway-upstream-slow"));
        for (ending, status, wanted) in [
            (Ending::Answered, 200, (1, 0, 0)),
            (Ending::Answered, 304, (1, 0, 0)),
            (Ending::Answered, 404, (1, 0, 0)),
            (Ending::Answered, 499, (1, 0, 0)),
            (Ending::Answered, 500, (0, 1, 0)),
            (Ending::Answered, 503, (0, 1, 0)),
            (Ending::CallerGone, 200, (0, 0, 1)),
            (Ending::CallerGone, 0, (0, 0, 1)),
            (Ending::CutOff, 200, (0, 0, 1)),
            (refused(), 504, (0, 0, 1)),
            (refused(), 413, (0, 0, 1)),
        ] {
            let counts = Counts::of(&settled(ending.clone(), status, 1));
            assert_eq!((counts.billable, counts.free, counts.ignored), wanted, "{ending:?} {status}");
            assert_eq!((counts.accepted, counts.units), (1, counts.billable), "{ending:?} {status}");
        }
    }

    #[test]
    fn waits_are_read_off_their_classes() {
        let mut counts = Counts::default();
        assert_eq!(counts.wait_us(50), None);
        for wait in [500, 1_000, 1_001, 3_000, 90_000_000] {
            counts.add(&Counts::of(&settled(Ending::Answered, 200, wait)));
        }
        assert_eq!((counts.waits[0], counts.waits[1], counts.waits[2], counts.waits[15]), (2, 1, 1, 1));
        assert_eq!(counts.wait_us(40), Some(1_000));
        assert_eq!(counts.wait_us(60), Some(2_000));
        assert_eq!(counts.wait_us(99), Some(32_768_000), "the last class has no end; twice the one before is said");
        counts.add(&Counts::of(&settled(Ending::CallerGone, 200, 5)));
        assert_eq!(counts.waits.iter().sum::<i64>(), 5, "whoever went away saw no wait");
    }

    #[test]
    fn an_hour_begins_with_its_first_microsecond() {
        assert_eq!((hour(0), hour(HOUR_US - 1), hour(HOUR_US), hour(-1)), (0, 0, HOUR_US, -HOUR_US));
    }
}

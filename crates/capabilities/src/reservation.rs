//! Units of a meter that an owner asked for before the work was done: paid for until they are told as used, given back, or over. Pure.

use metering::{Doubt, MOST_UNITS};
use words::{Id, Instant, Refusal};

use crate::Unpaid;

/// Longest time that units are kept, minutes.
const LONGEST: i64 = 1_440;
/// Reservations of an app that may be open at a time.
pub(crate) const MOST: i64 = 1_000;

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Id, named by the events that use it: `data.reservation`.
    pub id: Id,
    /// Of which capability.
    pub capability: Id,
    /// App that uses it.
    pub app: Id,
    /// Meter.
    pub meter: String,
    /// Month in which the units have to be used: `2026-11`.
    pub month: String,
    /// Units that were asked for.
    pub units: i64,
    /// Those that were neither told as used nor given back.
    pub left_units: i64,
    /// Given back by themselves then.
    pub expires_at: Instant,
    /// When it was made.
    pub made_at: Instant,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationDraft {
    /// App.
    pub app: Id,
    /// Meter.
    pub meter: String,
    /// Units.
    pub units: i64,
    /// Kept so long.
    pub minutes: i64,
}

/// Why units are not reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationRefusal {
    /// No units, or more than anybody uses.
    Units,
    /// Kept for no time, or too long.
    Minutes,
    /// They could not be taken in as usage.
    Doubtful(Doubt),
    /// Too many are open.
    Many,
    /// They cannot be paid.
    Unpaid(Unpaid),
}

impl ReservationRefusal {
    /// Codes, in the order of the checks.
    pub(crate) const CODES: &'static [&'static str] = &[
        "metering-doubt-units",
        "capabilities-reservation-minutes",
        "metering-doubt-meter",
        "metering-doubt-subject",
        "metering-doubt-unsubscribed",
        "capabilities-reservations-many",
        "gateway-suspended",
        "gateway-limit-reached",
        "gateway-wallet-short",
    ];
}

impl Refusal for ReservationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Units => "metering-doubt-units",
            Self::Minutes => "capabilities-reservation-minutes",
            Self::Doubtful(Doubt::Meter) => "metering-doubt-meter",
            Self::Doubtful(Doubt::Unsubscribed) => "metering-doubt-unsubscribed",
            Self::Doubtful(_) => "metering-doubt-subject",
            Self::Many => "capabilities-reservations-many",
            Self::Unpaid(Unpaid::Suspended) => "gateway-suspended",
            Self::Unpaid(Unpaid::LimitReached) => "gateway-limit-reached",
            Self::Unpaid(Unpaid::WalletShort) => "gateway-wallet-short",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::Units => "/units",
            Self::Minutes => "/minutes",
            Self::Doubtful(Doubt::Meter) => "/meter",
            Self::Doubtful(_) => "/app",
            Self::Many | Self::Unpaid(_) => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Minutes => vec![("most", LONGEST.to_string())],
            Self::Many => vec![("most", MOST.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Unpaid(_) => 402,
            Self::Many | Self::Doubtful(Doubt::Unsubscribed) => 409,
            _ => 422,
        }
    }
}

impl ReservationDraft {
    pub(crate) fn admit(&self) -> Result<(), ReservationRefusal> {
        if !(1..=MOST_UNITS).contains(&self.units) {
            return Err(ReservationRefusal::Units);
        }
        if (1..=LONGEST).contains(&self.minutes) { Ok(()) } else { Err(ReservationRefusal::Minutes) }
    }
}

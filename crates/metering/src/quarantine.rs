//! An event that could not be understood: it waits until a person mends it or says that it does not count. Pure.

use words::{Id, Instant};

use crate::event::UsageEvent;

/// Where an event that was laid aside stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuarantineState {
    /// Nobody has decided.
    Waiting,
    /// It was mended and counts.
    Taken,
    /// It does not count.
    Discarded,
}

impl QuarantineState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Discarded => "discarded",
        }
    }

    /// From storage, or as it is asked for.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Taken, Self::Discarded].into_iter().find(|state| state.as_str() == text)
    }
}

/// An event that was laid aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Id.
    pub id: Id,
    /// Whose event it is: a capability.
    pub sender: Id,
    /// Source of the event.
    pub source: String,
    /// Its id within its source.
    pub event: String,
    /// Why it was laid aside.
    pub doubt: String,
    /// The event as it came, or its beginning.
    pub body: String,
    /// Units that it says, if it says any: so it is counted while it waits.
    pub units: i64,
    /// The hour that it is counted in while it waits.
    pub counted_at: Instant,
    /// Where it stands.
    pub state: QuarantineState,
    /// What whoever decided wrote.
    pub note: String,
    /// Who decided.
    pub decided_by: Option<Id>,
    /// When.
    pub decided_at: Option<Instant>,
    /// When it came.
    pub made_at: Instant,
}

/// What is decided of an event that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It counts as mended.
    Take(Mended),
    /// It does not count.
    Discard,
}

/// An event, mended: what is left out stays as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// What is counted.
    pub meter: String,
    /// Whose usage.
    pub subject: String,
    /// When.
    pub at: Option<Instant>,
    /// In which kind.
    pub dims: String,
    /// How much.
    pub units: Option<i64>,
}

impl Mended {
    /// The event as it is to be counted.
    pub(crate) fn of(&self, there: &Quarantined, body_hash: String) -> UsageEvent {
        let mended = self.clone();
        UsageEvent {
            source: there.source.clone(),
            id: there.event.clone(),
            meter: mended.meter,
            subject: mended.subject,
            at: mended.at,
            dims: mended.dims,
            units: mended.units,
            body: there.body.clone(),
            body_hash,
        }
    }
}

//! Why a shipment or a batch of events is not taken in, and why nothing is decided of an event.

use words::{Complaint, Instant, Refusal};

use crate::event::Doubt;

/// Why a shipment is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShipmentRefusal {
    /// Entries are missing before it; this one should come next.
    Gap {
        /// Number of the entry that is wanted.
        wanted: i64,
    },
    /// Nothing comes after a log was closed.
    Closed,
}

impl Refusal for ShipmentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "metering-gap",
            Self::Closed => "metering-closed",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Gap { wanted } => vec![("wanted", wanted.to_string())],
            Self::Closed => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        409
    }
}

/// Which event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// Its place in the batch, from 0.
    pub at: usize,
    /// Its id, as far as it has one.
    pub id: String,
}

/// Why a batch of events is not taken in: nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventRefusal {
    /// None, or more than so many.
    Many {
        /// Most.
        most: usize,
    },
    /// These have no source or no id that fits, so that they cannot be told from others.
    Nameless {
        /// Which.
        which: Vec<Which>,
    },
    /// These came before and said something else.
    Conflict {
        /// Which.
        which: Vec<Which>,
    },
    /// What these tell of was too long ago.
    TooOld {
        /// Which.
        which: Vec<Which>,
        /// Nothing before this is taken in.
        oldest: Instant,
    },
    /// So many wait for a person already.
    QuarantineFull {
        /// Most.
        most: i64,
    },
}

/// Events that a refusal names at most.
const NAMED: usize = 20;

impl EventRefusal {
    fn which(&self) -> &[Which] {
        match self {
            Self::Nameless { which } | Self::Conflict { which } | Self::TooOld { which, .. } => which,
            Self::Many { .. } | Self::QuarantineFull { .. } => &[],
        }
    }
}

impl Refusal for EventRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Many { .. } => "metering-events-many",
            Self::Nameless { .. } => "metering-event-nameless",
            Self::Conflict { .. } => "metering-event-conflict",
            Self::TooOld { .. } => "metering-event-old",
            Self::QuarantineFull { .. } => "metering-quarantine-full",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let count = ("count", self.which().len().to_string());
        match self {
            Self::Many { most } => vec![("most", most.to_string())],
            Self::QuarantineFull { most } => vec![("most", most.to_string())],
            Self::TooOld { oldest, .. } => vec![count, ("oldest", oldest.local_minute())],
            Self::Nameless { .. } | Self::Conflict { .. } => vec![count],
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Conflict { .. } | Self::QuarantineFull { .. }) { 409 } else { 422 }
    }

    /// Each event by its place in the batch.
    fn parts(&self) -> Vec<Complaint> {
        let part = |one: &Which| (Some(format!("/{}", one.at)), "metering-event".to_owned(), vec![("id", one.id.chars().take(300).collect())]);
        self.which().iter().take(NAMED).map(part).collect()
    }
}

/// Why nothing is decided of an event that was laid aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionRefusal {
    /// Somebody has decided already.
    Decided,
    /// Whoever decides says why.
    NoteNeeded,
    /// It cannot be counted like that either.
    Doubtful {
        /// Why.
        doubt: Doubt,
    },
    /// What it tells of is too long ago.
    TooOld,
}

impl Refusal for DecisionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Decided => "metering-event-decided",
            Self::NoteNeeded => "metering-note-needed",
            Self::Doubtful { doubt } => match doubt {
                Doubt::Time => "metering-doubt-time",
                Doubt::Units => "metering-doubt-units",
                Doubt::Kind => "metering-doubt-kind",
                Doubt::Meter => "metering-doubt-meter",
                Doubt::Subject => "metering-doubt-subject",
                Doubt::Unsubscribed => "metering-doubt-unsubscribed",
            },
            Self::TooOld => "metering-mended-old",
        }
    }

    fn field(&self) -> Option<String> {
        Some(
            match self {
                Self::Decided => return None,
                Self::NoteNeeded => "/note",
                Self::Doubtful { doubt: Doubt::Units } => "/units",
                Self::Doubtful { doubt: Doubt::Kind } => "/kind",
                Self::Doubtful { doubt: Doubt::Meter } => "/meter",
                Self::Doubtful { doubt: Doubt::Subject | Doubt::Unsubscribed } => "/app",
                Self::Doubtful { doubt: Doubt::Time } | Self::TooOld => "/time",
            }
            .into(),
        )
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Decided) { 409 } else { 422 }
    }
}
